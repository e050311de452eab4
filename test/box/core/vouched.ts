import type { Input } from '../../../src/box/core/input.ts';

/** How old the bookings may be (rules.md 25), from the inputs alone: the oracle's own reading of the relay's words. */
export class Vouched {
  #enrolled = false;
  #last = Number.NEGATIVE_INFINITY;

  /** `now`: the instants that it may be. */
  hear(input: Input, now: readonly number[]): void {
    if (input.type === 'enrolled') {
      this.#enrolled = input.enrolled;
      this.#last = Number.NEGATIVE_INFINITY;
    }
    if (input.type === 'vouched' && input.newest) this.#last = Math.max(...now);
  }

  /** At whichever of these instants it is. */
  stale(maxMs: number | null, now: readonly number[]): boolean {
    return this.#enrolled && maxMs !== null && now.every(instant => instant - this.#last > maxMs);
  }
}
