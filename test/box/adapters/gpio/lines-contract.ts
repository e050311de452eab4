import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../../src/base/fault.ts';
import type { Level, LineSpec, Lines } from '../../../../src/box/ports.ts';
import { watchLag } from '../../../lag.ts';

/** One driver with the world on the other side of its lines. */
export interface LinesBench {
  readonly lines: Lines;
  /** A line that nobody has used. */
  readonly spare: () => LineSpec;
  /** What a voltmeter would show. */
  readonly measure: (spec: LineSpec) => Level;
  /** The world pulls an input to a level. */
  readonly drive: (spec: LineSpec, level: Level) => void;
  readonly done: () => void;
  /** An emulated machine: what happens there counts, not how soon. */
  readonly slow?: true;
}

const setupFault = (error: unknown): boolean => error instanceof Fault && error.code === 'line-setup';
const never = (): void => assert.fail('no change was made');

type Open = () => LinesBench | Promise<LinesBench>;

/** What every driver of lines must do, whatever it drives. */
export function linesContract(name: string, open: Open): void {
  outputs(name, open);
  inputs(name, open);
  claims(name, open);
}

function outputs(name: string, open: Open): void {
  describe(`${name}: outputs`, () => {
    test('an output is idle as soon as it is set up, at either level', async () => {
      const { lines, spare, measure, done } = await open();
      for (const idle of [0, 1] as const) {
        const spec = spare();
        lines.output(spec, idle);
        assert.equal(measure(spec), idle);
      }
      done();
    });

    test('an output follows each write, and is back at idle after close', async () => {
      const { lines, spare, measure, done } = await open();
      const [low, high] = [spare(), spare()];
      const outputs = [lines.output(low, 0), lines.output(high, 1)];
      for (const level of [1, 0, 0, 1, 0, 1] as const) {
        for (const output of outputs) output.write(level);
        assert.deepEqual([measure(low), measure(high)], [level, level]);
        assert.deepEqual(
          outputs.map(output => output.read()),
          [level, level],
        );
      }
      for (const [index, output] of outputs.entries()) output.write(index === 0 ? 1 : 0);
      lines.close();
      lines.close();
      assert.deepEqual([measure(low), measure(high)], [0, 1]);
      done();
    });

    test('the safe paths name each output, and writing them makes it idle', async () => {
      const { writeFileSync } = await import('node:fs');
      const { lines, spare, measure, done } = await open();
      const specs = [spare(), spare(), spare()];
      const idles = [0, 1, 0] as const;
      for (const [index, spec] of specs.entries()) lines.output(spec, idles[index] ?? 0).write(1);
      lines.input(spare(), 1, () => {});
      const paths = lines.safePaths();
      assert.equal(paths.length, 3);
      for (const { path, text } of paths) writeFileSync(path, text, { flag: 'r+' });
      assert.deepEqual(specs.map(measure), [...idles]);
      lines.close();
      done();
    });
  });
}

function inputs(name: string, open: Open): void {
  describe(`${name}: inputs`, () => {
    test('an input shows what the world does, and hints at it within 100 ms', async () => {
      const { lines, spare, drive, done, slow } = await open();
      const spec = spare();
      let hints = 0;
      const input = lines.input(spec, 1, () => {
        hints += 1;
      });
      const delays: number[] = [];
      const lag = watchLag();
      for (const level of [0, 1, 0, 1, 0] as const) {
        const before = hints;
        const from = performance.now();
        drive(spec, level);
        while (hints === before && performance.now() - from < 5_000) await sleep(2);
        delays.push(performance.now() - from);
        assert.ok(hints > before, `no hint of level ${level}`);
        // Not before the hint: in sysfs whoever reads a new level has taken the kernel's word of it away.
        assert.equal(input.read(), level);
        await sleep(20);
      }
      // The middle one: a machine that is busy for a moment must not fail this; nor one that is busy all the time.
      const median = delays.toSorted((a, b) => a - b)[2] ?? 1_000;
      const boundMs = 100 + 3 * lag();
      assert.ok(slow === true || median < boundMs, `hinted at after ${delays} ms, ${boundMs} at most`);
      lines.close();
      done();
    });

    test('lines of one chip do not disturb each other', async () => {
      const { lines, spare, measure, done } = await open();
      const [inSpec, outSpec] = [spare(), spare()];
      const input = lines.input(inSpec, 1, never);
      await sleep(100);
      const before = input.read();
      const output = lines.output(outSpec, 0);
      output.write(1);
      assert.equal(input.read(), before);
      assert.equal(measure(outSpec), 1);
      lines.close();
      done();
    });
  });
}

function claims(name: string, open: Open): void {
  describe(`${name}: claims`, () => {
    test('a line has one job', async () => {
      const { lines, spare, done } = await open();
      const spec = spare();
      lines.output(spec, 0);
      assert.throws(() => lines.output(spec, 0), setupFault);
      assert.throws(() => lines.input(spec, 0, never), setupFault);
      lines.close();
      done();
    });

    test('a line that cannot be is refused by name', async () => {
      const { lines, spare, done } = await open();
      const { chip } = spare();
      for (const line of [-1, 0.5, Number.NaN]) {
        assert.throws(() => lines.output({ chip, line }, 0), setupFault, `line ${line}`);
      }
      assert.throws(() => lines.input({ chip: '../etc', line: 1 }, 0, never), setupFault);
      lines.close();
      done();
    });
  });
}
