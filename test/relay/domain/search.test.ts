import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { changeBox } from '../../../src/relay/domain/boxes.ts';
import { eraseDriver } from '../../../src/relay/domain/driver-erasure.ts';
import { changeDriver, createDriver } from '../../../src/relay/domain/drivers.ts';
import { createKey } from '../../../src/relay/domain/keys.ts';
import { foundBookings, foundBoxes, foundDrivers, foundKeys } from '../../../src/relay/domain/search.ts';
import { ensureSearchWords } from '../../../src/relay/domain/search-words.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

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

  test('of each kind there are twenty at most', async () => {
    const house = await houseOn(await source.fresh());
    for (let count = 0; count < 23; count += 1)
      await house.act(c => createDriver(c, { name: `Ann ${count}` }));
    assert.equal((await names(house, foundDrivers, 'ann')).length, 20);
  });

  test('what was there before there were words has some from the first start on', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    await house.act(c => createKey(c, { name: 'KX204', box, slot: 9 }));
    await house.act(c => createDriver(c, { name: 'Ann' }));
    await house.store.write(async tx => {
      await tx.deleteFrom('word').execute();
      await tx.deleteFrom('key_word').where('word', '=', '204').execute();
      await ensureSearchWords(tx);
    });
    assert.deepEqual(await names(house, foundDrivers, 'ann'), ['Ann']);
    assert.deepEqual(await names(house, foundBoxes, 'depot'), ['Depot A']);
    assert.deepEqual(await names(house, foundKeys, '204'), ['KX204']);
  });
});
