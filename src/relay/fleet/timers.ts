/** What is due at an instant is done once, by whichever copy of the relay has its lease. */
import type { Transaction } from 'kysely';
import { after, type Millis, millis } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Time } from '../ports.ts';
import { kindsDue, postponeTimer, spendTimer, takeTimers } from '../store/leases.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { TimerTable } from '../store/tables-work.ts';

/** In the transaction that takes the timer off; it may set it again. */
export type TimerWork = (tx: Transaction<Tables>, subject: string, now: number) => Promise<void>;

export interface TimersOptions {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  readonly copy: string;
  /** By kind; timers of other kinds wait for a version that knows them. */
  readonly work: Readonly<Record<string, TimerWork>>;
}

const everyMs = millis(1_000);
const leaseMs = 30_000;
/** In one go; the rest follows at once. */
const mostAtOnce = 64;
const againFirstMs = 5_000;
const againMostMs = 3_600_000;

export class Timers {
  readonly #options: TimersOptions;
  #cancel: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  start(): void {
    this.#arm(everyMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#running;
  }

  #arm(wait: Millis): void {
    if (this.#closed) return;
    const { time } = this.#options;
    this.#cancel = time.at(after(time.mono(), wait), () => {
      this.#running = this.#turn();
    });
  }

  async #turn(): Promise<void> {
    let more = false;
    try {
      more = await this.#due();
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'timers could not be read');
    }
    this.#arm(more ? millis(0) : everyMs);
  }

  /** True: there may be more. */
  async #due(): Promise<boolean> {
    const { store, time, copy, work } = this.#options;
    const kinds = Object.keys(work);
    if (kinds.length === 0) return false;
    const now = time.wall();
    const claim = { copy, now, until: now + leaseMs, most: mostAtOnce, kinds };
    const due = await kindsDue(store.db, now);
    if (!due.some(({ kind }) => kinds.includes(kind))) return false;
    const timers = await store.write(tx => takeTimers(tx, claim));
    await Promise.all(timers.map(timer => this.#run(timer)));
    return timers.length === mostAtOnce;
  }

  async #run(timer: TimerTable): Promise<void> {
    const { store, time, copy, log, work } = this.#options;
    const now = time.wall();
    try {
      await store.write(async tx => {
        if (await spendTimer(tx, timer, copy)) await work[timer.kind]?.(tx, timer.subject, now);
      });
    } catch (error) {
      const wait = Math.min(againMostMs, againFirstMs * 2 ** Math.min(timer.tries, 12));
      log.error({ timer: timer.id, tries: timer.tries + 1, reason: reasonOf(error) }, 'a timer failed');
      await store.write(tx => postponeTimer(tx, timer, copy, now + wait));
    }
  }
}
