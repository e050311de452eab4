import type { MonoMs } from '../../base/brand.ts';
import { TokenBucket } from '../../base/token-bucket.ts';

/** Bytes of event lines of one box that are stored as they come; the most that a real one writes in a day is a tenth of it. */
export const eventsADayBytes: number = 64 * 1_024 * 1_024;
const dayMs = 24 * 60 * 60 * 1_000;
/** It is over its budget until it has earned so much of it again. */
const recovered = 1 / 8;

/**
 * The events that one box may add to the relay's disk: a day's worth at once, then as fast as a day's worth a day. Nothing is lost: what
 * is not stored is not acknowledged, and the box sends it again.
 */
export class EventBudget {
  readonly #aDayBytes: number;
  readonly #bucket: TokenBucket;
  #over = false;

  constructor(aDayBytes: number) {
    this.#aDayBytes = aDayBytes;
    this.#bucket = new TokenBucket(aDayBytes, aDayBytes, dayMs);
  }

  /** Since the last batch was refused, and until a part of the budget is there again. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Whether a batch of `bytes` may be stored now. One that is larger than what is left may: the next one waits for longer. */
  take(bytes: number, now: MonoMs): boolean {
    const left = this.#bucket.left(now);
    if (left <= 0) {
      this.#over = true;
      return false;
    }
    if (left >= this.#aDayBytes * recovered) this.#over = false;
    this.#bucket.spend(bytes, now);
    return true;
  }
}
