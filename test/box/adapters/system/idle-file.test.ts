import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silent } from '../../../../src/base/log.ts';
import { type IdleLine, tellIdleLines } from '../../../../src/box/adapters/system/idle-file.ts';

const lines: readonly IdleLine[] = [
  { chip: 'pinctrl-bcm2711', line: 17, idle: 0 },
  { chip: 'mcp23017@1-0020', line: 3, idle: 1 },
];

test('every output with its idle level, written only where it is another', t => {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-idle-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const file = join(dir, 'idle-lines');
  tellIdleLines(`${dir}:/elsewhere`, lines, silent);
  assert.equal(readFileSync(file, 'utf8'), 'pinctrl-bcm2711:17=0\nmcp23017@1-0020:3=1\n');
  const { ino } = statSync(file);
  tellIdleLines(dir, lines, silent);
  assert.equal(statSync(file).ino, ino, 'an idle box writes nothing');
  tellIdleLines(dir, [], silent);
  assert.equal(readFileSync(file, 'utf8'), '', 'simulated lines are not the machine’s');
  assert.deepEqual(readdirSync(dir), ['idle-lines']);
});

test('without systemd nothing is written, and a disk that refuses is no reason not to start', () => {
  tellIdleLines(undefined, lines, silent);
  const said: string[] = [];
  tellIdleLines('/proc/none', lines, { ...silent, warn: (_, message) => said.push(message) });
  assert.equal(said.length, 1);
});
