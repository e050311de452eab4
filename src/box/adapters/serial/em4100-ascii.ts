import { after, type MonoMs, millis } from '../../../base/brand.ts';
import type { Decoded } from '../../ports.ts';
import { BranchCounters, type Decoder, type Protocol } from './decoder.ts';
import { holdBranches, TagHold, tagsMax } from './tag-hold.ts';

const stx = 0x02;
const etx = 0x03;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
/** Version, four bytes of number, checksum: each two hex digits. */
const frameDigits = 12;
const tagDigits = 10;
const lineEndsMax = 2;
/** A frame takes 15 ms at 9600 baud, and USB adapters add up to 16 ms of their own. */
const frameWithinMs = millis(200);

const outside = -1;
const notHex = -1;

/**
 * RDM6300: `02`, ten hex digits, two of checksum (XOR of the five bytes), `03`, repeated every 50 ms while the tag is
 * held. ID-12LA: the same with CR LF before `03`, sent once. Begins anew on every `02`; the number 0 is a reader's mistake,
 * and an all-zero frame has a good checksum.
 */
class Em4100AsciiDecoder implements Decoder {
  readonly tally = new BranchCounters({
    passed: ['line-end', ...holdBranches.passed],
    rejected: [
      'outside',
      'begun-anew',
      'too-slow',
      'not-hex',
      'too-short',
      'too-long',
      'checksum',
      'zero',
      ...holdBranches.rejected,
    ],
  });
  readonly #hold = new TagHold(this.tally);
  readonly #digits = new Uint8Array(frameDigits);
  /** Digits of the present frame, or `outside`. */
  #count = outside;
  #lineEnds = 0;
  #lateAt: MonoMs = after(0 as MonoMs, frameWithinMs);

  get wakeAt(): MonoMs | null {
    return this.#hold.wakeAt;
  }

  get held(): number {
    return this.#hold.held + Math.max(this.#count, 0);
  }

  push(chunk: Uint8Array, at: MonoMs): readonly Decoded[] {
    const out: Decoded[] = [];
    if (this.#count !== outside && at >= this.#lateAt) this.#drop('too-slow');
    for (const byte of chunk) {
      if (byte === stx) this.#begin(at);
      else if (this.#count === outside) this.#between(byte);
      else if (this.#count < frameDigits) this.#digit(byte);
      else this.#end(byte, at, out);
    }
    this.tally.yielded(out.length);
    return out;
  }

  wake(at: MonoMs): readonly Decoded[] {
    const out: Decoded[] = [];
    this.#hold.wake(at, out);
    this.tally.yielded(out.length);
    return out;
  }

  /** Some readers end their lines behind the frame too. */
  #between(byte: number): void {
    if (isLineEnd(byte)) this.tally.pass('line-end');
    else this.tally.reject('outside');
  }

  #begin(at: MonoMs): void {
    if (this.#count !== outside) this.tally.reject('begun-anew');
    this.#count = 0;
    this.#lineEnds = 0;
    this.#lateAt = after(at, frameWithinMs);
  }

  #digit(byte: number): void {
    const value = hexValue(byte);
    if (value !== notHex) {
      this.#digits[this.#count] = value;
      this.#count += 1;
    } else {
      this.#drop(byte === etx ? 'too-short' : 'not-hex');
    }
  }

  #end(byte: number, at: MonoMs, out: Decoded[]): void {
    if (byte === etx) {
      this.#judge(at, out);
    } else if (isLineEnd(byte) && this.#lineEnds < lineEndsMax) {
      this.#lineEnds += 1;
      this.tally.pass('line-end');
    } else {
      this.#drop('too-long');
    }
  }

  #judge(at: MonoMs, out: Decoded[]): void {
    this.#count = outside;
    let parity = 0;
    let number = 0;
    for (let digit = 0; digit < frameDigits; digit += 2) {
      const byte = this.#byte(digit);
      parity ^= byte;
      if (digit >= 2 && digit < tagDigits) number |= byte;
    }
    if (parity !== 0) this.tally.reject('checksum');
    else if (number === 0) this.tally.reject('zero');
    else this.#hold.sight(this.#tag(), at, out);
  }

  #byte(digit: number): number {
    return ((this.#digits[digit] ?? 0) << 4) | (this.#digits[digit + 1] ?? 0);
  }

  #tag(): string {
    let tag = '';
    for (let digit = 0; digit < tagDigits; digit += 2) tag += this.#byte(digit).toString(16).padStart(2, '0');
    return tag.toUpperCase();
  }

  #drop(why: string): void {
    this.#count = outside;
    this.tally.reject(why);
  }
}

const isLineEnd = (byte: number): boolean => byte === carriageReturn || byte === lineFeed;

function hexValue(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x41 + 10;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x61 + 10;
  return notHex;
}

export const em4100Ascii: Protocol = {
  name: 'em4100-ascii',
  reads: 'tags',
  heldMax: tagsMax + frameDigits,
  decoder: () => new Em4100AsciiDecoder(),
};
