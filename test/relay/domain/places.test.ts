/** Numbers and times of drivers go by where the box stands, and it is said where nobody knows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../src/base/fault.ts';
import { changeAccount } from '../../../src/relay/domain/accounts.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { changeBox, createBox } from '../../../src/relay/domain/boxes.ts';
import { createDriver, driverBy } from '../../../src/relay/domain/drivers.ts';
import { listProblems } from '../../../src/relay/domain/problem-list.ts';
import { changeSite, createSite, siteView } from '../../../src/relay/domain/sites.ts';
import { accessOf } from '../../../src/relay/messages/access.ts';
import { tellDriver } from '../../../src/relay/messages/tell.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const problems = async (house: House): Promise<readonly string[]> =>
  (await house.act(c => listProblems(c, { open: true }, { after: null, limit: 50 }))).map(({ kind }) => kind);

const told = (place: object) =>
  JSON.stringify({ name: 'Dépôt Gent', language: 'nl', phone: '+3292345678', ...place });

onBothStores('places', source => {
  test('a number is read where its key is: by the site, else by the box, else by the account', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const [key = ''] = keys;
    let hour = 0;
    /** The number as it was read, or the code of the fault that it was not. */
    const booked = async (phone: string): Promise<string | null> => {
      const start = house.nowMs + hour * hourMs;
      hour += 1;
      const contact = { name: `Driver ${hour}`, phone };
      try {
        const made = await house.act(c => createBooking(c, { key, contact, start, end: start + hourMs / 2 }));
        return (await accessOf(house.store.db, made.id))?.driver?.phone ?? null;
      } catch (error) {
        return codeOf(error);
      }
    };
    assert.equal(await booked('06 12345678'), '+31612345678');
    assert.deepEqual(await problems(house), ['phone-region']);
    assert.equal(await booked('+49 1512 3456789'), '+4915123456789');
    assert.equal(await booked('0471 23 45 67'), 'bad-input');
    // Another one stands elsewhere, so that no country is that of all boxes.
    const { id: other } = await house.act(c => createBox(c, { name: 'Depot B' }));
    const denmark = told({ timezone: 'Europe/Copenhagen', region: 'DK' });
    await house.act(c => c.tx.updateTable('box').set({ place: denmark }).where('id', '=', other).execute());
    const place = told({ timezone: 'Europe/Brussels', region: 'BE' });
    await house.act(c => c.tx.updateTable('box').set({ place }).where('id', '=', box).execute());
    assert.equal(await booked('0471 23 45 67'), '+32471234567');
    const site = { name: 'Paris', timezone: 'Europe/Paris', language: 'fr' };
    const { id } = await house.act(c => createSite(c, site));
    await house.act(c => changeBox(c, box, { site: id }));
    assert.equal(await booked('06 12 34 56 79'), '+33612345679');
    await house.act(c => changeBox(c, other, { site: id }));
    // All boxes of the account stand in one country: so do drivers of whom nothing else is known.
    await house.act(c => createDriver(c, { name: 'Eve', phone: '06 12 34 56 70' }));
    assert.notEqual(await house.act(c => driverBy(c, { phone: '+33612345670' as never })), null);
    await house.act(c => changeAccount(c, { region: 'NL' }));
    assert.deepEqual(await problems(house), []);
  });

  test('the number that drivers are told to call can be dialled', async () => {
    const house = await houseOn(await source.fresh());
    const made = (phone: string) =>
      house.act(c => createSite(c, { name: 'Yard', timezone: 'Europe/Amsterdam', language: 'nl', phone }));
    for (const phone of ['+31 20 123 45 67', '112', '0900-8844', '1-800-FLOWERS', '020 1234567 ext. 12']) {
      const { id } = await made(phone);
      assert.equal((await siteView({ tx: house.store.db, account: 'main' }, id)).phone, phone);
    }
    for (const phone of ['reception', 'n/a', '-', 'x1', '++'])
      await assert.rejects(made(phone), /phone: is no number that people can dial/, phone);
  });

  test('until a site says otherwise drivers read the zone, the place and the number of the box itself', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const contact = { name: 'Ann', email: "t.o'brien@fleet.example" };
    const window = { start: house.nowMs, end: null };
    const made = await house.act(c => createBooking(c, { key: keys[0] ?? '', contact, ...window }));
    const tell = () => house.act(c => tellDriver(c, { booking: made.id, kind: 'access' }));
    const place = async () => {
      const access = await accessOf(house.store.db, made.id);
      return [access?.place.zone, access?.place.name, access?.place.phone, access?.place.isZoneKnown];
    };
    await tell();
    assert.deepEqual(await place(), ['UTC', null, null, false]);
    assert.deepEqual(await problems(house), ['place-unknown']);
    const own = told({ timezone: 'Europe/Brussels', region: 'BE' });
    await house.act(c => c.tx.updateTable('box').set({ place: own }).where('id', '=', box).execute());
    await tell();
    assert.deepEqual(await place(), ['Europe/Brussels', 'Dépôt Gent', '+3292345678', true]);
    assert.deepEqual(await problems(house), []);
    const { id } = await house.act(c =>
      createSite(c, { name: 'Yard', timezone: 'America/New_York', language: 'en' }),
    );
    await house.act(c => changeBox(c, box, { site: id }));
    assert.deepEqual(await place(), ['America/New_York', 'Yard', '+3292345678', true]);
    // What cannot be read says nothing.
    const odd = told({ timezone: 'Mars/Base', region: 'XX' });
    await house.act(c =>
      c.tx.updateTable('box').set({ place: odd, site: null }).where('id', '=', box).execute(),
    );
    assert.deepEqual((await place()).slice(0, 2), ['UTC', 'Dépôt Gent']);
  });

  test('a site has an address and a point on the map, which a patch changes and takes away', async () => {
    const house = await houseOn(await source.fresh());
    const point = { latitude: 52.379189, longitude: -4.899431 };
    const made = {
      name: 'South',
      timezone: 'Europe/Amsterdam',
      language: 'nl',
      address: 'Havenweg 12',
      point,
    };
    const { id } = await house.act(c => createSite(c, made));
    const { id: bare } = await house.act(c => createSite(c, { name: 'N', timezone: 'UTC', language: 'en' }));
    const read = async (each: string) => {
      const { address, point: at } = await siteView({ tx: house.store.db, account: 'main' }, each);
      return [address, at];
    };
    assert.deepEqual(await read(id), ['Havenweg 12', point]);
    assert.deepEqual(await read(bare), [null, null]);
    await house.act(c => changeSite(c, id, { name: 'South side' }));
    assert.deepEqual(await read(id), ['Havenweg 12', point]);
    await house.act(c => changeSite(c, id, { point: null, address: 'Kade 1' }));
    assert.deepEqual(await read(id), ['Kade 1', null]);
    for (const wrong of [
      { latitude: 91, longitude: 0 },
      { latitude: 0, longitude: Number.NaN },
    ])
      await assert.rejects(
        house.act(c => changeSite(c, id, { point: wrong })),
        { code: 'bad-input' },
      );
  });
});
