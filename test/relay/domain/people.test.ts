/** Drivers, what is known of them, and how it is forgotten. */
import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { test } from 'node:test';
import * as v from 'valibot';
import { storeEvents } from '../../../scripts/rig/store-events.ts';
import { codeOf } from '../../../src/base/fault.ts';
import { Secret } from '../../../src/base/secret.ts';
import { accountView, changeAccount } from '../../../src/relay/domain/accounts.ts';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { eraseDriver } from '../../../src/relay/domain/driver-erasure.ts';
import { changeDriver, createDriver, driverView, listDrivers } from '../../../src/relay/domain/drivers.ts';
import { once } from '../../../src/relay/domain/idempotency.ts';
import { retainAccount } from '../../../src/relay/domain/retention.ts';
import type { AtRest } from '../../../src/relay/secrets/at-rest.ts';
import { PinHasher } from '../../../src/relay/secrets/pins.ts';
import { driverRecord } from '../../../src/wire/records.ts';
import { onBothStores } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const faults = (code: string) => (error: unknown) => {
  assert.equal(codeOf(error), code, String(error));
  return true;
};

const inWire = async (house: House, box: string, since = 0) =>
  (await house.set(box, since)).put.flatMap(each => (each.kind === 'driver' ? [each] : []));

/** Every table of every kind of thing, as text: where a name could have stayed. */
async function allRows(house: House): Promise<string> {
  const rows: unknown[] = [];
  const tables = ['driver', 'booking', 'record', 'audit', 'problem', 'event', 'work', 'idempotency'] as const;
  for (const table of tables) rows.push(await house.store.db.selectFrom(table).selectAll().execute());
  return JSON.stringify(rows);
}

