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

/** Runs the core's tests on a copy of the tree, with one wound or none. */
async function examine(name: string, mutation: Mutation | null): Promise<Outcome> {
  const home = join(place, name);
  for (const path of copied) await cp(join(root, path), join(home, path), { recursive: true });
  if (mutation !== null) {
    const file = join(home, 'src/box/core', mutation.file);
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replace(mutation.find, () => mutation.replace),
    );
  }
  const tests = (await readdir(join(home, 'test/box/core'))).filter(
    file => file.endsWith('.test.ts') && !left.has(file),
  );
  const tables = await run(
    home,
    tests.filter(file => !long.includes(file)),
  );
  const outcome = tables.red ? tables : await run(home, long);
  await rm(home, { recursive: true, force: true });
  return outcome;
}

function run(home: string, tests: readonly string[]): Promise<Outcome> {
  const args = [
    '--test',
    '--test-isolation=none',
    '--test-reporter=tap',
    ...tests.map(file => join('test/box/core', file)),
  ];
  // Each copy lies elsewhere and is run once: nothing of what it compiles is of use to another.
  const {
    NODE_TEST_CONTEXT: _,
    NODE_COMPILE_CACHE: _cache,
    SMARTBOX_DIST: _dist,
    ...inherited
  } = process.env;
  const env = { ...inherited, SEEDS: walks, BAIL: '1' };
  const child = spawn(process.execPath, args, { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-100_000);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise(resolve => {
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const by = signal === null ? firstRed(said) : 'time-out';
      resolve({ red: code !== 0, by });
    });
  });
}

/** Which test noticed: its name in the report. */
const firstRed = (said: string): string => /^ *not ok \d+ - (.*)$/m.exec(said)?.[1] ?? said.slice(-300);

test('every wound of the core is noticed', { timeout: 1_500_000 }, async context => {
  const sound = await examine('sound', null);
  assert.ok(!sound.red, `the unharmed core must pass first: ${sound.by}`);
  const waiting = mutations.map((mutation, at) => ({ mutation, at }));
  const unnoticed: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { mutation, at } = next;
      const { red, by } = await examine(`mutant-${at}`, mutation);
      context.diagnostic(
        `${red ? 'noticed' : 'NOT NOTICED'}: ${mutation.name} (${red ? by : mutation.file})`,
      );
      if (!red) unnoticed.push(`${mutation.file}: ${mutation.name}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  assert.deepEqual(unnoticed, [], 'these wounds of the core went unnoticed');
});
