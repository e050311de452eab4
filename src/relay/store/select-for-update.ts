import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';

interface Lockable<Query> {
  forUpdate(): Query;
}

/**
 * A select whose rows are about to be changed by what it reads: locked until the commit where several copies may write at
 * one time. In SQLite there is one writer, and nothing to lock.
 */
export const selectForUpdate = <Query extends Lockable<Query>>(tx: Kysely<Tables>, query: Query): Query =>
  tx.getExecutor().adapter.supportsMultipleConnections === false ? query : query.forUpdate();
