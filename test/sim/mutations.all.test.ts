/** The simulator's rules bite: each wound turns some seed red. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Mutation, mutations } from './mutations.ts';

const root = join(import.meta.dirname, '../..');
const copied = ['package.json', 'src', 'test/prng.ts', 'test/sim', 'test/relay/domain/house.ts'];
const seedsMost = 40;
/** A mutant that hangs is noticed too. */
const patienceMs = 240_000;
const atOnce = 2;

let place = '';

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'smartbox-sim-mutants-'));
});
after(() => rm(place, { recursive: true, force: true }));

async function mutant(name: string, mutation: Mutation): Promise<string> {
  const home = join(place, name);
  for (const path of copied) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await cp(join(root, path), join(home, path), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'));
  const file = join(home, 'src', mutation.file);
  const text = await readFile(file, 'utf8');
  assert.equal(text.split(mutation.find).length, 2, `${mutation.name}: what it replaces is not there once`);
  await writeFile(
    file,
    text.replace(mutation.find, () => mutation.replace),
  );
  return home;
}

/** Why a seed was red; null: none was. */
function hunted(home: string): Promise<string | null> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = [join(home, 'test/sim/hunt.ts'), '1', String(seedsMost)];
  return new Promise(resolve => {
    execFile(process.execPath, args, { cwd: home, env, timeout: patienceMs }, (error, stdout, stderr) =>
      resolve(error === null ? null : stdout.trim() || stderr.slice(-300)),
    );
  });
}

test('every wound turns some seed red', { timeout: 1_200_000 }, async t => {
  const waiting = mutations.map((mutation, at) => ({ mutation, at }));
  const unnoticed: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { mutation, at } = next;
      const home = await mutant(`mutant-${at}`, mutation);
      const why = await hunted(home);
      t.diagnostic(`${why === null ? 'NOT NOTICED' : 'noticed'}: ${mutation.name} (${why ?? mutation.file})`);
      if (why === null) unnoticed.push(mutation.name);
      await rm(home, { recursive: true, force: true });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  assert.deepEqual(unnoticed, []);
});
