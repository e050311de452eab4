/** How much silence the way to the broker bears: learnt from how links end. */

/** Something is sent, and something heard, so often where nothing is known of the way. */
export const pingAfterMostMs = 50_000;
/** Never more often than this: a ping costs some 100 bytes with TLS and TCP. */
export const pingAfterLeastMs = 2_000;
/** A shorter silence is ordinary on any link, and tells nothing. */
const silenceLeastMs = 3_000;
/** Two ages are the same within this share, and at least within this much. */
const sameShare = 0.08;
const sameMs = 1_000;
/** So many links in a row that ended in silence are no chance, whatever their ages. */
const silentEndsMax = 3;
/** A link that lived longer was not ended by a short silence. */
const shortLivedMs = 10 * 60_000;
/** On a link that has lived so long it is forgotten why the links before were cut. */
const forgetMs = 12 * 60 * 60_000;

/** The end of a link that was good. */
export interface EndOfLink {
  /** How long it was up. */
  readonly upMs: number;
  /** How long nothing had been heard when it ended or, where it ended by an unanswered ping, when that was sent. */
  readonly silentMs: number;
  /** True: our ping was not answered. A table of connections that has forgotten ours swallows it without a word. */
  readonly unanswered: boolean;
}

const same = (a: number, b: number): boolean =>
  Math.abs(a - b) <= Math.max(sameMs, sameShare * Math.max(a, b));

/**
 * Proxies and address translators cut what is silent for some tens of seconds, in both directions or in one. Cuts at one same
 * silence shorten the interval of pings to half of it. A link that is cut at the same age all the same is cut for its age,
 * which no ping helps: the interval is what it was.
 */
export class SilenceLimit {
  #pingAfterMs = pingAfterMostMs;
  #last: EndOfLink | null = null;
  #silentEnds = 0;
  #shortened: { readonly upMs: number; readonly fromMs: number } | null = null;
  /** The age at which links are cut whatever they say. */
  #cutAgeMs: number | null = null;

  /** After how much silence to ping, on a link that is up for `upMs`. */
  pingAfterMs(upMs: number): number {
    return upMs >= forgetMs ? pingAfterMostMs : this.#pingAfterMs;
  }

  /** True: it was cut at the same age, or the same silence, as the one before. */
  ended(end: EndOfLink): boolean {
    const last = this.#last;
    this.#last = end;
    if (end.upMs >= forgetMs) this.#forget();
    const silent = end.silentMs >= silenceLeastMs && end.upMs < shortLivedMs;
    this.#silentEnds = silent ? this.#silentEnds + 1 : 0;
    if (last === null) return false;
    if (this.#isCutForAge(end)) return true;
    const regular = silent && !end.unanswered && same(last.silentMs, end.silentMs);
    const swallowed = silent && end.unanswered && last.unanswered;
    if (regular || swallowed || this.#silentEnds >= silentEndsMax) this.#shorten(end);
    return regular || swallowed || same(last.upMs, end.upMs);
  }

  #isCutForAge({ upMs }: EndOfLink): boolean {
    if (this.#cutAgeMs !== null && same(this.#cutAgeMs, upMs)) return true;
    if (this.#shortened === null || !same(this.#shortened.upMs, upMs)) return false;
    this.#pingAfterMs = this.#shortened.fromMs;
    this.#shortened = null;
    this.#cutAgeMs = upMs;
    return true;
  }

  #shorten({ upMs, silentMs }: EndOfLink): void {
    const fromMs = this.#pingAfterMs;
    this.#shortened = { upMs, fromMs };
    this.#silentEnds = 0;
    this.#pingAfterMs = Math.max(pingAfterLeastMs, Math.floor(Math.min(fromMs, silentMs) / 2));
  }

  #forget(): void {
    this.#pingAfterMs = pingAfterMostMs;
    this.#shortened = null;
    this.#cutAgeMs = null;
    this.#silentEnds = 0;
  }
}
