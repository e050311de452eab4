import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** A program that is started with `env` watches its event loop. */
export class Turns {
  readonly #path: string;

  /** `folder`: where its socket is to be. */
  constructor(folder: string) {
    this.#path = join(folder, 'turns.sock');
  }

  get env(): Readonly<Record<string, string>> {
    return {
      SMARTBOX_TURNS: this.#path,
      NODE_OPTIONS: `--import=${join(import.meta.dirname, 'watched.ts')}`,
    };
  }

  /** The longest turn since this was last asked, milliseconds of processor time. */
  async longestMs(): Promise<number> {
    const told = Number(await text(connect(this.#path)));
    if (!Number.isFinite(told)) throw new Error('the program does not watch its turns');
    return told;
  }
}
