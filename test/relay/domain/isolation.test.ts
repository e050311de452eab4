/** Another account's ids are ids of nothing: every use case that takes one, asked by the wrong tenant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeEvents } from '../../../scripts/rig/store-events.ts';
import { codeOf } from '../../../src/base/fault.ts';
import { createAccount } from '../../../src/relay/domain/accounts.ts';
import { listAudit } from '../../../src/relay/domain/audit.ts';
import { listBookings } from '../../../src/relay/domain/booking-list.ts';
import { advanceBooking } from '../../../src/relay/domain/booking-timer.ts';
import { bookingCode, bookingView } from '../../../src/relay/domain/booking-views.ts';
import { cancelBooking, changeBooking, createBooking } from '../../../src/relay/domain/bookings.ts';
import { boxView, changeBox, createBox, listBoxes, newClaim } from '../../../src/relay/domain/boxes.ts';
import { eraseDriver } from '../../../src/relay/domain/driver-erasure.ts';
import { changeDriver, createDriver, driverView, listDrivers } from '../../../src/relay/domain/drivers.ts';
import { applyEvents, listEvents } from '../../../src/relay/domain/events.ts';
import type { FollowedContext } from '../../../src/relay/domain/followers.ts';
import { importKeys } from '../../../src/relay/domain/key-import.ts';
import { listKeys } from '../../../src/relay/domain/key-list.ts';
import { changeKey, createKey, deleteKey, keyView } from '../../../src/relay/domain/keys.ts';
import { listProblems } from '../../../src/relay/domain/problem-list.ts';
import { raiseProblem } from '../../../src/relay/domain/problems.ts';
import { retireBox } from '../../../src/relay/domain/retirement.ts';
import { changeSite, createSite, deleteSite, listSites, siteView } from '../../../src/relay/domain/sites.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, houseOn } from './house.ts';

interface Ids {
  readonly site: string;
  readonly box: string;
  readonly key: string;
  readonly driver: string;
  readonly booking: string;
}

const window = { start: 1_800_000_000_000, end: 1_900_000_000_000 };

/** Each as somebody of account `other` would ask, with ids of `main`; `mine` are their own. */
const asked: Readonly<Record<string, (c: FollowedContext, ids: Ids, mine: Ids) => Promise<unknown>>> = {
  siteView: (c, { site }) => siteView(c, site),
  changeSite: (c, { site }) => changeSite(c, site, { name: 'x' }),
  deleteSite: (c, { site }) => deleteSite(c, site),
  boxView: (c, { box }) => boxView(c, box),
  changeBox: (c, { box }) => changeBox(c, box, { name: 'x' }),
  'changeBox into a site': (c, { site }, mine) => changeBox(c, mine.box, { site }),
  newClaim: (c, { box }) => newClaim(c, box),
  createKey: (c, { box }) => createKey(c, { name: 'x', box, slot: 9 }),
  keyView: (c, { key }) => keyView(c, key),
  changeKey: (c, { key }) => changeKey(c, key, { slot: 8 }),
  'changeKey into a box': (c, { box }, mine) => changeKey(c, mine.key, { box }),
  deleteKey: (c, { key }) => deleteKey(c, key),
  driverView: (c, { driver }) => driverView(c, driver),
  changeDriver: (c, { driver }) => changeDriver(c, driver, { name: 'x' }),
  eraseDriver: (c, { driver }) => eraseDriver(c, driver),
  'createBooking of a key': (c, { key }) => createBooking(c, { key, ...window }),
  'createBooking by its name': c => createBooking(c, { key: 'van 2', ...window }),
  'createBooking for a driver': (c, { driver }, mine) =>
    createBooking(c, { key: mine.key, driver, ...window }),
  bookingView: (c, { booking }) => bookingView(c, booking),
  bookingCode: (c, { booking }) => bookingCode(c, booking),
  changeBooking: (c, { booking }) => changeBooking(c, booking, { end: null }),
  'changeBooking to a key': (c, { key }, mine) => changeBooking(c, mine.booking, { key }),
  'changeBooking to a driver': (c, { driver }, mine) => changeBooking(c, mine.booking, { driver }),
  cancelBooking: (c, { booking }) => cancelBooking(c, booking),
};

async function furnish(house: House, account: string, keys: number): Promise<Ids> {
  const {
    box,
    keys: [key = ''],
  } = await boxWithKeys(house, keys, { account, id: `box-${account.replace('_', '-')}` });
  return house.act(async c => {
    const { id: site } = await createSite(c, { name: 'Site', timezone: 'Europe/Amsterdam', language: 'nl' });
    const { id: driver } = await createDriver(c, { name: 'Dee', phone: '0612345678', badge: '0001234567' });
    const { id: booking } = await createBooking(c, { key, driver, ...window });
    await raiseProblem(c, { kind: 'box-dark', subject: box }, 'made up');
    const event = { epoch: 1, seq: 1, at: 1, type: 'booted', booking: null, line: '{}', stored: 1 };
    await storeEvents(c.tx, { account, box, enrolment: 1 }, [event]);
    return { site, box, key, driver, booking };
  }, account);
}

