import { after, type MonoMs, millis } from '../../../base/brand.ts';
import type { Decoded, KeypadKey, KeypadSettings } from '../../ports.ts';
import { BranchCounters, type Decoder, type Protocol } from './decoder.ts';
import { gateBranches, KeyGate, tailMax } from './key-gate.ts';

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const frameMarks: readonly number[] = [0x02, 0x03];
const firstHigh = 0x80;

/** Keys that follow a byte of no key, or one another from there, sooner than this are part of a greeting, of noise, of a frame or of an entry that is spoilt (contracts.md §2). */
const noiseMs = millis(300);
/** No finger presses one key twice within this; a worn key does. Two fingers press two keys. */
const fingerMs = millis(50);

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export const usualKeys: KeypadSettings = {
  keys: { enter: ['#'.charCodeAt(0)], clear: ['*'.charCodeAt(0)] },
  debounceMs: millis(0),
};

function keysBy({ keys }: KeypadSettings): ReadonlyMap<number, KeypadKey> {
  return new Map<number, KeypadKey>([
    ...digits.map(digit => [digit.charCodeAt(0), digit] as const),
    ...keys.clear.map(byte => [byte, '*'] as const),
    ...keys.enter.map(byte => [byte, '#'] as const),
  ]);
}

/**
 * Each key is one byte. A byte of no key spoils what was typed, since nobody knows what it stands for; ends of lines mean
 * nothing unless a key sends them.
 */
class AsciiDecoder implements Decoder {
  readonly tally = new BranchCounters({
    passed: [
      ...['digit', 'enter', 'clear', 'carriage-return', 'line-feed'],
      ...['same-key-fast', 'other-key-fast', ...gateBranches.passed],
    ],
    rejected: ['not-a-key', 'high-bit', 'frame-mark', 'after-noise', 'bounce', ...gateBranches.rejected],
  });
  readonly #gate = new KeyGate(this.tally);
  readonly #keyOfByte: ReadonlyMap<number, KeypadKey>;
  readonly #debounceMs: number;
  #last: { readonly key: KeypadKey; readonly at: MonoMs } | null = null;
  #noisyUntil: MonoMs | null = null;
  /** Keys that were typed before are spoilt, and that was said. */
  #spoilt = false;

  constructor(settings: KeypadSettings) {
    this.#keyOfByte = keysBy(settings);
    this.#debounceMs = settings.debounceMs;
  }

  get wakeAt(): MonoMs | null {
    return this.#gate.wakeAt;
  }

  get held(): number {
    return this.#gate.held;
  }

  push(chunk: Uint8Array, at: MonoMs): readonly Decoded[] {
    const out: Decoded[] = [];
    for (const byte of chunk) {
      const key = this.#keyOfByte.get(byte);
      if (key !== undefined) this.#key(key, at, out);
      else if (byte === carriageReturn) this.tally.pass('carriage-return');
      else if (byte === lineFeed) this.tally.pass('line-feed');
      else this.#noise(byte, at, out);
    }
    this.#yielded(out);
    return out;
  }

  wake(at: MonoMs): readonly Decoded[] {
    const out: Decoded[] = [];
    this.#gate.wake(at, out);
    this.#yielded(out);
    return out;
  }

  #yielded(out: readonly Decoded[]): void {
    this.tally.yielded(out.filter(({ kind }) => kind !== 'noise').length);
  }

  #key(key: KeypadKey, at: MonoMs, out: Decoded[]): void {
    this.tally.pass(key === '#' ? 'enter' : key === '*' ? 'clear' : 'digit');
    const last = this.#last;
    this.#last = { key, at };
    if (last !== null && at - last.at < fingerMs)
      this.tally.pass(last.key === key ? 'same-key-fast' : 'other-key-fast');
    // Clearing harms nobody, and says that what follows is meant.
    if (key !== '*' && this.#noisyUntil !== null && at < this.#noisyUntil) {
      this.tally.reject('after-noise');
      // Whoever types on has not heard that the entry is spoilt: the rest of it is no entry of its own.
      this.#noisyUntil = after(at, noiseMs);
    } else if (last?.key === key && at - last.at < this.#debounceMs) this.tally.reject('bounce');
    else {
      this.#spoilt = false;
      this.#gate.press(key, at, out);
    }
  }

  #noise(byte: number, at: MonoMs, out: Decoded[]): void {
    if (byte >= firstHigh) this.tally.reject('high-bit');
    else this.tally.reject(frameMarks.includes(byte) ? 'frame-mark' : 'not-a-key');
    this.#noisyUntil = after(at, noiseMs);
    this.#last = null;
    this.#gate.wake(at, out);
    this.#gate.spoil();
    if (!this.#spoilt && !this.#gate.flooded) out.push({ kind: 'noise' });
    this.#spoilt = true;
  }
}

export const ascii: Protocol = {
  name: 'ascii',
  reads: 'keys',
  heldMax: tailMax,
  decoder: (settings = usualKeys) => new AsciiDecoder(settings),
};
