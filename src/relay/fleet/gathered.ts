import type { Transaction } from 'kysely';
import { Fault } from '../../base/fault.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

/** All that waits together is written by one job; what comes meanwhile is the next. */
export type WriteAll<Item> = (tx: Transaction<Tables>, items: readonly Item[]) => Promise<void>;

export interface GatheredOptions<Item> {
  readonly store: Pick<RelayStore, 'write'>;
  readonly write: WriteAll<Item>;
  /** Items in one job. */
  readonly most: number;
  readonly done: (items: readonly Item[]) => void;
  readonly failed: (items: readonly Item[], error: unknown) => void;
}

/** Single rows of a thousand boxes as few statements: the dearest thing that a relay does is to commit. */
export class Gathered<Item> {
  readonly #options: GatheredOptions<Item>;
  #items: Item[] = [];
  #running: Promise<void> | null = null;

  constructor(options: GatheredOptions<Item>) {
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
    // What is said in the same turn goes along.
    await null;
    while (this.#items.length > 0) {
      await this.#write(this.#items.splice(0, this.#options.most));
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
