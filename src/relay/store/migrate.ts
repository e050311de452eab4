import { type Kysely, sql, type Transaction } from 'kysely';
import { Fault } from '../../base/fault.ts';
import { preparedQuery } from './prepared-query.ts';
import { type Engine, migration, schemaVersion } from './schema.ts';
import type { Tables } from './tables.ts';

/** Any number that nothing else locks: copies of the relay that start at once migrate one after the other. */
const migrationLock = 7_301_964;

/**
 * Brings the database to our schema, in one transaction.
 * @throws Fault `data-newer`
 */
export function migrate(db: Kysely<Tables>, engine: Engine): Promise<void> {
  return db.transaction().execute(async tx => {
    if (engine === 'postgres') await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(tx);
    await sql`CREATE TABLE IF NOT EXISTS meta (name text PRIMARY KEY, value text NOT NULL)`.execute(tx);
    const found = await version(tx);
    if (found > schemaVersion) throw newer(found);
    if (found === schemaVersion) return;
    for (let at = found; at < schemaVersion; at += 1)
      for (const statement of migration(at, engine)) await sql.raw(statement).execute(tx);
    await setMeta(tx, 'schema', String(schemaVersion));
  });
}

const version = async (tx: Transaction<Tables>): Promise<number> => Number((await meta(tx, 'schema')) ?? 0);

const newer = (found: number): Fault =>
  new Fault(
    'data-newer',
    `the database is of version ${found}, this program knows versions up to ${schemaVersion}`,
    'A newer SmartBox has written it: install that one again, or restore a backup of before.',
  );

/** A value of the relay as a whole; null where it has none. */
export async function meta(db: Kysely<Tables>, name: string): Promise<string | null> {
  const [row] = await metaRow(db, name);
  return row?.value ?? null;
}

const metaRow = preparedQuery((db, name: string) =>
  db.selectFrom('meta').select('value').where('name', '=', name),
);

export async function setMeta(tx: Transaction<Tables>, name: string, value: string): Promise<void> {
  await tx
    .insertInto('meta')
    .values({ name, value })
    .onConflict(on => on.column('name').doUpdateSet({ value }))
    .execute();
}

/** Relay epoch: rises when a relay was restored from a copy (docs/synchronisation.md). 1 from the first start. */
export const relayEpoch = async (db: Kysely<Tables>): Promise<number> =>
  Number((await meta(db, 'epoch')) ?? 1);

/** The same as a column `relay_epoch` of any other query; null: 1. */
export const epochIn = sql<string | null>`(select value from meta where name = 'epoch')`.as('relay_epoch');
