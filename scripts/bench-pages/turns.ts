import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../rig/until.ts';

/** The longest turn of the event loop of another process, which loads turns.mjs at its start. */
export class Turns {
  readonly #file: string;
  readonly #pid: () => number;

  constructor(folder: string, pid: () => number) {
    this.#file = join(folder, 'longest-turn');
    this.#pid = pid;
  }

  /** For the process that is to be started. */
  get env(): Readonly<Record<string, string>> {
    const module = join(import.meta.dirname, 'turns.mjs');
    return { NODE_OPTIONS: `--import=${module}`, SMARTBOX_TURNS_FILE: this.#file };
  }

  /** Milliseconds, since this was asked last. */
  async longest(): Promise<number> {
    rmSync(this.#file, { force: true });
    process.kill(this.#pid(), 'SIGUSR2');
    await until('the longest turn', () => existsSync(this.#file) && readFileSync(this.#file, 'utf8') !== '');
    return Number(readFileSync(this.#file, 'utf8'));
  }
}
