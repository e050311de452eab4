/** Two copies of the relay change the same bookings at one time: none of the changes is lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import { cancelBooking, changeBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { createBox } from '../../../src/relay/domain/boxes.ts';
import { eraseDriver } from '../../../src/relay/domain/driver-erasure.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { createKey } from '../../../src/relay/domain/keys.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const bookingsMade = 40;

const rowOf = (house: House, id: string) =>
  house.store.db.selectFrom('booking').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

onBothStores('copies of the domain', source => {
  /** One house, entered by two doors; a file has one writer, so that on SQLite both are the same. */
  async function twoDoors(): Promise<readonly [House, House]> {
    const store = await source.fresh();
    const other = store.engine === 'sqlite' ? store : await source.again(store);
    return [await houseOn(store), await houseOn(other, 1, 2)];
  }

  test('a booking that is cancelled here and taken there is both', async () => {
    const [one, two] = await twoDoors();
    const { box, keys } = await boxWithKeys(one, 1);
    for (let n = 0; n < bookingsMade; n += 1) {
      const { id } = await one.act(c =>
        createBooking(c, { key: keys[0] ?? '', start: one.nowMs, end: one.nowMs + hourMs }),
      );
      await Promise.all([
        one.act(c => cancelBooking(c, id)),
        two.events(box, { type: 'key-taken', key: 'van 1', booking: id }),
        one
          .act(c => changeBooking(c, id, { reuse: true }))
          .catch(error => assert.equal(codeOf(error), 'conflict')),
      ]);
      const row = await rowOf(one, id);
      assert.ok(row.cancelled !== null && row.taken !== null, `booking ${n}`);
      const records = (await one.set(box)).put.filter(record => record.id === id);
      assert.equal(records.length, 1, `booking ${n} is out, and must be in the set`);
      await two.events(box, { type: 'key-returned', key: 'van 1', slot: 1 });
    }
  });

  test('what one of them makes the other finds taken, as a conflict that people understand', async () => {
    const [one, two] = await twoDoors();
    const { id: box } = await one.act(c => createBox(c, { name: 'A' }));
    for (let slot = 1; slot <= 20; slot += 1) {
      const make = (house: House, name: string) => house.act(c => createKey(c, { name, box, slot }));
      const made = await Promise.allSettled([make(one, `one ${slot}`), make(two, `two ${slot}`)]);
      const refused = made.flatMap(each => (each.status === 'rejected' ? [codeOf(each.reason)] : []));
      assert.deepEqual(refused, ['conflict'], `slot ${slot}`);
    }
  });

  test('nobody is booked for a driver who is erased meanwhile', async () => {
    const [one, two] = await twoDoors();
    const { box, keys } = await boxWithKeys(one, 1);
    for (let n = 0; n < 20; n += 1) {
      const { id: driver } = await one.act(c => createDriver(c, { name: `Dee ${n}` }));
      await Promise.allSettled([
        one.act(c => eraseDriver(c, driver)),
        two.act(c => createBooking(c, { key: keys[0] ?? '', driver, start: one.nowMs, end: null })),
      ]);
      const live = (await one.set(box)).put.filter(each => each.kind === 'booking' && each.driver === driver);
      assert.deepEqual(live, [], `driver ${n}`);
    }
  });
});
