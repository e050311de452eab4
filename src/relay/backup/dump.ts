/** A database as lines of JSON, the same for both engines: so a backup of one is restored on the other too. */
import { type Kysely, sql } from 'kysely';
import { assert } from '../../base/assert.ts';
import { programVersion } from '../../base/version.ts';
import { schemaVersion } from '../store/schema.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { isKept, type KeptTable, kept, keptTables, left } from './tables.ts';

export type Row = Readonly<Record<string, string | number | null>>;

export type DumpLine =
  | {
      readonly line: 'begin';
      readonly schema: number;
      readonly program: string;
      readonly at: number;
      /** The key at rest, base64. */
      readonly atRest: string;
    }
  | { readonly line: 'rows'; readonly table: string; readonly rows: readonly Row[] }
  | { readonly line: 'end'; readonly rows: number };

const rowsAtOnce = 500;

/** Everything as it was at one instant. A relay may run meanwhile. */
export async function* dump(
  store: RelayStore,
  { atRest, nowMs }: { readonly atRest: Uint8Array; readonly nowMs: number },
): AsyncIterable<DumpLine> {
  const key = Buffer.from(atRest).toString('base64');
  yield { line: 'begin', schema: schemaVersion, program: programVersion, at: nowMs, atRest: key };
  const start = store.db.startTransaction();
  // SQLite's transactions are snapshots by themselves, and it knows no levels.
  const tx = await (store.engine === 'postgres'
    ? start.setIsolationLevel('repeatable read')
    : start
  ).execute();
  let rows = 0;
  try {
    await mustBeComplete(tx, store.engine);
    for (const table of keptTables)
      for await (const page of pagesOf(tx, table)) {
        rows += page.length;
        yield { line: 'rows', table, rows: page };
      }
  } finally {
    await tx.rollback().execute();
  }
  yield { line: 'end', rows };
}

/** A table that somebody adds and forgets here would be missed on the worst of days. */
async function mustBeComplete(db: Kysely<Tables>, engine: RelayStore['engine']): Promise<void> {
  const { rows } = await (engine === 'sqlite'
    ? sql<{ name: string }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`
    : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
  ).execute(db);
  for (const { name } of rows)
    assert(isKept(name) || left.some(table => table === name), `the backup does not know the table ${name}`);
}

async function* pagesOf(db: Kysely<Tables>, table: KeptTable): AsyncIterable<readonly Row[]> {
  for (let last: Row | null = null; ; ) {
    const rows: readonly Row[] = await pageAfter(db, table, last);
    if (rows.length > 0) yield rows;
    if (rows.length < rowsAtOnce) return;
    last = rows.at(-1) ?? null;
  }
}

async function pageAfter(db: Kysely<Tables>, table: KeptTable, last: Row | null): Promise<readonly Row[]> {
  const columns = sql.join(kept[table].map(column => sql.ref(column)));
  const values = kept[table].map(column => sql`${last?.[column] ?? null}`);
  const where = last === null ? sql`` : sql`where (${columns}) > (${sql.join(values)})`;
  const page = sql<Row>`select * from ${sql.table(table)} ${where} order by ${columns} limit ${rowsAtOnce}`;
  return (await page.execute(db)).rows;
}
