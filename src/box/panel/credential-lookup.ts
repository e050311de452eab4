import { type BookingId, type Fingerprint, type MonoMs, seconds } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Secret } from '../../base/secret.ts';
import { identitiesOf, type SentTag, sentTag, type TagIdentity } from '../../base/tag-number.ts';
import { judgedTime } from '../core/clock.ts';
import type { EntryEffect } from '../core/effect.ts';
import { unreadable } from '../core/health.ts';
import type { InputBody, Lookup } from '../core/input.ts';
import { type BoxState, type Candidate, limits, type Scope, type Subject } from '../core/model.ts';
import type { Phones, Report, Store, Time, Vault } from '../ports.ts';
import { searchPhone } from './phone-search.ts';

export interface CredentialLookupDeps {
  readonly time: Time;
  readonly store: Store;
  readonly vault: Vault;
  /** Loaded after READY: no code waits for it. */
  readonly phones: () => Promise<Phones>;
  readonly state: () => BoxState;
  readonly report: Report;
  readonly log: Log;
}

/** Entries and `*` that wait behind one; nobody types more in the tenth of a second that it takes. */
const behindMax = 8;
/** An answer that comes later than this would reach another person: disk or process stood still (rules.md 3). */
const patienceMs = seconds(10);

interface Typed {
  readonly type: 'typed';
  readonly digits: Secret;
  readonly overflow: boolean;
  readonly at: MonoMs;
}
type Cleared = Extract<InputBody, { readonly type: 'keypad-cleared' }>;

/** The file of the bookings, and it was said already: an entry that cannot be looked up is not judged. */
class Unreadable extends Error {}

const isKnown = ({ key, badge }: InputBody & { readonly type: 'tag-read' }): boolean =>
  key !== null || badge.length > 0;

type LookUp = Extract<EntryEffect, { readonly type: 'look-up' }>;

/** An entry while the core decides what it is. */
interface Held {
  readonly digits: Secret;
  readonly at: MonoMs;
}

/**
 * Where what people typed or tapped becomes fingerprints and candidates. Digits end here: past this point there are only
 * keyed hashes. It decides nothing: the core is told that something was typed, and asks for what it wants to know of it.
 */
export class CredentialLookup {
  readonly #deps: CredentialLookupDeps;
  #held: Held | null = null;
  /**
   * Digits that were typed while the entry before is still looked for among phones: the PIN of it, mostly, or a `*` that must not come
   * before the prompt that it leaves.
   */
  #behind: (Typed | Cleared)[] | null = null;

  constructor(deps: CredentialLookupDeps) {
    this.#deps = deps;
  }

  /** `#`. An entry too long for any credential comes as `overflow`. */
  readonly entry = (digits: Secret, overflow: boolean): void =>
    this.#inOrder({ type: 'typed', digits, overflow, at: this.#deps.time.mono() });

  /** `*`, silence or noise has cleared what was typed. */
  readonly cleared = (by: Cleared['by'], length: number): void =>
    this.#inOrder({ type: 'keypad-cleared', by, length });

  #inOrder(next: Typed | Cleared): void {
    if (this.#behind !== null && this.#behind.length < behindMax) this.#behind.push(next);
    else if (this.#behind !== null && next.type === 'typed') this.#deps.report({ type: 'entry-dropped' });
    else if (next.type === 'typed') this.#tell(next);
    else this.#deps.report(next);
  }

  #tell({ digits, overflow, at }: Typed): void {
    const length = overflow ? limits.entryMaxDigits + 1 : digits.length;
    const choice = length <= limits.choiceMaxDigits ? Number(digits.reveal()) : null;
    this.#hold({ digits, at }, this.#inTime(at, { type: 'entered', length, choice }));
  }

