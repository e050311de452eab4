import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Mutation, mutations } from './mutations.ts';

const root = join(import.meta.dirname, '../../..');
/** What the core needs to run, and what is run against it. */
const copied = [
  'package.json',
  ...['src/base', 'src/wire', 'src/box/core'],
  ...['scripts/rig/prng.ts', 'test/seeds.ts', 'test/box/core'],
];
/** Tests of tests tell nothing of the core. */
const left = new Set(['mutations.test.ts', 'mutations.all.test.ts', 'oracle.test.ts']);
/** These take seconds, the tables one: they are asked only what the tables let pass. */
const long: readonly string[] = [
  'guessing.test.ts',
  'flapping.test.ts',
  'flapping-writes.test.ts',
  'walk.test.ts',
];
const walks = '60';
const atOnce = 2;
/** A mutant that hangs is noticed too. */
const patienceMs = 90_000;

let place = '';

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'smartbox-mutants-'));
});
after(() => rm(place, { recursive: true, force: true }));

interface Outcome {
  readonly red: boolean;
  readonly by: string;
}

/** A copy of the tree, in which one wound after the other is made and healed. */
async function copyOf(name: string): Promise<string> {
  const home = join(place, name);
  for (const path of copied) await cp(join(root, path), join(home, path), { recursive: true });
  return home;
}

/** Runs the core's tests on a copy, with one wound. */
async function examine(home: string, { file, find, replace }: Mutation): Promise<Outcome> {
  const path = join(home, 'src/box/core', file);
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replace(find, () => replace),
  );
  try {
    return await asItIs(home);
  } finally {
    await writeFile(path, text);
  }
}

async function asItIs(home: string): Promise<Outcome> {
  const tests = (await readdir(join(home, 'test/box/core'))).filter(
    file => file.endsWith('.test.ts') && !left.has(file),
  );
  const tables = await run(
    home,
    tests.filter(file => !long.includes(file)),
  );
  return tables.red ? tables : await run(home, long);
}

function run(home: string, tests: readonly string[]): Promise<Outcome> {
  const args = [
    '--test',
    '--test-isolation=none',
    '--test-reporter=tap',
    ...tests.map(file => join('test/box/core', file)),
  ];
  const { NODE_TEST_CONTEXT: _, SMARTBOX_DIST: _dist, ...inherited } = process.env;
  // What was compiled for one wound is there for the next, but for the wounded file.
  const env = { ...inherited, NODE_COMPILE_CACHE: `${home}-compiled`, SEEDS: walks, BAIL: '1' };
  const child = spawn(process.execPath, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-100_000);
    // One that has noticed is enough.
    if (firstRed(said) !== null) child.kill('SIGKILL');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise(resolve => {
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const by = firstRed(said) ?? (signal === null ? said.slice(-300) : 'time-out');
      resolve({ red: code !== 0, by });
    });
  });
}

/** Which test noticed: its name in the report. */
const firstRed = (said: string): string | null => /^ *not ok \d+ - (.*)\n/m.exec(said)?.[1] ?? null;

test('every wound of the core is noticed', { timeout: 1_500_000 }, async context => {
  const homes = await Promise.all(Array.from({ length: atOnce }, (_, at) => copyOf(`${at}`)));
  const sound = await asItIs(homes[0] ?? '');
  assert.ok(!sound.red, `the unharmed core must pass first: ${sound.by}`);
  const waiting = [...mutations];
  const unnoticed: string[] = [];
  const work = async (home: string): Promise<void> => {
    for (let mutation = waiting.shift(); mutation !== undefined; mutation = waiting.shift()) {
      const { red, by } = await examine(home, mutation);
      context.diagnostic(
        `${red ? 'noticed' : 'NOT NOTICED'}: ${mutation.name} (${red ? by : mutation.file})`,
      );
      if (!red) unnoticed.push(`${mutation.file}: ${mutation.name}`);
    }
  };
  await Promise.all(homes.map(work));
  assert.deepEqual(unnoticed, [], 'these wounds of the core went unnoticed');
});
