import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bookingRecord, driverRecord, keyRecord, noon } from '../../../scripts/rig/relay-end.ts';
import { bookingId, keyName } from '../../../src/base/brand.ts';
import type { PhoneNumber } from '../../../src/base/phone-number.ts';
import type { TagIdentity } from '../../../src/base/tag-number.ts';
import { UplinkRig } from './rig.ts';

const codeA = '40718253';
const codeB = '93027164';
const hour = 3_600_000;

const set = () => [
  keyRecord('van', 1),
  keyRecord('bus', 2),
  driverRecord('d-1', { phone: '+31612345678' }),
  bookingRecord('b-1', 'van', { code: codeA }),
  bookingRecord('b-2', 'bus', { driver: 'd-1' }),
];

/** A box that has the set above, at revision 1. */
async function synced(t: Parameters<typeof UplinkRig.make>[0]): Promise<UplinkRig> {
  const rig = await UplinkRig.make(t);
  rig.relay.change(set());
  rig.link.connect();
  await rig.says();
  await rig.syncs();
  return rig;
}

describe('the relay’s set', () => {
  test('a new box asks for all of it, and applies it with its keys in one go', async t => {
    const rig = await UplinkRig.make(t);
    rig.relay.change(set());
    rig.link.connect();
    const hello = await rig.saysLast('hello');
    assert.deepEqual([hello.epoch, hello.rev, hello.wants, hello.count], [0, 0, 'snapshot', 0]);
    for (const part of rig.relay.snapshot(3).toReversed()) await rig.hears(part);
    const receipt = await rig.saysLast('receipt');
    assert.deepEqual([receipt.epoch, receipt.rev, receipt.count], [1, 1, 5]);
    assert.equal(receipt.digest, rig.relay.digest);
    assert.equal(rig.types(codeA)?.type, 'granted');
    assert.deepEqual(
      rig.state.keys.map(({ name }) => name),
      ['bus', 'slot-3', 'van'],
    );
    const phone = rig.vault.fingerprint('phone', '+31612345678' as PhoneNumber);
    assert.equal(rig.store.bookings.byPhone(phone, rig.time.wall())[0]?.booking, 'b-2');
  });

  test('nothing that a person types is in the file', async t => {
    const rig = await synced(t);
    const { backup } = rig.store;
    const path = `${rig.folder}/copy`;
    await backup.call(rig.store, path);
    const { readFileSync } = await import('node:fs');
    const bytes = readFileSync(path).toString('latin1');
    for (const typed of [codeA, '612345678']) assert.equal(bytes.includes(typed), false, typed);
  });

  test('a delta changes what it names; the same again, and an older one, change nothing', async t => {
    const rig = await synced(t);
    const old = rig.relay.delta(0);
    rig.relay.change([bookingRecord('b-1', 'van', { code: codeB })], ['b-2']);
    const delta = rig.relay.delta(1);
    await rig.hears(delta);
    assert.equal(rig.types(codeA)?.reason, 'unknown');
    const events = rig.events.length;
    await rig.hears(delta);
    await rig.hears(old);
    assert.equal(rig.events.length, events);
    const receipt = await rig.saysLast('receipt');
    assert.deepEqual([receipt.rev, receipt.count, receipt.digest], [2, 4, rig.relay.digest]);
    assert.equal(rig.store.bookings.get(bookingId('b-2')), null);
    assert.equal(rig.types(codeB)?.type, 'granted');
  });

  test('a gap asks for a delta from where the box is; a wrong digest for all', async t => {
    const rig = await synced(t);
    await rig.says();
    rig.relay.change([], ['b-2']);
    rig.relay.change([], ['b-1']);
    await rig.hears(rig.relay.delta(2));
    const gap = await rig.saysLast('receipt');
    assert.deepEqual([gap.wants, gap.rev], ['delta', 1]);
    await rig.hears({ ...rig.relay.delta(1), digest: '0'.repeat(64) });
    const wrong = await rig.saysLast('receipt');
    assert.deepEqual([wrong.wants, wrong.rev], ['snapshot', 1]);
    assert.equal(rig.types(codeA)?.type, 'granted');
  });

  test('a higher relay epoch comes only as a snapshot, a lower one not at all', async t => {
    const rig = await synced(t);
    await rig.says();
    rig.relay.epoch = 2;
    await rig.hears({ ...rig.relay.delta(1), from: 1, to: 2 });
    assert.equal((await rig.saysLast('receipt')).wants, 'snapshot');
    await rig.syncs();
    assert.equal((await rig.saysLast('receipt')).epoch, 2);
    rig.relay.epoch = 1;
    await rig.syncs();
    assert.equal(rig.store.synced.standing().epoch, 2);
    assert.equal(rig.events.at(-1)?.type, 'message-rejected');
    assert.equal(rig.events.at(-1)?.reason, 'old-epoch');
  });

  test('a used code stays used, whatever comes again; a new code is fresh', async t => {
    const rig = await synced(t);
    rig.types(codeA);
    rig.visits(1, 'goes');
    rig.types(codeA);
    rig.visits(1, 'comes');
    assert.equal(rig.types(codeA)?.reason, 'used');
    rig.relay.change([bookingRecord('b-1', 'van', { code: codeA, end: noon + 2 * hour })]);
    await rig.hears(rig.relay.delta(1));
    assert.equal(rig.types(codeA)?.reason, 'used');
    rig.relay.change([bookingRecord('b-1', 'van', { code: codeB, end: noon + 2 * hour })]);
    await rig.hears(rig.relay.delta(2));
    assert.equal(rig.types(codeB)?.type, 'granted');
  });

  test('a code that is used, and is sent again as if it were not, is named in each word until it is gone', async t => {
    const rig = await synced(t);
    rig.types(codeA);
    rig.visits(1, 'goes');
    rig.types(codeA);
    rig.visits(1, 'comes');
    const again = bookingRecord('b-1', 'van', { code: codeA, end: noon + 2 * hour });
    rig.relay.change([again]);
    await rig.hears(rig.relay.delta(1));
    assert.deepEqual((await rig.saysLast('receipt')).spent, ['b-1']);
    await rig.reboot();
    rig.link.connect();
    assert.deepEqual((await rig.saysLast('hello')).spent, ['b-1'], 'also after a reboot');
    rig.relay.change([{ ...again, code: codeB }]);
    await rig.hears(rig.relay.delta(2));
    assert.equal((await rig.saysLast('receipt')).spent, undefined, 'a new code is not');
  });

  test('a key that is out stays with its driver; what changed follows when it is back', async t => {
    const rig = await synced(t);
    rig.types(codeA);
    rig.visits(1, 'goes');
    rig.relay.change([bookingRecord('b-1', 'bus', { code: codeB, end: noon + 3 * hour })]);
    await rig.hears(rig.relay.delta(1));
    assert.equal(rig.store.synced.standing().rev, 2);
    assert.equal(rig.state.uses[0]?.end, noon + 3 * hour, 'reminders go by the new end');
    assert.equal(rig.types(codeB)?.reason, 'unknown');
    assert.equal(rig.types(codeA)?.for, 'return');
    rig.visits(1, 'comes');
    assert.equal(rig.store.bookings.get(bookingId('b-1'))?.key, 'bus');
    assert.equal(rig.types(codeB)?.key, 'bus');
    assert.deepEqual(rig.store.synced.deferred(), []);
  });

  test('it also follows after a boot in between', async t => {
    const rig = await synced(t);
    rig.types(codeA);
    rig.visits(1, 'goes');
    rig.relay.change([bookingRecord('b-1', 'bus', { code: codeB })]);
    await rig.hears(rig.relay.delta(1));
    await rig.uplink?.close();
    rig.types(codeA);
    rig.visits(1, 'comes');
    await rig.reboot();
    rig.time.advance(100);
    assert.equal(rig.store.bookings.get(bookingId('b-1'))?.key, 'bus');
  });

  test('a booking that goes while its key is out still brings it back, and takes no more', async t => {
    const rig = await synced(t);
    rig.types(codeA);
    rig.visits(1, 'goes');
    rig.relay.change([], ['b-1']);
    await rig.hears(rig.relay.delta(1));
    assert.equal(rig.types(codeA)?.for, 'return');
    rig.visits(1, 'comes');
    assert.equal(rig.types(codeA)?.type, 'denied');
  });

  test('phone, badge and PIN of a driver go to the bookings, and change with the driver', async t => {
    const rig = await synced(t);
    const { bookings } = rig.store;
    const now = rig.time.wall();
    rig.relay.change([driverRecord('d-1', { phone: '+31687654321', badge: '0a1b2c3d4e' })]);
    await rig.hears(rig.relay.delta(1));
    assert.equal(
      bookings.byPhone(rig.vault.fingerprint('phone', '+31612345678' as PhoneNumber), now).length,
      0,
    );
    assert.equal(
      bookings.byPhone(rig.vault.fingerprint('phone', '+31687654321' as PhoneNumber), now).length,
      1,
    );
    assert.equal(bookings.byBadge(rig.vault.fingerprint('badge', '1B2C3D4E' as TagIdentity), now).length, 1);
    rig.relay.change([], ['d:d-1']);
    await rig.hears(rig.relay.delta(2));
    assert.equal(bookings.get(bookingId('b-2')), null, 'nobody could open by it');
  });

  test('a code that was sent for an earlier epoch of the box is void', async t => {
    const rig = await synced(t);
    await rig.hears({ kind: 'new-epoch', above: 1, why: 'the numbers lie behind' });
    assert.equal(rig.store.synced.boxEpoch, 2);
    assert.deepEqual([rig.events.at(-1)?.epoch, rig.events.at(-1)?.what], [2, 'new-epoch']);
    assert.equal(rig.types(codeA)?.reason, 'unknown');
    await rig.hears({ kind: 'new-epoch', above: 1, why: 'a replay' });
    assert.equal(rig.store.synced.boxEpoch, 2);
    rig.relay.change([bookingRecord('b-1', 'van', { code: codeA, boxEpoch: 2 })]);
    await rig.hears(rig.relay.delta(1));
    assert.equal(rig.types(codeA)?.type, 'granted');
  });

  test('a box that has what it is said to lack begins no new epoch', async t => {
    const rig = await synced(t);
    const { seq, hash: head } = rig.store.journal.last();
    const order = { kind: 'new-epoch', above: 1, why: 'an old word' } as const;
    await rig.hears({ ...order, has: { boxEpoch: 1, seq, head } });
    await rig.hears({ ...order, has: { boxEpoch: 1, seq: 1, head: rig.events[0]?.hash ?? '' } });
    assert.equal(rig.store.synced.boxEpoch, 1);
    assert.equal((await rig.saysLast('receipt')).seq, seq);
    await rig.hears({ ...order, has: { boxEpoch: 1, seq: seq + 1, head } });
    assert.equal(rig.store.synced.boxEpoch, 2);
  });

  test('a journal that forked is told from one that goes on', async t => {
    const rig = await synced(t);
    const { seq } = rig.store.journal.last();
    const has = { boxEpoch: 1, seq, head: 'f'.repeat(64) };
    await rig.hears({ kind: 'new-epoch', above: 1, why: 'its journal forked', has });
    assert.equal(rig.store.synced.boxEpoch, 2);
  });

  test('what the relay knows of a life is taken where the box knows none', async t => {
    const rig = await UplinkRig.make(t);
    rig.loop.report({ type: 'presence-changed', slot: 1 as never, presence: 'absent' });
    rig.relay.change([
      keyRecord('van', 1),
      keyRecord('bus', 2),
      bookingRecord('b-1', 'van', { code: codeA, life: 'out' }),
      bookingRecord('b-2', 'bus', { code: codeB, life: 'used' }),
    ]);
    await rig.syncs();
    assert.equal(rig.types(codeB)?.reason, 'used');
    assert.equal(rig.types(codeA)?.for, 'return');
  });

  test('keys: another name keeps custody and bookings, a key that goes leaves the slot’s own', async t => {
    const rig = await synced(t);
    rig.types(codeA);
    rig.visits(1, 'goes');
    rig.relay.change([
      keyRecord('lorry', 3, { id: 'k:van' }),
      bookingRecord('b-1', 'lorry', { code: codeA }),
    ]);
    await rig.hears(rig.relay.delta(1));
    const lorry = rig.state.keys.find(({ name }) => name === 'lorry');
    assert.deepEqual([lorry?.home, lorry?.place.at], [3, 'out']);
    rig.relay.change([], ['k:van']);
    await rig.hears(rig.relay.delta(2));
    assert.equal(rig.state.keys.find(({ name }) => name === keyName('slot-3'))?.place.at, 'out');
    assert.equal(rig.types(codeA)?.for, 'return', 'a return is never refused to a known key');
  });

  test('a set that no box can have is refused, and nothing of it stays', async t => {
    const rig = await synced(t);
    rig.relay.change([keyRecord('slot-2', 3)]);
    await rig.hears(rig.relay.delta(1));
    assert.equal(rig.events.at(-1)?.reason, 'key-of-another-slot');
    assert.equal(rig.store.synced.standing().rev, 1);
  });

  test('bookings made here lie outside the set', async t => {
    const rig = await synced(t);
    const row = rig.store.bookings.find(bookingId('b-1'))?.row;
    assert.ok(row);
    rig.loop.write({ type: 'bookings-changed', count: 1, who: 'ada', what: 'add-local' }, () => {
      rig.store.bookings.put({
        ...row,
        id: bookingId('local-1'),
        origin: 'local',
        code: rig.vault.fingerprint('code', codeB),
      });
    });
    rig.relay.change([], ['b-1', 'b-2']);
    await rig.syncs();
    assert.equal((await rig.saysLast('receipt')).count, 3);
    assert.equal(rig.types(codeB)?.type, 'granted');
  });
});
