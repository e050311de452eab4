import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { freeKeys } from '../../../src/relay/domain/free-keys.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, hourMs, houseOn } from './house.ts';

onBothStores('keys that are free', source => {
  const depot = async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 4, { id: 'depot-a' });
    await boxWithKeys(house, 1, { id: 'depot-b' });
    const at = (hours: number | null): number => house.nowMs + (hours ?? 0) * hourMs;
    const book = async (key: number, from: number, until: number | null): Promise<string> => {
      const window = { start: at(from), end: until === null ? null : at(until) };
      return (await house.act(c => createBooking(c, { key: keys[key - 1] ?? '', ...window }))).id;
    };
    const free = async (
      from: number,
      until: number | null,
      limit = 50,
      depotOnly = true,
    ): Promise<string> => {
      const names: string[] = [];
      const window = {
        box: depotOnly ? box : undefined,
        from: at(from),
        until: until === null ? null : at(until),
      };
      for (let after: string | null = null; ; ) {
        const rows = await house.act(c => freeKeys(c, window, { after, limit }));
        names.push(...rows.map(({ name }) => name.replace('van ', '')));
        if (rows.length < limit) return names.toSorted().join('');
        after = rows.at(-1)?.id ?? null;
      }
    };
    return { house, box, book, free };
  };

  test('are those that nobody has for any of that time', async () => {
    const { house, book, free } = await depot();
    await book(1, 2, 4);
    await book(2, 6, null);
    const gone = await book(3, 0, 9);
    await house.act(c => cancelBooking(c, gone));
    assert.equal(await free(0, 2), '1234', 'it begins when they end');
    assert.equal(await free(1, 3), '234');
    assert.equal(await free(4, 6), '1234', 'it begins when the other ended');
    assert.equal(await free(3, 7), '34');
    assert.equal(await free(9, 10), '134', 'until changed is for ever');
    assert.equal(await free(0, null), '34');
    for (const limit of [1, 2]) assert.equal(await free(3, 7, limit), '34');
    assert.equal(await free(3, 7, 50, false), '134', 'of all boxes');
    await assert.rejects(free(3, 3), { code: 'bad-input' });
  });

  test('are not out beyond then, late, or missing', async () => {
    const { house, box, book, free } = await depot();
    const [back, late] = [await book(1, 0, 2), await book(2, 0, 2)];
    await house.receipt(box);
    await house.events(box, { type: 'key-taken', key: 'van 1', booking: back });
    await house.events(box, { type: 'key-taken', key: 'van 2', booking: late });
    await house.events(box, { type: 'custody-mismatch', key: 'van 3', slot: 3 });
    await house.store.write(tx =>
      tx.updateTable('key').set({ place: 'missing' }).where('name', '=', 'van 3').execute(),
    );
    assert.equal(await free(1, 3), '4');
    assert.equal(await free(3, 5), '124', 'they are due back before');
    await house.store.write(tx =>
      tx
        .updateTable('booking')
        .set({ overdue: house.nowMs + 2 * hourMs, ended: house.nowMs + 2 * hourMs })
        .where('id', '=', late)
        .execute(),
    );
    assert.equal(await free(3, 5), '14', 'nobody knows when it comes');
  });
});
