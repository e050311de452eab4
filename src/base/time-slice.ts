import { setImmediate } from 'node:timers/promises';
import { after, type MonoMs, millis } from './brand.ts';

/** Longest work between two looks at the keypad. */
const sliceMs = millis(8);

/** Lets the rest of a program go on whenever a slice of a long piece of work is used up. */
export class TimeSlice {
  readonly #time: { mono(): MonoMs };
  #until: MonoMs;

  constructor(time: { mono(): MonoMs }) {
    this.#time = time;
    this.#until = after(time.mono(), sliceMs);
  }

  /** Resolves at once while the slice lasts, else when whatever else was waiting has had its turn. */
  async yield(): Promise<void> {
    if (this.#time.mono() < this.#until) return;
    await setImmediate();
    this.#until = after(this.#time.mono(), sliceMs);
  }
}
