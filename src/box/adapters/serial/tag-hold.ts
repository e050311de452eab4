import { after, type MonoMs, millis } from '../../../base/brand.ts';
import { Secret } from '../../../base/secret.ts';
import { TokenBucket } from '../../../base/token-bucket.ts';
import type { Decoded } from '../../ports.ts';
import type { BranchCounters } from './decoder.ts';

/** An RDM6300 repeats about every 50 ms while the tag is held, so a second without it is a tag that went. */
const goneMs = millis(1_000);
/** A tag seen again sooner than this after it was last seen has not been presented again. */
const againMs = millis(2_000);
/** Tags remembered at one time; two are seen in turn when they hang on one ring. */
export const tagsMax = 4;
/** New arrivals: each is looked up and written down. */
const arrivalsPerSecond = 4;
const arrivalsBurst = 8;

export const holdBranches = {
  passed: ['arrived', 'again', 'repeat', 'left', 'too-soon', 'crowded-out'],
  rejected: ['flood'],
} as const;

interface Seen {
  readonly tag: string;
  present: boolean;
  lastAt: MonoMs;
  /** It was read a second time, and that was told. */
  again: boolean;
}

/** From sightings of tags to arrivals and departures, with hysteresis. */
export class TagHold {
  readonly #tally: BranchCounters;
  readonly #bucket = new TokenBucket(arrivalsBurst, arrivalsPerSecond);
  /** In the order in which they were last new; at most `tagsMax`. */
  #seen: Seen[] = [];

  constructor(tally: BranchCounters) {
    this.#tally = tally;
  }

  get held(): number {
    return this.#seen.length;
  }

  get wakeAt(): MonoMs | null {
    let first: MonoMs | null = null;
    for (const { present, lastAt } of this.#seen) {
      const due = after(lastAt, present ? goneMs : againMs);
      if (first === null || due < first) first = due;
    }
    return first;
  }

  sight(tag: string, at: MonoMs, out: Decoded[]): void {
    this.wake(at, out);
    const known = this.#seen.find(seen => seen.tag === tag);
    if (known !== undefined) {
      this.#seeAgain(known, out);
      if (known.present) known.lastAt = at;
      this.#tally.pass(known.present ? 'repeat' : 'too-soon');
    } else if (!this.#bucket.take(at)) {
      this.#tally.reject('flood');
    } else {
      this.#arrive(tag, at, out);
    }
  }

  wake(at: MonoMs, out: Decoded[]): void {
    for (const seen of this.#seen) {
      if (!seen.present || at < after(seen.lastAt, goneMs)) continue;
      this.#leave(seen, out);
    }
    if (this.#seen.length > 0) this.#seen = this.#seen.filter(seen => at < after(seen.lastAt, againMs));
  }

  /** A number that a reader invents comes once; a tag that somebody holds to it comes again within 2 s (rules.md 18). */
  #seeAgain(seen: Seen, out: Decoded[]): void {
    if (seen.again) return;
    seen.again = true;
    this.#tally.pass('again');
    out.push({ kind: 'tag-again', tag: new Secret(seen.tag) });
  }

  #arrive(tag: string, at: MonoMs, out: Decoded[]): void {
    const oldest = this.#seen[0];
    if (oldest !== undefined && this.#seen.length >= tagsMax) {
      this.#tally.pass('crowded-out');
      if (oldest.present) this.#leave(oldest, out);
      this.#seen.shift();
    }
    this.#tally.pass('arrived');
    this.#seen.push({ tag, present: true, lastAt: at, again: false });
    out.push({ kind: 'tag-arrived', tag: new Secret(tag) });
  }

  #leave(seen: Seen, out: Decoded[]): void {
    seen.present = false;
    this.#tally.pass('left');
    out.push({ kind: 'tag-left', tag: new Secret(seen.tag) });
  }
}
