/** How often somebody may ask: a bucket of tries for each caller, and a stated number of callers remembered. */
export interface Rate {
  /** Tries at once. */
  readonly burst: number;
  readonly perMinute: number;
}

const minuteMs = 60_000;

interface Bucket {
  left: number;
  at: number;
}

/** Callers beyond `callersMax` push out the one that was quiet longest. */
export class Limits {
  readonly #rate: Rate;
  readonly #callersMax: number;
  readonly #nowMs: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, callersMax: number, nowMs: () => number) {
    this.#rate = rate;
    this.#callersMax = callersMax;
    this.#nowMs = nowMs;
  }

  /** Uses up a try. 0: go ahead; else milliseconds until the next one. */
  take(caller: string): number {
    const bucket = this.#bucket(caller);
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return 0;
    }
    return this.#untilNext(bucket);
  }

  /** As `take`, without using one up. */
  wait(caller: string): number {
    const bucket = this.#bucket(caller);
    return bucket.left >= 1 ? 0 : this.#untilNext(bucket);
  }

  /** A try that was none after all: taken before it was known, so that those who ask at one time do not pass together. */
  give(caller: string): void {
    const bucket = this.#bucket(caller);
    bucket.left = Math.min(this.#rate.burst, bucket.left + 1);
  }

  #untilNext(bucket: Bucket): number {
    return Math.ceil(((1 - bucket.left) * minuteMs) / this.#rate.perMinute);
  }

  #bucket(caller: string): Bucket {
    const now = this.#nowMs();
    const known = this.#buckets.get(caller) ?? { left: this.#rate.burst, at: now };
    const earned = ((now - known.at) * this.#rate.perMinute) / minuteMs;
    const bucket = { left: Math.min(this.#rate.burst, known.left + earned), at: now };
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#callersMax && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket;
  }
}
