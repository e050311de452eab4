import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mutations } from './mutations.ts';

const root = join(import.meta.dirname, '../..');

test('every mutation still has its place in the source, and its tests are there', async () => {
  for (const { name, file, find, replace, tests } of mutations) {
    const text = await readFile(join(root, file), 'utf8');
    assert.equal(text.split(find).length - 1, 1, `${name}: its text must occur exactly once in ${file}`);
    assert.notEqual(find, replace, name);
    for (const each of tests)
      assert.ok(existsSync(join(root, 'test', `${each}.test.ts`)), `${name}: ${each} is not there`);
    assert.ok(tests.length > 0, name);
  }
  assert.equal(new Set(mutations.map(({ name }) => name)).size, mutations.length);
  assert.ok(mutations.length >= 60);
});

/** Mended where only a program that was built and started can show it, and held there. */
const shownElsewhere: readonly string[] = [];

test('each row that was mended has a mutation', () => {
  const rows = new Set(mutations.map(({ row }) => row));
  const all = [...lettered('A', 22), ...lettered('B', 16), ...lettered('C', 11), ...lettered('D', 14)];
  const missing = [...all, ...lettered('E', 6)].filter(
    row => !rows.has(row) && !shownElsewhere.includes(row),
  );
  assert.deepEqual(missing, []);
});

function lettered(letter: string, most: number): readonly string[] {
  return Array.from({ length: most }, (_, at) => `${letter}${at + 1}`);
}
