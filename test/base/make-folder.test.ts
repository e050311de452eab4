import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { codeOf } from '../../src/base/fault.ts';
import { makeFolder } from '../../src/base/make-folder.ts';

test('a folder is made with those that it lies in, and one that is there stays as it is', t => {
  const folder = mkdtempSync(join(tmpdir(), 'folder-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const inner = join(folder, 'a/b/c');
  assert.equal(makeFolder(inner, 0o700), true);
  assert.equal(statSync(join(folder, 'a')).mode & 0o777, 0o700);
  assert.equal(makeFolder(inner, 0o755), false);
  assert.equal(statSync(inner).mode & 0o777, 0o700);
  writeFileSync(join(folder, 'file'), '');
  for (const [path, code] of [
    [join(folder, 'file'), 'EEXIST'],
    [join(folder, 'file/below'), 'ENOTDIR'],
    ['/proc/nothing/below', 'ENOENT'],
    ['/dev/null', 'EEXIST'],
  ] as const)
    assert.throws(
      () => makeFolder(path, 0o700),
      error => codeOf(error) === code,
      path,
    );
  assert.equal(existsSync('/proc/nothing'), false);
});
