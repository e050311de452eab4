import { after, type Millis, type MonoMs, millis, seconds } from '../../../base/brand.ts';
import { Fault, reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { SerialFormat, Time } from '../../ports.ts';
import { Tty, type TtyUse } from './tty.ts';

/** First wait after a loss, doubled with each failure, so that a port that flaps writes few events. */
const retryFirstMs = millis(250);
const retryMaxMs = seconds(2);
/** How often the path is looked at: adapters are renumbered, and not every driver tells of an unplug. */
const checkEveryMs = seconds(5);

interface LinkOptions {
  /** Name of the device in events and reports. */
  readonly device: string;
  readonly path: string;
  readonly baud: number;
  /** 8N1 where absent. */
  readonly format?: SerialFormat;
  readonly use: TtyUse;
  readonly time: Time;
  readonly log: Log;
  /** The port has just been opened; nothing was read yet. */
  readonly opened: (tty: Tty) => void;
  /** Told after the first attempt and then when it becomes different. */
  readonly changed: (up: boolean) => void;
}

/** Keeps one serial port open through unplugging, renumbering, wrong devices and other programs, for as long as we run. */
export class Link {
  readonly #options: LinkOptions;
  #tty: Tty | null = null;
  #trouble: string | null = 'not opened yet';
  #told: boolean | null = null;
  #logged: string | null = null;
  #retryMs: Millis = retryFirstMs;
  #opening: Promise<void>;
  #cancel = (): void => {};
  #closed = false;
  /** Kept when the first attempt is over, whatever came of it. */
  readonly settled: Promise<void>;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#opening = this.#open();
    this.settled = this.#opening;
  }

  get tty(): Tty | null {
    return this.#tty;
  }

  /** Why it is down, with a hint, for people; null while up. */
  get trouble(): string | null {
    return this.#trouble;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#opening;
    await this.#tty?.close();
    this.#tty = null;
    this.#trouble = 'closed';
  }

  async #open(): Promise<void> {
    // A promise later, so that nobody is told of anything before the constructor has returned.
    await null;
    let tty: Tty;
    try {
      tty = await Tty.open(this.#options, this.#options.use, reason => this.#lost(tty, reason));
    } catch (error) {
      if (!this.#closed) this.#down(troubleOf(error));
      return;
    }
    if (this.#closed) await tty.close();
    else this.#up(tty);
  }

  #up(tty: Tty): void {
    this.#tty = tty;
    this.#trouble = null;
    this.#logged = null;
    this.#options.log.info({ device: this.#options.device, path: this.#options.path }, 'serial port is open');
    this.#options.opened(tty);
    // Gone again with the first byte written to it.
    if (this.#tty !== tty) return;
    this.#tell(true);
    tty.resume();
    this.#wait(checkEveryMs, () => this.#check(tty));
  }

  #lost(tty: Tty, reason: string): void {
    if (this.#tty === tty) this.#down(`${this.#options.path} went away (${reason}). Plug it in again.`);
  }

  #check(tty: Tty): void {
    if (tty.isStillAt(this.#options.path)) {
      // Only what has held for a while is a good port.
      this.#retryMs = retryFirstMs;
      this.#wait(checkEveryMs, () => this.#check(tty));
      return;
    }
    void tty.close();
    this.#down(`${this.#options.path} no longer leads to the device that was opened.`);
  }

  #down(trouble: string): void {
    this.#tty = null;
    this.#trouble = trouble;
    if (trouble !== this.#logged)
      this.#options.log.warn({ device: this.#options.device, trouble }, 'serial port is away');
    this.#logged = trouble;
    this.#wait(this.#retryMs, () => {
      this.#opening = this.#open();
    });
    this.#retryMs = millis(Math.min(this.#retryMs * 2, retryMaxMs));
    this.#tell(false);
  }

  #tell(up: boolean): void {
    if (this.#told === up) return;
    this.#told = up;
    this.#options.changed(up);
  }

  /** One wait at a time: for the next look while up, for the next attempt while down. */
  #wait(ms: Millis, wake: () => void): void {
    this.#cancel();
    const at: MonoMs = after(this.#options.time.mono(), ms);
    this.#cancel = this.#options.time.at(at, wake);
  }
}

const troubleOf = (error: unknown): string =>
  error instanceof Fault ? `${error.message}. ${error.hint}` : reasonOf(error);
