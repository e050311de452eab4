/** The driver of the character device with its real holder, where files stand for lines; test/vm has lines of a kernel. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../../../src/base/log.ts';
import { openCdevLines } from '../../../../src/box/adapters/gpio/cdev.ts';
import { startGuard } from '../../../../src/box/adapters/gpio/guard.ts';
import { openSimLines } from '../../../../src/box/adapters/gpio/sim.ts';
import { cabinetContract } from './cabinet-contract.ts';
import { realTime as time } from './fake-time.ts';
import { fileChip, holderProgram } from './holder-program.ts';

const log = silent;
const made = holderProgram();
cabinetContract(
  'cdev on files',
  () => {
    const { label, measure, drive } = made.chip();
    const driver = (spec: Parameters<typeof openCdevLines>[0]['spec']) =>
      openCdevLines({ spec, program: made.program, time, log, readMs: 20 });
    return { chip: label, driver, measure, drive, leaveOn: line => drive(line, 1) };
  },
  made.missing,
);

test('a helper that cannot be started is said by its name', async () => {
  const spec = { slots: [], indicators: {}, inputs: {} };
  const program = join(tmpdir(), 'no-such-gpio-lines');
  await assert.rejects(openCdevLines({ spec, program, time, log }), { code: 'line-driver' });
});

const dir = mkdtempSync(join(tmpdir(), 'smartbox-sim-'));
after(() => rmSync(dir, { recursive: true, force: true }));
let chips = 0;
cabinetContract('sim', () => {
  const chip = `chip${chips++}`;
  const path = join(dir, chip);
  const files = fileChip(path);
  const driver = async () => ({
    lines: openSimLines({ dir, time, log }),
    guard: (paths: Parameters<typeof startGuard>[0]['paths']) => startGuard({ paths, time, log }),
  });
  return { chip, driver, ...files, leaveOn: line => files.drive(line, 1) };
});
