/** Reads the mail that comes back, as it comes, for as long as the relay runs. */

import { after, type Millis, millis } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import { retryMs } from '../../../base/retry.ts';
import type { Time } from '../../../base/time.ts';
import { Mailbox, type MailboxOptions } from './mailbox.ts';
import { noteReport, type ReportDeps } from './note-report.ts';

interface BounceReaderDeps extends Omit<ReportDeps, 'now'> {
  readonly time: Time;
  readonly mailbox: MailboxOptions;
  /** A message may wait to go by the other way. */
  readonly noted: () => void;
  readonly failing: (said: string) => void;
  readonly working: () => void;
}

/** Looked at so often even where no server tells of what has come. */
const everyMs = millis(60_000);
const moreMs = millis(1_000);
const again = { firstMs: 5_000, mostMs: 900_000 } as const;
/** A hiccup is nobody's business; three in a row are. */
const failingAfter = 3;
const closeWithinMs = millis(2_000);

export class BounceReader {
  readonly #deps: BounceReaderDeps;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};
  #isNews = false;
  #failures = 0;
  #isSaidToWork = false;

  constructor(deps: BounceReaderDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    const { time } = this.#deps;
    const late = new Promise<void>(resolve => time.at(after(time.mono(), closeWithinMs), resolve));
    await Promise.race([this.#running, late]);
  }

  #news = (): void => {
    this.#isNews = true;
    this.#wake();
  };

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#connected();
      } catch (error) {
        if (!this.#stop.signal.aborted) this.#failed(reasonOf(error));
      }
      const wait = retryMs(again, this.#failures);
      await this.#rest(millis(wait), () => this.#stop.signal.aborted);
    }
  }

  /** Until the connection ends, in whichever way. */
  async #connected(): Promise<void> {
    const mailbox = await Mailbox.open(this.#deps.mailbox, this.#stop.signal, this.#news);
    try {
      while (mailbox.isOpen && !this.#stop.signal.aborted) {
        this.#isNews = false;
        const { isMore } = await mailbox.look(report => this.#read(report), this.#deps.time.wall());
        this.#works();
        await this.#rest(isMore ? moreMs : everyMs, () => this.#isNews);
      }
    } finally {
      mailbox.close();
    }
  }

  async #read(report: Parameters<typeof noteReport>[1]): Promise<boolean> {
    const { time, noted, ...deps } = this.#deps;
    const outcome = await noteReport({ ...deps, now: time.wall() }, report);
    if (outcome === 'noted') noted();
    return outcome !== 'not-ours';
  }

  #failed(said: string): void {
    this.#failures += 1;
    this.#deps.log.warn({ reason: said, failures: this.#failures }, 'mail that comes back could not be read');
    if (this.#failures < failingAfter) return;
    this.#isSaidToWork = false;
    this.#deps.failing(said);
  }

  #works(): void {
    this.#failures = 0;
    if (this.#isSaidToWork) return;
    this.#isSaidToWork = true;
    this.#deps.working();
  }

  /** For so long, or until it is woken and `isOver`. */
  async #rest(wait: Millis, isOver: () => boolean): Promise<void> {
    if (isOver() || this.#stop.signal.aborted) return;
    const { time } = this.#deps;
    await new Promise<void>(resolve => {
      const cancel = time.at(after(time.mono(), wait), resolve);
      this.#wake = () => {
        if (!isOver() && !this.#stop.signal.aborted) return;
        cancel();
        resolve();
      };
    });
    this.#wake = () => {};
  }
}
