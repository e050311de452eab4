import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import { listBookings } from '../../../src/relay/domain/booking-list.ts';
import { advanceBooking } from '../../../src/relay/domain/booking-timer.ts';
import { bookingCode, bookingView } from '../../../src/relay/domain/booking-views.ts';
import {
  cancelBooking,
  changeBooking,
  createBooking,
  type NewBooking,
} from '../../../src/relay/domain/bookings.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { applySpent } from '../../../src/relay/domain/events.ts';
import { resendAll } from '../../../src/relay/domain/records.ts';
import { digest } from '../../../src/wire/chain.ts';
import type { BookingRecord } from '../../../src/wire/records.ts';
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

const stateOf = async (house: House, id: string): Promise<string> =>
  (await bookingView({ tx: house.store.db, account: 'main' }, id)).state;

const codeOfBooking = async (house: House, id: string): Promise<string> =>
  (await house.act(c => bookingCode(c, id))).code;

const inBox = async (house: House, box: string): Promise<readonly string[]> =>
  (await house.set(box)).put.filter(({ kind }) => kind === 'booking').map(({ id }) => id);

const wireOf = async (house: House, box: string, id: string): Promise<BookingRecord> => {
  const found = (await house.set(box)).put.find(record => record.id === id);
  assert.ok(found?.kind === 'booking');
  return found;
};

