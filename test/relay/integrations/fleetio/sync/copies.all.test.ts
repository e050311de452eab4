/** Two copies of the relay on one database: each assignment is worked on by one of them, and none is lost with it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  claimIntegrations,
  releaseIntegrations,
} from '../../../../../src/relay/integrations/fleetio/sync/leases.ts';
import { onBothStores } from '../../../stores.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

onBothStores('an integration and two copies', source => {
  it('is worked on by one of them at a time, and by the other when that one ends', async () => {
    const store = await source.fresh();
    const rig = await EngineRig.make({ store, keys: 6, settings: { callsPerMin: 60 } });
    try {
      const vans: number[] = [];
      for (let at = 1; at <= 6; at += 1) vans.push(await rig.vehicle(at));
      const { id: contact } = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' });
      const first = rig.start('relay-1');
      rig.start('relay-2', await source.again(store));
      await rig.pass(2_000);
      const assign = (vehicle: number): number =>
        rig.world.assign({ vehicle, contact, startedAt: rig.now(), endedAt: rig.now() + 9 * hourMs }).id;
      const early = vans.slice(0, 3).map(assign);
      await rig.pass(10_000);
      const { lease } = await rig.lease();
      assert.ok(lease === 'relay-1' || lease === 'relay-2');
      await first.close();
      const late = vans.slice(3).map(assign);
      await rig.pass(20_000);
      for (const id of [...early, ...late])
        assert.equal(rig.codeIn(id), await rig.codeOf(id), `assignment ${id}`);
      assert.equal((await rig.bookings()).length, 6);
      assert.equal((await rig.told()).filter(word => word.startsWith('access')).length, 6);
      assert.equal((await rig.lease()).lease, 'relay-2');
    } finally {
      await rig.close();
    }
  });

  it('is taken over from a copy that is silent', async () => {
    const store = await source.fresh();
    const rig = await EngineRig.make({ store });
    try {
      const now = rig.now();
      const ids = [rig.integration];
      const claim = (copy: string, at: number): Promise<readonly string[]> =>
        store.write(tx => claimIntegrations(tx, { copy, now: at, until: at + 10_000, ids }));
      assert.deepEqual(await claim('a', now), ids);
      assert.deepEqual(await claim('b', now + 5_000), []);
      assert.deepEqual(await claim('a', now + 5_000), ids);
      assert.deepEqual(await claim('b', now + 14_999), []);
      assert.deepEqual(await claim('b', now + 15_000), ids);
      await store.write(tx => releaseIntegrations(tx, 'a'));
      assert.deepEqual(await claim('a', now + 16_000), []);
    } finally {
      await rig.close();
    }
  });

  it('agrees on what was heard by both at once', async () => {
    const store = await source.fresh();
    const rig = await EngineRig.make({ store });
    try {
      const van = await rig.vehicle(1);
      const { id: contact } = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' });
      rig.start('relay-1');
      rig.start('relay-2', await source.again(store));
      for (let round = 0; round < 5; round += 1) {
        const { id } = rig.world.assign({ vehicle: van, contact, startedAt: rig.now(), endedAt: null });
        await rig.pass(3_000);
        rig.world.change(id, { startedAt: rig.now() - minuteMs });
        rig.world.remove(id);
        await rig.pass(3_000);
      }
      const bookings = await rig.bookings();
      assert.ok(bookings.every(({ cancelled }) => cancelled !== null));
      assert.equal(bookings.length, 5);
    } finally {
      await rig.close();
    }
  });
});

describe('a copy alone', () => {
  it('gives its leases back when it ends', async () => {
    const rig = await EngineRig.make();
    await rig.vehicle(1);
    const engine = rig.start();
    await rig.pass(2_000);
    assert.equal((await rig.lease()).lease, 'relay-1');
    await engine.close();
    assert.equal((await rig.lease()).lease, null);
    await rig.close();
  });
});
