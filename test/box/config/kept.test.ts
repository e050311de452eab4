import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readOnce, type Shelf } from '../../../src/box/config/kept.ts';
import type { BoxConfig } from '../../../src/box/config/model.ts';
import { readConfig } from '../../../src/box/config.ts';
import { full, least, names } from './samples.ts';

function folderOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-kept-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const shelf: Shelf = { folder, build: 'one' };
  const file = join(folder, 'box.yaml');
  const reads = { count: 0 };
  const read = (path = file, on = shelf): Promise<BoxConfig> =>
    readOnce(path, on, async () => {
      reads.count += 1;
      return readConfig(path, names);
    });
  return { folder, file, shelf, reads, read };
}

test('a configuration that was found good is read once, and comes back the same in every section', async t => {
  for (const text of [full, least]) {
    const { file, reads, read } = folderOf(t);
    writeFileSync(file, text);
    const first = await read();
    const second = await read();
    assert.equal(reads.count, 1);
    assert.deepEqual(second, first);
  }
});

test('read anew: another text, another build, another path, another file in its place', async t => {
  const { file, folder, shelf, reads, read } = folderOf(t);
  writeFileSync(file, full);
  await read();
  writeFileSync(file, full.replace('pulseMs: 500', 'pulseMs: 501'));
  assert.equal((await read()).slots[1]?.lock.pulseMs, 501);
  assert.equal(reads.count, 2);
  await read(file, { ...shelf, build: 'two' });
  assert.equal(reads.count, 3);
  // Relative paths in it mean something else there.
  const elsewhere = join(folder, 'other.yaml');
  writeFileSync(elsewhere, full.replace('pulseMs: 500', 'pulseMs: 501'));
  await read(elsewhere, { ...shelf, build: 'two' });
  assert.equal(reads.count, 4);
});

test('what is wrong is never kept, and neither is what changes while it is read', async t => {
  const { file, shelf, reads, read } = folderOf(t);
  writeFileSync(file, 'box: {}\n');
  await assert.rejects(read());
  await assert.rejects(read());
  assert.equal(reads.count, 2);
  writeFileSync(file, full);
  await readOnce(file, shelf, async () => {
    const config = readConfig(file, names);
    writeFileSync(file, least);
    return config;
  });
  assert.equal((await read()).slots[0]?.id, 7);
  await assert.rejects(read(join(shelf.folder, 'none.yaml')), { code: 'config-invalid' });
});

test('a shelf that is damaged, or takes nothing, changes nothing; and it never holds more than 16 files', async t => {
  const { file, folder, shelf, reads, read } = folderOf(t);
  writeFileSync(file, full);
  await read();
  for (const name of readdirSync(folder).filter(name => name.startsWith('box-config')))
    writeFileSync(join(folder, name), '{"build":"one","pa');
  await read();
  assert.equal(reads.count, 2);
  await read(file, { ...shelf, folder: join(folder, 'none') });
  assert.equal(reads.count, 3);
  for (let n = 0; n < 60; n += 1) {
    const path = join(folder, `${n}.yaml`);
    writeFileSync(path, least);
    await read(path);
  }
  assert.ok(readdirSync(folder).filter(name => name.startsWith('box-config')).length <= 16);
});