onBothStores('bookings', source => {
  const world = async () => {
    const house = await houseOn(await source.fresh());
    return { house, ...(await boxWithKeys(house, 3)) };
  };

  test('a code that a box has used unheard is used up; one that it does not have yet is not', async () => {
    const { house, box, keys } = await world();
    const fresh = await book(house, keys[0] ?? '');
    const again = await book(house, keys[1] ?? '', { reuse: true });
    const out = await book(house, keys[2] ?? '');
    await house.receipt(box);
    await house.events(box, { type: 'key-taken', key: 'van 3', booking: out.id });
    const { rev } = await house.set(box);
    const ids = [fresh.id, again.id, out.id, 'b-nobody'];
    await house.act(c => applySpent(c, { box, ids, rev: 0 }));
    assert.equal(await stateOf(house, fresh.id), 'on-box', 'what it has is older');
    await house.act(c => applySpent(c, { box: 'another', ids, rev }));
    assert.equal(await stateOf(house, fresh.id), 'on-box', 'another box has no say');
    await house.act(c => applySpent(c, { box, ids, rev }));
    assert.equal(await stateOf(house, fresh.id), 'returned');
    await assert.rejects(codeOfBooking(house, fresh.id), faults('conflict'));
    assert.equal(await stateOf(house, again.id), 'on-box');
    assert.equal(await stateOf(house, out.id), 'taken');
    assert.ok(!(await inBox(house, box)).includes(fresh.id));
  });

  test('a booking is made, sent, proven, taken, returned: each state in its turn', async () => {
    const { house, box, keys } = await world();
    const { id } = await book(house, keys[0] ?? '');
    assert.equal(await stateOf(house, id), 'not-sent');
    await assert.rejects(codeOfBooking(house, id), faults('not-on-box'));
    await house.store.write(async tx => {
      await tx.updateTable('booking').set({ sent: house.nowMs }).where('id', '=', id).execute();
    });
    assert.equal(await stateOf(house, id), 'sent');
    await house.receipt(box);
    assert.equal(await stateOf(house, id), 'on-box');
    const code = await codeOfBooking(house, id);
    assert.match(code, /^\d{8}$/);
    assert.equal((await wireOf(house, box, id)).code, code);
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: id });
    assert.equal(await stateOf(house, id), 'taken');
    assert.equal((await wireOf(house, box, id)).life, 'out');
    await house.events(box, { type: 'overdue', key: 'van 1', booking: id });
    assert.equal(await stateOf(house, id), 'overdue');
    await house.events(box, { type: 'key-returned', key: 'van 1', booking: id, slot: 1 });
    assert.equal(await stateOf(house, id), 'returned');
    await assert.rejects(codeOfBooking(house, id), faults('conflict'));
    assert.deepEqual(await inBox(house, box), []);
    const row = await house.store.db
      .selectFrom('booking')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    assert.deepEqual([row.code, row.code_hash], [null, null]);
  });

  test('the set has one revision a change, a digest over ids and revisions, and tells what has left it', async () => {
    const { house, box, keys } = await world();
    const before = await house.set(box);
    assert.deepEqual([before.rev, before.count], [3, 3]);
    const { id: driver } = await house.act(c => createDriver(c, { name: 'Dee' }));
    const { id } = await book(house, keys[1] ?? '', { driver });
    const set = await house.set(box, before.rev);
    assert.equal(set.rev, 4);
    assert.deepEqual(
      set.put.map(each => [each.kind, each.id, each.rev]),
      [
        ['driver', `d:${driver}`, 4],
        ['booking', id, 4],
      ],
    );
    const lines = [`k:${keys[0]} 1`, `k:${keys[1]} 2`, `k:${keys[2]} 3`, `d:${driver} 4`, `${id} 4`];
    assert.equal(
      set.digest,
      digest(
        lines
          .map(line => `${line}\n`)
          .sort()
          .join(''),
      ),
    );
    await house.act(c => cancelBooking(c, id));
    const after = await house.set(box, set.rev);
    assert.deepEqual([after.rev, after.count, after.put.length], [5, 3, 0]);
    assert.deepEqual([...after.drop].sort(), [id, `d:${driver}`].sort());
    assert.deepEqual((await house.set(box, after.rev)).drop, []);
  });

  test('a change keeps the code, but not for another driver or key', async () => {
    const { house, box, keys } = await world();
    const { id } = await book(house, keys[0] ?? '', { contact: { name: 'Ann', phone: '06 12345678' } });
    const first = await wireOf(house, box, id);
    await house.receipt(box);
    await house.act(c => changeBooking(c, id, { end: house.nowMs + 9 * hourMs, reuse: true }));
    assert.equal(await stateOf(house, id), 'not-sent');
    const second = await wireOf(house, box, id);
    assert.deepEqual([second.code, second.reuse, second.end], [first.code, true, house.nowMs + 9 * hourMs]);
    await house.act(c => changeBooking(c, id, { key: keys[1] ?? '' }));
    const third = await wireOf(house, box, id);
    assert.notEqual(third.code, first.code);
    assert.equal(third.key, 'van 2');
    await house.act(c => changeBooking(c, id, { contact: { name: 'Bob', email: 'Bob@example.org' } }));
    const fourth = await wireOf(house, box, id);
    assert.notEqual(fourth.code, third.code);
    const drivers = (await house.set(box)).put.filter(({ kind }) => kind === 'driver');
    assert.deepEqual(
      drivers.map(each => each.kind === 'driver' && each.driver),
      [fourth.driver],
    );
    const spent = await house.store.db.selectFrom('spent_code').selectAll().execute();
    assert.equal(spent.length, 2);
  });

  test('while the key is out its booking stays in the set, whatever happens to it', async () => {
    const { house, box, keys } = await world();
    const { id } = await book(house, keys[0] ?? '');
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: id });
    await assert.rejects(
      house.act(c => changeBooking(c, id, { key: keys[1] ?? '' })),
      faults('conflict'),
    );
    house.nowMs += 10 * hourMs;
    await house.act(c => advanceBooking(c, id));
    assert.equal(await stateOf(house, id), 'overdue');
    await house.act(c => changeBooking(c, id, { end: house.nowMs + hourMs }));
    assert.equal(await stateOf(house, id), 'taken');
    await house.act(c => cancelBooking(c, id));
    assert.equal(await stateOf(house, id), 'taken');
    assert.deepEqual(await inBox(house, box), [id]);
    assert.match((await wireOf(house, box, id)).code ?? '', /^\d{8}$/);
    await house.events(box, { type: 'key-returned', key: 'van 1', slot: 2 });
    assert.deepEqual(await inBox(house, box), []);
    assert.equal(await stateOf(house, id), 'returned');
  });

  test('a booking that nobody used ends: the code is wiped at once, the box forgets it an hour later', async () => {
    const { house, box, keys } = await world();
    const { id } = await book(house, keys[0] ?? '');
    const due = async (): Promise<readonly number[]> =>
      (await house.store.db.selectFrom('work').select('due').execute()).map(timer => timer.due);
    assert.deepEqual(await due(), [house.nowMs + 8 * hourMs]);
    house.nowMs += 8 * hourMs;
    await house.act(c => advanceBooking(c, id));
    assert.equal(await stateOf(house, id), 'ended');
    assert.deepEqual(await due(), [house.nowMs + hourMs]);
    assert.deepEqual(await inBox(house, box), [id]);
    house.nowMs += hourMs;
    await house.act(c => advanceBooking(c, id));
    await house.act(c => advanceBooking(c, id));
    assert.deepEqual([await due(), await inBox(house, box)], [[], []]);
    await house.act(c => changeBooking(c, id, { end: house.nowMs + hourMs }));
    assert.match((await wireOf(house, box, id)).code ?? '', /^\d{8}$/);
  });

  test('a box that begins a new epoch gets everything anew, and no code that was used', async () => {
    const { house, box, keys } = await world();
    const { id } = await book(house, keys[0] ?? '');
    const { id: out } = await book(house, keys[1] ?? '');
    await house.events(box, { type: 'key-taken', key: 'van 2', booking: out });
    await house.receipt(box);
    const { rev } = await house.set(box);
    await house.store.write(async tx => {
      await tx.updateTable('box').set({ told_epoch: 2 }).where('id', '=', box).execute();
      await resendAll(tx, box);
    });
    assert.equal(await stateOf(house, id), 'not-sent');
    const set = await house.set(box, rev);
    assert.equal(set.put.length, 5);
    const bookings = set.put.flatMap(each => (each.kind === 'booking' ? [each] : []));
    assert.deepEqual(bookings.map(({ boxEpoch, life, rev: at }) => [boxEpoch, life, at]).sort(), [
      [2, 'fresh', rev + 1],
      [2, 'out', rev + 1],
    ]);
  });

  test('custody that goes from driver to driver, and back when the slot was empty', async () => {
    const { house, box, keys } = await world();
    const { id: first } = await book(house, keys[0] ?? '');
    const { id: second } = await book(house, keys[0] ?? '');
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: first });
    await house.events(box, { type: 'key-transferred', key: 'van 1', booking: second });
    assert.deepEqual([await stateOf(house, first), await stateOf(house, second)], ['returned', 'taken']);
    await house.events(box, {
      type: 'custody-mismatch',
      key: 'van 1',
      booking: second,
      reason: 'found-empty',
    });
    assert.deepEqual([await stateOf(house, first), await stateOf(house, second)], ['taken', 'not-sent']);
    assert.deepEqual([...(await inBox(house, box))].sort(), [first, second].sort());
  });

  test('what is wrong is said, and lists are by state', async () => {
    const { house, box, keys } = await world();
    const wrong: readonly (readonly [Partial<NewBooking>, string])[] = [
      [{ end: house.nowMs }, 'bad-input'],
      [{ start: house.nowMs - 2, end: house.nowMs - 1 }, 'bad-input'],
      [{ start: Number.NaN }, 'bad-input'],
      [{ key: 'nobody' }, 'not-found'],
      [{ driver: 'd_nobody' }, 'not-found'],
      [{ driver: 'd', contact: { name: 'x' } }, 'bad-input'],
      [{ contact: { name: ' ' } }, 'bad-input'],
      [{ contact: { name: 'x', phone: '12' } }, 'bad-input'],
      [{ contact: { name: 'x', email: 'no' } }, 'bad-input'],
    ];
    for (const [more, code] of wrong) await assert.rejects(book(house, keys[0] ?? '', more), faults(code));
    assert.deepEqual(await house.store.db.selectFrom('booking').select('id').execute(), []);
    const { id } = await book(house, 'van 1');
    const again = await house.act(c =>
      createBooking(c, { key: 'van 1', start: house.nowMs + hourMs, end: null }),
    );
    assert.deepEqual(again.overlaps, [id]);
    const states = [
      'not-sent',
      'on-box',
      'sent',
      'taken',
      'returned',
      'overdue',
      'cancelled',
      'ended',
      'box-unreachable',
    ] as const;
    const counts = async (): Promise<readonly number[]> => {
      const found: number[] = [];
      for (const state of states) {
        const page = { after: null, limit: 10 };
        const rows = await house.act(c => listBookings(c, { state }, page));
        for (const row of rows) assert.equal(row.state, state);
        found.push(rows.length);
      }
      return found;
    };
    assert.deepEqual(await counts(), [2, 0, 0, 0, 0, 0, 0, 0, 0]);
    await house.receipt(box);
    await house.act(c => cancelBooking(c, again.id));
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: id });
    assert.deepEqual(await counts(), [0, 0, 0, 1, 0, 0, 1, 0, 0]);
  });
});
