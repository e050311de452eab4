/** A used code whose row is gone, and which the relay takes for fresh. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookingRecord, keyRecord } from '../../../scripts/rig/relay-end.ts';
import { UplinkRig } from './rig.ts';

const code = '40718253';
const day = 86_400_000;

test('E5. a code put again after its row was deleted is named with the first word after the link is up', async t => {
  const rig = await UplinkRig.make(t);
  rig.relay.change([keyRecord('van', 1), bookingRecord('b-1', 'van', { code })]);
  rig.link.connect();
  await rig.syncs();
  for (const key of ['goes', 'comes'] as const) {
    rig.types(code);
    rig.visits(1, key);
  }
  rig.relay.change([], ['b-1']);
  await rig.hears(rig.relay.delta(1));
  rig.link.lose();
  rig.time.advance(31 * day);
  await rig.store.purge(rig.time.wall());
  assert.equal([...rig.store.bookings.fromRelay()].length, 0, 'its row is deleted');

  rig.link.connect();
  await rig.says();
  const now = rig.time.wall();
  rig.relay.change([bookingRecord('b-1', 'van', { code, start: now - 1_000, end: now + day })]);
  await rig.hears(rig.relay.delta(2));
  rig.link.lose();
  await rig.says();
  rig.link.connect();
  const [first] = await rig.says();
  assert.equal(first?.kind, 'hello');
  assert.deepEqual(first?.kind === 'hello' ? first.spent : null, ['b-1']);
  assert.equal(rig.types(code)?.reason, 'used');
});
