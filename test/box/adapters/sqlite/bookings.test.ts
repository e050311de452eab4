import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bookingId, driverId, fingerprint, keyName, type WallMs } from '../../../../src/base/brand.ts';
import type { BookingRow } from '../../../../src/box/ports.ts';
import { at, commitOf, Rig, useOf } from './rig.ts';

const a = bookingId('a');
const phone = fingerprint('11'.repeat(32));
const badge = fingerprint('22'.repeat(32));
const ids = (found: readonly { readonly booking: string }[]): string[] => found.map(each => each.booking);

/** A box with these bookings, all of key slot-1 unless they say otherwise. */
async function boxOf(t: Parameters<typeof Rig.make>[0], rows: Readonly<Record<string, Partial<BookingRow>>>) {
  const rig = await Rig.make(t);
  const store = rig.open();
  rig.put(store, ...Object.entries(rows).map(([id, more]) => rig.booking(id, more)));
  const writeUse = (id: string, more: Parameters<typeof useOf>[1], when: WallMs = at(0)): void =>
    void store.commit(commitOf({ uses: [useOf(bookingId(id), more)] }, when));
  return { rig, store, bookings: store.bookings, writeUse };
}

describe('bookings: lookups', () => {
  it('tell everything a decision needs', async t => {
    const { rig, bookings } = await boxOf(t, {
      a: { end: null, reuse: true, driver: driverId('d-1'), phone, pin: 's1$x' },
    });
    assert.deepEqual(bookings.byCode(rig.code('a'), at(0)), [
      {
        booking: 'a',
        key: 'slot-1',
        start: at(-1),
        end: null,
        reuse: true,
        driver: 'd-1',
        cancelled: false,
        voided: false,
        conflicting: false,
        needsPin: true,
        use: null,
      },
    ]);
    assert.deepEqual(ids(bookings.byPhone(phone, at(0))), ['a']);
    assert.deepEqual(ids(bookings.byBadge(badge, at(0))), []);
    assert.deepEqual(bookings.byCode(rig.code('z'), at(0)), []);
  });

  it('put what is open first, then what is not over by its start, then what was', async t => {
    const { bookings, writeUse } = await boxOf(t, {
      over: { phone, start: at(-9), end: at(-8) },
      longOver: { phone, start: at(-99), end: at(-98) },
      later: { phone, start: at(5), end: at(6) },
      now: { phone, start: at(-1), end: at(1) },
      endless: { phone, start: at(-50), end: null },
      out: { phone, start: at(-70), end: at(-60) },
      cancelled: { phone, start: at(-1), end: at(1) },
    });
    writeUse('out', { life: 'out' });
    assert.deepEqual(ids(bookings.byPhone(phone, at(0))), [
      'out',
      'endless',
      'now',
      'cancelled',
      'later',
      'over',
      'longOver',
    ]);
  });

  it('never lose what is running or out among many others', async t => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [
        `n${n}`,
        { badge, start: at(n < 150 ? n - 500 : n), end: at(n < 150 ? n - 499 : n + 1) },
      ]),
    );
    const { bookings, writeUse } = await boxOf(t, {
      first: { badge, start: at(-900), end: null },
      taken: { badge, start: at(-900), end: at(-899) },
      ...many,
    });
    writeUse('taken', { life: 'out' });
    const found = ids(bookings.byBadge(badge, at(0)));
    assert.equal(found.length, 16);
    assert.deepEqual(found.slice(0, 2), ['taken', 'first']);
  });

  it('during a lockout only find what is out', async t => {
    const { rig, bookings, writeUse } = await boxOf(t, { a: {}, b: {}, c: {} });
    writeUse('a', { life: 'out' });
    writeUse('b', { life: 'granted' });
    assert.deepEqual(ids(bookings.byCodeOut(rig.code('a'))), ['a']);
    assert.deepEqual(bookings.byCodeOut(rig.code('b')), []);
    assert.deepEqual(bookings.byCodeOut(rig.code('c')), []);
    writeUse('a', { life: 'used', codeUsed: true });
    assert.deepEqual(bookings.byCodeOut(rig.code('a')), []);
  });

  it('see a conflicting booking only before the start, and only one that could take', async t => {
    const { rig, bookings, writeUse, store } = await boxOf(t, {
      mine: { start: at(1), end: at(2) },
      other: { start: at(-2), end: at(0.5) },
    });
    const mine = (when = 0): boolean | undefined =>
      bookings.byCode(rig.code('mine'), at(when))[0]?.conflicting;
    assert.equal(mine(), true);
    assert.equal(mine(0.5), false, 'its window is over');
    assert.equal(mine(1), false, 'from the start on the key decides');
    writeUse('other', { life: 'used', codeUsed: true });
    assert.equal(mine(), false, 'its right is spent');
    rig.put(store, rig.booking('long', { start: at(-24 * 30), end: null }));
    assert.equal(mine(), true, 'a long one');
    store.commit(commitOf(), () => store.bookings.cancel(bookingId('long')));
    assert.equal(mine(), false, 'cancelled');
    rig.put(store, rig.booking('other', { key: keyName('slot-2'), start: at(-2), end: null }));
    assert.equal(mine(), false, 'another key');
  });

  it('give the verifiers of a subject, each once', async t => {
    const { bookings } = await boxOf(t, {
      a: { phone, pin: 'one' },
      b: { phone, pin: 'two' },
      c: { phone, pin: 'one' },
      d: { phone },
      e: { phone: badge, pin: 'three' },
    });
    const found = bookings.verifiers({ by: 'phone', fingerprint: phone });
    assert.deepEqual(
      found.map(each => [each.verifier, [...each.bookings].sort()]),
      [
        ['one', ['a', 'c']],
        ['two', ['b']],
      ],
    );
    assert.deepEqual(bookings.verifiers({ by: 'badge', fingerprint: phone }), []);
  });
});

