import type { MonoMs } from './brand.ts';

/** A bounded rate with a bounded burst: what is taken comes back, `count` in `perMs`, up to `capacity`. Full when it is new. */
export class TokenBucket {
  readonly #capacity: number;
  readonly #count: number;
  readonly #perMs: number;
  /** In `perMs`-ths of a token: whole numbers, so that however often somebody looks, what was said to last 100 ms lasts no 101. */
  #parts: number;
  #filledAt: MonoMs | null = null;

  constructor(capacity: number, count: number, perMs = 1_000) {
    this.#capacity = capacity * perMs;
    this.#count = count;
    this.#perMs = perMs;
    this.#parts = this.#capacity;
  }

  /** Says how much is left; below zero it is a debt. */
  left(at: MonoMs): number {
    return this.#fill(at) / this.#perMs;
  }

  /** Takes one if there is one. */
  take(at: MonoMs): boolean {
    if (this.#fill(at) < this.#perMs) return false;
    this.#parts -= this.#perMs;
    return true;
  }

  /** Milliseconds until `take` will do. */
  waitMs(at: MonoMs): number {
    return this.#untilThere(this.#perMs - this.#fill(at));
  }

  /** Takes `count` at once, into debt where need be, and says how many milliseconds the debt lasts; 0 = none. */
  spend(count: number, at: MonoMs): number {
    this.#parts = this.#fill(at) - count * this.#perMs;
    return this.#untilThere(-this.#parts);
  }

  /** Puts back one that was taken for nothing. */
  give(): void {
    this.#parts = Math.min(this.#capacity, this.#parts + this.#perMs);
  }

  #fill(at: MonoMs): number {
    const passedMs = this.#filledAt === null ? 0 : Math.max(0, at - this.#filledAt);
    this.#filledAt = at;
    this.#parts = Math.min(this.#capacity, this.#parts + passedMs * this.#count);
    return this.#parts;
  }

  #untilThere(missing: number): number {
    return missing > 0 ? Math.ceil(missing / this.#count) : 0;
  }
}
