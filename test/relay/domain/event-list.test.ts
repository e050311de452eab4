import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeEvents } from '../../../scripts/rig/store-events.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import {
  type EventFilter,
  type EventPlace,
  eventPlace,
  eventsByTime,
} from '../../../src/relay/domain/event-list.ts';
import { changeKey } from '../../../src/relay/domain/keys.ts';
import { onBothStores, type StoreSource } from '../stores.ts';
import { boxWithKeys, type House, houseOn } from './house.ts';

const day = 1_700_000_000_000;

/** The letter is the line; instants are minutes of a day. */
const told = [
  {
    line: 'a',
    box: 'depot-a',
    at: 1,
    type: 'granted',
    key: 'van 1',
    slot: 1,
    driver: 'd_ann',
    booking: 'b_1',
  },
  { line: 'b', box: 'depot-a', at: 2, type: 'pulsed', key: 'van 1', slot: 1, booking: 'b_1' },
  { line: 'c', box: 'depot-b', at: 3, type: 'granted', key: 'van 1', slot: 4, driver: 'd_ben' },
  { line: 'd', box: 'depot-b', at: 4, type: 'denied', slot: 4, driver: 'd_ann' },
  // Its line was down: it came after all others, and happened between them.
  { line: 'e', box: 'depot-a', at: 2.5, type: 'denied', key: 'van 2', slot: 2, driver: 'd_ben' },
] as const;

async function depots(
  source: StoreSource,
): Promise<{ readonly house: House; readonly keys: readonly string[] }> {
  const house = await houseOn(await source.fresh());
  const { keys } = await boxWithKeys(house, 2, { id: 'depot-a' });
  await boxWithKeys(house, 1, { id: 'depot-b' });
  for (const [seq, { box, at, ...event }] of told.entries())
    await house.store.write(tx =>
      storeEvents(tx, { account: 'main', box, enrolment: 1 }, [
        { booking: null, ...event, epoch: 1, seq, at: day + at * 60_000, stored: day + 3_600_000 },
      ]),
    );
  return { house, keys };
}

async function letters(
  { store }: House,
  filter: EventFilter,
  order: 'newest' | 'oldest' = 'newest',
  limit = 50,
): Promise<string> {
  const found: string[] = [];
  let after: EventPlace | null = null;
  for (;;) {
    const rows = await eventsByTime({ tx: store.db, account: 'main' }, filter, { after, limit }, order);
    found.push(...rows.map(({ line }) => line));
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return found.join('');
    after = eventPlace(last);
  }
}

onBothStores('events by time', source => {
  test('the newest first, what came late where it belongs, on pages of any size', async () => {
    const { house } = await depots(source);
    for (const limit of [1, 2, 3, 50]) {
      assert.equal(await letters(house, {}, 'newest', limit), 'dceba');
      assert.equal(await letters(house, {}, 'oldest', limit), 'abecd');
    }
  });

  test('of a box, a type, a driver, a slot, a booking, a time, and of several of these', async () => {
    const { house } = await depots(source);
    const at = (minute: number): number => day + minute * 60_000;
    const cases: readonly (readonly [EventFilter, string])[] = [
      [{ box: 'depot-a' }, 'eba'],
      [{ box: 'depot-a', slot: 1 }, 'ba'],
      [{ type: 'denied' }, 'de'],
      [{ type: 'denied', box: 'depot-a' }, 'e'],
      [{ driver: 'd_ann' }, 'da'],
      [{ driver: 'd_ann', type: 'denied' }, 'd'],
      [{ booking: 'b_1' }, 'ba'],
      [{ booking: 'b_1', type: 'pulsed', box: 'depot-b' }, ''],
      [{ from: at(2), until: at(3) }, 'eb'],
      [{ from: at(2.5), type: 'granted' }, 'c'],
    ];
    for (const [filter, expected] of cases)
      for (const limit of [1, 50])
        assert.equal(await letters(house, filter, 'newest', limit), expected, JSON.stringify(filter));
  });

  test('of a key: at the boxes where it is or was booked, not of its namesake', async () => {
    const { house, keys } = await depots(source);
    const [key = ''] = keys;
    assert.equal(await letters(house, { key }), 'ba');
    assert.equal(await letters(house, { key, driver: 'd_ben' }), '');
    const start = house.nowMs;
    await house.act(c => createBooking(c, { key, start, end: start + 60_000 }));
    await house.act(c => changeKey(c, key, { box: 'depot-b', slot: 9, name: 'van 9' }));
    assert.equal(await letters(house, { key }), '', 'its name is another now');
    await assert.rejects(letters(house, { key: 'k_none' }), { code: 'not-found' });
  });

  test('a box whose clock is ahead does not stand above all that happens after', async () => {
    const { house } = await depots(source);
    const event = { epoch: 1, seq: 9, type: 'booted', booking: null, line: 'z', stored: day + 90_000 };
    await house.store.write(tx =>
      storeEvents(tx, { account: 'main', box: 'depot-b', enrolment: 1 }, [{ ...event, at: day * 2 }]),
    );
    assert.equal(await letters(house, {}), 'dcebza');
  });
});
