/** Rooms that follow the domain hear of what others do to their rows, whoever does it, within its transaction or not at all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { eraseDriver } from '../../../src/relay/domain/driver-erasure.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { deleteKey } from '../../../src/relay/domain/keys.ts';
import { retireBox } from '../../../src/relay/domain/retirement.ts';
import { PinHasher } from '../../../src/relay/secrets/pins.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

/** A vehicle of a fleet's system that has this key. */
const linked = (house: House, key: string): Promise<unknown> =>
  house.act(async ({ tx, account }) => {
    const settings = { settings: '{}', state: 'connected', created: 1 } as const;
    const access = { label: 'Fleet', base_url: 'https://fleet', api_key: '', account_token: '' };
    await tx
      .insertInto('integration')
      .values({ id: 'i', account, kind: 'fleetio', ...access, ...settings })
      .execute();
    const seen = { archived: 0, sample: 0, gone: 0, seen: 1 } as const;
    await tx
      .insertInto('vehicle')
      .values({ integration: 'i', id: '301', account, name: 'Van', key, mode: 'automatic', ...seen })
      .execute();
  });

const vehicleKeys = async ({ store }: House): Promise<readonly unknown[]> =>
  (await store.db.selectFrom('vehicle').select('key').execute()).map(({ key }) => key);

const messages = async ({ store }: House): Promise<readonly unknown[]> =>
  (
    await store.db.selectFrom('message').select(['kind', 'channel', 'state']).orderBy('channel').execute()
  ).map(({ kind, channel, state }) => `${kind} ${channel} ${state}`);

const refusing = { keyDeleted: () => Promise.reject(new Error('not now')) };

onBothStores('rooms that follow the domain', source => {
  test('a key that goes leaves its vehicle without one', async () => {
    const house = await houseOn(await source.fresh());
    const { keys } = await boxWithKeys(house, 1);
    await linked(house, keys[0] ?? '');
    await house.act(c => deleteKey(c, keys[0] ?? ''));
    assert.deepEqual(await vehicleKeys(house), [null]);
  });

  test('a key stays where a room cannot let it go', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    await linked(house, keys[0] ?? '');
    const act = house.act(c => deleteKey({ ...c, followers: [...c.followers, refusing] }, keys[0] ?? ''));
    await assert.rejects(act, /not now/);
    assert.deepEqual(await vehicleKeys(house), [keys[0]]);
    const { box: itsBox } = await house.store.db.selectFrom('key').select('box').executeTakeFirstOrThrow();
    assert.equal(itsBox, box);
  });

  test('whoever retires a box need not know that drivers are told, nor who erases one that messages are kept', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const pin = await new PinHasher().hash('main', new Secret('271828'));
    const { id } = await house.act(c =>
      createDriver(c, {
        name: 'Ada',
        email: 'ada@example.org',
        phone: '+31612345678',
        phoneOpens: true,
        pin,
      }),
    );
    const times = { start: house.nowMs, end: house.nowMs + hourMs };
    await house.act(c => createBooking(c, { key: keys[0] ?? '', driver: id, ...times }));
    await house.act(({ tx }) =>
      tx
        .updateTable('box')
        .set({ sign: 'a'.repeat(64) })
        .execute(),
    );
    await house.act(c => retireBox(c, box));
    const told = ['fresh-code mail', 'phone-void mail', 'phone-void sms'];
    assert.deepEqual(
      (await messages(house)).toSorted(),
      told.map(each => `${each} waiting`),
    );
    await house.act(c => eraseDriver(c, id));
    assert.deepEqual(
      (await messages(house)).toSorted(),
      told.map(each => `${each} dropped`),
    );
  });
});
