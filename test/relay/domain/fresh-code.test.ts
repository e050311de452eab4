import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { cancelBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { renewCode } from '../../../src/relay/domain/fresh-code.ts';
import { onBothStores, type StoreSource } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const codeIn = async (house: House, box: string, id: string): Promise<string> => {
  const found = (await house.set(box)).put.find(record => record.id === id);
  return found?.kind === 'booking' ? (found.code ?? '') : '';
};

async function depot(source: StoreSource) {
  const house = await houseOn(await source.fresh());
  const { box, keys } = await boxWithKeys(house, 3);
  const { id: driver } = await house.act(c => createDriver(c, { name: 'Ann', email: 'ann@example.org' }));
  const book = async (at: number, more: object = {}): Promise<string> => {
    const window = { start: house.nowMs, end: house.nowMs + 8 * hourMs };
    return (await house.act(c => createBooking(c, { key: keys[at] ?? '', driver, ...window, ...more }))).id;
  };
  return { house, box, book };
}

onBothStores('another code for a booking', source => {
  test('replaces the one before, which rests; the box is to have it before anybody hears it', async () => {
    const { house, box, book } = await depot(source);
    const id = await book(0);
    await house.receipt(box);
    const before = await codeIn(house, box, id);
    assert.deepEqual(await house.act(c => renewCode(c, id)), { bookings: [id], untold: [id] });
    assert.notEqual(await codeIn(house, box, id), before);
    const reading = { tx: house.store.db, account: 'main' };
    assert.equal((await bookingView(reading, id)).state, 'not-sent');
    const spent = await house.store.db.selectFrom('spent_code').select('box').execute();
    assert.deepEqual(spent, [{ box }]);
    const deeds = await house.store.db.selectFrom('audit').select(['what', 'subject']).execute();
    assert.ok(deeds.some(({ what, subject }) => what === 'code-renewed' && subject === id));
  });

  test('of a driver who has one code for all is another one for all of theirs', async () => {
    const { house, box, book } = await depot(source);
    await house.act(c => changeAccount(c, { settings: { sameCode: true } }));
    const [one, two, other] = [await book(0), await book(1), await book(2, { driver: undefined })];
    const [before, strange] = [await codeIn(house, box, one), await codeIn(house, box, other)];
    assert.equal(await codeIn(house, box, two), before);
    const { bookings } = await house.act(c => renewCode(c, one));
    assert.deepEqual(bookings.toSorted(), [one, two].toSorted());
    const after = await codeIn(house, box, one);
    assert.notEqual(after, before);
    assert.equal(await codeIn(house, box, two), after);
    assert.equal(await codeIn(house, box, other), strange);
  });

  test('is told by whoever follows the booking, or else by whoever asked for it', async () => {
    const { house, book } = await depot(source);
    const followed = await book(0, { origin: 'fleetio' });
    const nobodys = await book(1, { driver: undefined });
    assert.deepEqual((await house.act(c => renewCode(c, followed))).untold, []);
    assert.deepEqual((await house.act(c => renewCode(c, nobodys))).untold, []);
    const facts = await house.store.db.selectFrom('work').select(['kind', 'subject']).execute();
    const recoded = facts.filter(({ kind }) => kind === 'booking-recoded');
    assert.deepEqual(recoded, [{ kind: 'booking-recoded', subject: followed }]);
  });

  test('is not made for a key that is out, for what is over, or for another account', async () => {
    const { house, box, book } = await depot(source);
    const [out, over] = [await book(0), await book(1)];
    await house.receipt(box);
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: out });
    await house.act(c => cancelBooking(c, over));
    for (const id of [out, over])
      await assert.rejects(
        house.act(c => renewCode(c, id)),
        { code: 'conflict' },
      );
    await assert.rejects(
      house.act(c => renewCode(c, 'b_none')),
      { code: 'not-found' },
    );
  });
});