describe('bookings: changes', () => {
  it('tell what is new, changed and the same', async t => {
    const { rig, store, bookings } = await boxOf(t, {});
    assert.deepEqual(rig.put(store, rig.booking('a')), ['added']);
    assert.deepEqual(rig.put(store, rig.booking('a')), ['same']);
    const changes: readonly Partial<BookingRow>[] = [
      { key: keyName('slot-2') },
      { start: at(-2) },
      { end: null },
      { code: null, phone },
      { badge },
      { pin: 'x' },
      { reuse: true },
      { driver: driverId('d') },
      { origin: 'local' },
    ];
    for (const change of changes) {
      assert.deepEqual(rig.put(store, rig.booking('a', change)), ['changed'], JSON.stringify(change));
      assert.deepEqual(rig.put(store, rig.booking('a', change)), ['same'], JSON.stringify(change));
    }
    assert.equal(bookings.count(), 1);
  });

  it('never make a used code fresh, and a new code does', async t => {
    const { rig, store, bookings, writeUse } = await boxOf(t, { a: {} });
    writeUse('a', { life: 'used', codeUsed: true });
    const use = () => bookings.get(a)?.use;
    rig.put(store, rig.booking('a', { end: at(99) }));
    assert.equal(use()?.codeUsed, true, 'another end');
    rig.put(store, rig.booking('a', { code: rig.code('new') }));
    assert.deepEqual([use()?.life, use()?.codeUsed], ['fresh', false], 're-issued');
    rig.put(store, rig.booking('a'));
    assert.deepEqual([use()?.life, use()?.codeUsed], ['used', true], 'the old code again');
    assert.equal(bookings.codeOwner(rig.code('a'), null), 'a');
  });

  it('know a used code again after its booking was deleted', async t => {
    const { rig, store, bookings, writeUse } = await boxOf(t, { a: {}, b: {} });
    writeUse('a', { life: 'used', codeUsed: true });
    assert.deepEqual(await store.purge(at(24 * 60)), { bookings: 2, events: 0, spent: 0 });
    assert.equal(bookings.count(), 0);
    rig.put(store, rig.booking('a', { end: null }), rig.booking('b', { end: null }));
    assert.equal(bookings.get(a)?.use?.codeUsed, true);
    assert.equal(bookings.get(bookingId('b'))?.use, null);
  });

  it('leave alone what is granted or out', async t => {
    for (const life of ['granted', 'out'] as const) {
      const { rig, store, bookings, writeUse } = await boxOf(t, { a: {} });
      writeUse('a', { life });
      rig.put(store, rig.booking('a', { code: rig.code('new'), end: at(9) }));
      store.commit(commitOf(), () => bookings.cancel(a));
      assert.deepEqual(bookings.get(a)?.use, useOf(a, { life }));
      assert.deepEqual(await store.purge(at(24 * 60)), { bookings: 0, events: 0, spent: 0 });
      assert.equal(bookings.byCode(rig.code('new'), at(24 * 60))[0]?.use?.life, life);
    }
  });

  it('cancel once; the same row again changes nothing, another one is a booking anew', async t => {
    const { rig, store, bookings } = await boxOf(t, { a: {} });
    const cancel = (): boolean => {
      let done = false;
      store.commit(commitOf(), () => {
        done = bookings.cancel(a);
      });
      return done;
    };
    assert.deepEqual([cancel(), cancel()], [true, false]);
    assert.deepEqual(rig.put(store, rig.booking('a')), ['same']);
    assert.equal(bookings.get(a)?.cancelled, true);
    rig.put(store, rig.booking('a', { end: at(8) }));
    assert.equal(bookings.get(a)?.cancelled, false);
  });

  it('name the owner of a code, the running one first, for 90 days', async t => {
    const { rig, store, bookings, writeUse } = await boxOf(t, { a: { end: at(1) } });
    const code = rig.code('a');
    assert.equal(bookings.codeOwner(code, null), 'a');
    assert.equal(bookings.codeOwner(code, a), null);
    store.commit(commitOf({}, at(2)));
    assert.equal(bookings.codeOwner(code, null), null, 'over and never used');
    writeUse('a', { life: 'used', codeUsed: true }, at(2));
    assert.equal(bookings.codeOwner(code, null), 'a', 'used just now');
    store.commit(commitOf({}, at(2)), () => void bookings.put(rig.booking('b', { code, end: null })));
    assert.equal(bookings.codeOwner(code, null), 'b');
    assert.equal(bookings.codeOwner(code, bookingId('b')), 'a');
    store.commit(commitOf({ floor: at(24 * 91) }, at(24 * 91)));
    assert.equal(bookings.codeOwner(code, bookingId('b')), null, '91 days later');
  });

  it('name at most 4 overlapping bookings of the key, touching is no overlap', async t => {
    const { rig, bookings } = await boxOf(t, {
      before: { start: at(-3), end: at(-1) },
      after: { start: at(2), end: at(3) },
      inside: { start: at(0), end: at(0.5) },
      around: { start: at(-24 * 90), end: null },
      cancelled: { key: keyName('slot-9') },
    });
    const row = rig.booking('new');
    assert.deepEqual([...bookings.overlapping(row)].sort(), ['around', 'inside']);
    assert.deepEqual(bookings.overlapping({ ...row, id: bookingId('inside'), key: keyName('slot-9') }), [
      'cancelled',
    ]);
  });

  it('are listed in pages by id', async t => {
    const { bookings } = await boxOf(t, Object.fromEntries(['d', 'b', 'a', 'c'].map(id => [id, {}])));
    const first = bookings.list({ after: null, limit: 3 });
    assert.deepEqual(
      first.map(each => each.id),
      ['a', 'b', 'c'],
    );
    assert.deepEqual(
      bookings.list({ after: bookingId('c'), limit: 3 }).map(each => each.id),
      ['d'],
    );
  });
});

