import { after, type MonoMs, millis } from '../../base/brand.ts';
import type { Input } from '../core/input.ts';
import type { BoxState } from '../core/model.ts';
import { doorWake } from '../core/wake.ts';

export const catchUpLimits = {
  /** How soon it is looked again: long enough for a level to be believed in three looks. */
  againMs: 20,
  /** Looks after which a deadline is judged all the same: a sensor that flaps must not hold up the box for ever. */
  looksMax: 12,
} as const;

/**
 * After a stall of disk or process timers come before the news that waited with them. So before a deadline of a door or a lock
 * is judged the lines are looked at, and it is put off while they have still to tell what happened meanwhile.
 */
export class LevelCatchUp {
  readonly #heard: () => boolean;
  #looks = 0;

  constructor(heard: () => boolean) {
    this.#heard = heard;
  }

  /** The input as it is judged: `unheard` where a deadline has passed and the lines have not told everything. */
  of(state: BoxState, input: Input): Input {
    const due = doorWake(state);
    if (due === null || due > input.at.mono || this.#heard()) {
      this.#looks = 0;
      return input;
    }
    if (input.type === 'woke') this.#looks += 1;
    if (this.#looks > catchUpLimits.looksMax) {
      this.#looks = 0;
      return input;
    }
    return { ...input, at: { ...input.at, unheard: true } };
  }

  /** When to wake at the earliest. */
  notBefore(now: MonoMs): MonoMs {
    return this.#looks === 0 ? now : after(now, millis(catchUpLimits.againMs));
  }
}
