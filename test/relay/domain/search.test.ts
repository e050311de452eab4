import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { changeBox } from '../../../src/relay/domain/boxes.ts';
import { eraseDriver } from '../../../src/relay/domain/driver-erasure.ts';
import { changeDriver, createDriver } from '../../../src/relay/domain/drivers.ts';
import { createKey } from '../../../src/relay/domain/keys.ts';
import { foundBookings, foundBoxes, foundDrivers, foundKeys } from '../../../src/relay/domain/search.ts';
import { ensureSearchWords, matchingSubjects, noteKeyWords } from '../../../src/relay/domain/search-words.ts';
import { setMeta } from '../../../src/relay/store/migrate.ts';
import type { IntegrationTable, VehicleTable } from '../../../src/relay/store/tables-fleetio.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const integration: IntegrationTable = {
  ...{ id: 'int_1', account: 'main', kind: 'fleetio', label: 'Fleet', base_url: 'https://example.org' },
  ...{ api_key: 'x', account_token: 'x', webhook_key: null, webhook_authorization: null, settings: '{}' },
  ...{
    state: 'connected',
    created: 1,
    high_water: null,
    reconciled: null,
    last_event: null,
    webhook_id: null,
  },
  ...{ contacts_read: null, lease: null, lease_until: null, imported: null, importing: null },
  ...{ import_said: null, deletion: null },
};
const vehicle: VehicleTable = {
  ...{ integration: 'int_1', id: '301', account: 'main', name: 'Kombi', plate: '12-KXB-3', archived: 0 },
  ...{ sample: 0, seen: 1, gone: 0, key: null, mode: 'automatic', listed: null },
};

type Find = typeof foundKeys;

const names = async (house: House, find: Find, typed: string): Promise<readonly string[]> =>
  (await house.act(c => find(c, typed))).map(({ name }) => name);

onBothStores('search', source => {
  test('finds drivers by each word of their name, and by the end of their number', async () => {
    const house = await houseOn(await source.fresh());
    const ann = { name: 'Añn Böhm', phone: '+31612344071' };
    const { id } = await house.act(c => createDriver(c, ann));
    await house.act(c => createDriver(c, { name: 'Ann de Vries' }));
    const find = (typed: string) => names(house, foundDrivers, typed);
    assert.deepEqual(await find('ann'), ['Ann de Vries', 'Añn Böhm']);
    for (const typed of ['BOH', 'ann b', 'böhm ann', '4071'])
      assert.deepEqual(await find(typed), ['Añn Böhm']);
    assert.deepEqual(await find('hm'), []);
    await house.act(c => changeDriver(c, id, { name: 'Cy' }));
    assert.deepEqual([await find('bohm'), await find('cy')], [[], ['Cy']]);
    await house.act(c => eraseDriver(c, id));
    assert.deepEqual(await find('cy'), []);
    assert.deepEqual(
      await house.act(c => c.tx.selectFrom('word').select('word').where('subject', '=', id).execute()),
      [],
    );
  });

  test('finds keys by the digits of a name, boxes by name and id, bookings by id', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1, { id: 'depot-a7' });
    await house.act(c => createKey(c, { name: 'KX204', box, slot: 9 }));
    for (const typed of ['204', 'kx', 'kx204', 'KX 20'])
      assert.deepEqual(await names(house, foundKeys, typed), ['KX204']);
    assert.deepEqual(await names(house, foundKeys, '04'), []);
    for (const typed of ['depot', 'a7', 'depot-a'])
      assert.deepEqual(await names(house, foundBoxes, typed), ['Depot A']);
    await house.act(c => changeBox(c, box, { name: 'Harbour' }));
    assert.deepEqual(await names(house, foundBoxes, 'harb dep'), ['Harbour']);
    const [key = ''] = keys;
    const window = { start: house.nowMs, end: house.nowMs + hourMs };
    const { id } = await house.act(c => createBooking(c, { key, ...window }));
    assert.deepEqual(await names(house, foundBookings, ` ${id}`), ['van 1']);
    await house.act(c => createDriver(c, { name: 'Other' }));
    assert.deepEqual(await names(house, foundDrivers, 'harbour'), []);
  });

  test('finds keys by the plate of their vehicle, however its groups are written, as long as it is theirs', async () => {
    const house = await houseOn(await source.fresh());
    const { keys } = await boxWithKeys(house, 2);
    const link = (key: string | null) =>
      house.act(async c => {
        await c.tx.updateTable('vehicle').set({ key }).execute();
        for (const each of keys) await noteKeyWords(c, each);
      });
    await house.act(c => c.tx.insertInto('integration').values(integration).execute());
    await house.act(c => c.tx.insertInto('vehicle').values(vehicle).execute());
    await link(keys[1] ?? '');
    for (const typed of ['12-KXB-3', '12kxb3', '12kx', 'kxb', 'kombi', 'van kxb 12'])
      assert.deepEqual(await names(house, foundKeys, typed), ['van 2'], typed);
    await link(null);
    assert.deepEqual(await names(house, foundKeys, 'kxb'), []);
  });

  test('what is called exactly so stands above what begins so, and little is read of many', async () => {
    const house = await houseOn(await source.fresh());
    for (let count = 0; count < 30; count += 1)
      await house.act(c => createDriver(c, { name: `Anna ${count}` }));
    const { id } = await house.act(c => createDriver(c, { name: 'Zed Ann' }));
    const found = await house.act(c => matchingSubjects(c, 'driver', ['ann'], 3));
    assert.deepEqual([found[0], found.length], [id, 3]);
  });

  test('of each kind there are twenty at most', async () => {
    const house = await houseOn(await source.fresh());
    for (let count = 0; count < 23; count += 1)
      await house.act(c => createDriver(c, { name: `Ann ${count}` }));
    assert.equal((await names(house, foundDrivers, 'ann')).length, 20);
  });

  test('what was there before there were words has some from the first start on; keys since they stand with the others', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    await house.act(c => createKey(c, { name: 'KX204', box, slot: 9 }));
    await house.act(c => createDriver(c, { name: 'Ann' }));
    const start = (version: string | null) =>
      house.store.write(async tx => {
        await tx.deleteFrom('word').execute();
        await tx.deleteFrom('meta').where('name', '=', 'search-words').execute();
        if (version !== null) await setMeta(tx, 'search-words', version);
        await ensureSearchWords(tx);
      });
    await start('1');
    assert.deepEqual(await names(house, foundKeys, '204'), ['KX204']);
    assert.deepEqual(await names(house, foundDrivers, 'ann'), []);
    await start(null);
    assert.deepEqual(await names(house, foundDrivers, 'ann'), ['Ann']);
    assert.deepEqual(await names(house, foundBoxes, 'depot'), ['Depot A']);
    assert.deepEqual(await names(house, foundKeys, '204'), ['KX204']);
    await start('2');
    assert.deepEqual(await names(house, foundKeys, '204'), []);
  });
});
