import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { mustBeFile, readBounded } from '../../src/base/bounded-file.ts';
import { codeOf } from '../../src/base/fault.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bounded-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const outcome = (work: () => unknown): string => {
  try {
    return String(work() ?? 'good');
  } catch (error) {
    return codeOf(error);
  }
};

test('a file is read as far as it may be long, and nothing that has no end', t => {
  const folder = folderOf(t);
  const file = join(folder, 'file');
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  symlinkSync('round', join(folder, 'round'));
  writeFileSync(file, 'x'.repeat(100_000));
  const read = (name: string, maxBytes = 100_000, pipes = false): string =>
    outcome(() => readBounded(name, { maxBytes, pipes }).length);
  assert.equal(read(file), '100000');
  assert.equal(read(file, 99_999), 'too-large');
  assert.equal(
    read('/proc/self/status', 1_000_000) !== '0',
    true,
    'a file that says no length is read all the same',
  );
  for (const [name, code] of [
    [folder, 'not-a-file'],
    [pipe, 'not-a-file'],
    ['/dev/zero', 'not-a-file'],
    [join(folder, 'nothing'), 'ENOENT'],
    [join(folder, 'round'), 'ELOOP'],
    [join(file, 'below'), 'ENOTDIR'],
  ] as const)
    assert.equal(read(name), code, name);
  assert.equal(read('/dev/zero', 10, true), 'not-a-file', 'a device is no pipe');
});

test('what another program writes into a pipe is read where pipes are taken', t => {
  const pipe = join(folderOf(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  execFileSync('/bin/sh', ['-c', `printf secret > ${pipe} &`], { stdio: 'ignore' });
  assert.equal(
    outcome(() => readBounded(pipe, { maxBytes: 10, pipes: true })),
    'secret',
  );
});

test('nothing but a file is replaced', t => {
  const folder = folderOf(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  symlinkSync('/dev/null', join(folder, 'link'));
  mkdirSync(join(folder, 'inner'));
  const said = (name: string): string => outcome(() => mustBeFile(name));
  assert.deepEqual([file, join(folder, 'new')].map(said), ['good', 'good']);
  for (const name of [join(folder, 'inner'), '/dev/null', join(folder, 'link')])
    assert.equal(said(name), 'not-a-file', name);
});
