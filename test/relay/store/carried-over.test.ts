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
const before = (engine: Engine): string =>
  [
    'CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);',
    ...Array.from({ length: withTimers }, (_, version) => migration(version, engine)).flat(),
    `INSERT INTO meta (name, value) VALUES ('schema', '${withTimers}');`,
    ...rows,
  ].join('\n');

onBothStores('a database of before the queue', source => {
  test('keeps what is due, a booking’s change under its new name, and a driver who waits for word', async () => {
    const { engine } = await source.fresh();
    const now = await source.older(before(engine));
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