const everything = async (house: House): Promise<string> => {
  const rows: unknown[] = [];
  for (const table of [
    'site',
    'box',
    'key',
    'driver',
    'booking',
    'record',
    'work',
    'audit',
    'claim',
  ] as const)
    rows.push(await house.store.db.selectFrom(table).selectAll().execute());
  return JSON.stringify(rows);
};

onBothStores('isolation of accounts', source => {
  test('another account’s ids are not found, and nothing changes', async () => {
    const house = await houseOn(await source.fresh());
    const ids = await furnish(house, 'main', 2);
    const { id: other } = await house.act(c => createAccount(c, { name: 'Other', region: 'NL' }));
    const mine = await furnish(house, other, 1);
    const before = await everything(house);
    for (const [name, ask] of Object.entries(asked))
      await assert.rejects(
        house.act(c => ask(c, ids, mine), other),
        error => codeOf(error) === 'not-found',
        name,
      );
    await assert.rejects(
      house.act(c => importKeys(c, `name,box,slot\nx,${ids.box},9\n`), other),
      /there is no box/,
    );
    await house.act(c => advanceBooking(c, ids.booking), other);
    await house.act(
      c =>
        applyEvents(c, ids.box, [{ type: 'key-taken', key: 'van 1', booking: ids.booking, at: '' } as never]),
      other,
    );
    assert.equal(await everything(house), before);
  });

  test('the id of another account’s box is taken for ever, and whoever knows it can do nothing with it', async () => {
    const house = await houseOn(await source.fresh());
    const { box } = await furnish(house, 'main', 1);
    const { id: other } = await house.act(c => createAccount(c, { name: 'Other', region: 'NL' }));
    const mine = await furnish(house, other, 1);
    const before = await everything(house);
    const refusal = async (id: string): Promise<string> => {
      let said = 'taken over';
      await house
        .act(c => createBox(c, { name: 'x', id }), other)
        .catch((error: unknown) => {
          assert.equal(codeOf(error), 'conflict');
          said = JSON.stringify(error).replaceAll(id, 'ID');
        });
      return said;
    };
    // Nothing says whose it is: not even whether it is one's own.
    const own = await refusal(mine.box);
    assert.equal(await refusal(box), own);
    assert.equal(await everything(house), before);
    // A box that was stolen leaves its place, but not to strangers.
    await house.store.write(tx =>
      tx
        .updateTable('box')
        .set({ sign: 'a'.repeat(64), enrolled: 1 })
        .where('id', '=', box)
        .execute(),
    );
    await assert.rejects(
      house.act(c => retireBox(c, box), other),
      error => codeOf(error) === 'not-found',
    );
    await house.act(c => retireBox(c, box));
    assert.equal(await refusal(box), own);
    await assert.rejects(
      house.act(c => newClaim(c, box), other),
      error => codeOf(error) === 'not-found',
    );
    const claims = await house.store.db.selectFrom('claim').select(['account', 'box']).execute();
    assert.ok(claims.every(each => (each.account === other) === (each.box === mine.box)));
  });

  test('ids that the relay makes cannot be guessed from the name of a box, nor be in each other’s way', async () => {
    const house = await houseOn(await source.fresh());
    const { id: other } = await house.act(c => createAccount(c, { name: 'Other', region: 'NL' }));
    const ids = new Set<string>();
    for (let round = 0; round < 20; round += 1)
      for (const account of ['main', other])
        ids.add((await house.act(c => createBox(c, { name: 'Depot A' }), account)).id);
    assert.equal(ids.size, 40);
    for (const id of ids) assert.match(id, /^depot-a-[a-z0-9]{5}$/);
  });

  test('lists have only what is one’s own', async () => {
    const house = await houseOn(await source.fresh());
    const ids = await furnish(house, 'main', 2);
    const { id: other } = await house.act(c => createAccount(c, { name: 'Other', region: 'NL' }));
    const mine = await furnish(house, other, 1);
    const page = { after: null, limit: 100 };
    const lists = await house.act(
      async c => [
        ...(await listSites(c, page)).map(({ id }) => id),
        ...(await listBoxes(c, page)).map(({ id }) => id),
        ...(await listKeys(c, {}, page)).map(({ id }) => id),
        ...(await listDrivers(c, page)).map(({ id }) => id),
        ...(await listBookings(c, {}, page)).map(({ id }) => id),
        ...(await listBookings(c, { box: ids.box }, page)).map(({ id }) => id),
        ...(await listKeys(c, { box: ids.box }, page)).map(({ id }) => id),
        ...(await listEvents(c, {}, page)).map(({ box }) => box),
        ...(await listEvents(c, { box: ids.box }, page)).map(({ box }) => box),
        ...(await listProblems(c, { open: true }, page)).map(({ subject }) => subject),
      ],
      other,
    );
    const { site, box, key, driver, booking } = mine;
    assert.deepEqual(lists, [site, box, key, driver, booking, box, box]);
    const audited = await house.act(c => listAudit(c, page), other);
    assert.ok(audited.length > 0 && audited.every(({ account }) => account === other));
  });
});