describe('keys', () => {
  it('have one tag each, a tag one key', async t => {
    const { store } = await boxOf(t, {});
    const [one, two] = [fingerprint('33'.repeat(32)), fingerprint('44'.repeat(32))];
    const golf = keyName('golf');
    const all = () => store.keys.all().map(row => [row.name, row.home, row.tag]);
    store.commit(commitOf(), () => store.keys.put({ name: golf, home: 1 as never, tag: one }));
    store.commit(commitOf({ tags: [{ key: keyName('slot-7'), fingerprint: two }] }));
    assert.deepEqual(all(), [
      ['golf', 1, one],
      ['slot-7', 7, two],
    ]);
    store.commit(commitOf({ tags: [{ key: golf, fingerprint: two }] }));
    assert.deepEqual(all(), [['golf', 1, two]]);
    assert.equal(store.keys.byTag(one), null);
    store.commit(commitOf(), () => store.keys.put({ name: golf, home: 2 as never, tag: null }));
    assert.deepEqual(all(), [['golf', 2, two]], 'no tag given leaves it');
  });

  it('take over the bookings, uses and tag of the default key', async t => {
    const { rig, store, writeUse } = await boxOf(t, { a: {} });
    const tag = fingerprint('33'.repeat(32));
    writeUse('a', { life: 'out' });
    store.commit(commitOf({ tags: [{ key: keyName('slot-1'), fingerprint: tag }] }));
    store.commit(commitOf(), () => store.keys.rename(keyName('slot-1'), keyName('golf')));
    const [found] = store.bookings.byCode(rig.code('a'), at(0));
    assert.deepEqual([found?.key, found?.use?.key, found?.use?.life], ['golf', 'golf', 'out']);
    assert.equal(store.keys.byTag(tag), 'golf');
  });
});
