import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { bookingId, driverId, keyName, slotId } from '../../../../src/base/brand.ts';
import { kept } from '../../../../src/box/adapters/sqlite/retention.ts';
import type { KeptBooking, KeptRecord } from '../../../../src/box/ports.ts';
import { at, commitOf, entry, Rig, useOf } from './rig.ts';

const key: KeptRecord = { id: 'k:1', rev: 1, kind: 'key', name: keyName('van'), slot: slotId(1), tag: null };

const booking = (id: string, driver: string | null): KeptBooking => ({
  ...{ id, rev: 2, kind: 'booking', key: keyName('van'), start: at(0), end: at(1), code: null },
  ...{ driver: driver === null ? null : driverId(driver), reuse: false, boxEpoch: 1 },
});

const relayKey = { sign: 'a'.repeat(64), seal: 'b'.repeat(64) };

describe('what a relay has sent', () => {
  it('is there after a start, by id, by driver, and as pairs', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    store.commit(commitOf(), () => {
      store.synced.put(key, false);
      store.synced.put(booking('b', 'd-1'), true);
      store.synced.put(booking('c', null), false);
      store.synced.stand({ epoch: 3, rev: 2 });
      store.synced.enrol({ id: 'e', relayKey });
    });
    store.close();
    const { synced } = rig.open();
    assert.deepEqual(synced.standing(), { epoch: 3, rev: 2 });
    assert.deepEqual(synced.enrolment(), { id: 'e', relayKey });
    assert.deepEqual(synced.get('k:1'), key);
    assert.deepEqual(synced.keys(), [key]);
    assert.equal(synced.driver(driverId('d-1')), null);
    assert.deepEqual([...synced.bookingsOf(driverId('d-1'))], ['b']);
    assert.deepEqual(synced.deferred(), [booking('b', 'd-1')]);
    assert.deepEqual(
      [...synced.pairs()].sort((a, b) => (a.id < b.id ? -1 : 1)),
      [
        { id: 'b', rev: 2 },
        { id: 'c', rev: 2 },
        { id: 'k:1', rev: 1 },
      ],
    );
  });

  it('is taken back with the rest of a commit that fails, the box epoch too', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    assert.throws(() =>
      store.commit(commitOf({ entries: [entry()] }), () => {
        store.synced.put(key, false);
        store.synced.beginEpoch(7);
        throw new Error('no');
      }),
    );
    assert.equal(store.synced.get('k:1'), null);
    assert.equal(store.synced.boxEpoch, 1);
    assert.equal(store.commit(commitOf({ entries: [entry()] }))[0]?.epoch, 1);
  });

  it('a box epoch begins within a run: the event of that very commit is of it', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    store.commit(commitOf({ entries: [entry(), entry()] }));
    const [first] = store.commit(commitOf({ entries: [entry()] }), () => store.synced.beginEpoch(7));
    assert.deepEqual([first?.epoch, first?.seq], [7, 3]);
    assert.equal(store.synced.epochBegan(), 2);
    store.close();
    const again = rig.open();
    assert.deepEqual([again.synced.boxEpoch, again.synced.epochBegan()], [7, 2]);
  });

  it('answers are kept by command, and not for ever', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    const remember = (id: string, hours: number): void =>
      void store.commit(commitOf({}, at(hours)), () =>
        store.synced.remember({ id, notAfter: at(hours), answer: `of ${id}` }),
      );
    remember('c-1', 0);
    assert.equal(store.synced.answerTo('c-1'), 'of c-1');
    assert.throws(() => remember('c-1', 0), 'twice is a bug');
    remember('c-2', 30);
    remember('c-3', 60);
    assert.equal(store.synced.answerTo('c-1'), null);
    assert.equal(store.synced.answerTo('c-3'), 'of c-3');
  });

  it('no event goes before the relay has it, however old it is', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    store.commit(commitOf(), () => store.synced.enrol({ id: 'e', relayKey }));
    for (let n = 0; n < 600; n += 1) store.commit(commitOf({ entries: [entry()] }));
    const late = at((kept.eventDays + 1) * 24);
    assert.equal((await store.purge(late)).events, 0);
    store.synced.acknowledge(300);
    store.commit(commitOf());
    assert.equal((await store.purge(late)).events, 300);
    assert.equal(store.journal.first(), 301);
  });

  it('a booking that the relay lets go is cancelled here, and gone after a month: unless its key is out', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    const relay = { origin: 'relay', end: null } as const;
    rig.put(store, rig.booking('a', relay), rig.booking('b', relay), rig.booking('c', relay));
    const used = [
      useOf(bookingId('b'), { life: 'used', codeUsed: true }),
      useOf(bookingId('c'), { life: 'out' }),
    ];
    store.commit(commitOf({ uses: used }));
    store.commit(commitOf(), () => {
      for (const id of ['a', 'b', 'c']) store.bookings.release(bookingId(id));
    });
    const left = (): readonly (readonly [string, boolean])[] =>
      store.bookings.list({ after: null, limit: 9 }).map(({ id, cancelled }) => [id, cancelled]);
    assert.deepEqual(left(), [
      ['a', true],
      ['b', true],
      ['c', true],
    ]);
    assert.equal(store.bookings.byCode(rig.code('a'), at(1))[0]?.cancelled, true);
    await store.purge(at((kept.bookingDays + 1) * 24));
    assert.deepEqual(left(), [['c', true]]);
    assert.equal(store.bookings.byCodeOut(rig.code('c')).length, 1);
  });
});

describe('the journal by pages', () => {
  it('says what a page follows, and ends where a number is missing', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    for (let n = 0; n < 5; n += 1) store.commit(commitOf({ entries: [entry()] }));
    const page = store.journal.page(3, 64);
    assert.deepEqual([page?.to, page?.lines.length, page?.follows], [5, 3, { boxEpoch: 1, seq: 2 }]);
    assert.deepEqual(store.journal.page(1, 2)?.follows, { boxEpoch: 0, seq: 0 });
    assert.equal(store.journal.page(6, 64), null);
    assert.equal(page?.lines[0], JSON.stringify(JSON.parse(page?.lines[0] ?? '')));
  });
});

it('a file of the version before gets the new tables, and keeps what is in it', async t => {
  const rig = await Rig.make(t);
  const store = rig.open();
  rig.put(store, rig.booking('a'));
  store.close();
  const db = new Database(`${rig.folder}/smartbox.db`);
  db.exec(`DROP TABLE synced; DROP TABLE obeyed; DROP INDEX booking_released;
    ALTER TABLE booking DROP COLUMN released; PRAGMA user_version = 1`);
  db.close();
  const again = rig.open();
  assert.equal(again.bookings.count(), 1);
  assert.deepEqual(again.synced.standing(), { epoch: 0, rev: 0 });
});
