import type { BookingId, Fingerprint } from '../base/brand.ts';
import { reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import { Ahead } from './ahead.ts';
import { judgedTime } from './core/clock.ts';
import { waiting } from './core/guard.ts';
import type { InputBody, Lookup } from './core/input.ts';
import type { BoxState, Candidate, Subject } from './core/model.ts';
import type { Phones, Report, Store, Time, Vault } from './ports.ts';

export interface DeskParts {
  readonly time: Time;
  readonly store: Store;
  readonly vault: Vault;
  /** Loaded after READY: no code waits for it. */
  readonly phones: () => Promise<Phones>;
  readonly state: () => BoxState;
  readonly report: Report;
  readonly log: Log;
}

const nothing: Lookup = { code: [], phone: null };
/** Entries up to this length choose from a list or say `0#`; no credential is so short (rules.md 19). */
const choiceDigits = 2;

/**
 * Where what people typed or tapped becomes fingerprints and candidates. Digits end here: past this point there are only
 * keyed hashes.
 */
export class Desk {
  readonly #parts: DeskParts;
  readonly #ahead: Ahead;
  #pin: Secret | null = null;

  constructor(parts: DeskParts) {
    this.#parts = parts;
    const { time, state } = parts;
    const search = (digits: Secret) => this.#foresee(digits);
    this.#ahead = new Ahead({ time, state, judged: () => this.#judged(), search });
  }

  /** What the pad holds now; nothing of it is judged. */
  readonly typed = (digits: Secret): void => this.#ahead.typed(digits);

  /** `#`. An entry too long for any credential comes as `overflow`. */
  readonly entry = (digits: Secret, overflow: boolean): void => {
    const foreseen = this.#ahead.take(digits);
    const { panel } = this.#parts.state();
    if (panel.mode === 'pin' && this.#parts.time.mono() < panel.until) {
      this.#pin = digits;
      this.#parts.report({ type: 'pin-entered' });
    } else if (overflow) {
      this.#parts.report({ type: 'entered', choice: null, lookup: nothing });
    } else if (digits.length <= choiceDigits) {
      this.#parts.report({ type: 'entered', choice: Number(digits.reveal()), lookup: nothing });
    } else {
      this.#credential(digits, foreseen);
    }
  };

  #credential(digits: Secret, foreseen: Candidate | null): void {
    const code = foreseen === null ? this.#search(() => this.#byCode(digits)) : [foreseen];
    if (code === null) return;
    if (code.length > 0) this.#parts.report({ type: 'entered', choice: null, lookup: { code, phone: null } });
    else void this.#phone(digits);
  }

  #byCode(digits: Secret): readonly Candidate[] {
    const { store, vault } = this.#parts;
    const code = vault.fingerprint('code', digits.reveal());
    const state = this.#parts.state();
    return waiting(state, this.#parts.time.mono())
      ? store.bookings.byCodeOut(code)
      : store.bookings.byCode(code, this.#judged());
  }

  /** While a PIN is typed, or an entry has to wait (rules.md 18), there is nothing to look up. */
  #foresee(digits: Secret): readonly Candidate[] | null {
    const state = this.#parts.state();
    if (state.panel.mode === 'pin' || waiting(state, this.#parts.time.mono())) return null;
    try {
      return this.#byCode(digits);
    } catch {
      return null;
    }
  }

  async #phone(digits: Secret): Promise<void> {
    const { vault, store, log } = this.#parts;
    try {
      const number = (await this.#parts.phones()).normalise(digits.reveal());
      if (number === null) {
        this.#parts.report({ type: 'entered', choice: null, lookup: nothing });
        return;
      }
      const fingerprint = vault.fingerprint('phone', number);
      const found = this.#search(() => store.bookings.byPhone(fingerprint, this.#judged()));
      if (found === null) return;
      this.#parts.report({
        type: 'entered',
        choice: null,
        lookup: { code: [], phone: { fingerprint, found } },
      });
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'an entry could not be looked up');
      this.#parts.report({ type: 'entered', choice: null, lookup: nothing });
    }
  }

  readonly tag = (tag: Secret): void => {
    const { vault, store } = this.#parts;
    const fingerprint = vault.fingerprint('tag', tag.reveal());
    const read = this.#search((): InputBody => {
      const key = store.keys.byTag(fingerprint);
      return {
        type: 'tag-read',
        fingerprint,
        key,
        badge: store.bookings.byBadge(fingerprint, this.#judged()),
      };
    });
    if (read !== null) this.#parts.report(read);
  };

  /** Compares the PIN that was just typed with those of the subject, off the event loop (rules.md 20). */
  readonly checkPin = (subject: Subject): void => {
    const pin = this.#pin;
    this.#pin = null;
    if (pin !== null) void this.#check(pin, subject);
  };

  async #check(pin: Secret, subject: Subject): Promise<void> {
    const { store, log } = this.#parts;
    let matched: readonly BookingId[] = [];
    try {
      matched = await this.#matched(pin, subject);
    } catch (error) {
      log.error({ reason: reasonOf(error) }, 'a PIN could not be compared');
    }
    const { by, fingerprint } = subject;
    const lookup = by === 'phone' ? store.bookings.byPhone : store.bookings.byBadge;
    const found = this.#search(() => lookup.call(store.bookings, fingerprint as Fingerprint, this.#judged()));
    if (found !== null) this.#parts.report({ type: 'pin-checked', subject, found, matched });
  }

  /** Every verifier is tried although one has matched, so that the time tells nothing. */
  async #matched(pin: Secret, subject: Subject): Promise<readonly BookingId[]> {
    const { store, vault } = this.#parts;
    const verifiers = store.bookings.verifiers(subject);
    if (verifiers.length === 0) await vault.pretendPin(pin);
    const matched: BookingId[] = [];
    for (const { verifier, bookings } of verifiers) {
      if (await vault.verifyPin(pin, verifier)) matched.push(...bookings);
    }
    return matched;
  }

  #judged() {
    const { time } = this.#parts;
    return judgedTime(this.#parts.state(), { mono: time.mono(), wall: time.wall() });
  }

  /** A file that cannot be read names nobody: the entry is not judged, so it does not count as wrong. */
  #search<T>(search: () => T): T | null {
    try {
      return search();
    } catch (error) {
      this.#parts.log.error({ reason: reasonOf(error) }, 'the bookings cannot be read');
      this.#parts.report({ type: 'storage-changed', storage: 'degraded', reason: 'unreadable' });
      return null;
    }
  }
}
