import type { Kysely, Transaction } from 'kysely';
import type { News } from './commit-effects.ts';
import type { Engine } from './schema.ts';
import type { Tables } from './tables.ts';

/**
 * One piece of work in a transaction. It may be run again from its beginning, so it keeps nothing outside of the database
 * that a second run would find; it does not use `store.db`, and takes no time of its own (a PIN is hashed before).
 */
export type Work<T> = (tx: Transaction<Tables>) => Promise<T>;

export interface RelayStore {
  readonly engine: Engine;
  /** Reads, outside of transactions. */
  readonly db: Kysely<Tables>;
  /**
   * Durable when it resolves. Jobs that wait together share a commit, each in a savepoint of its own: one that throws loses
   * only itself.
   * @throws what the work threw; Fault `store-busy`, `store-closed`, `storage-…`. After `storage-lost` nobody knows whether
   * it was committed
   */
  write<T>(work: Work<T>): Promise<T>;
  /** Called after commits with the boxes whose set changed (records.ts), also by other copies where the engine can tell. */
  onDirty(listener: (boxes: readonly string[]) => void): () => void;
  /** Called after commits of this copy that put work into the queue, with the earliest instant at which some is due. */
  onWork(listener: (due: number) => void): () => void;
  /** Called after commits with what open pages may show anew, also by other copies where the engine can tell. */
  onNews(listener: (news: readonly News[]) => void): () => void;
  /** Jobs that wait. */
  readonly waiting: number;
  /** Finishes what was begun. */
  close(): Promise<void>;
}
