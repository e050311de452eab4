import { after, type Millis, type MonoMs, millis } from '../../../base/brand.ts';
import type { Log } from '../../../base/log.ts';
import { TokenBucket } from '../../../base/token-bucket.ts';
import type { Decoded, PortStatus, Report, SerialFormat, SerialSource, Time } from '../../ports.ts';
import { type Decoder, sum } from './decoder.ts';
import { highBits, withoutParity } from './format.ts';
import { Link } from './link.ts';
import type { Tty } from './tty.ts';

/** Twenty times what 115,200 baud can carry; above it we read no further, and the kernel holds the sender back. */
const paceBytesPerSecond = 256 * 1_024;
const paceBurstBytes = 64 * 1_024;
/**
 * Bytes that may be older than this have no sender any more: whoever typed has left, and somebody else may stand there. The same
 * as the silence that clears what was typed (rules.md 3).
 */
const outdatedMs = 10_000;
/** Bytes that follow outdated ones without such a pause have waited with them. */
const pauseMs = millis(100);
/** Recorders of one port at one time. */
const tapsMax = 4;

interface SerialOptions {
  /** Name in events and reports: `keypad`, or that of the reader. */
  readonly device: string;
  readonly path: string;
  readonly baud: number;
  readonly format: SerialFormat;
  /** A fresh one for each opening. */
  readonly decoder: () => Decoder;
  readonly time: Time;
  /** How long what is read now may have waited unread. */
  readonly waitedMs: () => Millis;
  readonly log: Log;
  readonly decoded: (one: Decoded, waitedMs: Millis) => void;
  /** Told `port-changed`. */
  readonly report: Report;
}

/** Somebody did this; ends of lines, noise and a tag that is gone mean nothing to anybody. */
const isMeant = ({ kind }: Decoded): boolean => kind !== 'noise' && kind !== 'tag-left';

type Counts = Readonly<Record<string, number>>;

interface Counted {
  readonly decoded: number;
  readonly passed: Counts;
  readonly rejected: Counts;
}

function added(before: Counts, more: Counts): Counts {
  const all: Record<string, number> = { ...before };
  for (const [name, count] of Object.entries(more)) all[name] = sum(all[name] ?? 0, count);
  return all;
}

export interface SerialPort extends SerialSource {
  /** Kept when the first attempt is over, whatever came of it. */
  readonly settled: Promise<void>;
  /** Raw bytes as they come, lent for the call, until the returned function is called; null when four listen already. */
  tap(listener: (bytes: Uint8Array) => void): (() => void) | null;
}

/** Opens a keypad or a reader and keeps it open: see `Link`. Never throws; trouble is in `status` and in `port-changed`. */
export const openSerial = (options: SerialOptions): SerialPort => new Source(options);

class Source implements SerialPort {
  readonly #options: SerialOptions;
  readonly #link: Link;
  readonly #taps = new Set<(bytes: Uint8Array) => void>();
  readonly #pace = new TokenBucket(paceBurstBytes, paceBytesPerSecond);
  #tty: Tty | null = null;
  #decoder: Decoder;
  #bytes = 0;
  #pauses = 0;
  #highBits = 0;
  #outdated = 0;
  /** Until when what is read belongs to bytes that are outdated. */
  #outdatedUntil: MonoMs | null = null;
  /** The decoders of earlier openings counted this. */
  #past: Counted = { decoded: 0, passed: {}, rejected: {} };
  #wakeAt: MonoMs | null = null;
  #cancelWake = (): void => {};
  #cancelPause = (): void => {};

