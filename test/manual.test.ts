/** The table of docs/failures.md: each row is held by tests, which are named here. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { proofs, unproven } from './manual-proofs.ts';

const root = join(import.meta.dirname, '..');

const failures = join(root, 'docs/failures.md');

const plainly = (text: string): string => text.trim().replaceAll("'", '’');

/** The first cell of each row below the heading. */
function rowsOf(page: string): readonly string[] {
  const table = page.split('\n').filter((line, at, all) => line.startsWith('|') && isFirstTable(all, at));
  return table.slice(2).map(line => plainly(line.split('|')[1] ?? ''));
}

const isFirstTable = (lines: readonly string[], at: number): boolean =>
  lines
    .slice(
      lines.findIndex(line => line.startsWith('|')),
      at,
    )
    .every(line => line.startsWith('|'));

test('each row of the table has its tests, and no test stands for a row that is gone', () => {
  const rows = rowsOf(readFileSync(failures, 'utf8'));
  assert.deepEqual([...rows].sort(), Object.keys(proofs).sort());
});

/** Of this very row: its cell in the table leads to each of its tests. */
for (const [row, named] of Object.entries(proofs))
  test(`${row}: the manual leads to its tests, and they are there`, () => {
    const page = readFileSync(failures, 'utf8');
    const line = page.split('\n').find(each => plainly(each.split('|')[1] ?? '') === row) ?? '';
    assert.ok(named.length > 0);
    for (const [file] of named) {
      assert.ok(existsSync(join(root, file)), file);
      assert.ok(line.includes(`(../${file})`), `the row does not lead to ${file}`);
    }
  });

test('a proof counts when a test of that name passed: one that was skipped, failed or only stands does not', () => {
  const named = { row: [['a.test.ts', 'opens'] as const, ['b.all.test.ts', 'shuts'] as const] };
  const ran = (names: readonly string[], files: readonly string[]) =>
    unproven(named, { asked: new Set(files), passed: new Map([['a.test.ts', new Set(names)]]) });
  assert.deepEqual(ran(['it opens (all)'], ['a.test.ts']), []);
  assert.equal(ran(['it shuts'], ['a.test.ts']).length, 1);
  assert.equal(ran([], ['a.test.ts', 'b.all.test.ts']).length, 2);
});
