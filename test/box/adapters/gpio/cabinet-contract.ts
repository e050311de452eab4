/** What every driver must do under a cabinet: locks, sensors and lamps, with the world on the other side of the lines. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { until } from '../../../../scripts/rig/until.ts';
import { millis, type SlotId, slotId } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import {
  type CabinetDeps,
  type CabinetSpec,
  openCabinet,
} from '../../../../src/box/adapters/gpio/cabinet.ts';
import type { InputBody } from '../../../../src/box/core/input.ts';
import type { Cabinet, Level } from '../../../../src/box/ports.ts';
import { realTime as time } from './fake-time.ts';

/** A machine with one chip of 32 lines that nobody holds. */
export interface DriverBench {
  readonly chip: string;
  readonly driver: (spec: CabinetSpec) => Promise<Pick<CabinetDeps, 'lines' | 'guard' | 'locks'>>;
  /** What a voltmeter would show. */
  readonly measure: (line: number) => Level;
  /** The world pulls an input to a level; before the driver runs, any line. */
  readonly drive: (line: number, level: Level) => void;
  /** Where a program has died while it powered this line. Left out: the driver's kernel drops such a line. */
  readonly leaveOn?: (line: number) => void;
}

const one = slotId(1);
const two = slotId(2);
const patientMs = 20_000;

/** The second lock is powered by a low level. */
const specOn = (chip: string): CabinetSpec => ({
  slots: [
    {
      id: one,
      lock: { chip, line: 0, activeLevel: 1 },
      door: { chip, line: 1, closedLevel: 0 },
      presence: { chip, line: 2, presentLevel: 0 },
    },
    {
      id: two,
      lock: { chip, line: 3, activeLevel: 0 },
      door: { chip, line: 4, closedLevel: 1 },
      presence: null,
    },
  ],
  indicators: { green: { chip, line: 5, activeLevel: 1 } },
  inputs: { tamper: { chip, line: 6, activeLevel: 1 } },
});

interface Box {
  readonly cabinet: Cabinet;
  readonly told: InputBody[];
  readonly measure: (line: number) => Level;
  readonly drive: (line: number, level: Level) => void;
}

async function opened(t: TestContext, bench: DriverBench): Promise<Box> {
  const shut = [[1, 0] as const, [2, 0] as const, [4, 1] as const, [6, 0] as const];
  for (const [line, level] of shut) bench.drive(line, level);
  const spec = specOn(bench.chip);
  const told: InputBody[] = [];
  const driver = await bench.driver(spec);
  const cabinet = openCabinet({ spec, ...driver, time, report: body => told.push(body), log: silent });
  t.after(() => cabinet.close());
  return { cabinet, told, measure: bench.measure, drive: bench.drive };
}

const tells = (box: Box, wanted: Partial<InputBody>): Promise<void> =>
  until(
    JSON.stringify(wanted),
    () =>
      box.told.some(body => Object.entries(wanted).every(([key, value]) => Reflect.get(body, key) === value)),
    patientMs,
  );

type Make = () => DriverBench;

/** `skip`: why there is no such machine here. */
export function cabinetContract(name: string, bench: Make, skip: string | false = false): void {
  if (skip !== false) {
    test(name, { skip }, () => {});
    return;
  }
  describe(`${name}: locks`, () => {
    pulses(bench);
    endings(bench);
  });
  describe(`${name}: sensors and lamps`, () => sensors(bench));
}

/** Pulses until the line is seen powered: on a busy machine this process may sleep through a pulse, or its guard be late. */
async function powered(box: Box, slot: SlotId, line: number, active: Level): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    box.told.length = 0;
    box.cabinet.pulse(slot, millis(1_000));
    await until(
      'a pulse, or none',
      () => box.told.some(body => /^pulse-(begun|missed)$/.test(body.type)),
      patientMs,
    );
    if (box.measure(line) === active) return;
    await until('its end', () => box.told.some(body => /^pulse-(ended|missed)$/.test(body.type)), patientMs);
  }
  assert.fail(`line ${line} was never powered`);
}

function pulses(bench: Make): void {
  test('each pulse powers its lock alone, and ends by itself', async t => {
    const box = await opened(t, bench());
    assert.deepEqual([box.measure(0), box.measure(3)], [0, 1], 'idle at the start');
    box.cabinet.levels();
    await powered(box, one, 0, 1);
    assert.equal(box.measure(3), 1, 'the other one is not');
    await tells(box, { type: 'pulse-ended', slot: one });
    assert.deepEqual([box.measure(0), box.measure(3)], [0, 1]);
    await powered(box, two, 3, 0);
    assert.equal(box.measure(0), 0);
    await tells(box, { type: 'pulse-ended', slot: two });
    assert.deepEqual([box.measure(0), box.measure(3)], [0, 1]);
  });

  test('one lock at a time: a second pulse is a bug', async t => {
    const box = await opened(t, bench());
    box.cabinet.levels();
    box.cabinet.pulse(one, millis(1_000));
    assert.throws(() => box.cabinet.pulse(two, millis(300)), /powered already/);
  });

  test('a longer pulse than the hard maximum is a bug, and powers nothing', async t => {
    const box = await opened(t, bench());
    box.cabinet.levels();
    assert.throws(() => box.cabinet.pulse(one, millis(1_001)), /pulse of 1001 ms/);
    assert.equal(box.measure(0), 0);
  });
}

function endings(bench: Make): void {
  test('closing in mid-pulse switches the lock off, and tells nothing more', async t => {
    const box = await opened(t, bench());
    box.cabinet.levels();
    await powered(box, two, 3, 0);
    box.told.length = 0;
    await box.cabinet.close();
    assert.equal(box.measure(3), 1);
    assert.deepEqual(box.told, []);
  });

  test('a lock that was left on is off as soon as the box holds it', async t => {
    const made = bench();
    if (made.leaveOn === undefined) return t.skip('a line that was let go is off there');
    made.leaveOn(0);
    assert.equal(made.measure(0), 1);
    const box = await opened(t, made);
    assert.equal(box.measure(0), 0);
  });
}

function sensors(bench: Make): void {
  test('doors, keys and alarms are told as the world moves them', async t => {
    const box = await opened(t, bench());
    assert.deepEqual(box.cabinet.levels(), [
      { slot: one, door: 'shut', presence: 'present' },
      { slot: two, door: 'shut', presence: 'none' },
    ]);
    box.drive(1, 1);
    await tells(box, { type: 'door-changed', slot: one, door: 'open' });
    box.drive(2, 1);
    await tells(box, { type: 'presence-changed', slot: one, presence: 'absent' });
    box.drive(4, 0);
    await tells(box, { type: 'door-changed', slot: two, door: 'open' });
    box.drive(1, 0);
    await tells(box, { type: 'door-changed', slot: one, door: 'shut' });
    box.drive(6, 1);
    await tells(box, { type: 'alarm-changed', line: 'tamper', active: true });
    assert.ok(box.cabinet.inspect().every(({ trouble }) => trouble === null));
  });

  test('what is asked of it has been heard at last, and everything moved is told by then', async t => {
    const box = await opened(t, bench());
    box.cabinet.levels();
    box.drive(1, 1);
    await until('heard', () => box.cabinet.heard(), patientMs);
    assert.ok(box.told.some(body => body.type === 'door-changed'));
  });

  test('a lamp is lit by its signal, and dark after it and after the close', async t => {
    const box = await opened(t, bench());
    box.cabinet.signal('granted');
    await until('green', () => box.measure(5) === 1, patientMs);
    await box.cabinet.close();
    assert.equal(box.measure(5), 0);
  });
}
