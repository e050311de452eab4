import { after, type MonoMs, seconds } from '../base/brand.ts';
import { Secret } from '../base/secret.ts';
import type { PadKey, Time } from './ports.ts';

/** Longest entry that is judged; what is longer names nothing. */
export const entryMaxDigits = 16;
/** Silence that clears what was typed (rules.md 3). */
const silenceMs = seconds(10);

export interface PadListener {
  /** `#`. At least one digit; with `overflow` these are the first 16 of a longer entry, which names nothing. */
  entry(digits: Secret, overflow: boolean): void;
  /** A press was heard, or silence cleared: what is held now, 16 digits at most. */
  touched(held: Secret): void;
}

/**
 * One entry, whichever keypads it comes from. Judged on `#` alone, cleared by `*` and by silence (rules.md 3). What was
 * typed never leaves except as a `Secret`.
 */
export class Pad {
  readonly #time: Time;
  readonly #listener: PadListener;
  #held = new Secret('');
  #overflow = false;
  #silentAt: MonoMs | null = null;
  #cancel: (() => void) | null = null;

  constructor(time: Time, listener: PadListener) {
    this.#time = time;
    this.#listener = listener;
  }

  press(key: PadKey): void {
    this.#hush();
    if (key === '#') this.#finish();
    else if (key === '*') this.#cleared();
    else this.#add(key);
  }

  /** A whole entry at once; what was being typed is cleared. */
  line(digits: Secret): void {
    const whole = digits.length <= entryMaxDigits;
    this.#held = whole ? digits : new Secret(digits.reveal().slice(0, entryMaxDigits));
    this.#overflow = !whole;
    this.#finish();
  }

  /** Forgets what was typed, without a word. */
  close(): void {
    this.#forget();
  }

  #add(digit: string): void {
    if (this.#held.length < entryMaxDigits) this.#held = new Secret(this.#held.reveal() + digit);
    else this.#overflow = true;
    this.#silentAt = after(this.#time.mono(), silenceMs);
    if (this.#cancel === null) this.#arm(this.#silentAt);
    this.#listener.touched(this.#held);
  }

  #finish(): void {
    const digits = this.#held;
    const overflow = this.#overflow;
    this.#forget();
    if (digits.length === 0) this.#listener.touched(this.#held);
    else this.#listener.entry(digits, overflow);
  }

  #cleared(): void {
    this.#forget();
    this.#listener.touched(this.#held);
  }

  #forget(): void {
    this.#held = new Secret('');
    this.#overflow = false;
    this.#silentAt = null;
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Silence that has passed clears although the timer is late: a busy loop joins no two entries. */
  #hush(): void {
    if (this.#silentAt !== null && this.#time.mono() >= this.#silentAt) this.#forget();
  }

  /** One timer for the whole entry; each press only moves the instant that it finds. */
  #arm(at: MonoMs): void {
    this.#cancel = this.#time.at(at, () => {
      this.#cancel = null;
      if (this.#silentAt === null) return;
      if (this.#time.mono() < this.#silentAt) this.#arm(this.#silentAt);
      else this.#cleared();
    });
  }
}
