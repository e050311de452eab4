import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { closeRun, confirmRun, openRun } from '../../../../src/box/adapters/system/run-file.ts';

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-run-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** As another boot of the kernel finds it. */
function rebooted(dir: string): void {
  const file = join(dir, 'run.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), boot: 'before' }));
}

const start = (dir: string): string => openRun(dir, '{}').reason;

test('why a run begins: the first, after an orderly end, after a crash, after a power cut', t => {
  const dir = folder(t);
  assert.equal(start(dir), 'first-start');
  confirmRun(dir);
  closeRun(dir);
  assert.equal(start(dir), 'restart');
  confirmRun(dir);
  assert.equal(start(dir), 'crash');
  confirmRun(dir);
  rebooted(dir);
  assert.equal(start(dir), 'power');
  assert.deepEqual(readdirSync(dir), ['run.json']);
});

test('starts that came to nothing before they could say so hide no power cut', t => {
  const dir = folder(t);
  start(dir);
  confirmRun(dir);
  rebooted(dir);
  for (let starts = 0; starts < 3; starts += 1) assert.equal(start(dir), 'power');
  confirmRun(dir);
  assert.equal(start(dir), 'crash', 'and then a crash is one again');
});

test('a file of an earlier version, and one that makes no sense', t => {
  const dir = folder(t);
  start(dir);
  const { untold: _, ...old } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8'));
  writeFileSync(join(dir, 'run.json'), JSON.stringify(old));
  assert.equal(start(dir), 'crash');
  for (const content of ['', '{', 'null', '[]', '{"boot":1}']) {
    writeFileSync(join(dir, 'run.json'), content);
    assert.equal(start(dir), 'first-start', content);
  }
});
