import { after, type Millis, type MonoMs, millis, seconds } from '../../base/brand.ts';
import { Secret } from '../../base/secret.ts';
import type { KeypadCleared } from '../core/input.ts';
import { limits } from '../core/model.ts';
import type { KeypadKey, Time } from '../ports.ts';

const { entryMaxDigits } = limits;

/** Silence that clears what was typed (rules.md 3). */
const silenceMs = seconds(10);

interface KeypadEntryListener {
  /** `#`. At least one digit; with `overflow` these are the first 16 of a longer entry, which names nothing. */
  entry(digits: Secret, overflow: boolean): void;
  /** A press was heard: so many digits are held now, 16 at most. */
  touched(length: number): void;
  /** `*`, silence or noise while digits were held, or a stall in which keys were pressed has cleared the pad of so many. */
  cleared(by: KeypadCleared, length: number): void;
}

/**
 * One entry, whichever keypads it comes from. Judged on `#` alone, cleared by `*` and by silence, which is told (rules.md 3).
 * Typed digits leave at `#` alone, as a `Secret`.
 */
export class KeypadEntry {
  readonly #time: Time;
  readonly #listener: KeypadEntryListener;
  #held: Secret = new Secret('');
  #overflow = false;
  #silentAt: MonoMs | null = null;
  #cancel: (() => void) | null = null;

  constructor(time: Time, listener: KeypadEntryListener) {
    this.#time = time;
    this.#listener = listener;
  }

  /** `waitedMs`: how long ago the key may have been pressed; the silence that follows it is counted from there. */
  press(key: KeypadKey, waitedMs: Millis = millis(0)): void {
    this.#hush();
    if (key === '#') this.#finish();
    else if (key === '*') this.#cleared('key');
    else this.#add(key, millis(Math.max(0, silenceMs - waitedMs)));
  }

  /** Something was typed so long ago that its driver has left: nothing is judged, and who stands there now begins again. */
  outdated(): void {
    this.#cleared('stall');
  }

  /** A whole entry at once; what was being typed is cleared. */
  line(digits: Secret): void {
    const whole = digits.length <= entryMaxDigits;
    this.#held = whole ? digits : new Secret(digits.reveal().slice(0, entryMaxDigits));
    this.#overflow = !whole;
    this.#finish();
  }

  /** Noise on the line: digits held are not what a finger meant. They go, and that is told, else the second half would pass for an entry. */
  noise(): void {
    if (this.#held.length > 0) this.#cleared('noise');
  }

  /** A keypad that sends whole entries has sent digits that are none: whoever typed them begins again. */
  spoilt(by: 'noise' | 'silence'): void {
    this.#forget();
    this.#listener.cleared(by, 1);
  }

  /** Forgets what was typed, without a word. */
  close(): void {
    this.#forget();
  }

  #add(digit: string, silentInMs: Millis): void {
    if (this.#held.length < entryMaxDigits) this.#held = new Secret(this.#held.reveal() + digit);
    else this.#overflow = true;
    this.#silentAt = after(this.#time.mono(), silentInMs);
    if (this.#cancel === null) this.#arm(this.#silentAt);
    this.#listener.touched(this.#held.length);
  }

  #finish(): void {
    const digits = this.#held;
    const overflow = this.#overflow;
    this.#forget();
    if (digits.length === 0) this.#listener.touched(0);
    else this.#listener.entry(digits, overflow);
  }

  #cleared(by: KeypadCleared): void {
    const { length } = this.#held;
    this.#forget();
    this.#listener.cleared(by, length);
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
    if (this.#silentAt !== null && this.#time.mono() >= this.#silentAt) this.#cleared('silence');
  }

  /** One timer for the whole entry; each press only moves the instant that it finds. */
  #arm(at: MonoMs): void {
    this.#cancel = this.#time.at(at, () => {
      this.#cancel = null;
      if (this.#silentAt === null) return;
      if (this.#time.mono() < this.#silentAt) this.#arm(this.#silentAt);
      else this.#cleared('silence');
    });
  }
}