  constructor(options: SerialOptions) {
    this.#options = options;
    this.#decoder = options.decoder();
    const { device, path, baud, format, time, log, report } = options;
    this.#link = new Link({
      ...{ device, path, baud, format, time, log },
      use: { read: bytes => this.#read(bytes) },
      opened: tty => this.#begin(tty),
      changed: up => report({ type: 'port-changed', device, up }),
    });
  }

  get settled(): Promise<void> {
    return this.#link.settled;
  }

  status(): PortStatus {
    const { device, path } = this.#options;
    const { trouble } = this.#link;
    const { decoded, passed, rejected } = this.#counted();
    const counters = {
      bytes: this.#bytes,
      decoded,
      passed,
      highBits: this.#highBits,
      // Nothing is thrown away while reading pauses, but somebody sends more than any keypad can.
      rejected: { ...rejected, 'too-fast': this.#pauses, outdated: this.#outdated },
    };
    return { device, path, up: trouble === null, counters, trouble };
  }

  tap(listener: (bytes: Uint8Array) => void): (() => void) | null {
    if (this.#taps.size >= tapsMax) return null;
    // Wrapped, so that one function that listens twice is two listeners.
    const one = (bytes: Uint8Array): void => listener(bytes);
    this.#taps.add(one);
    return () => this.#taps.delete(one);
  }

  async close(): Promise<void> {
    await this.#link.close();
    this.#cancelWake();
    this.#cancelPause();
  }

  #begin(tty: Tty): void {
    this.#forget();
    this.#tty = tty;
    this.#outdatedUntil = null;
    this.#cancelPause();
  }

  /** Half a frame from before means nothing. */
  #forget(): void {
    this.#past = this.#counted();
    this.#decoder = this.#options.decoder();
    this.#cancelWake();
    this.#wakeAt = null;
  }

  #counted(): Counted {
    const { decoded, passed, rejected } = this.#decoder.tally;
    return {
      decoded: sum(this.#past.decoded, decoded),
      passed: added(this.#past.passed, passed),
      rejected: added(this.#past.rejected, rejected),
    };
  }

  #read(bytes: Uint8Array): boolean {
    const now = this.#options.time.mono();
    const { format } = this.#options;
    this.#bytes = sum(this.#bytes, bytes.length);
    this.#highBits = sum(this.#highBits, highBits(bytes, format));
    for (const tap of this.#taps) tap(bytes);
    withoutParity(bytes, format);
    this.#decode(bytes, now);
    const debtMs = this.#pace.spend(bytes.length, now);
    if (debtMs > 0) this.#pause(after(now, millis(debtMs)));
    return debtMs === 0;
  }

  #decode(bytes: Uint8Array, now: MonoMs): void {
    const waitedMs = this.#options.waitedMs();
    const isOutdated = waitedMs >= outdatedMs || (this.#outdatedUntil !== null && now < this.#outdatedUntil);
    this.#outdatedUntil = isOutdated ? after(now, pauseMs) : null;
    const decoded = this.#decoder.push(bytes, now);
    if (!isOutdated) {
      this.#give(decoded, waitedMs);
      this.#arm();
      return;
    }
    this.#outdated = sum(this.#outdated, bytes.length);
    this.#forget();
    if (decoded.some(isMeant)) this.#options.decoded({ kind: 'outdated' }, waitedMs);
  }

  #give(decoded: readonly Decoded[], waitedMs: Millis): void {
    for (const one of decoded) this.#options.decoded(one, waitedMs);
  }

  #pause(until: MonoMs): void {
    this.#pauses = sum(this.#pauses, 1);
    const tty = this.#tty;
    this.#cancelPause = this.#options.time.at(until, () => tty?.resume());
  }

  /** A timer that is armed already is left alone unless it would be late; woken early, a decoder says when to come again. */
  #arm(): void {
    const at = this.#decoder.wakeAt;
    if (at === null || (this.#wakeAt !== null && this.#wakeAt <= at)) return;
    this.#cancelWake();
    this.#wakeAt = at;
    this.#cancelWake = this.#options.time.at(at, () => {
      this.#wakeAt = null;
      this.#give(this.#decoder.wake(this.#options.time.mono()), millis(0));
      this.#arm();
    });
  }
}
