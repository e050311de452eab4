import { after, millis, type WallMs } from '../base/brand.ts';
import type { Secret } from '../base/secret.ts';
import { changes } from './core/durable.ts';
import type { BoxState, Candidate } from './core/model.ts';
import { step } from './core/step.ts';
import type { Time } from './ports.ts';

/** No code is shorter (rules.md 19). */
const codeMinDigits = 4;
/** Keys that come faster come from no finger, and nobody is served by looking in between. */
const pauseMs = millis(2);

export interface AheadParts {
  readonly time: Time;
  readonly state: () => BoxState;
  readonly judged: () => WallMs;
  /** Null: not now, or it failed. Tells nobody. */
  readonly search: (digits: Secret) => readonly Candidate[] | null;
}

interface Found {
  readonly digits: Secret;
  /** The state it was found in. Every input makes another one. */
  readonly state: BoxState;
  readonly candidate: Candidate;
}

/**
 * Looks up what the pad holds while the finger is on its way to `#`, so that nobody waits for the disk to find a booking. It
 * judges nothing, and is believed only where `#` would find the very same: nothing at all has happened to the box since,
 * and it is one booking in the middle of its window. Everything else is looked up anew.
 */
export class Ahead {
  readonly #parts: AheadParts;
  #found: Found | null = null;
  #cancel = (): void => {};

  constructor(parts: AheadParts) {
    this.#parts = parts;
  }

  /** What the pad holds has changed. */
  typed(digits: Secret): void {
    this.forget();
    if (digits.length < codeMinDigits) return;
    const { time } = this.#parts;
    this.#cancel = time.at(after(time.mono(), pauseMs), () => this.#look(digits));
  }

  /** The only booking of these digits, if that is certain. */
  take(digits: Secret): Candidate | null {
    const found = this.#found;
    this.forget();
    const { state, judged } = this.#parts;
    if (found?.digits.reveal() !== digits.reveal() || found.state !== state()) return null;
    return runs(found.candidate, judged()) ? found.candidate : null;
  }

  forget(): void {
    this.#cancel();
    this.#found = null;
  }

  #look(digits: Secret): void {
    const state = this.#parts.state();
    const [candidate, other] = this.#parts.search(digits) ?? [];
    if (candidate === undefined || other !== undefined || !runs(candidate, this.#parts.judged())) return;
    this.#found = { digits, state, candidate };
    this.#rehearse(state, candidate);
  }

  /** The core is pure, so what `#` will do can be tried and forgotten: a processor that has just done it does it faster. */
  #rehearse(state: BoxState, candidate: Candidate): void {
    const { time } = this.#parts;
    const lookup = { code: [candidate], phone: null };
    const at = { mono: time.mono(), wall: time.wall() };
    changes(state, step(state, { type: 'entered', choice: null, lookup, at }).state);
  }
}

/** Before its start it matters what else is booked at the moment of `#`; and what is over may be gone by then. */
const runs = ({ start, end }: Candidate, at: WallMs): boolean => start <= at && (end === null || at < end);
