/** A set of thousands of bookings comes in slices, between which keys are served, and is valid as a whole at one instant. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { bookingRecord, keyRecord } from '../../../scripts/rig/relay-end.ts';
import { UplinkRig } from './rig.ts';
import { code, countRows, crowded, found, many, parts } from './thousands.ts';

describe('E1. a first set of thousands', () => {
  test('no turn of the loop takes most of it; before the decision nobody opens by it, after it everybody', {
    timeout: 120_000,
  }, async t => {
    const rig = await crowded(t);
    const most = countRows(t, rig);
    let over = false;
    const applying = (async () => {
      for (const part of rig.relay.snapshot(parts)) await rig.hears(part);
      over = true;
    })();
    let looks = 0;
    for (; !over; await turn()) {
      const isDecided = rig.store.synced.standing().rev === 1;
      if (rig.store.bookings.count() >= many) break;
      if (!isDecided) assert.equal(rig.store.bookings.count(), 0, 'nothing is valid yet');
      else {
        // The last of the file is the last to be taken in. On a slow machine there are more looks than bookings.
        assert.equal(found(rig, many - 1 - ((looks * 3) % many)), 1);
        assert.equal(found(rig, looks % many), 1);
        looks += 1;
      }
    }
    await applying;
    assert.ok(looks > 0, 'somebody came meanwhile');
    assert.equal(rig.store.bookings.count(), many);
    const rows = most();
    assert.ok(rows <= 4_200 && rows < 2 * many * 0.6, `${rows} rows in one turn`);
    const receipt = await rig.saysLast('receipt');
    assert.deepEqual([receipt.rev, receipt.count, receipt.digest], [1, many + 1, rig.relay.digest]);
    const said = rig.events.findLast(({ type }) => type === 'bookings-changed');
    assert.equal(said?.count, many);
    rig.loop.report({ type: 'clock-synced', synced: true });
    assert.equal(rig.types(code(77))?.for, 'take');
  });

  test('a change of a few is one transaction as before', async t => {
    const rig = await UplinkRig.make(t);
    rig.link.connect();
    rig.relay.change([keyRecord('van', 1), bookingRecord('b-1', 'van', { code: code(1) })]);
    await rig.syncs();
    assert.equal(rig.store.bookings.count(), 1);
  });
});
