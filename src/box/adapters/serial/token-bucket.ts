import type { MonoMs } from '../../../base/brand.ts';

/** A bounded rate with a bounded burst: what is taken comes back at `perSecond`, up to `capacity`. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: MonoMs | null = null;

  constructor(capacity: number, perSecond: number) {
    this.#capacity = capacity;
    this.#perSecond = perSecond;
    this.#tokens = capacity;
  }

  /** Takes one if there is one. */
  take(at: MonoMs): boolean {
    this.#fill(at);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes `count` at once, into debt where need be, and says how long the debt lasts; 0 = none. */
  spend(count: number, at: MonoMs): number {
    this.#fill(at);
    this.#tokens -= count;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1_000);
  }

  #fill(at: MonoMs): void {
    const passedMs = this.#filledAt === null ? 0 : Math.max(0, at - this.#filledAt);
    this.#filledAt = at;
    this.#tokens = Math.min(this.#capacity, this.#tokens + (passedMs / 1_000) * this.#perSecond);
  }
}
