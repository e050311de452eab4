import { slotId } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { type CabinetSpec, openCabinet } from '../../../../src/box/adapters/gpio/cabinet.ts';
import type { InputBody } from '../../../../src/box/core/input.ts';
import { FakeGuard, FakeLines } from './fake-lines.ts';
import { FakeTime } from './fake-time.ts';

export const one = slotId(1);
export const two = slotId(2);
export const spec: CabinetSpec = {
  slots: [
    {
      id: one,
      lock: { chip: 'c', line: 10, activeLevel: 1 },
      door: { chip: 'c', line: 11, closedLevel: 0 },
      presence: { chip: 'c', line: 12, presentLevel: 0 },
    },
    {
      id: two,
      lock: { chip: 'c', line: 20, activeLevel: 0 },
      door: { chip: 'c', line: 21, closedLevel: 1 },
      presence: null,
    },
  ],
  indicators: {
    green: { chip: 'c', line: 1, activeLevel: 1 },
    buzzer: { chip: 'c', line: 3, activeLevel: 0 },
  },
  inputs: {
    tamper: { chip: 'c', line: 4, activeLevel: 0 },
    powerLow: { chip: 'c', line: 5, activeLevel: 1 },
  },
};

export function bench(prepare: (lines: FakeLines) => void = () => {}) {
  const lines = new FakeLines();
  prepare(lines);
  const time = new FakeTime();
  const guard = new FakeGuard();
  const told: InputBody[] = [];
  const cabinet = openCabinet({
    spec,
    lines,
    guard: () => guard,
    time,
    report: body => told.push(body),
    log: silent,
  });
  const take = (): InputBody[] => told.splice(0);
  return { lines, time, guard, cabinet, take };
}

/** A bench whose first levels have been told. */
export function running(prepare?: (lines: FakeLines) => void) {
  const box = bench(prepare);
  box.cabinet.levels();
  box.time.pass(1);
  box.take();
  return box;
}
