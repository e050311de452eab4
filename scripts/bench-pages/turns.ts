import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../rig/until.ts';

/** Milliseconds. */
interface Took {
  readonly longestMs: number;
  /** Of each request, from its first line to the last byte of its answer. */
  readonly servedMs: readonly number[];
}

/** The time that a server takes within its own process, which loads turns.mjs at its start. */
export class Turns {
  readonly #file: string;
  readonly #pid: () => number;

  constructor(folder: string, pid: () => number) {
    this.#file = join(folder, 'turns.json');
    this.#pid = pid;
  }

  /** For the process that is to be started. */
  get env(): Readonly<Record<string, string>> {
    const module = join(import.meta.dirname, 'turns.mjs');
    return { NODE_OPTIONS: `--import=${module}`, SMARTBOX_TURNS_FILE: this.#file };
  }

  /** Since this was asked last. */
  async take(): Promise<Took> {
    rmSync(this.#file, { force: true });
    process.kill(this.#pid(), 'SIGUSR2');
    await until('what the server took', () => existsSync(this.#file));
    return JSON.parse(readFileSync(this.#file, 'utf8')) as Took;
  }
}
