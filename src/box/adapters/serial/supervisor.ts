import { after, type MonoMs, millis } from '../../../base/brand.ts';
import type { Log } from '../../../base/log.ts';
import type { Decoded, PortStatus, Report, SerialSource, Time } from '../../ports.ts';
import { type Decoder, sum } from './decoder.ts';
import { Link } from './link.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Tty } from './tty.ts';

/** Twenty times what 115,200 baud can carry; above it we read no further, and the kernel holds the sender back. */
const paceBytesPerSecond = 256 * 1_024;
const paceBurstBytes = 64 * 1_024;
/** Recorders of one port at one time. */
const tapsMax = 4;

export interface SerialOptions {
  /** Name in events and reports: `keypad`, or that of the reader. */
  readonly device: string;
  readonly path: string;
  readonly baud: number;
  /** A fresh one for each opening. */
  readonly decoder: () => Decoder;
  readonly time: Time;
  readonly log: Log;
  readonly decoded: (one: Decoded) => void;
  /** Told `port-changed`. */
  readonly report: Report;
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
  /** What the decoders of earlier openings counted. */
  #past: { readonly decoded: number; readonly rejected: Readonly<Record<string, number>> } = {
    decoded: 0,
    rejected: {},
  };
  #wakeAt: MonoMs | null = null;
  #cancelWake = (): void => {};
  #cancelPause = (): void => {};

  constructor(options: SerialOptions) {
    this.#options = options;
    this.#decoder = options.decoder();
    const { device, path, baud, time, log, report } = options;
    this.#link = new Link({
      ...{ device, path, baud, time, log },
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
    const { decoded, rejected } = this.#counted();
    const counters = {
      bytes: this.#bytes,
      decoded,
      // Nothing is thrown away while reading pauses, but somebody sends more than any keypad can.
      rejected: { ...rejected, 'too-fast': this.#pauses },
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
    this.#past = this.#counted();
    this.#decoder = this.#options.decoder();
    this.#tty = tty;
    this.#cancelWake();
    this.#wakeAt = null;
    this.#cancelPause();
  }

  #counted() {
    const rejected: Record<string, number> = { ...this.#past.rejected };
    const { tally } = this.#decoder;
    for (const [cause, count] of Object.entries(tally.rejected))
      rejected[cause] = sum(rejected[cause] ?? 0, count);
    return { decoded: sum(this.#past.decoded, tally.decoded), rejected };
  }

  #read(bytes: Uint8Array): boolean {
    const now = this.#options.time.mono();
    this.#bytes = sum(this.#bytes, bytes.length);
    this.#give(this.#decoder.push(bytes, now));
    for (const tap of this.#taps) tap(bytes);
    this.#arm();
    const debtMs = this.#pace.spend(bytes.length, now);
    if (debtMs > 0) this.#pause(after(now, millis(debtMs)));
    return debtMs === 0;
  }

  #give(decoded: readonly Decoded[]): void {
    for (const one of decoded) this.#options.decoded(one);
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
      this.#give(this.#decoder.wake(this.#options.time.mono()));
      this.#arm();
    });
  }
}
