/** How often somebody may be wrong when they sign in: counted by address, and by the person that is tried. */
import { Limits } from './limits.ts';

const ofAddress = { burst: 10, perMinute: 10 };
/** Of all addresses together: at this pace nobody guesses twelve characters. */
const ofPerson = { burst: 20, perMinute: 3 };
const countedMax = 10_000;

/**
 * Guesses from many addresses keep nobody out for long who has signed in from theirs before: for them only that address counts.
 */
export class SignInTries {
  readonly #addresses: Limits;
  readonly #people: Limits;
  /** Person and address that have gone together since this start, the latest last. */
  readonly #known = new Set<string>();

  constructor(nowMs: () => number) {
    this.#addresses = new Limits(ofAddress, countedMax, nowMs);
    this.#people = new Limits(ofPerson, countedMax, nowMs);
  }

  /** Uses up a try. 0: go ahead; else milliseconds until the next one. Whether there is such a person makes no difference. */
  take(address: string, person: string): number {
    const waitMs = this.#addresses.take(address);
    if (waitMs > 0 || this.#known.has(pair(address, person))) return waitMs;
    return this.#people.take(person);
  }

  /** It was no guess. */
  right(address: string, person: string): void {
    this.#addresses.give(address);
    const known = pair(address, person);
    if (!this.#known.delete(known)) this.#people.give(person);
    this.#known.add(known);
    const [oldest] = this.#known;
    if (this.#known.size > countedMax && oldest !== undefined) this.#known.delete(oldest);
  }
}

const pair = (address: string, person: string): string => `${address}\n${person}`;
