import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { mutations } from './mutations.ts';

const core = join(import.meta.dirname, '../../../src/box/core');

test('every mutation still has its place in the core', async () => {
  for (const { name, file, find } of mutations) {
    const text = await readFile(join(core, file), 'utf8');
    assert.equal(text.split(find).length - 1, 1, `${name}: its text must occur exactly once in ${file}`);
  }
  assert.equal(new Set(mutations.map(({ name }) => name)).size, mutations.length);
  assert.ok(mutations.length >= 20);
});
