/** Calls a minute, shared among those who want them: who has least time goes first, and nobody uses up what others need. */

import { never } from '../../../../base/assert.ts';
import { after, type Millis, type MonoMs, millis, mono } from '../../../../base/brand.ts';
import type { Time } from '../../../../base/time.ts';
import { FleetioError } from './errors.ts';
import type { Turn } from './port.ts';

/** A minute, and a second for calls that were long under way. */
const windowMs = millis(61_000);
/** Calls that wait; one more is refused, and asked for again by whoever wants it. */
export const waitingMax = 2_000;
/** Somebody who waits for an answer is rather told when to come back. */
const patienceMs = 10_000;
/** Longest pause that a `Retry-After` is believed. */
const pauseMaxMs = 3_600_000;

/** Lower goes first; then the sooner start; then who came first. */
const rankOf = (turn: Turn): number => {
  switch (turn.for) {
    case 'person':
      return 0;
    case 're-get':
      return 1;
    case 'write-back':
      return 2;
    case 'reconcile':
      return 3;
    default:
      return never(turn);
  }
};
const startOf = (turn: Turn): number =>
  turn.for === 're-get' || turn.for === 'write-back' ? turn.start : Number.NEGATIVE_INFINITY;

/** How much of a window a rank may fill, so that a re-reading of everything never makes a driver wait for the next minute. */
const shareOf = [1, 1, 0.8, 0.5] as const;

interface Waiting {
  readonly turn: Turn;
  readonly number: number;
  readonly go: () => void;
  readonly fail: (error: FleetioError) => void;
}

const before = (a: Pick<Waiting, 'turn' | 'number'>, b: Pick<Waiting, 'turn' | 'number'>): number =>
  rankOf(a.turn) - rankOf(b.turn) || startOf(a.turn) - startOf(b.turn) || a.number - b.number;

/** One for each connected account: the limit is the account's, in whatever copy or call. */
export class Limiter {
  readonly #time: Time;
  #perMin: number;
  #waiting: Waiting[] = [];
  /** When the calls of the last window went out, oldest first. */
  #sent: MonoMs[] = [];
  #pausedUntil: MonoMs = mono(0);
  #numbers = 0;
  #disarm: () => void = () => {};
  #closed = false;

  /** `perMin` 0: without limit, but a `Retry-After` is obeyed. */
  constructor(time: Time, perMin: number) {
    this.#time = time;
    this.#perMin = perMin;
  }

  set perMin(perMin: number) {
    this.#perMin = perMin;
    this.#serve();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Resolves when the call may go out.
   * @throws FleetioError `fleetio-busy`, `fleetio-stopped`; `fleetio-limited` where a person would wait over 10 s
   */
  turn(turn: Turn): Promise<void> {
    if (this.#closed) return Promise.reject(stopped());
    if (this.#waiting.length >= waitingMax)
      return Promise.reject(new FleetioError('fleetio-busy', `${waitingMax} calls to Fleetio wait already`));
    const wait = turn.for === 'person' ? this.waitMs(turn) : 0;
    if (wait > patienceMs) return Promise.reject(tooEarly(wait));
    return new Promise((resolve, reject) => {
      this.#numbers += 1;
      const one = { turn, number: this.#numbers, go: resolve, fail: reject };
      const at = this.#waiting.findIndex(other => before(one, other) < 0);
      this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, one);
      this.#serve();
    });
  }

  /** Nobody goes for so long: Fleetio has said so. */
  pause(forMs: number): void {
    const until = after(this.#time.mono(), millis(Math.min(forMs, pauseMaxMs)));
    if (until > this.#pausedUntil) this.#pausedUntil = until;
    this.#serve();
  }

  /** How long a call of that turn would wait, if nobody more urgent came. 0: it goes at once. */
  waitMs(turn: Turn): number {
    const now = this.#time.mono();
    const last = { turn, number: Number.POSITIVE_INFINITY };
    const ahead = this.#waiting.filter(other => before(other, last) < 0);
    let at = Math.max(now, this.#pausedUntil);
    if (this.#perMin === 0) return at - now;
    this.#forget(now);
    const sent = this.#sent.map(Number);
    for (const { turn: next } of [...ahead, last]) {
      const leaving = sent[sent.length - this.#most(next)];
      if (leaving !== undefined) at = Math.max(at, leaving + windowMs);
      sent.push(at);
    }
    return at - now;
  }

  close(): void {
    this.#closed = true;
    this.#disarm();
    for (const { fail } of this.#waiting.splice(0)) fail(stopped());
  }

  #most(turn: Turn): number {
    return Math.max(1, Math.floor(this.#perMin * (shareOf[rankOf(turn)] ?? 1)));
  }

  #forget(now: MonoMs): void {
    const kept = this.#sent.findIndex(at => at + windowMs > now);
    this.#sent = kept < 0 ? [] : this.#sent.slice(kept);
  }

  #serve(): void {
    this.#disarm();
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || this.#closed) return;
      const now = this.#time.mono();
      const wait = this.#untilFree(first.turn, now);
      if (wait > 0) {
        this.#disarm = this.#time.at(after(now, wait), () => this.#serve());
        return;
      }
      this.#waiting.shift();
      if (this.#perMin > 0) this.#sent.push(now);
      first.go();
    }
  }

  #untilFree(turn: Turn, now: MonoMs): Millis {
    const paused = millis(Math.max(0, this.#pausedUntil - now));
    if (this.#perMin === 0) return paused;
    this.#forget(now);
    const leaving = this.#sent[this.#sent.length - this.#most(turn)];
    const full = leaving === undefined ? 0 : leaving + windowMs - now;
    return millis(Math.max(paused, full));
  }
}

const tooEarly = (retryAfterMs: number): FleetioError => {
  const wait = `${Math.ceil(retryAfterMs / 1_000)} s`;
  return new FleetioError('fleetio-limited', `Fleetio takes no more calls for ${wait}`, { retryAfterMs });
};

const stopped = (): FleetioError => new FleetioError('fleetio-stopped', 'the relay stops');
