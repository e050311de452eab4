/** Which codes a booking does not get (rules.md 19). The draws are scripted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { cancelBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { boxRow } from '../../../src/relay/domain/boxes.ts';
import { newCode } from '../../../src/relay/domain/codes.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { retainRelay } from '../../../src/relay/domain/retention.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

/** Bytes from which exactly these codes are drawn, in turn; and then others. */
function offering(codes: readonly string[], more: House['random']): House['random'] {
  let at = 0;
  return bytes => {
    const code = codes[at];
    at += 1;
    if (code === undefined) return more(bytes);
    return Uint8Array.from(
      { length: bytes },
      (_, n) => Math.floor(Number(code) / 256 ** (bytes - 1 - n)) % 256,
    );
  };
}

async function drawn(house: House, box: string, offers: readonly string[]): Promise<string> {
  return house.act(async context => {
    const random = offering(offers, house.random);
    const { code } = await newCode({ ...context, random }, await boxRow(context, box), 'b');
    return context.atRest.open('code', 'b', code);
  });
}

const codeIn = async (house: House, box: string, id: string): Promise<string> => {
  const found = (await house.set(box)).put.find(record => record.id === id);
  return found?.kind === 'booking' ? (found.code ?? '') : '';
};

onBothStores('codes', source => {
  test('not one that is in use on the box, nor one that was within 90 days', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const { box: other } = await boxWithKeys(house, 1, { id: 'other' });
    const { id } = await house.act(c =>
      createBooking(c, { key: keys[0] ?? '', start: house.nowMs, end: null }),
    );
    const used = await codeIn(house, box, id);
    const offers = [used, '11111111', '12345678', '40718265', '50718265', '60718265'];
    assert.equal(await drawn(house, box, offers), '40718265');
    assert.equal(await drawn(house, other, offers), used);
    await house.act(c => cancelBooking(c, id));
    house.nowMs += 89 * 24 * hourMs;
    await house.store.write(tx => retainRelay(tx, house.nowMs));
    assert.equal(await drawn(house, box, offers), '40718265');
    house.nowMs += 2 * 24 * hourMs;
    await house.store.write(tx => retainRelay(tx, house.nowMs));
    assert.equal(await drawn(house, box, offers), used);
  });

  test('not one that the keypad could take for a phone of the account, however it is typed', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    await house.act(c => changeAccount(c, { region: 'DK' }));
    await house.act(c => createDriver(c, { name: 'Dee', phone: '32 12 34 56' }));
    assert.equal(await drawn(house, box, ['32123456', '40718265', '50718265']), '40718265');
    assert.equal(await drawn(house, box, ['32123457', '40718265', '50718265']), '32123457');
  });

  test('where a box has many slots it is longer', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await boxWithKeys(house, 1);
    const slots = (count: number) => Array.from({ length: count }, (_, at) => at + 1).join(' ');
    for (const [count, length] of [
      [34, 8],
      [35, 9],
      [400, 10],
    ] as const) {
      await house.store.write(tx =>
        tx
          .updateTable('box')
          .set({ slots: slots(count) })
          .where('id', '=', box)
          .execute(),
      );
      assert.equal((await drawn(house, box, [])).length, length);
    }
  });
});
