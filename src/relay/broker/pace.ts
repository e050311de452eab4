import type { MonoMs } from '../../base/brand.ts';

/** So much at once, then so much a second: tells how long the next one has to wait, and never forgets what it let through. */
export class Pace {
  readonly #burst: number;
  readonly #perSecond: number;
  #left: number;
  #at: MonoMs;

  constructor(burst: number, perSecond: number, now: MonoMs) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#left = burst;
    this.#at = now;
  }

  /** Counts one, and says in how many milliseconds it is due: 0 now. */
  take(now: MonoMs): number {
    this.#refill(now);
    this.#left -= 1;
    return this.#left >= 0 ? 0 : Math.ceil((-this.#left / this.#perSecond) * 1_000);
  }

  /** Counts one only if it is due now. */
  may(now: MonoMs): boolean {
    this.#refill(now);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #refill(now: MonoMs): void {
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1_000) * this.#perSecond);
    this.#at = now;
  }
}
