import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { deadPaths, deadPathsInPages } from './doc-paths.ts';

const root = resolve(import.meta.dirname, '../..');

test('paths that the documents name are there', () => assert.equal(deadPathsInPages(root).join('\n'), ''));

test('a path that leads nowhere is seen', () => {
  const dead = (code: string): number => deadPaths('docs/a.md', `See \`${code}\`.`, root).length;
  const codes = [
    'src/base',
    './scripts/test',
    'node x test/nowhere.ts',
    'src/nowhere/',
    'test/*.ts',
    'a/b.ts',
  ];
  assert.deepEqual(codes.map(dead), [0, 0, 1, 1, 0, 0]);
});
