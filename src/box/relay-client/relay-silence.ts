import { after, type MonoMs, minutes } from '../../base/brand.ts';
import type { Time } from '../ports.ts';

/** A relay answers a question at once; so long its answer may be on its way, or be asked for again. */
const answerWithinMs = minutes(3);
const foreignKeyTrouble = 'the relay signs with another key than the one that this box believes';
const silentTrouble = 'the relay has answered nothing for minutes, although its broker is there';

/**
 * Whether the relay is heard. A link alone is no relay: that of a restored one is up, and says nothing that this box believes.
 * Words of a key that is not believed mean nothing while the believed one answers: a broker can say again what it once carried.
 */
export class RelaySilence {
  readonly #time: Time;
  /** Since when an answer is waited for; null: none is. */
  #since: MonoMs | null = null;
  /** Whether the believed key has said something on this link. */
  #heard = false;
  /** Whether something was signed by another key since the last word of the believed one. */
  #foreign = false;

  constructor(time: Time) {
    this.#time = time;
  }

  connected(): void {
    this.#since = this.#time.mono();
    this.#heard = false;
    this.#foreign = false;
  }

  /** The relay was asked for something that it always answers. */
  asked(): void {
    this.#since ??= this.#time.mono();
  }

  /** A word of the key that is believed. */
  believed(): void {
    this.#since = null;
    this.#heard = true;
    this.#foreign = false;
  }

  /** A word under a key that is not believed, or that has handed over and does not say so. */
  foreign(): void {
    this.#foreign = true;
  }

  /** Why the relay is not heard while its broker is reached, for people; null: it is, or it is too soon to tell. */
  get trouble(): string | null {
    const since = this.#since;
    if (since === null) return null;
    if (this.#foreign && !this.#heard) return foreignKeyTrouble;
    if (this.#time.mono() < after(since, answerWithinMs)) return null;
    return this.#foreign ? foreignKeyTrouble : silentTrouble;
  }
}
