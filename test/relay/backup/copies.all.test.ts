/** From one store to another through a backup, whichever engines they are on. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sql } from 'kysely';
import { storeEvents } from '../../../scripts/rig/store-events.ts';
import { type DumpLine, dump } from '../../../src/relay/backup/dump.ts';
import { load } from '../../../src/relay/backup/load.ts';
import { keptTables } from '../../../src/relay/backup/tables.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { createBox } from '../../../src/relay/domain/boxes.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { listEvents } from '../../../src/relay/domain/events.ts';
import { createKey } from '../../../src/relay/domain/keys.ts';
import { eventsSoFar } from '../../../src/relay/store/events.ts';
import { relayEpoch } from '../../../src/relay/store/migrate.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import { type House, hourMs, houseOn } from '../domain/house.ts';
import { onBothStores } from '../stores.ts';

const atRest = randomBytes(32);
const nowMs = 1_800_000_000_000;

async function filled(store: RelayStore): Promise<House> {
  const house = await houseOn(store);
  const { id: box } = await house.act(c => createBox(c, { name: 'Depot', id: 'depot' }));
  await house.act(async c => {
    for (let slot = 1; slot <= 36; slot += 1) {
      const { id: key } = await createKey(c, { name: `Van ${slot} – “é”`, box, slot });
      const { id: driver } = await createDriver(c, { name: `Driver ${slot}` });
      const window = { start: house.nowMs, end: house.nowMs + hourMs };
      for (let at = 0; at < 15; at += 1) await createBooking(c, { key, driver, ...window });
    }
  });
  await house.receipt(box);
  return house;
}

async function* textsOf(
  lines: AsyncIterable<DumpLine>,
  change = (text: string): string => text,
): AsyncIterable<string> {
  for await (const line of lines) yield change(JSON.stringify(line));
}

const copyOf = (store: RelayStore, change?: (text: string) => string): AsyncIterable<string> =>
  textsOf(dump(store, { atRest, nowMs }), change);

const restoring = (more: Partial<Parameters<typeof load>[2]> = {}) => ({
  ...{ replace: false, nowMs, identities: [], key: async () => {} },
  ...more,
});

/** All rows, as they are; but for what a restored relay must not believe. */
async function contents(store: RelayStore): Promise<string> {
  const tables = [];
  for (const table of keptTables) {
    const { rows } = await sql<object>`select * from ${sql.table(table)}`.execute(store.db);
    const plain = rows.map(row => JSON.stringify(Object.entries({ ...row, ...believedAnew }).sort()));
    tables.push([
      table,
      plain.filter(text => !/"(epoch|schema|events-skipped)"/.test(text) || table !== 'meta').sort(),
    ]);
  }
  return JSON.stringify(tables, null, 1);
}

const believedAnew = {
  ...{ dirty: 0, known_epoch: 0, known_rev: 0, on_box: null, challenge: null, link: 'never' },
  events: 0,
};

/** Stores so many events of the box, from number `from` of its journal on, and gives the last of their order of arrival. */
async function happen(house: House, from: number, count: number): Promise<number> {
  const events = Array.from({ length: count }, (_, at) => ({
    ...{ epoch: 1, seq: from + at, at: 1, type: 'booted', booking: null, line: '{}', stored: nowMs },
  }));
  await house.store.write(tx => storeEvents(tx, { account: 'main', box: 'depot', enrolment: 1 }, events));
  const page = { after: null, limit: 1_000 };
  return (await listEvents({ tx: house.store.db, account: 'main' }, {}, page)).at(-1)?.number ?? 0;
}

