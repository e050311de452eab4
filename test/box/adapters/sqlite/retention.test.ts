import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bookingId } from '../../../../src/base/brand.ts';
import { canonical } from '../../../../src/base/canonical.ts';
import { kept } from '../../../../src/box/adapters/sqlite/retention.ts';
import { eventLine } from '../../../../src/wire/chain.ts';
import { verifyLines } from '../../../../src/wire/verify.ts';
import { at, commitOf, entry, Rig, useOf } from './rig.ts';

const day = 24;

describe('retention', () => {
  it('takes old events from the beginning only, and what is left verifies', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    for (let n = 0; n < 700; n += 1) store.commit(commitOf({ entries: [entry()] }, at(n / 10)));
    // Set back: these are old by their time, but stand behind younger ones.
    for (let n = 0; n < 5; n += 1) store.commit(commitOf({ entries: [entry()] }, at(0)));
    const purged = await store.purge(at(30 + kept.eventDays * day));
    assert.equal(purged.events, 300);
    const { seq } = store.journal.last();
    assert.deepEqual(store.journal.range(null, null), { from: 301, to: 705 });
    const lines = [...store.journal.read({ from: 1, to: seq })].map(eventLine);
    assert.equal(lines.length, 405);
    const verdict = verifyLines([...lines, canonical({ ...store.journal.checkpoint(1, seq) })]);
    assert.ok(verdict.ok && verdict.missing.length === 0);
    assert.equal(store.commit(commitOf({ entries: [entry()] }))[0]?.seq, 706);
  });

  it('never takes the last event, which the next must follow', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    for (let n = 0; n < 3; n += 1) store.commit(commitOf({ entries: [entry()] }));
    assert.equal((await store.purge(at(9_999 * day))).events, 2);
    store.close();
    const [next] = rig.open().commit(commitOf({ entries: [entry()] }));
    assert.equal(next?.seq, 4);
  });

  it('keeps bookings for a month after their end, and used codes for longer', async t => {
    const rig = await Rig.make(t);
    const store = rig.open();
    rig.put(
      store,
      rig.booking('a'),
      rig.booking('endless', { end: null }),
      rig.booking('late', { end: at(20 * day) }),
    );
    store.commit(commitOf({ uses: [useOf(bookingId('a'), { life: 'used', codeUsed: true })] }));
    const month = (kept.bookingDays + 1) * day;
    assert.deepEqual(await store.purge(at(1)), { bookings: 0, events: 0, spent: 0 });
    assert.deepEqual(await store.purge(at(month)), { bookings: 1, events: 0, spent: 0 });
    assert.equal(store.bookings.count(), 2);
    assert.deepEqual(await store.purge(at((kept.spentDays + 1) * day)), { bookings: 1, events: 0, spent: 1 });
    assert.deepEqual(
      store.bookings.list({ after: null, limit: 9 }).map(each => each.id),
      ['endless'],
    );
  });
});
