import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openControl } from '../../src/box/control/server.ts';
import { FakeBox, type FakeBoxOptions } from '../box/control/fake-box.ts';

const program = join(import.meta.dirname, '../../src/cli/main.ts');
const manyRuns = join(import.meta.dirname, 'many-runs.ts');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly finished: Promise<Finished>;
  /** Resolves when stdout or stderr holds this text. */
  says(text: RegExp): Promise<void>;
  interrupt(): void;
}

/** The real program, on its own. */
export const start = (args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Running =>
  started([program, ...args], env, input);

function started(args: readonly string[], env: NodeJS.ProcessEnv, input: string): Running {
  const child = spawn(process.execPath, [...args], {
    env: { PATH: process.env.PATH, USER: 'tester', NODE_NO_WARNINGS: '1', ...env },
  });
  const said = { stdout: '', stderr: '' };
  const hearers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', chunk => {
      said[name] += chunk.toString('utf8');
      for (const hear of hearers) hear();
    });
  }
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  return {
    finished: new Promise(resolve => child.on('close', code => resolve({ code, ...said }))),
    says: text =>
      new Promise(resolve => {
        const hear = (): void => {
          if (!text.test(said.stdout + said.stderr)) return;
          hearers.delete(hear);
          resolve();
        };
        hearers.add(hear);
        hear();
      }),
    interrupt: () => child.kill('SIGINT'),
  };
}

export const run = (args: readonly string[], env?: NodeJS.ProcessEnv, input?: string): Promise<Finished> =>
  start(args, env, input).finished;

/** What each of these command lines says and how it ends, one after another in one process (`many-runs.ts`). */
export async function runMany(
  lines: readonly (readonly string[])[],
  env: NodeJS.ProcessEnv,
): Promise<readonly Finished[]> {
  const { code, stdout, stderr } = await started([manyRuns, JSON.stringify(lines)], env, '').finished;
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout) as readonly Finished[];
}

export interface Bench {
  readonly box: FakeBox;
  readonly dir: string;
  readonly socket: string;
  start(args: readonly string[], input?: string): Running;
  run(args: readonly string[], input?: string): Promise<Finished>;
  /** As `run` with `--json`: the document on stdout. */
  json(args: readonly string[], input?: string): Promise<unknown>;
}

/** A fake box behind a real control socket, and the program that talks to it. */
export async function bench(t: TestContext, options: FakeBoxOptions = {}): Promise<Bench> {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-cli-'));
  const box = new FakeBox({ data: dir, ...options });
  const socket = join(dir, 'control.sock');
  const control = await openControl({ path: socket, box });
  t.after(async () => {
    await control.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const env = { SMARTBOX_SOCKET: socket };
  return {
    box,
    dir,
    socket,
    start: (args, input) => start(args, env, input),
    run: (args, input) => run(args, env, input),
    async json(args, input) {
      const { code, stdout, stderr } = await run([...args, '--json'], env, input);
      if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
      if (stdout.trimEnd().includes('\n')) throw new Error(`more than one document: ${stdout}`);
      return JSON.parse(stdout);
    },
  };
}
