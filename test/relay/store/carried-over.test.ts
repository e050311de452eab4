/** A database of before the queue: what waited in it for later waits in the queue. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Engine, migration } from '../../../src/relay/store/schema.ts';
import { onBothStores } from '../stores.ts';

/** The last version that had timers. */
const withTimers = 7;

const assignment = (id: string, telling: string | null): string =>
  `INSERT INTO assignment (integration, id, account, vehicle, contact, updated, deleted, first_seen, trace, telling, fields_tries,
    fields_restored, open)
    VALUES ('int_1', '${id}', 'main', 'v', 'c', 1, 0, 1, 't', ${telling === null ? 'NULL' : `'${telling}'`}, 0, 0, 1);`;

const rows = [
  `INSERT INTO account (id, name, region, settings, created) VALUES ('main', 'Main', 'NL', '{}', 1);`,
  `INSERT INTO integration (id, account, kind, label, base_url, api_key, account_token, settings, state, created)
    VALUES ('int_1', 'main', 'fleetio', 'Fleet', 'https://example.org', 'x', 'x', '{}', 'connected', 1);`,
  `INSERT INTO timer (id, kind, subject, due, tries) VALUES ('booking:b1', 'booking', 'b1', 5, 2);`,
  `INSERT INTO timer (id, kind, subject, due, tries) VALUES ('fleetio:b1', 'fleetio', 'b1', 7, 0);`,
  assignment('a1', 'access'),
  assignment('a2', null),
];

/** As the migrations of then made it: what later ones add is not in it. */
const before = (engine: Engine, version: number, filled: readonly string[]): string =>
  [
    'CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);',
    ...Array.from({ length: version }, (_, each) => migration(each, engine)).flat(),
    `INSERT INTO meta (name, value) VALUES ('schema', '${version}');`,
    ...filled,
  ].join('\n');

onBothStores('a database of before the queue', source => {
  test('keeps what is due, a booking’s change under its new name, and a driver who waits for word', async () => {
    const { engine } = await source.fresh();
    const now = await source.older(before(engine, withTimers, rows));
    const found = await now.db
      .selectFrom('work')
      .select(['id', 'kind', 'subject', 'due', 'tries', 'failed'])
      .orderBy('id')
      .execute();
    const notice = 'driver-notice:int_1/a1';
    assert.deepEqual(found, [
      { id: 'booking-changed:b1', kind: 'booking-changed', subject: 'b1', due: 7, tries: 0, failed: null },
      { id: 'booking:b1', kind: 'booking', subject: 'b1', due: 5, tries: 2, failed: null },
      { id: notice, kind: 'driver-notice', subject: 'int_1/a1', due: 0, tries: 0, failed: null },
    ]);
  });
});

/** The last version that forgot at once whom a box had known. */
const withoutGone = 23;

const booking = (id: string, driver: string, sent: number | null): string =>
  `INSERT INTO booking (id, account, key, box, driver, start, "end", reuse, origin, trace, created, updated, rev, sent)
    VALUES ('${id}', 'main', 'k', 'depot', '${driver}', 1, 2, 0, 'api', 't', 1, 77, 1, ${sent ?? 'NULL'});`;

const driver = (id: string): string =>
  `INSERT INTO driver (id, account, name, phone_opens, created) VALUES ('${id}', 'main', 'Somebody', 0, 1);`;

const known = [
  `INSERT INTO account (id, name, region, settings, created) VALUES ('main', 'Main', 'NL', '{}', 1);`,
  `INSERT INTO box (id, account, name, created, enrolments, revision, dirty, known_epoch, known_rev, box_epoch, seq, head, link)
    VALUES ('depot', 'main', 'Depot', 1, 1, 9, 0, 1, 9, 1, 1, 'h', 'up');`,
  `INSERT INTO key (id, account, name, box, slot, place, created) VALUES ('k', 'main', 'van', 'depot', 1, 'in', 1);`,
  ...['d1', 'd2', 'd3'].map(driver),
  ...[booking('b1', 'd1', 5), booking('b2', 'd1', 5), booking('b3', 'd2', null), booking('b4', 'd3', 5)],
  `INSERT INTO record (box, id, kind, subject, rev, dropped) VALUES ('depot', 'd:d3', 'driver', 'd3', 4, 0);`,
];

onBothStores('a database that forgot whom a box had known', source => {
  test('knows them by their bookings, and those that are there as they are', async () => {
    const { engine } = await source.fresh();
    const now = await source.older(before(engine, withoutGone, known));
    const found = await now.db
      .selectFrom('record')
      .select(['id', 'subject', 'rev', 'dropped', 'gone'])
      .orderBy('id')
      .execute();
    assert.deepEqual(found, [
      { id: 'd:d1', subject: 'd1', rev: 0, dropped: 1, gone: 77 },
      { id: 'd:d3', subject: 'd3', rev: 4, dropped: 0, gone: null },
    ]);
  });
});
