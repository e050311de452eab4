/**
 * The box on a kernel with real GPIO. Most machines that run these tests have none, so a virtual one is booted: Debian's
 * kernel with the kernel's own simulated chip, whose other side (`pull`, `value`) the tests inside hold.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../src/base/fault.ts';
import { type Kernel, kernel } from './kernel.ts';
import { bundlePrograms, runInside } from './machine.ts';

const insideMs = 1_000_000;
/** Each set boots a machine of its own, since a busy host has time for no more in one. */
const sets = {
  onoff: ['test/box/adapters/gpio/onoff-on-kernel.test.ts', 'test/vm/guest/whole-daemon.ts'],
  cdev: ['test/box/adapters/gpio/cabinet-on-kernel.test.ts', 'test/vm/guest/cdev-daemon.ts'],
} as const;

/** Why no machine can be had, instead of one. */
function kernelOrReason(): Kernel | string {
  try {
    return kernel();
  } catch (error) {
    if (error instanceof Fault && error.code === 'vm-missing') return `${error.message} (${error.hint})`;
    throw error;
  }
}

for (const [driver, files] of Object.entries(sets))
  test(`${driver} on a kernel with GPIO, in a virtual machine`, { timeout: insideMs + 300_000 }, async t => {
    const made = kernelOrReason();
    if (typeof made === 'string') return t.skip(`SKIPPED: no virtual machine: ${made}`);
    await bundlePrograms();
    const { tests, code, said } = await runInside(made, files, insideMs);
    for (const { name, outcome, reason } of tests) {
      // What a test wants is there inside: whoever skips there has looked for the wrong thing.
      await t.test(`inside: ${name}`, () => assert.equal(outcome, 'passed', reason));
    }
    assert.equal(code, 0, said);
    assert.ok(tests.length > 15, `${tests.length} tests ran inside`);
  });
