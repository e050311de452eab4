/** What becomes of a booking, and of its code, when it is changed after something has happened to it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import { advanceBooking } from '../../../src/relay/domain/booking-timer.ts';
import { bookingCode } from '../../../src/relay/domain/booking-views.ts';
import {
  cancelBooking,
  changeBooking,
  createBooking,
  type NewBooking,
} from '../../../src/relay/domain/bookings.ts';
import { deleteKey } from '../../../src/relay/domain/keys.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const faults =
  (code: string) =>
  (error: unknown): boolean => {
    assert.equal(codeOf(error), code, String(error));
    return true;
  };

const book = (house: House, key: string, more: Partial<NewBooking> = {}): Promise<{ readonly id: string }> =>
  house.act(c => createBooking(c, { key, start: house.nowMs, end: house.nowMs + 8 * hourMs, ...more }));

const codeOfBooking = async (house: House, id: string): Promise<string> =>
  (await house.act(c => bookingCode(c, id))).code;

const inBox = async (house: House, box: string): Promise<readonly string[]> =>
  (await house.set(box)).put.filter(({ kind }) => kind === 'booking').map(({ id }) => id);

onBothStores('changed bookings', source => {
  const world = async () => {
    const house = await houseOn(await source.fresh());
    return { house, ...(await boxWithKeys(house, 3)) };
  };

  test('a code that may open nothing any more is wiped, whatever is changed of its booking', async () => {
    const { house, box, keys } = await world();
    const { id } = await book(house, keys[0] ?? '', { reuse: true });
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: id });
    await house.events(box, { type: 'key-returned', key: 'van 1', slot: 1, booking: id });
    await house.receipt(box);
    assert.match(await codeOfBooking(house, id), /^\d{8}$/, 'it takes again');
    await house.act(c => changeBooking(c, id, { reuse: false }));
    assert.deepEqual(await inBox(house, box), []);
    await assert.rejects(codeOfBooking(house, id), faults('conflict'));
    const other = await book(house, keys[1] ?? '');
    house.nowMs += 8 * hourMs;
    await house.act(c => advanceBooking(c, other.id));
    house.nowMs += 2 * hourMs;
    await house.act(c => advanceBooking(c, other.id));
    await house.receipt(box);
    await house.act(c => changeBooking(c, other.id, { contact: { name: 'Bob' } }));
    await house.act(c => changeBooking(c, other.id, { key: keys[2] ?? '' }));
    await assert.rejects(codeOfBooking(house, other.id), faults('conflict'));
    const codes = await house.store.db.selectFrom('booking').select('code').execute();
    assert.deepEqual(codes, [{ code: null }, { code: null }]);
    await house.act(c => changeBooking(c, other.id, { end: house.nowMs + hourMs }));
    await house.receipt(box);
    assert.match(await codeOfBooking(house, other.id), /^\d{8}$/);
  });

  test('no booking is moved to a key that is in no box any more', async () => {
    const { house, box, keys } = await world();
    const gone = await book(house, keys[1] ?? '');
    await house.act(c => cancelBooking(c, gone.id));
    await house.act(c => deleteKey(c, keys[1] ?? ''));
    const { id } = await book(house, keys[0] ?? '');
    await assert.rejects(
      house.act(c => changeBooking(c, id, { key: keys[1] ?? '' })),
      faults('conflict'),
    );
    const [record] = (await house.set(box)).put.filter(({ kind }) => kind === 'booking');
    assert.ok(record?.kind === 'booking' && record.key === 'van 1');
  });
});