onBothStores('a backup', ({ fresh }) => {
  // Read only by the tests that share it.
  let first: Promise<House> | null = null;
  const known = (): Promise<House> => {
    first ??= fresh().then(filled);
    return first;
  };

  test('holds every row, and the restored relay has a later epoch', async () => {
    const { store } = await known();
    const other = await fresh();
    const keys: Uint8Array[] = [];
    const done = await load(other, copyOf(store), restoring({ key: async key => void keys.push(key) }));
    assert.equal(await contents(other), await contents(store));
    assert.deepEqual(
      keys.map(key => Buffer.from(key)),
      [atRest],
    );
    assert.ok(done.rows > 36 * 17);
    assert.ok((await relayEpoch(other.db)) > (await relayEpoch(store.db)));
    assert.equal(await relayEpoch(other.db), done.epoch);
  });

  test('restored, nothing counts as on a box before that has said so again', async () => {
    const { store } = await known();
    const other = await fresh();
    await load(other, copyOf(store), restoring());
    const box = await other.db.selectFrom('box').select(['known_rev', 'dirty']).executeTakeFirstOrThrow();
    assert.deepEqual(box, { known_rev: 0, dirty: 1 });
  });

  test('restored, whoever reads events from where they were misses none of those that come again', async () => {
    const house = await filled(await fresh());
    await happen(house, 1, 3);
    const lines: string[] = [];
    for await (const line of copyOf(house.store)) lines.push(line);
    const after = await happen(house, 4, 5);
    const again = await houseOn(await fresh());
    async function* said(): AsyncIterable<string> {
      yield* lines;
    }
    await load(again.store, said(), restoring({ replace: true }));
    await happen(again, 4, 3);
    const page = { after: String(after), limit: 10 };
    const seen = await listEvents({ tx: again.store.db, account: 'main' }, {}, page);
    assert.equal(seen.length, 3);
    assert.equal(await eventsSoFar(again.store.db), 6, 'and they are counted as they are');
    const twice = await houseOn(await fresh());
    const later = restoring({ replace: true, nowMs: nowMs + 60_000 });
    await load(twice.store, said(), later);
    await happen(twice, 4, 1);
    const beyond = { after: String(seen.at(-1)?.number), limit: 10 };
    assert.equal((await listEvents({ tx: twice.store.db, account: 'main' }, {}, beyond)).length, 1);
  });

  test('restored twice, the epoch is another one, later than both', async () => {
    const { store } = await known();
    const other = await fresh();
    const first = await load(other, copyOf(store), restoring());
    const again = await load(other, copyOf(store), restoring({ replace: true }));
    assert.ok(again.epoch > first.epoch);
    const elsewhere = await load(await fresh(), copyOf(store), restoring({ nowMs: nowMs + 2_000 }));
    assert.ok(elsewhere.epoch > first.epoch);
  });

  test('does not overwrite boxes unless told so; a copy that is not whole changes nothing', async () => {
    const { store } = await known();
    const other = await houseOn(await fresh(), 2);
    await other.act(c => createBox(c, { name: 'Another', id: 'another' }));
    const before = await contents(other.store);
    const bad: readonly (readonly [AsyncIterable<string>, Parameters<typeof load>[2], string])[] = [
      [copyOf(store), restoring(), 'store-in-use'],
      [
        copyOf(store, text => text.replace(/"rows":\d+/, '"rows":1')),
        restoring({ replace: true }),
        'backup-unknown',
      ],
      [
        copyOf(store, text => text.replace(/"schema":\d+/, '"schema":99')),
        restoring({ replace: true }),
        'backup-unknown',
      ],
      [
        copyOf(store, text => text.replace('"table":"key"', '"table":"keys"')),
        restoring({ replace: true }),
        'backup-unknown',
      ],
      [
        copyOf(store, text => text.replace('"line":"begin"', '"line":"end"')),
        restoring({ replace: true }),
        'backup-unknown',
      ],
    ];
    for (const [lines, options, code] of bad)
      await assert.rejects(load(other.store, lines, options), { code });
    const failing = restoring({ replace: true, key: () => Promise.reject(new Error('no key')) });
    await assert.rejects(load(other.store, copyOf(store), failing), /no key/);
    assert.equal(await contents(other.store), before);
  });

  test('is of one instant, whatever is written meanwhile', async () => {
    const house = await filled(await fresh());
    let rows = 0;
    for await (const line of dump(house.store, { atRest, nowMs })) {
      if (line.line === 'rows') {
        rows += line.rows.length;
        await house.act(c => createDriver(c, { name: 'Late' }));
      } else if (line.line === 'end') assert.equal(line.rows, rows);
      assert.doesNotMatch(JSON.stringify(line), /"Late"/);
    }
  });
});
