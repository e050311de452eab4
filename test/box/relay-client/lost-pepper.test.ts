/** The pepper of a box is lost while a key is out: what its driver has is a code that nothing here knows any more. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { bookingRecord, keyRecord, noon } from '../../../scripts/rig/relay-end.ts';
import { openVault } from '../../../src/box/adapters/vault/vault.ts';
import { UplinkRig } from './rig.ts';

const code = '40718253';
const later = '93027164';
const hour = 3_600_000;

/** The van is out by `code`, and the box has started with another pepper. */
async function peppered(t: Parameters<typeof UplinkRig.make>[0]): Promise<UplinkRig> {
  const rig = await UplinkRig.make(t);
  rig.relay.change([keyRecord('van', 1), bookingRecord('b-1', 'van', { code, driver: 'd-1' })]);
  rig.link.connect();
  await rig.syncs();
  assert.equal(rig.types(code)?.for, 'take');
  rig.visits(1, 'goes');
  rmSync(join(rig.folder, 'pepper'));
  rig.vault = await openVault({ folder: rig.folder, box: 'box-1' });
  await rig.reboot();
  rig.link.connect();
  assert.equal(rig.types(code)?.type, 'denied', 'nobody knows it');
  return rig;
}

/** As a relay does of a new epoch of the box: every record again, for that epoch. */
async function sentAgain(rig: UplinkRig, more: Parameters<typeof bookingRecord>[2] = {}): Promise<void> {
  const { boxEpoch } = rig.store.synced;
  assert.equal(boxEpoch, 2);
  rig.relay.change([bookingRecord('b-1', 'van', { code, driver: 'd-1', boxEpoch, ...more })]);
  for (const part of rig.relay.snapshot()) await rig.hears(part);
}

describe('A20. a lost pepper', () => {
  test('the code of a key that is out returns it once the relay has sent it again, and never takes again', async t => {
    const rig = await peppered(t);
    await sentAgain(rig, { end: noon + 2 * hour });
    assert.equal(rig.types(code)?.for, 'return');
    rig.visits(1, 'comes');
    assert.equal(rig.state.keys.find(({ name }) => name === 'van')?.place.at, 'slot');
    assert.equal(rig.types(code)?.reason, 'used');
  });

  test('what the relay has sent for another driver waits until the key is back', async t => {
    const rig = await peppered(t);
    await sentAgain(rig, { code: later, driver: 'd-2' });
    assert.notEqual(rig.types(later)?.type, 'granted', 'it is not theirs to return');
  });
});
