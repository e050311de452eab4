import { mono } from '../../base/brand.ts';
import { TokenBucket } from '../../base/token-bucket.ts';

/** How often somebody may ask: a bucket of tries for each caller, and a stated number of callers remembered. */
export interface Rate {
  /** Tries at once. */
  readonly burst: number;
  readonly perMinute: number;
}

const minuteMs = 60_000;

/** Callers beyond `callersMax` push out the one that was quiet longest. */
export class Limits {
  readonly #rate: Rate;
  readonly #callersMax: number;
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(rate: Rate, callersMax: number, nowMs: () => number) {
    this.#rate = rate;
    this.#callersMax = callersMax;
    this.#nowMs = nowMs;
  }

  /** Uses up a try. 0: go ahead; else milliseconds until the next one. */
  take(caller: string): number {
    const bucket = this.#bucket(caller);
    const now = mono(this.#nowMs());
    return bucket.take(now) ? 0 : bucket.waitMs(now);
  }

  /** As `take`, without using one up. */
  wait(caller: string): number {
    return this.#bucket(caller).waitMs(mono(this.#nowMs()));
  }

  /** A try that was none after all: taken before it was known, so that those who ask at one time do not pass together. */
  give(caller: string): void {
    this.#bucket(caller).give();
  }

  #bucket(caller: string): TokenBucket {
    const { burst, perMinute } = this.#rate;
    const bucket = this.#buckets.get(caller) ?? new TokenBucket(burst, perMinute, minuteMs);
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#callersMax && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket;
  }
}
