import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { cancelBooking, changeBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { eraseDriver } from '../../../src/relay/domain/driver-erasure.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

onBothStores('one code a driver, where the account has it so', source => {
  let house: House;
  let keys: readonly string[];
  let far: string;
  let ada: string;
  let bo: string;
  before(async () => {
    house = await houseOn(await source.fresh());
    keys = (await boxWithKeys(house, 3, { id: 'depot-a' })).keys;
    [far = ''] = (await boxWithKeys(house, 40, { id: 'depot-b' })).keys;
    await house.act(c => changeAccount(c, { settings: { sameCode: true } }));
    ada = (await house.act(c => createDriver(c, { name: 'Ada' }))).id;
    bo = (await house.act(c => createDriver(c, { name: 'Bo' }))).id;
  });
  const book = async (driver: string | undefined, key = keys[0] ?? ''): Promise<string> => {
    const end = house.nowMs + 8 * hourMs;
    return (await house.act(c => createBooking(c, { key, driver, start: house.nowMs, end }))).id;
  };
  const codeOf = async (id: string): Promise<string> => {
    const { code } = await house.store.db
      .selectFrom('booking')
      .select('code')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return house.atRest.open('code', id, code ?? '');
  };

  it('is the same on every box, long enough for each', async () => {
    const codes = [
      await codeOf(await book(ada)),
      await codeOf(await book(ada, keys[1])),
      await codeOf(await book(ada, far)),
    ];
    assert.equal(new Set(codes).size, 1);
    assert.ok((codes[0]?.length ?? 0) >= 9, 'forty keys want nine digits');
  });
  it('is another for another driver, and for whoever is none', async () => {
    const codes = [
      await codeOf(await book(ada)),
      await codeOf(await book(bo)),
      await codeOf(await book(undefined)),
    ];
    assert.equal(new Set(codes).size, 3);
  });
  it('goes with the driver', async () => {
    const id = await book(ada, keys[2]);
    await house.act(c => changeBooking(c, id, { driver: bo }));
    assert.equal(await codeOf(id), await codeOf(await book(bo)));
  });
  it('outlives a booking that was cancelled', async () => {
    const id = await book(ada);
    const code = await codeOf(id);
    await house.act(c => cancelBooking(c, id));
    assert.equal(await codeOf(await book(ada)), code);
  });
  it('rests when its driver is erased', async () => {
    const id = await book(bo, keys[1]);
    const code = await codeOf(id);
    await house.act(c => eraseDriver(c, bo));
    const spent = await house.store.db.selectFrom('spent_code').select('hash').execute();
    const hash = house.atRest.hash('code', `depot-a\n${code}`);
    assert.ok(spent.some(row => row.hash === hash));
  });
});
