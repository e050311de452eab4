/**
 * Undoes the mends of the field cases one by one, and demands that the tests named for each notice: by an assertion of a test
 * that ran. A file that does not load, an error on the way and a time-out are no such thing, since any mistake in the list
 * itself brings them about. What has noticed one must be green on the copy that is as it should be.
 */
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { MutantTree } from './mutant-tree.ts';
import { mutations } from './mutations.ts';

const atOnce = 2;
/** `ROWS=A5,D2` undoes the mends of these rows alone. */
const rows = process.env.ROWS?.split(',');
const asked = mutations.filter(({ row }) => rows?.includes(row) ?? true);
let place = '';
let trees: readonly MutantTree[] = [];

before(async () => {
  // A short name: sockets lie below it, and have few letters. A PostgreSQL must be able to walk through it.
  place = await mkdtemp(join(tmpdir(), 'mended-'));
  await chmod(place, 0o755);
  trees = await Promise.all(Array.from({ length: atOnce }, (_, at) => MutantTree.copy(join(place, `${at}`))));
});
after(() => rm(place, { recursive: true, force: true }));

/** Each tree takes the next piece of work when it is done with the one before. */
async function shared<T>(
  work: readonly T[],
  each: (tree: MutantTree, one: T) => Promise<void>,
): Promise<void> {
  const waiting = [...work];
  const run = async (tree: MutantTree): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await each(tree, next);
  };
  await Promise.all(trees.map(run));
}

/** File → the tests in it that have noticed something. */
const noticing = new Map<string, Set<string>>();

test('each mend that is undone is noticed by an assertion', async context => {
  const unnoticed: string[] = [];
  await shared(asked, async (tree, mutation) => {
    const { test: file, noticed, isGreen, heard } = await tree.examine(mutation);
    const what = `${mutation.row} ${mutation.name}`;
    if (noticed !== null) {
      context.diagnostic(`noticed: ${what} (${noticed.file}: ${noticed.name})`);
      noticing.set(file, (noticing.get(file) ?? new Set()).add(noticed.name));
    } else unnoticed.push(`${what} (${mutation.file}): ${isGreen ? 'all tests pass' : heard}`);
  });
  assert.deepEqual(unnoticed, []);
});

test('the tests that have noticed it are green on the copy that nothing was changed in', async () => {
  const red: string[] = [];
  await shared([...noticing], async (tree, [file, names]) => {
    const { isGreen, heard } = await tree.runNamed(file, [...names]);
    if (!isGreen) red.push(`${file}: ${heard}`);
  });
  assert.deepEqual(red, []);
});
