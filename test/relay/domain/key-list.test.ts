import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { countKeys, type KeyPlaceAsked, keyPlaces, listKeys } from '../../../src/relay/domain/key-list.ts';
import { keyUses } from '../../../src/relay/domain/key-uses.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const inPlace = async (house: House, place: KeyPlaceAsked, box?: string): Promise<readonly string[]> =>
  (await house.act(c => listKeys(c, { place, box }, { after: null, limit: 9 }))).map(({ name }) => name);

/** Van 1 late with Ann, van 2 out, van 3 in, van 4 missing, van 5 never seen. */
async function depot(house: House) {
  const { box, keys } = await boxWithKeys(house, 5);
  const { id: driver } = await house.act(c => createDriver(c, { name: 'Ann' }));
  const book = async (key: number, hours: number, ann = false) =>
    (
      await house.act(c =>
        createBooking(c, {
          ...{ key: keys[key - 1] ?? '', start: house.nowMs + hours * hourMs },
          ...{ end: house.nowMs + (hours + 1) * hourMs, ...(ann ? { driver } : {}) },
        }),
      )
    ).id;
  const [late, next, out] = [await book(1, 0, true), await book(1, 3), await book(2, 0)];
  for (const slot of [1, 2, 3, 4])
    await house.events(box, { type: 'key-returned', key: `van ${slot}`, slot });
  await house.events(
    box,
    ...([
      { type: 'key-taken', key: 'van 1', booking: late },
      { type: 'overdue', key: 'van 1', booking: late },
      { type: 'key-taken', key: 'van 2', booking: out },
      { type: 'custody-mismatch', key: 'van 4', reason: 'gone' },
    ] as const),
  );
  return { box, keys, late, next, out };
}

onBothStores('keys by where they are', source => {
  test('each place has its own, of one box or of all', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await depot(house);
    await boxWithKeys(house, 1, { id: 'depot-b' });
    const expected: Readonly<Record<KeyPlaceAsked, readonly string[]>> = {
      ...{ in: ['van 3'], out: ['van 1', 'van 2'], late: ['van 1'], missing: ['van 4'] },
      'never-stocked': ['van 1', 'van 5'],
    };
    for (const place of keyPlaces) {
      assert.deepEqual((await inPlace(house, place)).toSorted(), expected[place], place);
      const count = await countKeys({ tx: house.store.db, account: 'main' }, place, 99);
      assert.equal(count, expected[place].length);
      assert.equal(await countKeys({ tx: house.store.db, account: 'other' }, place, 99), 0);
    }
    assert.deepEqual(await inPlace(house, 'never-stocked', box), ['van 5']);
    assert.deepEqual(await inPlace(house, 'late', 'depot-b'), []);
  });

  test('who has a key, and whose it is next', async () => {
    const house = await houseOn(await source.fresh());
    const { keys, late, next, out } = await depot(house);
    const uses = await keyUses({ tx: house.store.db, account: 'main' }, keys);
    const of = (key: number) => uses.get(keys[key - 1] ?? '');
    assert.deepEqual(
      [of(1)?.holder?.id, of(1)?.holder?.driverName, of(1)?.holder?.isLate, of(1)?.next?.id],
      [late, 'Ann', true, next],
    );
    assert.deepEqual([of(2)?.holder?.id, of(2)?.holder?.driverName, of(2)?.next], [out, null, null]);
    assert.deepEqual(of(3), { holder: null, next: null });
    assert.equal((await keyUses({ tx: house.store.db, account: 'other' }, keys)).size, 0);
  });
});
