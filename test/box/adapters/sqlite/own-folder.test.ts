import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ownFolder } from '../../../../src/box/adapters/sqlite/files.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-own-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const makes: Readonly<Record<string, (path: string) => unknown>> = {
  'a pipe': path => execFileSync('mkfifo', [path]),
  'a folder': path => mkdirSync(path),
  'a link that leads in a circle': path => symlinkSync(path, path),
  'a link to a folder': path => symlinkSync(tmpdir(), path),
};

const names = [
  ...['run.json', 'run.json.new', 'reserve', 'smartbox.mark', 'smartbox.mark.new', 'smartbox.lock'],
  ...['smartbox.db', 'smartbox.db-wal', 'smartbox.db-shm', 'smartbox.db-journal', 'smartbox.db.restoring'],
  ...['smartbox.db.backup-1', 'smartbox.db.backup-2.new', 'smartbox.suspect', 'smartbox.restored'],
  'smartbox.incoming',
];

describe('the data folder, before it is used', () => {
  for (const [what, make] of Object.entries(makes))
    it(`${what} in the place of a file is put aside, by every name`, t => {
      const folder = folderOf(t);
      for (const name of names) make(join(folder, name));
      const aside = ownFolder(folder);
      assert.deepEqual(
        aside.map(name => name.replace(/\.no-file-[0-9a-f]{8}$/, '')).sort(),
        names.toSorted(),
      );
      assert.deepEqual(readdirSync(folder).sort(), aside.toSorted(), 'and nothing is gone');
      assert.deepEqual(ownFolder(folder), [], 'once');
    });

  it('files, links to files and to nothing, and what is somebody else’s stay', t => {
    const folder = folderOf(t);
    const elsewhere = folderOf(t);
    writeFileSync(join(elsewhere, 'a'), '');
    writeFileSync(join(folder, 'run.json'), '{}');
    symlinkSync(join(elsewhere, 'a'), join(folder, 'smartbox.db'));
    symlinkSync(join(elsewhere, 'later'), join(folder, 'reserve'));
    for (const name of ['control.sock', 'smartbox.sock', 'lost+found', 'smartbox.db.damaged-1'])
      mkdirSync(join(folder, name));
    const before = readdirSync(folder);
    assert.deepEqual(ownFolder(folder), []);
    assert.deepEqual(readdirSync(folder), before);
  });
});
