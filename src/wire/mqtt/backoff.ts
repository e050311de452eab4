/** Bounds of the wait between two tries, in milliseconds. */
export const waitFirstMs = 1_000;
export const waitMaxMs = 5 * 60_000;
/** So that a `random` of 0 for ever is no busy loop. */
const waitMinMs = 100;
/** A link that lived so long was a good one: the next break begins anew. */
export const healthyMs = 60_000;

/**
 * Full jitter: each wait is uniform between nothing and a ceiling that doubles from a second to five minutes, so that a
 * thousand boxes that lost one broker do not come back as one.
 */
export class Backoff {
  readonly #random: () => number;
  #ceilingMs = waitFirstMs;

  /** `random`: uniform in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** How long to wait now, after a link that was up for `upMs` (0: it never was). */
  next(upMs: number): number {
    if (upMs >= healthyMs) this.#ceilingMs = waitFirstMs;
    const waitMs = Math.max(waitMinMs, Math.floor(this.#random() * this.#ceilingMs));
    this.#ceilingMs = Math.min(waitMaxMs, this.#ceilingMs * 2);
    return waitMs;
  }
}
