import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { bookingId, keyName } from '../../../../src/base/brand.ts';
import { restoreDatabase } from '../../../../src/box/adapters/sqlite/restore.ts';
import { schemaOf } from '../../../../src/box/adapters/sqlite/schema.ts';
import { commitOf, entry, Rig, useOf } from './rig.ts';

/** A closed box, and a copy that it made and signed. */
async function copied(t: TestContext): Promise<{ readonly rig: Rig; readonly copy: string }> {
  const rig = await Rig.make(t);
  const store = rig.open();
  rig.put(store, ...['b1', 'b2', 'b3'].map(id => rig.booking(id)));
  store.commit(
    commitOf({
      entries: [entry(), entry({ type: 'key-taken', key: keyName('slot-1') })],
      uses: [useOf(bookingId('b1'), { life: 'out' })],
      parts: [{ name: 'slot/1', body: '{}' }],
    }),
  );
  const copy = join(rig.folder, 'copy.db');
  await store.backup(copy);
  rig.close();
  return { rig, copy };
}

function changed(copy: string, sql: string): void {
  const db = new Database(copy);
  db.unsafeMode(true);
  db.exec(sql);
  db.close();
}

const rewritten = (from: string, to: string): string =>
  `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}'); PRAGMA writable_schema = OFF;`;

const hostile: readonly (readonly [string, string, RegExp])[] = [
  [
    'a trigger',
    `CREATE TRIGGER boom AFTER INSERT ON booking BEGIN DELETE FROM use; END`,
    /another trigger boom/,
  ],
  [
    'a trigger on our journal',
    `CREATE TRIGGER t AFTER INSERT ON event BEGIN SELECT 1; END`,
    /another trigger t/,
  ],
  ['a view', `CREATE VIEW latest AS SELECT * FROM event`, /another view latest/],
  ['a view in the place of a table', `DROP TABLE span; CREATE VIEW span AS SELECT 1 AS last`, /span/],
  ['an index', `CREATE INDEX slow ON event (body)`, /another index slow/],
  ['a table', `CREATE TABLE note (text TEXT)`, /another table note/],
  ['a column', `ALTER TABLE key ADD COLUMN owner TEXT`, /table key/],
  ['a generated column', `ALTER TABLE key ADD COLUMN loud TEXT AS (upper(name)) VIRTUAL`, /table key/],
  ['a check that is gone', rewritten('CHECK (end > start)', ''), /table booking/],
  ['a check that is another one', rewritten('CHECK (home > 0)', 'CHECK (home > -9)'), /table key/],
  ['a table that is not strict', rewritten('STRICT, WITHOUT ROWID', 'WITHOUT ROWID'), /table/],
  ['a trigger of ours that is gone', `DROP TRIGGER event_never_changes`, /lacks trigger event_never_changes/],
  ['an index of ours that is gone', `DROP INDEX booking_code`, /lacks index booking_code/],
  ['another version', `PRAGMA user_version = 1`, /not ours|signed/],
  [
    'a booking more',
    `INSERT INTO booking SELECT 99, 'mine', key, start, end, code, phone, badge, pin, reuse, driver,
    origin, cancelled, epoch, released FROM booking WHERE id = 'b2'`,
    /not as the box signed it/,
  ],
  ['a code that is fresh again', `UPDATE use SET life = 'fresh'`, /not as the box signed it/],
  ['an event less', `INSERT INTO meta VALUES ('retention', 9); DELETE FROM event WHERE seq = 1`, /signed/],
  [
    'another signature',
    `UPDATE meta SET value = 'ab cd' WHERE name = 'backup-signature'`,
    /not as the box signed it/,
  ],
];

describe('restore: a file is data', () => {
  for (const [what, sql, said] of hostile)
    it(`${what}: refused, and nothing is changed`, async t => {
      const { rig, copy } = await copied(t);
      changed(copy, sql);
      assert.throws(
        () => restoreDatabase(rig.folder, copy),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'not-a-backup');
          assert.match(error.message, said);
          return true;
        },
      );
      const store = rig.open();
      assert.equal(store.load().epoch, 1);
      assert.equal(
        readdirSync(rig.folder).some(name => /restoring|damaged/.test(name)),
        false,
      );
    });

  it('a copy as it was made: its rows, in a file of our own schema, without its signature', async t => {
    const { rig, copy } = await copied(t);
    restoreDatabase(rig.folder, copy);
    assert.ok(existsSync(join(rig.folder, 'smartbox.db')));
    const made = new Database(join(rig.folder, 'smartbox.db'), { readonly: true });
    const ours = new Database(copy, { readonly: true });
    assert.deepEqual(schemaOf(made), schemaOf(ours));
    const signature = "SELECT count(*) FROM meta WHERE name = 'backup-signature'";
    assert.deepEqual(
      [made, ours].map(db => db.prepare(signature).pluck().get()),
      [0, 1],
    );
    made.close();
    ours.close();
    const store = rig.open();
    const loaded = store.load();
    assert.equal(loaded.epoch, 2);
    assert.deepEqual(
      loaded.openUses.map(({ booking }) => booking),
      ['b1'],
    );
    assert.equal(store.bookings.count(), 3);
    store.commit(commitOf({ entries: [entry()] }));
  });

  it('a copy without a signature, of an earlier version, is taken', async t => {
    const { rig, copy } = await copied(t);
    changed(copy, "DELETE FROM meta WHERE name = 'backup-signature'");
    restoreDatabase(rig.folder, copy);
    assert.equal(rig.open().bookings.count(), 3);
  });

  it('a file of the first version is read by the schema that it has, and brought to ours', async t => {
    const { rig, copy } = await copied(t);
    changed(
      copy,
      `DELETE FROM meta WHERE name = 'backup-signature'; DROP TABLE synced; DROP TABLE obeyed;
       DROP INDEX booking_released; ALTER TABLE booking DROP COLUMN released; PRAGMA user_version = 1`,
    );
    restoreDatabase(rig.folder, copy);
    const store = rig.open();
    assert.equal(store.bookings.count(), 3);
    assert.deepEqual([...store.synced.pairs()], []);
  });
});
