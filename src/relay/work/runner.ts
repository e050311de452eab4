/** Runs what is due in the queue: each item once, by whichever copy of the relay has its lease. */
import type { Transaction } from 'kysely';
import { millis } from '../../base/brand.ts';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { Poll } from '../../base/poll.ts';
import { retryMs } from '../../base/retry.ts';
import type { Time } from '../../base/time.ts';
import { effectsOf } from '../store/commit-effects.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { WorkTable } from '../store/tables-work.ts';
import { kindsDue, leaseWork, postponeWork, restWork, reviveWork, setAsideWork, spendWork } from './queue.ts';

/** In the transaction that takes the item off; it may put it again. */
export type WorkHandler = (tx: Transaction<Tables>, subject: string, now: number) => Promise<void>;

export type WorkHandlers = Readonly<Record<string, WorkHandler>>;

export interface RunnerOptions {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  /** Names this copy of the relay. */
  readonly copy: string;
  /** By kind; items of other kinds wait for a version that knows them. */
  readonly handlers: WorkHandlers;
  /** Told of an item that has failed for the last time. */
  readonly setAside?: (item: Pick<WorkTable, 'kind' | 'subject'>, reason: string) => void;
  /** Told of kinds whose items were set aside by a run before, and are tried again. */
  readonly revived?: (kind: string) => void;
}

const pollMs = millis(1_000);
const leaseMs = 30_000;
/** In one go; the rest follows at once. */
const mostAtOnce = 64;
const again = { firstMs: 5_000, mostMs: 3_600_000 } as const;
/** Some two hours of trying: what fails then fails by itself, not by what was the matter around it. */
const triesMax = 12;

/** The database itself refuses: that says nothing about the item. */
const isOfStore = (error: unknown): boolean =>
  error instanceof Fault && (error.code.startsWith('storage-') || error.code.startsWith('store-'));

export class WorkRunner {
  readonly #options: RunnerOptions;
  readonly #kinds: readonly string[];
  readonly #poll: Poll;
  #unlisten: () => void = () => {};
  #isRevived = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#kinds = Object.keys(options.handlers);
    this.#poll = new Poll({
      time: options.time,
      everyMs: pollMs,
      look: () => this.#look(),
      failed: reason => options.log.warn({ reason }, 'the queue could not be read'),
    });
  }

  start(): void {
    const { store, time } = this.#options;
    this.#unlisten = store.onWork(due => {
      if (due <= time.wall()) this.nudge();
    });
    this.#poll.start();
  }

  /** Something is due: do not wait for the clock. */
  nudge(): void {
    this.#poll.nudge();
  }

  async close(): Promise<void> {
    this.#unlisten();
    await this.#poll.stop();
  }

  async #revive(): Promise<void> {
    const { store, time, revived } = this.#options;
    const now = time.wall();
    const kinds = await store.write(tx => reviveWork(tx, { kinds: this.#kinds, now }));
    this.#isRevived = true;
    for (const kind of kinds) revived?.(kind);
  }

  /** True: there may be more. */
  async #look(): Promise<boolean> {
    if (!this.#isRevived) await this.#revive();
    const { store, time, copy } = this.#options;
    const now = time.wall();
    const due = await kindsDue(store.db, now);
    if (!due.some(({ kind }) => this.#kinds.includes(kind))) return false;
    const claim = { copy, now, until: now + leaseMs, most: mostAtOnce, kinds: this.#kinds };
    const items = await store.write(tx => leaseWork(tx, claim));
    await Promise.all(items.map(item => this.#do(item)));
    return items.length === mostAtOnce;
  }

  async #do(item: WorkTable): Promise<void> {
    const { store, time, copy, log, handlers } = this.#options;
    const now = time.wall();
    try {
      await store.write(async tx => {
        if (!(await spendWork(tx, item, copy))) return;
        await handlers[item.kind]?.(tx, item.subject, now);
        if (effectsOf(tx).workDue <= now) await restWork(tx, item, now + pollMs);
      });
    } catch (error) {
      const { id, tries } = item;
      log.error({ work: id, tries: tries + 1, reason: reasonOf(error) }, 'an item of the queue failed');
      // Its lease ends by itself, and the try does not count.
      if (!isOfStore(error)) await this.#failed(item, now, reasonOf(error));
    }
  }

  async #failed(item: WorkTable, now: number, reason: string): Promise<void> {
    const { store, copy, setAside } = this.#options;
    if (item.tries + 1 < triesMax) {
      const wait = retryMs(again, item.tries);
      return await store.write(tx => postponeWork(tx, item, copy, now + wait));
    }
    await store.write(tx => setAsideWork(tx, item, copy, now));
    setAside?.(item, reason);
  }
}