onBothStores('drivers', source => {
  test('a box learns phone, badge and PIN of a driver who has a booking there, and each change', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const pin = await new PinHasher().hash('main', new Secret('271828'));
    const [, salt = '', hash = ''] = pin.hash.split('$');
    const cost = { N: 2 ** 14, r: 8, p: 1, maxmem: 2 ** 25 };
    assert.deepEqual(
      scryptSync('271828', Buffer.from(salt, 'base64'), 32, cost),
      Buffer.from(hash, 'base64'),
    );
    const { id } = await house.act(c =>
      createDriver(c, { name: 'Dee', phone: '06-12345678', badge: '0001234567', pin }),
    );
    assert.deepEqual(await inWire(house, box), []);
    await house.act(c => createBooking(c, { key: keys[0] ?? '', driver: id, start: house.nowMs, end: null }));
    const [record] = await inWire(house, box);
    assert.ok(v.is(driverRecord, record));
    assert.deepEqual([record.phone, record.badge, record.pin], [null, '0001234567', pin.hash]);
    const { rev } = await house.set(box);
    await house.act(c => changeDriver(c, id, { name: 'Dora' }));
    assert.equal((await house.set(box)).rev, rev);
    await house.act(c => changeDriver(c, id, { phoneOpens: true }));
    assert.equal((await inWire(house, box, rev))[0]?.phone, '+31612345678');
    const view = await house.act(c => driverView(c, id));
    assert.deepEqual([view.name, view.phoneOpens, view.pin], ['Dora', true, true]);
    assert.ok(!(await allRows(house)).includes('0001234567'));
  });

  test('one phone and one badge a driver; PINs are 4 to 8 digits', async () => {
    const house = await houseOn(await source.fresh());
    await house.act(c => createDriver(c, { name: 'A', phone: '+31612345678', badge: '0F00A1B201' }));
    await assert.rejects(
      house.act(c => createDriver(c, { name: 'B', phone: '0612345678' })),
      faults('conflict'),
    );
    await assert.rejects(
      house.act(c => createDriver(c, { name: 'B', badge: '0f:00:a1:b2:01' })),
      faults('conflict'),
    );
    await assert.rejects(
      house.act(c => createDriver(c, { name: 'B', phoneOpens: true })),
      faults('bad-input'),
    );
    for (const pin of ['123', '123456789', '12a4', '', '0000', '12345678', '8765', '121212'])
      await assert.rejects(new PinHasher().hash('main', new Secret(pin)), faults('bad-input'));
  });

  test('a PIN that is part of the phone is refused, of somebody new and of who is there', async () => {
    const house = await houseOn(await source.fresh());
    const pin = await new PinHasher().hash('main', new Secret('5670'));
    const [phone, other] = ['+31612345670', '+31612398761'];
    await assert.rejects(
      house.act(c => createDriver(c, { name: 'A', phone, pin })),
      faults('bad-input'),
    );
    const { id } = await house.act(c => createDriver(c, { name: 'A', phone }));
    await assert.rejects(
      house.act(c => changeDriver(c, id, { pin })),
      faults('bad-input'),
    );
    await house.act(c => changeDriver(c, id, { phone: other, pin }));
  });

  test('an erased driver is a random id and nothing else', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 1);
    const contact = { name: 'Dorothea Quix', email: 'Quix@example.org', phone: '0612345678' };
    const answered = await house.act(c =>
      once(c, { key: 'k1', request: 'r' }, async () => {
        const booking = await createBooking(c, {
          key: keys[0] ?? '',
          contact,
          start: house.nowMs,
          end: null,
        });
        const [driver] = await listDrivers(c, { after: null, limit: 1 });
        return { status: 201, body: JSON.stringify({ ...booking, driver }) };
      }),
    );
    const { id: booking, driver } = JSON.parse(answered.body);
    const other = await house.act(c =>
      createBooking(c, {
        key: keys[0] ?? '',
        contact: { name: 'again', email: 'quix@EXAMPLE.org' },
        start: house.nowMs,
        end: null,
      }),
    );
    assert.equal((await house.act(c => bookingView(c, other.id))).driver, driver.id);
    await house.events(box, { type: 'key-taken', key: 'van 1', booking });
    await assert.rejects(
      house.act(c => eraseDriver(c, driver.id)),
      faults('conflict'),
    );
    await house.events(box, { type: 'key-returned', key: 'van 1', slot: 1 });
    await house.act(c => eraseDriver(c, driver.id));
    await house.act(c => eraseDriver(c, driver.id));
    const rows = await allRows(house);
    for (const word of ['Quix', 'quix', '612345678', 'Dorothea']) assert.ok(!rows.includes(word), word);
    assert.deepEqual(await house.store.db.selectFrom('idempotency').selectAll().execute(), []);
    assert.equal((await house.act(c => bookingView(c, other.id))).state, 'cancelled');
    assert.deepEqual(await inWire(house, box), []);
    await assert.rejects(
      house.act(c => changeDriver(c, driver.id, { name: 'x' })),
      faults('conflict'),
    );
    await house.act(c => createDriver(c, { name: 'New', phone: '0612345678' }));
  });

  test('settings are changed member by member', async () => {
    const house = await houseOn(await source.fresh());
    await house.act(c => changeAccount(c, { settings: { driverDays: 2, eventDays: 2 } }));
    const { driverDays, eventDays, auditDays } = (await house.act(accountView)).settings;
    assert.deepEqual([driverDays, eventDays, auditDays], [2, 2, 3_650]);
    await house.act(c => changeAccount(c, { settings: { notify: { perDay: 7 } } }));
    await house.act(c => changeAccount(c, { settings: { notify: { reminderH: null } } }));
    const { perDay, reminderH, channels } = (await house.act(accountView)).settings.notify;
    assert.deepEqual([perDay, reminderH, channels], [7, null, 'mail-or-sms']);
  });

  test('what an account says is kept so long, and no longer', async () => {
    const house = await houseOn(await source.fresh());
    const { box, keys } = await boxWithKeys(house, 2);
    const dayMs = 24 * hourMs;
    await house.act(c => createDriver(c, { name: 'Idle' }));
    const end = house.nowMs + 5 * dayMs;
    await house.act(c =>
      createBooking(c, { key: keys[0] ?? '', contact: { name: 'Busy' }, start: house.nowMs, end }),
    );
    const events = [1, 2].map(seq => ({
      ...{ epoch: 1, seq, at: 1, type: 'booted', booking: null, line: '{}' },
      stored: house.nowMs + seq * dayMs,
    }));
    await house.store.write(tx => storeEvents(tx, { account: 'main', box, enrolment: 1 }, events));
    house.nowMs += 4 * dayMs;
    const names = async (): Promise<readonly string[]> =>
      (await house.act(c => listDrivers(c, { after: null, limit: 10 }))).map(({ name }) => name);
    await house.act(retainAccount);
    assert.deepEqual(await names(), ['Idle', 'Busy']);
    await house.act(c => changeAccount(c, { settings: { driverDays: 2, eventDays: 2 } }));
    await house.act(c => once(c, { key: 'k1', request: 'r' }, async () => ({ status: 200, body: '{}' })));
    let opened = 0;
    const open: AtRest['open'] = (...each) => {
      opened += 1;
      return house.atRest.open(...each);
    };
    const { seal, hash } = house.atRest;
    const atRest = { open, seal: seal.bind(house.atRest), hash: hash.bind(house.atRest) };
    assert.equal(await house.act(c => retainAccount({ ...c, atRest })), false);
    assert.equal(opened, 0, 'the answers of a day are not read for each of them');
    assert.deepEqual(await names(), ['Busy']);
    const left = await house.store.db.selectFrom('event').select('seq').execute();
    assert.deepEqual(
      left.map(({ seq }) => seq),
      [2],
    );
  });

  test('the same request under the same key is answered, not done again', async () => {
    const house = await houseOn(await source.fresh());
    let done = 0;
    const ask = (key: string, request: string, fails = false) =>
      house.act(c =>
        once(c, { key, request }, async () => {
          const { id } = await createDriver(c, { name: `driver ${done}` });
          if (fails) throw new RangeError('on purpose');
          done += 1;
          return { status: 201, body: id };
        }),
      );
    await assert.rejects(ask('k', 'a', true), RangeError);
    const answers = await Promise.all([ask('k', 'a'), ask('k', 'a'), ask('k', 'a')]);
    assert.deepEqual([done, answers[1], answers[2]], [1, answers[0], answers[0]]);
    await assert.rejects(ask('k', 'b'), faults('idempotency'));
    await assert.rejects(ask('k k', 'b'), faults('bad-input'));
    house.nowMs += 25 * hourMs;
    await ask('k', 'b');
    assert.equal((await house.act(c => listDrivers(c, { after: null, limit: 10 }))).length, 2);
  });
});
