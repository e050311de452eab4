import type { Transaction } from 'kysely';
import { Fault } from '../../base/fault.ts';
import type { RelayStore } from './store.ts';
import type { Tables } from './tables.ts';

/** All that waits together is written by one job; what comes meanwhile is the next. */
type WriteAll<Item> = (tx: Transaction<Tables>, items: readonly Item[]) => Promise<void>;

interface BatchWriterOptions<Item> {
  readonly store: Pick<RelayStore, 'write'>;
  readonly write: WriteAll<Item>;
  /** Items in one job. */
  readonly most: number;
  /** Waited for before each job, so that what comes meanwhile goes along. Where it is not given: the rest of the turn. */
  readonly gather?: () => Promise<unknown>;
  readonly done: (items: readonly Item[]) => void;
  readonly failed: (items: readonly Item[], error: unknown) => void;
}

/** Single rows of a thousand boxes, or of a thousand posts, as few statements: commits are the most expensive operation of a relay. */
export class BatchWriter<Item> {
  readonly #options: BatchWriterOptions<Item>;
  #items: Item[] = [];
  #running: Promise<void> | null = null;

  constructor(options: BatchWriterOptions<Item>) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#running ??= this.#run();
  }

  /** Until nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #run(): Promise<void> {
    const { gather, most } = this.#options;
    while (this.#items.length > 0) {
      await gather?.();
      await this.#write(this.#items.splice(0, most));
    }
    this.#running = null;
  }

  /** A Fault is the disk's, and all wait for that; anything else is one item's, which must not take the others with it. */
  async #write(items: readonly Item[]): Promise<void> {
    const { store, write, done, failed } = this.#options;
    try {
      await store.write(tx => write(tx, items));
    } catch (error) {
      if (items.length === 1 || error instanceof Fault) failed(items, error);
      else for (const item of items) await this.#write([item]);
      return;
    }
    done(items);
  }
}
