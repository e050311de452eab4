import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeDriver } from '../../../../src/relay/domain/drivers.ts';
import { turn } from '../../../../src/relay/sandbox/switches.ts';
import type { DriverTable } from '../../../../src/relay/store/tables.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

let rig: EngineRig;
let van: number;

beforeEach(async () => {
  rig = await EngineRig.make();
  van = await rig.vehicle(1);
  rig.start();
  await rig.pass(2_000);
});
afterEach(() => rig.close());

const assign = (contact: number, from = 1, vehicle = van): number =>
  rig.world.assign({
    ...{ vehicle, contact },
    ...{ startedAt: rig.now() + from * hourMs, endedAt: rig.now() + (from + 8) * hourMs },
  }).id;
const driver = async (name: string): Promise<DriverTable> =>
  rig.store.db.selectFrom('driver').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
/** As a `contact_updated` event tells it. */
const tells = async (contact: number, event = 'contact_updated'): Promise<void> => {
  await rig.fleet.event(event, { id: contact });
  await rig.pass(3_000);
};

describe('a contact', () => {
  it('becomes a driver, with the number as the account’s region reads it', async () => {
    const ada = rig.world.addContact('Ada Moreno', { email: 'Ada@Example.com', mobile: '06 1234 5678' });
    assign(ada.id);
    await rig.pass(5_000);
    const { email, phone, phone_opens } = await driver('Ada Moreno');
    assert.deepEqual([email, phone, phone_opens], ['ada@example.com', '+31612345678', 0]);
  });

  it('without an address is booked all the same, is a Problem, and is told once there is one', async () => {
    const ada = rig.world.addContact('Ada Moreno', { mobile: 'ask at the desk' });
    const id = assign(ada.id);
    await rig.pass(5_000);
    assert.deepEqual(await rig.told(), []);
    assert.deepEqual(await rig.problems(), ['no-address']);
    assert.notEqual(rig.fields(id).code, null);
    rig.world.changeContact(ada.id, { email: 'ada@example.com' });
    await tells(ada.id);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
    assert.deepEqual(await rig.problems(), []);
  });

  it('keeps a number that its driver has verified, and loses one that has moved on', async () => {
    const ada = rig.world.addContact('Ada Moreno', { email: 'a@example.com', mobile: '+31612345678' });
    const bo = rig.world.addContact('Bo Li', { email: 'b@example.com' });
    assign(ada.id);
    await rig.pass(5_000);
    await rig.house.act(async c => changeDriver(c, (await driver('Ada Moreno')).id, { phoneOpens: true }));
    await tells(ada.id);
    assert.equal((await driver('Ada Moreno')).phone_opens, 1);
    rig.world.changeContact(ada.id, { mobile: null });
    rig.world.changeContact(bo.id, { mobile: '+31612345678' });
    assign(bo.id, 24);
    await rig.pass(5_000);
    await tells(bo.id);
    const [one, two] = [await driver('Ada Moreno'), await driver('Bo Li')];
    assert.deepEqual([one.phone, one.phone_opens], [null, 0]);
    assert.deepEqual([two.phone, two.phone_opens], ['+31612345678', 0]);
    assert.deepEqual(await rig.problems(), []);
  });

  it('that shares a number with another is a Problem, and the first one keeps it', async () => {
    const ada = rig.world.addContact('Ada Moreno', { email: 'a@example.com', mobile: '+31612345678' });
    const bo = rig.world.addContact('Bo Li', { email: 'b@example.com', mobile: '+31612345678' });
    assign(ada.id);
    await rig.pass(3_000);
    assign(bo.id, 24);
    await rig.pass(5_000);
    assert.equal((await driver('Ada Moreno')).phone, '+31612345678');
    assert.equal((await driver('Bo Li')).phone, null);
    assert.deepEqual(await rig.problems(), ['phone-shared']);
    rig.world.changeContact(ada.id, { mobile: '+31687654321' });
    await tells(ada.id);
    assert.equal((await driver('Bo Li')).phone, '+31612345678');
    assert.deepEqual(await rig.problems(), []);
  });

  it('with the mail address of another is still somebody else', async () => {
    const ada = rig.world.addContact('Ada Moreno', { email: 'depot@example.com' });
    const bo = rig.world.addContact('Bo Li', { email: 'depot@example.com' });
    const id = assign(ada.id);
    await rig.pass(5_000);
    rig.world.change(id, { contact: bo.id });
    await rig.pass(5_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno', 'access:Bo Li']);
  });

  it('merged into another keeps code and booking', async () => {
    const ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' });
    const id = assign(ada.id);
    await rig.pass(5_000);
    const code = await rig.codeOf(id);
    const merged = rig.world.addContact('Ada M. Moreno', { email: 'ada@example.com' });
    rig.world.contacts.delete(ada.id);
    rig.world.change(id, { contact: merged.id });
    await rig.pass(5_000);
    assert.equal(await rig.codeOf(id), code);
    assert.equal((await rig.bookings()).length, 1);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
  });

  it('that is archived is no driver before an administrator says so', async () => {
    const ada = rig.world.addContact('Ada Moreno', { email: 'a@example.com', archivedAt: rig.now() });
    await rig.set({ notify: { admins: ['boss@example.com'] } });
    assign(ada.id);
    await rig.pass(5_000);
    assert.deepEqual(await rig.bookings(), []);
    assert.deepEqual(await rig.problems(), ['booking-to-confirm']);
    assert.deepEqual(await rig.told(), ['prompt:admins']);
  });

  it('that may not be read goes by the name in the assignment', async () => {
    turn(rig.switches, { failure: '403', failOn: '/contacts', failTimes: -1 });
    const ada = rig.world.addContact('Ada Moreno', { email: 'a@example.com' });
    const id = assign(ada.id);
    await rig.pass(5_000);
    assert.equal((await driver('Ada Moreno')).email, null);
    assert.notEqual(rig.fields(id).code, null);
  });

  it('that cannot be read yet is asked for until it can', async () => {
    turn(rig.switches, { failure: '503', failOn: '/contacts', failTimes: -1 });
    const ada = rig.world.addContact('Ada Moreno', { email: 'a@example.com' });
    assign(ada.id);
    await rig.pass(minuteMs, 5_000);
    assert.deepEqual(await rig.bookings(), []);
    assert.ok((await rig.problems()).includes('fleetio-unreachable'));
    turn(rig.switches, { failure: 'none' });
    await rig.pass(3 * minuteMs, 5_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
    assert.deepEqual(await rig.problems(), []);
  });
});
