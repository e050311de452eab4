/** Bounds of the wait between two tries, in milliseconds. */
export const waitFirstMs = 1_000;
export const waitMaxMs = 5 * 60_000;
/** Most to wait after a link that something on the way cuts at one same age: it is nobody's outage, and no crowd comes back. */
export const waitRegularMs = 500;
/** So that a `random` of 0 for ever is no busy loop. */
const waitMinMs = 100;
/** A link that lived so long was a good one, though nothing was published on it. */
export const healthyMs = 60_000;
/** A good link that ended sooner is followed at once only so many times: two ends that throw each other out are to calm down. */
const briefMs = 5_000;
const briefMax = 3;

/**
 * How a link ended. `good`: the broker let us in and acknowledged what we published, or it lived for a minute. `regular`: good,
 * and cut at the same age as the one before (see `SilenceLimit`). `failed`: it never came so far.
 */
export type LinkEnd = 'good' | 'regular' | 'failed';

/**
 * Full jitter: each wait is uniform between nothing and a ceiling that doubles from a second to five minutes, so that a
 * thousand boxes that lost one broker do not come back as one. A good link begins anew: who cut it was not the broker's load.
 */
export class Backoff {
  readonly #random: () => number;
  #ceilingMs = waitFirstMs;
  #briefs = 0;

  /** `random`: uniform in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** How long to wait now, in milliseconds, after a link that was up for `upMs` (0: it never was). */
  next(end: LinkEnd, upMs: number): number {
    this.#briefs = end === 'failed' || upMs >= briefMs ? 0 : this.#briefs + 1;
    if (end !== 'failed' && this.#briefs <= briefMax) this.#ceilingMs = waitFirstMs;
    const ceilingMs = end === 'regular' ? Math.min(waitRegularMs, this.#ceilingMs) : this.#ceilingMs;
    this.#ceilingMs = Math.min(waitMaxMs, this.#ceilingMs * 2);
    return Math.max(waitMinMs, Math.floor(this.#random() * ceilingMs));
  }
}
