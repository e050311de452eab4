import { ReadlineParser } from '@serialport/parser-readline';
import { after, type MonoMs, seconds } from '../../../base/brand.ts';
import { Secret } from '../../../base/secret.ts';
import { TokenBucket } from '../../../base/token-bucket.ts';
import type { Decoded } from '../../ports.ts';
import { BranchCounters, type Decoder, type Protocol } from './decoder.ts';

/** Longest line, without its end. */
const lineMaxBytes = 64;
/** As at the pad itself: 10 s of silence clears (rules.md 3). */
const silenceMs = seconds(10);
/** Entries, not keys: each is judged, and a wrong one is written down. */
const linesPerSecond = 4;
const linesBurst = 8;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const newline = Buffer.from([lineFeed]);
const clearKey = '*';
const entry = /^[0-9]*#?$/;
/** Devices send these around an entry to lay it out or to frame it: spaces, tabs, STX, ETX. Any other byte is noise. */
const isBlank = (character: string): boolean => ' \t\u0002\u0003'.includes(character);
/** Bytes that may come before the digits of an entry. */
const isLayout = (byte: number): boolean =>
  isBlank(String.fromCharCode(byte)) || byte === clearKey.charCodeAt(0);
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/**
 * One entry a line, digits optionally ended by `#`; a `*` clears what stands before it, as at the pad; CR, LF and CR LF all end a
 * line. The parser keeps whatever comes before a newline, however much that is, so what may reach it is counted here. A line that
 * begins with digits and is no entry is said to be none, as at the pad: else nobody knows that it was not heard.
 */
class LineDecoder implements Decoder {
  readonly tally = new BranchCounters({
    passed: ['entry', 'empty', 'cleared'],
    rejected: ['not-digits', 'too-long', 'silence', 'flood'],
  });
  readonly #bucket = new TokenBucket(linesBurst, linesPerSecond);
  #parser = newParser();
  #held = 0;
  /** The rest of a line that was too long is still coming. */
  #skipping = false;
  /** The line began with a digit, or with something else; null: with nothing so far. */
  #isTyped: boolean | null = null;
  #silentAt: MonoMs | null = null;

  get wakeAt(): MonoMs | null {
    return this.#silentAt;
  }

  get held(): number {
    return this.#held;
  }

  push(chunk: Uint8Array, at: MonoMs): readonly Decoded[] {
    const out: Decoded[] = [];
    this.#expire(at, out);
    let from = 0;
    for (let to = 0; to < chunk.length; to += 1) {
      if (chunk[to] !== lineFeed && chunk[to] !== carriageReturn) continue;
      this.#take(chunk.subarray(from, to));
      this.#end(at, out);
      from = to + 1;
    }
    this.#take(chunk.subarray(from));
    this.#silentAt = this.#held > 0 || this.#skipping ? after(at, silenceMs) : null;
    this.tally.yielded(out.filter(({ kind }) => kind !== 'spoilt').length);
    return out;
  }

  wake(at: MonoMs): readonly Decoded[] {
    const out: Decoded[] = [];
    this.#expire(at, out);
    return out;
  }

  #expire(at: MonoMs, out: Decoded[]): void {
    if (this.#silentAt === null || at < this.#silentAt) return;
    this.tally.reject('silence');
    this.#spoilt('silence', at, out);
    this.#forget();
    this.#skipping = false;
  }

  #spoilt(by: 'noise' | 'silence', at: MonoMs, out: Decoded[]): void {
    if (this.#isTyped === true && this.#bucket.take(at)) out.push({ kind: 'spoilt', by });
    this.#isTyped = null;
  }

  #take(part: Uint8Array): void {
    const first = part.find(byte => !isLayout(byte));
    if (first !== undefined) this.#isTyped ??= isDigit(first);
    if (part.length === 0 || this.#skipping) return;
    if (this.#held + part.length > lineMaxBytes) {
      this.tally.reject('too-long');
      this.#forget();
      this.#skipping = true;
      return;
    }
    this.#held += part.length;
    this.#parser.write(part);
  }

  #end(at: MonoMs, out: Decoded[]): void {
    if (this.#skipping) {
      this.#skipping = false;
      this.#spoilt('noise', at, out);
      return;
    }
    this.#held = 0;
    this.#parser.write(newline);
    const sent: unknown = this.#parser.read();
    const text = typeof sent === 'string' ? bare(sent) : sent;
    if (text === null || text === '' || text === '#') this.tally.pass('empty');
    else if (typeof text === 'string') this.#judge(text, at, out);
    this.#isTyped = null;
  }

  #judge(text: string, at: MonoMs, out: Decoded[]): void {
    const cleared = text.lastIndexOf(clearKey) + 1;
    const last = text.slice(cleared);
    if (!entry.test(last) || !/^[0-9*]*$/.test(text.slice(0, cleared))) {
      this.tally.reject('not-digits');
      this.#spoilt('noise', at, out);
    } else if (!this.#bucket.take(at)) this.tally.reject('flood');
    else {
      if (cleared > 0) {
        this.tally.pass('cleared');
        out.push({ kind: 'key', key: clearKey });
      }
      const digits = last.replace('#', '');
      if (digits === '') return;
      this.tally.pass('entry');
      out.push({ kind: 'line', digits: new Secret(digits) });
    }
  }

  #forget(): void {
    this.#parser.destroy();
    this.#parser = newParser();
    this.#held = 0;
    this.#silentAt = null;
  }
}

function bare(text: string): string {
  const characters = [...text];
  const from = characters.findIndex(each => !isBlank(each));
  const to = characters.findLastIndex(each => !isBlank(each));
  return from === -1 ? '' : text.slice(from, to + 1);
}

/** Object mode keeps lines apart until they are read, which is at once: nothing waits for a turn of the event loop. */
const newParser = (): ReadlineParser =>
  new ReadlineParser({ delimiter: newline, encoding: 'latin1', readableObjectMode: true });

export const line: Protocol = {
  name: 'line',
  reads: 'keys',
  heldMax: lineMaxBytes,
  decoder: () => new LineDecoder(),
};
