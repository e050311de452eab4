import type { Transaction } from 'kysely';
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
      const items = this.#items.splice(0, this.#options.most);
      try {
        await this.#options.store.write(tx => this.#options.write(tx, items));
        this.#options.done(items);
      } catch (error) {
        this.#options.failed(items, error);
      }
    }
    this.#running = null;
  }
}
