import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { cancelBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { createBox } from '../../../src/relay/domain/boxes.ts';
import { importKeys, problemsOf } from '../../../src/relay/domain/key-import.ts';
import { changeKey, createKey, deleteKey, keyView, listKeys } from '../../../src/relay/domain/keys.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, houseOn } from './house.ts';

const faults = (code: string) => (error: unknown) => {
  assert.equal(codeOf(error), code, String(error));
  return true;
};

const keysIn = async (house: House, box: string, since = 0) =>
  (await house.set(box, since)).put.flatMap(each => (each.kind === 'key' ? [each] : []));

onBothStores('keys', source => {
  test('never stocked, in, out, missing: as the events of its own box say', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const { box: other } = await boxWithKeys(house, 1, { id: 'other' });
    const place = async (): Promise<readonly unknown[]> => {
      const view = await house.act(c => keyView(c, keys[0] ?? ''));
      return [view.place, view.place_slot, view.place_since];
    };
    assert.deepEqual(await place(), ['never-stocked', null, null]);
    await house.events(other, { type: 'key-returned', key: 'van 1', slot: 1 });
    assert.deepEqual(await place(), ['never-stocked', null, null]);
    await house.events(box, { type: 'key-returned', key: 'van 1', slot: 3 });
    assert.deepEqual(await place(), ['in', 3, house.nowMs]);
    await house.events(box, { type: 'custody-mismatch', key: 'van 1', slot: 3, reason: 'tag-outside' });
    assert.deepEqual(await place(), ['in', 3, house.nowMs]);
    house.nowMs += 1;
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: 'local-1' });
    assert.deepEqual(await place(), ['out', null, house.nowMs]);
    await house.events(box, { type: 'custody-mismatch', key: 'van 1', slot: 3, reason: 'gone' });
    assert.deepEqual(await place(), ['missing', null, house.nowMs]);
    await assert.rejects(
      house.act(c => changeKey(c, keys[0] ?? '', { name: 'van 9' })),
      faults('conflict'),
    );
  });

  test('name, home slot and tag are a key’s own', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 2);
    const make = (name: string, slot: number, tag?: string) =>
      house.act(c => createKey(c, { name, box, slot, tag }));
    await assert.rejects(make('van 1', 3), faults('conflict'));
    await assert.rejects(make('van 3', 1), faults('conflict'));
    for (const [name, slot] of [
      ['', 3],
      ['x\u0000', 3],
      ['x', 0],
      ['x', 1_000],
      ['x', 1.5],
      ['x'.repeat(65), 3],
    ] as const)
      await assert.rejects(make(name, slot), faults('bad-input'), `${name} ${slot}`);
    const { id } = await make('van 3', 3, '0009999999');
    await assert.rejects(make('van 4', 4, '0009999999'), faults('conflict'));
    assert.equal((await keysIn(house, box)).find(key => key.name === 'van 3')?.tag, '0009999999');
    assert.ok(
      !JSON.stringify(await house.store.db.selectFrom('key').selectAll().execute()).includes('0009999999'),
    );
    await house.act(c => changeKey(c, id, { tag: null, slot: 7 }));
    const changed = (await keysIn(house, box)).find(key => key.name === 'van 3');
    assert.deepEqual([changed?.tag, changed?.slot], [null, 7]);
    await house.act(c => deleteKey(c, keys[1] ?? ''));
    const names = (await house.act(c => listKeys(c, { box }, { after: null, limit: 10 }))).map(
      ({ name }) => name,
    );
    assert.deepEqual([...names].sort(), ['van 1', 'van 3']);
  });

  test('a key that moves takes its bookings along, with new codes', async () => {
    const house = await houseOn(await source.fresh());
    const {
      box,
      keys: [key = ''],
    } = await boxWithKeys(house, 2);
    const { id: to } = await house.act(c => createBox(c, { name: 'B' }));
    const contact = { name: 'Ann', email: 'ann@example.org' };
    const { id } = await house.act(c => createBooking(c, { key, contact, start: house.nowMs, end: null }));
    const before = (await house.set(box)).put.find(each => each.id === id);
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: id });
    await assert.rejects(
      house.act(c => changeKey(c, key, { box: to })),
      faults('conflict'),
    );
    await house.events(box, { type: 'custody-mismatch', key: 'van 1', booking: id, reason: 'found-empty' });
    await house.events(box, { type: 'key-returned', key: 'van 1', slot: 1 });
    const { rev } = await house.set(box);
    await house.act(c => changeKey(c, key, { box: to }));
    const [here, there] = [await house.set(box, rev), await house.set(to)];
    assert.deepEqual([here.count, here.drop.length], [1, 3]);
    assert.deepEqual(
      there.put.map(({ kind }) => kind),
      ['key', 'driver', 'booking'],
    );
    const after = there.put[2];
    assert.ok(before?.kind === 'booking' && after?.kind === 'booking' && after.code !== before.code);
    assert.equal((await house.act(c => bookingView(c, id))).box, to);
    await assert.rejects(
      house.act(c => deleteKey(c, key)),
      faults('conflict'),
    );
    await house.act(c => cancelBooking(c, id));
    await house.act(c => deleteKey(c, key));
    assert.equal((await house.set(to)).count, 0);
    assert.equal((await house.act(c => keyView(c, key))).box, null);
    await assert.rejects(
      house.act(c => createBooking(c, { key, start: house.nowMs, end: null })),
      faults('conflict'),
    );
  });

  test('an import is whole or not at all, and names each bad row', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    const load = (text: string) => house.act(c => importKeys(c, text));
    const csv = `Name;Box;Slot;Tag\r\n"van ""B"""; ${box};2;0001\r\nvan 1;${box};1;0002\r\n`;
    assert.deepEqual(await load(csv), { created: 1, changed: 1, same: 0 });
    assert.deepEqual(await load(csv), { created: 0, changed: 0, same: 2 });
    const { rev } = await house.set(box);
    const bad = `name,box,slot\nvan 7,${box},7\nvan 8,${box},2\nvan 9,nowhere,3\nvan 10,${box},x\n`;
    await assert.rejects(load(bad), error => {
      assert.deepEqual(
        problemsOf(error).map(({ line }) => line),
        [3, 4, 5],
      );
      return codeOf(error) === 'bad-input';
    });
    await assert.rejects(load('name,color\n'), /“color”/);
    assert.equal((await house.set(box)).rev, rev);
    assert.equal((await keysIn(house, box)).length, 2);
  });
});
