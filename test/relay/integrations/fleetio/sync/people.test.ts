import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createBox } from '../../../../../src/relay/domain/boxes.ts';
import { changeDriver, createDriver } from '../../../../../src/relay/domain/drivers.ts';
import type { DriverTable } from '../../../../../src/relay/store/tables.ts';
import { turn } from '../../../../../src/sandbox/switches.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';
import { stands } from './stands.ts';

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

  it('has a number as people write it where the key is, whatever the account’s region', async () => {
    await stands(rig.house, { timezone: 'Europe/Brussels', region: 'BE' });
    // Another one stands elsewhere, so that no country is that of all boxes.
    const { id: other } = await rig.house.act(c => createBox(c, { name: 'Depot B' }));
    await stands(rig.house, { timezone: 'Europe/Paris', region: 'FR' }, other);
    const ada = rig.world.addContact('Ada Moreno', { mobile: '0471 23 45 67' });
    const bo = rig.world.addContact('Bo Li', { mobile: '+52 1 55 1234 5678' });
    const cy = rig.world.addContact('Cy Roux', { mobile: '0471 23 45 6' });
    for (const [at, each] of [ada, bo, cy].entries()) assign(each.id, 1 + at * 10);
    await rig.pass(5_000);
    assert.equal((await driver('Ada Moreno')).phone, '+32471234567');
    assert.equal((await driver('Bo Li')).phone, '+525512345678');
    assert.equal((await driver('Cy Roux')).phone, null);
    assert.deepEqual(await rig.problems(), ['no-address', 'phone-unread']);
    await stands(rig.house, { timezone: 'Europe/Copenhagen', region: 'DK' });
    rig.world.changeContact(cy.id, { mobile: '20 12 34 56' });
    await tells(cy.id);
    assert.equal((await driver('Cy Roux')).phone, '+4520123456');
    assert.deepEqual(await rig.problems(), []);
  });

  it('without an address is booked all the same, is a Problem, and is told once there is one', async () => {
    const ada = rig.world.addContact('Ada Moreno', { mobile: 'ask at the desk' });
    const id = assign(ada.id);
    await rig.pass(5_000);
    assert.deepEqual(await rig.told(), []);
    assert.deepEqual(await rig.problems(), ['no-address', 'phone-unread']);
    assert.notEqual(rig.fields(id).code, null);
    rig.world.changeContact(ada.id, { email: 'ada@example.com', mobile: '06 1234 5678' });
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

  /** Name, address and number of each driver, by name. */
  const drivers = async (): Promise<readonly (readonly (string | null)[])[]> =>
    (await rig.store.db.selectFrom('driver').selectAll().orderBy('name').execute()).map(each => [
      ...[each.name, each.email, each.phone],
    ]);

  const number = '+31612345678';
  const ours = { name: 'Depot Driver', email: 'own@example.com', phone: number };
  const doubtful: readonly (readonly [
    what: string,
    contact: { readonly email?: string; readonly mobile?: string },
    made: readonly (string | null)[],
  ])[] = [
    ['number, but another address', { email: 'ada@example.com', mobile: number }, ['ada@example.com', null]],
    [
      'address, but another number',
      { email: 'own@example.com', mobile: '+31687654321' },
      ['own@example.com', '+31687654321'],
    ],
    [
      'number as a depot writes it, but another address',
      { email: 'desk@example.com', mobile: '06 1234 5678' },
      ['desk@example.com', null],
    ],
  ];
  for (const [what, contact, made] of doubtful)
    it(`with a driver’s ${what}, is somebody else until an administrator has looked`, async () => {
      const { id } = await rig.house.act(c => createDriver(c, ours));
      const ada = rig.world.addContact('Ada Moreno', contact);
      assign(ada.id);
      await rig.pass(5_000);
      assert.deepEqual(await drivers(), [
        ['Ada Moreno', ...made],
        ['Depot Driver', 'own@example.com', number],
      ]);
      assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
      assert.deepEqual(await rig.problems(), ['person-to-confirm']);
      await rig.house.act(c => changeDriver(c, id, { email: null, phone: null }));
      await tells(ada.id);
      assert.deepEqual(await rig.problems(), []);
      const { phone } = await driver('Ada Moreno');
      assert.equal(phone, contact.mobile === '06 1234 5678' ? number : contact.mobile);
    });

  const certain: readonly (readonly [
    what: string,
    own: { readonly email?: string; readonly phone?: string },
    contact: { readonly email?: string; readonly mobile?: string },
  ])[] = [
    [
      'number and address',
      { email: 'a@example.com', phone: number },
      { email: 'A@example.com', mobile: number },
    ],
    ['number, and no address yet', { phone: number }, { email: 'a@example.com', mobile: number }],
    ['address, and no number there', { email: 'a@example.com', phone: number }, { email: 'a@example.com' }],
  ];
  for (const [what, own, contact] of certain)
    it(`with a driver’s ${what}, is that driver`, async () => {
      await rig.house.act(c => createDriver(c, { name: 'A. Moreno', ...own }));
      assign(rig.world.addContact('Ada Moreno', contact).id);
      await rig.pass(5_000);
      assert.deepEqual(await drivers(), [['Ada Moreno', 'a@example.com', number]]);
      assert.deepEqual(await rig.problems(), []);
    });

  it('with the number of one driver and the address of another is neither', async () => {
    await rig.house.act(c => createDriver(c, { name: 'One', phone: number }));
    await rig.house.act(c => createDriver(c, { name: 'Two', email: 'two@example.com' }));
    const ada = rig.world.addContact('Ada Moreno', { email: 'two@example.com', mobile: number });
    assign(ada.id);
    await rig.pass(5_000);
    assert.deepEqual(await drivers(), [
      ['Ada Moreno', 'two@example.com', null],
      ['One', null, number],
      ['Two', 'two@example.com', null],
    ]);
    assert.deepEqual(await rig.problems(), ['person-to-confirm']);
  });

  it('that is given the number of a driver of ours later takes it from nobody', async () => {
    const ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' });
    assign(ada.id);
    await rig.pass(5_000);
    await rig.house.act(async c => {
      const { id } = await createDriver(c, ours);
      await changeDriver(c, id, { phoneOpens: true });
    });
    rig.world.changeContact(ada.id, { mobile: number });
    await tells(ada.id);
    const { phone, phone_opens } = await driver('Depot Driver');
    assert.deepEqual([phone, phone_opens, (await driver('Ada Moreno')).phone], [number, 1, null]);
    assert.deepEqual(await rig.problems(), ['person-to-confirm']);
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

  it('that follows somebody who has left, and has the number or address of their depot, is somebody else', async () => {
    for (const [at, [left, next]] of [
      [
        { email: 'ada@example.com', mobile: number },
        { email: 'bo@example.com', mobile: number },
      ],
      [
        { email: 'desk@example.com', mobile: '+31687654321' },
        { email: 'desk@example.com', mobile: '+31687654322' },
      ],
    ].entries()) {
      const ada = rig.world.addContact(`Ada ${at}`, left ?? {});
      const id = assign(ada.id, 24 * at);
      await rig.pass(5_000);
      const code = await rig.codeOf(id);
      const bo = rig.world.addContact(`Bo ${at}`, next ?? {});
      rig.world.contacts.delete(ada.id);
      rig.world.change(id, { contact: bo.id });
      await rig.pass(5_000);
      assert.notEqual(await rig.codeOf(id), code);
      const names = (await drivers()).map(([name]) => name);
      assert.ok(names.includes(`Ada ${at}`) && names.includes(`Bo ${at}`), names.join());
      await rig.pass(5_000);
      assert.equal(
        (await driver(`Bo ${at}`)).phone,
        next?.mobile,
        'a number of somebody who has left is free',
      );
      assert.deepEqual(await rig.problems(), []);
    }
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
