/** Cabinets on lines of a kernel, by both drivers. Where this one has no simulated chip, test/vm runs it on one that has. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, type TestContext, test } from 'node:test';
import { pause, until } from '../../../../scripts/rig/until.ts';
import { millis } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import type { CabinetSpec } from '../../../../src/box/adapters/gpio/cabinet.ts';
import { openCdevLines } from '../../../../src/box/adapters/gpio/cdev.ts';
import { startGuard } from '../../../../src/box/adapters/gpio/guard.ts';
import { type HolderNews, LineHolder } from '../../../../src/box/adapters/gpio/line-holder.ts';
import { openOnoffLines } from '../../../../src/box/adapters/gpio/onoff.ts';
import { sysfsGpio } from '../../../../src/box/adapters/gpio/sysfs.ts';
import type { Level } from '../../../../src/box/ports.ts';
import { cabinetContract } from './cabinet-contract.ts';
import { realTime as time } from './fake-time.ts';
import { type SimulatedChip, simulatedChip } from './simulated-chip.ts';

const log = silent;
const patientMs = 20_000;
const root = join(import.meta.dirname, '../../../..');
const program = join(root, process.env.SMARTBOX_DIST ?? 'dist', 'app/native', process.arch, 'gpio-lines');

/** Gives every line back to the kernel, which keeps its level. */
function unexportAll(): void {
  for (const name of readdirSync(sysfsGpio).filter(one => /^gpio\d+$/.test(one)))
    writeFileSync(join(sysfsGpio, 'unexport'), name.slice('gpio'.length));
}

/** As onoff leaves an output: exported, and powered where it was killed. */
function leaveOn(chip: SimulatedChip, line: number): void {
  const number = chip.base + line;
  writeFileSync(join(sysfsGpio, 'export'), String(number));
  writeFileSync(join(sysfsGpio, `gpio${number}`, 'direction'), 'high');
}

function bothDrivers(chip: SimulatedChip): void {
  const world = {
    chip: chip.label,
    measure: chip.measure,
    drive: chip.pull,
    leaveOn: (line: number) => leaveOn(chip, line),
  };
  beforeEach(unexportAll);
  cabinetContract('onoff on the lines of a kernel', () => ({
    ...world,
    driver: async () => ({
      lines: await openOnoffLines({ log }),
      guard: (paths: Parameters<typeof startGuard>[0]['paths']) => startGuard({ paths, time, log }),
    }),
  }));
  cabinetContract('cdev on the lines of a kernel', () => ({
    ...world,
    driver: (spec: CabinetSpec) => openCdevLines({ spec, program, time, log }),
  }));
}

class Held {
  readonly holder: LineHolder;
  readonly news: HolderNews[] = [];
  hints = 0;

  constructor(t: TestContext, specs: readonly string[]) {
    this.holder = new LineHolder({ program, specs, time, log });
    this.holder.onNews(news => this.news.push(news));
    this.holder.onLevel(0, () => {
      this.hints += 1;
    });
    t.after(() => this.holder.close());
  }

  tells(type: HolderNews['type']): Promise<void> {
    return until(type, () => this.news.some(news => news.type === type), patientMs);
  }
}

function readsInputs(chip: SimulatedChip): void {
  const { label } = chip;
  test('a pull is set for each input', async t => {
    chip.pull(8, 0);
    chip.pull(9, 1);
    const held = new Held(t, [`in,256,8,${label}`, `in,512,9,${label}`]);
    await held.tells('ready');
    assert.deepEqual([held.holder.line(0).level, held.holder.line(1).level], [1, 0]);
  });

  test('a change is told by its edge', async t => {
    chip.pull(8, 0);
    const held = new Held(t, [`in,0,8,${label}`]);
    await held.tells('ready');
    const from = time.mono();
    const delays: number[] = [];
    for (const level of [1, 0, 1, 0, 1] as const) {
      const before = held.hints;
      const at = time.mono();
      chip.pull(8, level);
      await until('a hint', () => held.hints > before, patientMs);
      delays.push(time.mono() - at);
      assert.equal(held.holder.line(0).level, level);
    }
    assert.ok(time.mono() > from);
    console.error(`figure: edge told by cdev after ${delays.map(ms => ms.toFixed(1)).join(', ')} ms`);
    assert.ok((delays.toSorted((a, b) => a - b)[2] ?? 1_000) < 500, `${delays} ms`);
  });
}

function findsLines(chip: SimulatedChip): void {
  const { label } = chip;
  test('a chip is found by its label and its device, and one that is not there is named', async t => {
    const device = /^gpio-sim\.\d+/.exec(label)?.[0] ?? '';
    const held = new Held(t, [`in,0,8,${label}@${device}`, 'in,0,8,mcp23017', `in,0,99,${label}`]);
    await held.tells('ready');
    assert.equal(held.holder.line(0).dead, null);
    assert.equal(held.holder.line(1).dead, 'no chip with this label');
    assert.match(held.holder.line(2).dead ?? '', /invalid argument/);
  });

  test('a line that another program holds is said to be held, and is had when that one lets go', async t => {
    const first = new Held(t, [`lock,0,8,${label}`]);
    await first.tells('ready');
    const second = new Held(t, [`lock,0,8,${label}`]);
    await second.tells('ready');
    assert.match(second.holder.line(0).dead ?? '', /holds this line/);
    const third = new Held(t, [`lock,0,8,${label}`]);
    await pause(50);
    await first.holder.close();
    await third.tells('ready');
    assert.equal(third.holder.line(0).dead, null);
  });
}

interface Span {
  readonly leastMs: number;
  readonly mostMs: number;
}

/** For how long a line is at this level next: the looks before and after each change bound it, however late they come. */
async function lineWas(chip: SimulatedChip, line: number, level: Level): Promise<Span> {
  let before = time.mono();
  const change = async (to: boolean): Promise<{ readonly from: number; readonly to: number }> => {
    let looked = before;
    await until(
      `line ${line} ${to ? 'at' : 'not at'} ${level}`,
      () => {
        before = looked;
        looked = time.mono();
        return (chip.measure(line) === level) === to;
      },
      patientMs,
    );
    const seen = { from: before, to: time.mono() };
    before = looked;
    return seen;
  };
  const began = await change(true);
  const ended = await change(false);
  return { leastMs: ended.from - began.to, mostMs: ended.to - began.from };
}

function powersLocks(chip: SimulatedChip): void {
  const { label } = chip;
  test('a line that is let go keeps its level, so what is off was switched off by somebody', () => {
    leaveOn(chip, 8);
    unexportAll();
    assert.equal(chip.measure(8), 1);
  });

  test('a pulse of 300 ms takes 300 ms', async t => {
    const held = new Held(t, [`lock,0,8,${label}`]);
    await held.tells('ready');
    held.holder.pulse(0, millis(300), millis(5_000));
    const { leastMs, mostMs } = await lineWas(chip, 8, 1);
    assert.ok(mostMs >= 300 && leastMs < 1_000, `between ${leastMs} and ${mostMs} ms`);
    await held.tells('ended');
  });
}

function ofCdev(chip: SimulatedChip): void {
  describe('cdev on the lines of a kernel: what sysfs could not', () => {
    beforeEach(unexportAll);
    readsInputs(chip);
    findsLines(chip);
    powersLocks(chip);
  });
}

const chip = simulatedChip(/^gpio-sim\.\d+/);
if (typeof chip === 'string') {
  test('cabinets on the lines of a kernel', { skip: chip }, () => {});
} else {
  assert.ok(existsSync(program), `${program}: npm run build`);
  bothDrivers(chip);
  ofCdev(chip);
}