  /** The answer to what was typed or tapped then; too late it is none, and whoever stands there now begins again. */
  #inTime(at: MonoMs, answer: InputBody): InputBody {
    const isLate = this.#deps.time.mono() - at >= patienceMs;
    return isLate ? { type: 'keypad-cleared', by: 'stall', length: 0 } : answer;
  }

  /** The core asks for what it wants while it is told, or never: the digits are there for as long as that. */
  #hold(held: Held, told: InputBody): void {
    this.#held = held;
    this.#deps.report(told);
    this.#held = null;
  }

  /** Answers what the core wants to know of the entry that was just typed. */
  readonly examine = (effect: EntryEffect): void => {
    const held = this.#held;
    this.#held = null;
    if (held === null) return;
    if (effect.type === 'look-up') this.#lookUp(held, effect);
    else void this.#check(held, effect.subject);
  };

  #lookUp(held: Held, { scope, pin }: LookUp): void {
    const code = this.#search(() => this.#byCode(held.digits, scope));
    if (code === null) return;
    const answer = (lookup: Lookup): void =>
      this.#deps.report(this.#inTime(held.at, { type: 'looked-up', scope, lookup, pin }));
    if (code.length > 0 || pin !== null) answer({ code, phone: null });
    else void this.#inTurn(held.digits, scope, answer);
  }

  #byCode(digits: Secret, scope: Scope): readonly Candidate[] {
    const { store, vault } = this.#deps;
    const code = vault.fingerprint('code', digits.reveal());
    return scope === 'out' ? store.bookings.byCodeOut(code) : store.bookings.byCode(code, this.#judged());
  }

  /** Looks digits up, and then judges what was typed meanwhile, by what came of them. */
  async #inTurn(digits: Secret, scope: Scope, answer: (lookup: Lookup) => void): Promise<void> {
    const behind: (Typed | Cleared)[] = [];
    this.#behind = behind;
    try {
      await this.#phone(digits, scope, answer);
    } finally {
      this.#behind = null;
    }
    // One of them may be looked for in its turn; then the rest waits behind that.
    for (const next of behind) this.#inOrder(next);
  }

  async #phone(digits: Secret, scope: Scope, answer: (lookup: Lookup) => void): Promise<void> {
    const { time, vault, log } = this.#deps;
    let phone: Lookup['phone'] = null;
    try {
      phone = await searchPhone(digits.reveal(), {
        time,
        phones: await this.#deps.phones(),
        print: number => vault.fingerprint('phone', number),
        booked: fingerprint => {
          const found = this.#search(() => this.#byPhone(fingerprint, scope));
          if (found === null) throw new Unreadable();
          return found;
        },
        isHurried: () => this.#behind?.length === behindMax,
      });
    } catch (error) {
      if (error instanceof Unreadable) return;
      log.error({ reason: reasonOf(error) }, 'an entry could not be looked up');
    }
    answer({ code: [], phone });
  }

  #byPhone(fingerprint: Fingerprint, scope: Scope): readonly Candidate[] {
    const found = this.#deps.store.bookings.byPhone(fingerprint, this.#judged());
    return scope === 'out' ? found.filter(({ use }) => use?.life === 'out') : found;
  }

  /** A tag or badge came to a reader, or was read a second time. */
  readonly tag = (tag: Secret, frames: 1 | 2): void => {
    const at = this.#deps.time.mono();
    const read = this.#search(() => this.#byTag(sentTag(tag.reveal()), frames));
    if (read !== null) this.#deps.report(this.#inTime(at, read));
  };

  /** By its number, however that was written where it was booked; a box of before has kept it with its version byte. */
  #byTag(sent: SentTag, frames: 1 | 2): InputBody {
    const { vault, store } = this.#deps;
    const [own, ...others] = identitiesOf(sent);
    const look = (identity: TagIdentity | SentTag) => {
      const fingerprint = vault.fingerprint('tag', identity);
      const badge = store.bookings.byBadge(fingerprint, this.#judged());
      const key = store.keys.byTag(fingerprint);
      return { type: 'tag-read', frames, fingerprint, key, badge } as const;
    };
    const first = look(own);
    return [first, ...[...others, sent].map(look)].find(isKnown) ?? first;
  }

  /** Compares what was typed with the PINs of the subject, off the event loop (rules.md 20). */
  async #check({ digits: pin, at }: Held, subject: Subject): Promise<void> {
    const { store, log } = this.#deps;
    let matched: readonly BookingId[] = [];
    try {
      matched = await this.#matched(pin, subject);
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'a PIN could not be compared');
    }
    const { by, fingerprint } = subject;
    const lookup = by === 'phone' ? store.bookings.byPhone : store.bookings.byBadge;
    const found = this.#search(() => lookup.call(store.bookings, fingerprint as Fingerprint, this.#judged()));
    if (found === null) return;
    this.#hold(
      { digits: pin, at },
      this.#inTime(at, { type: 'pin-checked', subject, length: pin.length, found, matched }),
    );
  }

  /** Every verifier is tried although one has matched, so that the time tells nothing. */
  async #matched(pin: Secret, subject: Subject): Promise<readonly BookingId[]> {
    const { store, vault } = this.#deps;
    const verifiers = store.bookings.verifiers(subject);
    if (verifiers.length === 0) await vault.pretendPin(pin);
    const matched: BookingId[] = [];
    for (const { verifier, bookings } of verifiers) {
      if (await vault.verifyPin(pin, verifier)) matched.push(...bookings);
    }
    return matched;
  }

  #judged() {
    const { time } = this.#deps;
    return judgedTime(this.#deps.state(), { mono: time.mono(), wall: time.wall() });
  }

  /** A file that cannot be read names nobody: the entry is not judged, so it does not count as wrong. */
  #search<T>(search: () => T): T | null {
    try {
      return search();
    } catch (error) {
      this.#deps.log.error({ reason: reasonOf(error) }, 'the bookings cannot be read');
      this.#deps.report({ type: 'storage-changed', storage: 'degraded', reason: unreadable });
      return null;
    }
  }
}
