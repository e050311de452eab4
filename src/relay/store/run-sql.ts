/** Runs SQL that was composed before: the queries of every request and message. */
import { CompiledQuery, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

/** Null: not now. */
export type SynchronousRun = (text: string, values: readonly unknown[]) => readonly unknown[] | null;

/** By the adapter of an engine that answers in the turn in which it is asked. */
const synchronous = new WeakMap<object, SynchronousRun>();

export function runsSynchronously<Adapter extends object>(adapter: Adapter, run: SynchronousRun): Adapter {
  synchronous.set(adapter, run);
  return adapter;
}

/** Kysely's way to a connection takes ten times what SQLite takes to answer, so it is not gone where it leads nowhere. */
export async function runSql<Row>(
  db: Kysely<Tables>,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const rows = synchronous.get(db.getExecutor().adapter)?.(text, values) ?? null;
  if (rows !== null) return rows as readonly Row[];
  return (await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;
}
