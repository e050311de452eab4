/** How much may come in at once, and how fast it is forgiven. */
import type { MonoMs } from '../../base/brand.ts';

export interface Allowance {
  readonly perSecond: number;
  readonly burst: number;
}

export class Bucket {
  readonly #allowance: Allowance;
  #left: number;
  #at: MonoMs;

  constructor(allowance: Allowance, now: MonoMs) {
    this.#allowance = allowance;
    this.#left = allowance.burst;
    this.#at = now;
  }

  take(now: MonoMs): boolean {
    const { perSecond, burst } = this.#allowance;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
