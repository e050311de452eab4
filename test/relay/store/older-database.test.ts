/** A database of an older relay is brought up to date, with all that was in it, and is then as a new one is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { sql } from 'kysely';
import { accountView } from '../../../src/relay/domain/accounts.ts';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { listProblems } from '../../../src/relay/domain/problem-list.ts';
import { meta } from '../../../src/relay/store/migrate.ts';
import { schemaVersion } from '../../../src/relay/store/schema.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import { onBothStores } from '../stores.ts';

const golden = readFileSync(new URL('version-2.sql', import.meta.url), 'utf8');

const statements = (engine: RelayStore['engine']): string =>
  golden
    .replaceAll('@int', engine === 'sqlite' ? 'integer' : 'bigint')
    .replaceAll('@bytes', engine === 'sqlite' ? 'text' : 'text COLLATE "C"')
    .replaceAll(/^(CREATE TABLE (?!meta)[^;]*)\);/gm, engine === 'sqlite' ? '$1) STRICT;' : '$1);');

/** `table.column type null?`, and each index by its name. */
async function shapeOf({ db, engine }: RelayStore): Promise<readonly string[]> {
  const query =
    engine === 'sqlite'
      ? sql<{ said: string }>`SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c."notnull" AS said
          FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
        UNION ALL SELECT name || ': ' || coalesce(sql, '') FROM sqlite_schema WHERE type = 'index'`
      : sql<{
          said: string;
        }>`SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS said
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'`;
  return (await query.execute(db)).rows.map(({ said }) => said).sort();
}

/** By the names that they have now; words of keys are made anew at the first start. */
const tables = [...golden.matchAll(/^INSERT INTO (?!key_word)(\w+)/gm)].map(([, name = '']) =>
  name === 'timer' ? 'work' : name,
);

async function rowsOf({ db }: RelayStore): Promise<Readonly<Record<string, number>>> {
  const counts: [string, number][] = [];
  for (const name of tables) {
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(name)}`.execute(db);
    counts.push([name, Number(rows[0]?.n)]);
  }
  return Object.fromEntries(counts);
}

onBothStores('a database of schema 2', source => {
  it('is brought to what a new one is, keeps its rows, and is read', async () => {
    const fresh = await source.fresh();
    const store = await source.older(statements(fresh.engine));
    assert.equal(await meta(store.db, 'schema'), String(schemaVersion));
    assert.deepEqual(await shapeOf(store), await shapeOf(fresh));
    const kept = await rowsOf(store);
    for (const name of tables) assert.ok((kept[name] ?? 0) >= 1, name);
    const reading = { tx: store.db, account: 'main' };
    const booking = await bookingView(reading, 'bok_1');
    assert.deepEqual(
      [booking.state, booking.key.name, booking.driver, booking.onBox],
      ['on-box', 'Van 1', 'drv_1', 1_700_000_003_000],
    );
    assert.equal((await accountView(reading)).name, 'Depot');
    const [problem] = await store.db.selectFrom('problem').selectAll().execute();
    assert.deepEqual([problem?.kind, problem?.count, problem?.told], ['box-lost', 1, null]);
    assert.equal((await listProblems(reading, { open: true }, { limit: 10, after: null })).length, 1);
    const chosen = await store.db
      .selectFrom('account')
      .select(['id', 'region_chosen'])
      .orderBy('id')
      .execute();
    assert.deepEqual(chosen, [
      { id: 'acc_2', region_chosen: 1 },
      { id: 'main', region_chosen: 0 },
    ]);
  });

  it('once is enough: opened again, nothing is done to it', async () => {
    const store = await source.older(statements((await source.fresh()).engine));
    const before = await rowsOf(store);
    assert.deepEqual(await rowsOf(await source.again(store)), before);
  });
});
