/** The driver on lines of a kernel. Where this one has no simulated chip, test/vm runs it on one that has. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { silent } from '../../../../src/base/log.ts';
import { openOnoffLines } from '../../../../src/box/adapters/gpio/onoff.ts';
import { sysfsGpio } from '../../../../src/box/adapters/gpio/sysfs.ts';
import type { LineSpec, Lines } from '../../../../src/box/ports.ts';
import { type LinesBench, linesContract } from './lines-contract.ts';
import { type SimulatedChip, simulatedChip } from './simulated-chip.ts';

/** Gives every line back to the kernel, as a reboot does. */
function unexportAll(): void {
  for (const name of readdirSync(sysfsGpio).filter(one => /^gpio\d+$/.test(one))) {
    writeFileSync(join(sysfsGpio, 'unexport'), name.slice('gpio'.length));
  }
}

/** A test that fails leaves lines watched, which would keep this process alive. */
const opened: Lines[] = [];
async function kernelLines(): Promise<Lines> {
  const lines = await openOnoffLines({ log: silent });
  opened.push(lines);
  return lines;
}

function onKernel(chip: SimulatedChip): () => Promise<LinesBench> {
  let next = 0;
  // Pulled up, as a contact to ground is: a level that does not change makes no edge.
  const spare = (): LineSpec => {
    const line = next++ % chip.count;
    chip.pull(line, 1);
    return { chip: chip.label, line };
  };
  return async () => ({
    lines: await kernelLines(),
    spare,
    measure: ({ line }) => chip.measure(line),
    drive: ({ line }, level) => chip.pull(line, level),
    done: unexportAll,
    slow: true,
  });
}

/** What only a kernel knows. */
function leftOvers(chip: SimulatedChip): void {
  const spec = { chip: chip.label, line: 7 };
  const export_ = (): void => writeFileSync(join(sysfsGpio, 'export'), String(chip.base + spec.line));
  const put = (file: string, text: string): void =>
    writeFileSync(join(sysfsGpio, `gpio${chip.base + spec.line}`, file), text);

  describe('onoff on the lines of a kernel: left-overs of a crash', () => {
    beforeEach(unexportAll);

    test('a lock that is still on is forced idle', async () => {
      export_();
      put('direction', 'high');
      assert.equal(chip.measure(spec.line), 1);
      (await kernelLines()).output(spec, 0);
      assert.equal(chip.measure(spec.line), 0);
    });

    test('a sensor that is still watched, and upside down, is set right', async () => {
      export_();
      put('direction', 'in');
      put('active_low', '1');
      put('edge', 'rising');
      chip.pull(spec.line, 1);
      const lines = await kernelLines();
      const input = lines.input(spec, 1, () => {});
      assert.equal(input.read(), 1);
      chip.pull(spec.line, 0);
      assert.equal(input.read(), 0);
      lines.close();
    });

    test('a lock becomes a sensor, and a sensor a lock, as a changed configuration wants', async () => {
      export_();
      put('direction', 'high');
      const before = await kernelLines();
      const input = before.input(spec, 1, () => {});
      chip.pull(spec.line, 0);
      assert.equal(input.read(), 0);
      // As SIGKILL leaves it: watched and exported.
      const after = await kernelLines();
      after.output(spec, 0).write(1);
      assert.equal(chip.measure(spec.line), 1);
      after.close();
      before.close();
    });
  });
}

const chip = simulatedChip(/^gpio-sim\.\d+/);
if (typeof chip === 'string') {
  test('onoff on the lines of a kernel', { skip: chip }, () => {});
} else {
  linesContract('onoff on the lines of a kernel', onKernel(chip));
  leftOvers(chip);
  after(() => {
    for (const lines of opened) lines.close();
    unexportAll();
  });
}
