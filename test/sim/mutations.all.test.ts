/**
 * The simulator's rules bite: each wound turns some seed red. The seed that is known to do so is tried first, and the sources as
 * they are must live through that one; where the sources have changed what happens in it, the next ones are tried.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Mutation, mutations } from './mutations.ts';

const root = join(import.meta.dirname, '../..');
const copied = ['package.json', 'src', 'test', 'scripts'];
/** How many are tried after the one that is known. */
const seedsMore = 24;
/** A mutant that hangs is ended, and has been noticed by nobody. */
const patienceMs = 600_000;
const atOnce = 2;

let place = '';

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'smartbox-sim-mutants-'));
});
after(() => rm(place, { recursive: true, force: true }));

async function copy(home: string): Promise<void> {
  for (const path of copied) await cp(join(root, path), join(home, path), { recursive: true });
  await symlink(join(root, 'node_modules'), join(home, 'node_modules'));
}

interface Lives {
  readonly from: number;
  readonly to: number;
  readonly leaning: Mutation['leaning'];
}

/** What was heard of the first seed that is red; null: none is. @throws Error where the lives were not even begun */
function hunted(home: string, { from, to, leaning = {} }: Lives): Promise<string | null> {
  const { NODE_TEST_CONTEXT: _, SMARTBOX_DIST: _dist, ...inherited } = process.env;
  const env = { ...inherited, NODE_COMPILE_CACHE: `${home}-compiled` };
  const args = [join(home, 'test/sim/hunt.ts'), String(from), String(to), JSON.stringify(leaning)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: home, env, timeout: patienceMs }, (error, stdout, stderr) => {
      const told = stdout.trim();
      if (error === null) resolve(null);
      else if (/^Error: seed \d+:/.test(told)) resolve(told);
      else reject(new Error(error.killed === true ? 'it hangs' : stderr.slice(-1_000), { cause: error }));
    });
  });
}

/** What noticed the wound; null: nothing has. */
async function noticed(home: string, { file, find, replace, name, seed, leaning }: Mutation) {
  const path = join(home, 'src', file);
  const sound = await readFile(path, 'utf8');
  assert.equal(sound.split(find).length, 2, `${name}: what it replaces must be there exactly once`);
  const known = { from: seed, to: seed, leaning };
  assert.equal(await hunted(home, known), null, `${name}: the unharmed copy must live through it`);
  await writeFile(
    path,
    sound.replace(find, () => replace),
  );
  try {
    return (await hunted(home, known)) ?? (await hunted(home, { from: 1, to: seedsMore, leaning }));
  } finally {
    await writeFile(path, sound);
  }
}

test('every wound turns some seed red', { timeout: 2_300_000 }, async t => {
  const waiting = [...mutations];
  const unnoticed: string[] = [];
  const work = async (home: string): Promise<void> => {
    await copy(home);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const told = await noticed(home, next);
      if (told === null) unnoticed.push(`${next.name} (${next.file})`);
      else t.diagnostic(`noticed: ${next.name} (${told})`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, at) => work(join(place, `copy-${at}`))));
  assert.deepEqual(unnoticed, []);
});
