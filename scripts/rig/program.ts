import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const outputMax = 1_048_576;

/** The Node that the project pins. */
export const node: string = join(root, 'node_modules/.bin/node');

/** Sources by default; `SMARTBOX_DIST` names the folder of a build (relative to the repository) to test that instead. */
const dist = process.env.SMARTBOX_DIST;

const sources = {
  smartboxd: 'src/box/app/main.ts',
  smartbox: 'src/cli/main.ts',
  'smartbox-relay': 'src/relay/app/main.ts',
} as const;

/** The command line of a program. */
export function programOf(name: keyof typeof sources): readonly [string, ...string[]] {
  if (dist === undefined) return [node, join(root, sources[name])];
  const file = join(root, dist, `${name}.js`);
  if (!existsSync(file)) throw new Error(`${file} is not there: npm run build`);
  return [node, file];
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A child process whose output is kept. */
export class Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  #stdout = '';
  #stderr = '';

  constructor(
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>>,
    input?: string,
  ) {
    const [file, ...args] = command;
    this.child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout = (this.#stdout + text).slice(-outputMax * 64);
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-outputMax);
    });
    this.child.stdin?.on('error', () => {});
    this.child.stdin?.end(input);
    this.finished = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) =>
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }),
      );
    });
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** Gives all that it has said on stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }
}
