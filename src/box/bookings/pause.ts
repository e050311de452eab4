import { setImmediate } from 'node:timers/promises';
import { after, type MonoMs, millis } from '../../base/brand.ts';
import type { Time } from '../ports.ts';

/** Longest work between two looks at the keypad. */
const sliceMs = millis(8);

/** Lets the rest of the daemon go on whenever a slice of work is used up. */
export class Pause {
  readonly #time: Time;
  #until: MonoMs;

  constructor(time: Time) {
    this.#time = time;
    this.#until = after(time.mono(), sliceMs);
  }

  async breathe(): Promise<void> {
    if (this.#time.mono() < this.#until) return;
    await setImmediate();
    this.#until = after(this.#time.mono(), sliceMs);
  }
}
