import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Count, Failure } from './failure-reporter.ts';
import type { Mutation } from './mutation.ts';

const root = join(import.meta.dirname, '../..');
/** What unit tests need; packages are linked, since nothing of them is changed. */
const copied = ['package.json', 'src', 'test', 'scripts', 'hardware', 'docs', 'README.md'];
const linked = ['node_modules'];
/** A mutant that hangs is ended; that is no assertion, so another test has to notice it. */
const patienceMs = 90_000;

export interface Outcome {
  /** The file that was run last, as mutations name it. */
  readonly test: string;
  readonly isGreen: boolean;
  /** The first test that failed by an assertion of its own, and what it said; null: none has. */
  readonly noticed: Failure | null;
  readonly ran: number;
  /** All that was heard, for whoever has to find out why there was no such test. */
  readonly heard: string;
}

/** A copy of the checkout in which one place at a time is another. */
export class MutantTree {
  readonly #home: string;
  /** What was compiled in one run is there for the next: without it every run spends most of its time on that. */
  readonly #compiled: string;
  /** What tests leave behind that are ended in their midst. */
  readonly #temporary: string;

  private constructor(home: string) {
    this.#home = home;
    this.#compiled = `${home}-compiled`;
    this.#temporary = `${home}-tmp`;
  }

  /** @param home a folder that is made */
  static async copy(home: string): Promise<MutantTree> {
    await mkdir(home);
    await Promise.all(copied.map(path => cp(join(root, path), join(home, path), { recursive: true })));
    for (const path of linked) await symlink(join(root, path), join(home, path));
    const tree = new MutantTree(home);
    await mkdir(tree.#temporary);
    return tree;
  }

  /** Runs the mutation's tests on the wounded copy, which is whole again afterwards. */
  async examine({ file, find, replace, tests, name }: Mutation): Promise<Outcome> {
    const path = join(this.#home, file);
    const sound = await readFile(path, 'utf8');
    assert.equal(sound.split(find).length, 2, `${name}: what it replaces must be in ${file} exactly once`);
    await writeFile(
      path,
      sound.replace(find, () => replace),
    );
    try {
      return await this.run(tests);
    } finally {
      await writeFile(path, sound);
    }
  }

  /** These tests of a file, or, where they are none that can be asked for by name, all of it. */
  async runNamed(test: string, names: readonly string[]): Promise<Outcome> {
    const some = await this.#runFile(test, names);
    return some.ran > 0 ? some : await this.#runFile(test);
  }

  /** Each file in a process of its own, one after the other: what one leaves behind is no other's. */
  async run(tests: readonly string[]): Promise<Outcome> {
    let last: Outcome = { test: '', isGreen: false, noticed: null, ran: 0, heard: 'no test is named' };
    for (const test of tests) {
      last = await this.#runFile(test);
      if (!last.isGreen) return last;
    }
    return last;
  }

  #runFile(test: string, names: readonly string[] = []): Promise<Outcome> {
    const reporter = join(this.#home, 'test/mutations/failure-reporter.ts');
    const args = [
      ...['--test', '--test-isolation=none', `--test-reporter=${reporter}`],
      // What holds on one store holds on the other, and a server for each run would take most of the time.
      ...['--test-skip-pattern', 'on PostgreSQL$'],
      ...names.flatMap(name => ['--test-name-pattern', `/^${name.replace(/[^\w ]/g, '\\$&')}$/`]),
      join('test', `${test}.test.ts`),
    ];
    const { NODE_TEST_CONTEXT: _, SMARTBOX_DIST: _dist, ...inherited } = process.env;
    const env = { ...inherited, NODE_COMPILE_CACHE: this.#compiled, TMPDIR: this.#temporary };
    // In a group of its own: nothing of what a mutant starts, and no signal that it sends, reaches others or outlives it.
    const child = spawn(process.execPath, args, {
      ...{ cwd: this.#home, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      // One assertion is enough: what else the file would find out is of no interest.
      if (out.slice(0, out.lastIndexOf('\n') + 1).includes(isAssertionSaid)) endGroup(child);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    return new Promise(resolve => {
      const timer = setTimeout(() => endGroup(child), patienceMs);
      child.on('exit', () => endGroup(child));
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        const { failures, ran } = read(out);
        resolve({
          test,
          isGreen: code === 0 && ran > 0,
          noticed: failures.find(({ isAssertion }) => isAssertion) ?? null,
          ran,
          heard: `${signal ?? `exit ${code}`}, ${ran} tests ran\n${out.slice(-2_000)}\n${err.slice(-2_000)}`,
        });
      });
    });
  }
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
}

/** As the reporter writes it. */
const isAssertionSaid = '"isAssertion":true';

function read(out: string): { readonly failures: readonly Failure[] } & Count {
  const failures: Failure[] = [];
  let ran = 0;
  // A line that has no end was cut off.
  for (const line of out
    .split('\n')
    .slice(0, -1)
    .filter(each => each.startsWith('{'))) {
    const one = JSON.parse(line) as Failure | Count;
    if ('ran' in one) ran = one.ran;
    else failures.push(one);
  }
  return { failures, ran };
}
