import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { cancelBooking, changeBooking } from '../../../../../src/relay/domain/bookings.ts';
import { bookByHand, listAssignments } from '../../../../../src/relay/integrations/fleetio/sync/by-hand.ts';
import { linkVehicle } from '../../../../../src/relay/integrations/fleetio/vehicles/vehicles.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

let rig: EngineRig;
let van: number;
let ada: number;
let bo: number;

beforeEach(async () => {
  rig = await EngineRig.make();
  van = await rig.vehicle(1, 'prompt');
  ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com', mobile: '+31612345678' }).id;
  bo = rig.world.addContact('Bo Li').id;
  await rig.set({ notify: { admins: ['boss@example.com', 'desk@example.com'] } });
  rig.start();
  await rig.pass(2_000);
});
afterEach(() => rig.close());

const assign = (contact = ada, from = 1, hours = 8): number =>
  rig.world.assign({
    ...{ vehicle: van, contact },
    ...{ startedAt: rig.now() + from * hourMs, endedAt: rig.now() + (from + hours) * hourMs },
  }).id;
const listed = () =>
  listAssignments(
    { tx: rig.store.db, account: 'main' },
    { integration: rig.integration, vehicle: String(van) },
    { after: null, limit: 10 },
  );

describe('a vehicle set to Prompt', () => {
  it('asks every administrator once, and books nothing', async () => {
    const id = assign();
    await rig.pass(5_000);
    rig.world.change(id, { endedAt: rig.now() + 7 * hourMs });
    await rig.pass(20 * minuteMs, minuteMs);
    assert.deepEqual(await rig.told(), ['prompt:admins', 'prompt:admins']);
    assert.deepEqual(await rig.bookings(), []);
    assert.deepEqual(await rig.problems(), ['booking-to-confirm']);
    assert.deepEqual(rig.fields(id), { instructions: null, link: null, code: null });
  });

  it('lists its assignments, and books the one that is confirmed', async () => {
    const id = assign();
    await rig.pass(5_000);
    const [item] = await listed();
    assert.deepEqual(
      [item?.contact.name, item?.contact.email, item?.isAsked, item?.booking],
      ['Ada Moreno', 'ada@example.com', true, null],
    );
    await rig.act(context => bookByHand(context, String(id), { contactBy: 'sms' }));
    await rig.pass(5_000);
    const [message] = (await rig.messages()).filter(({ kind }) => kind === 'access');
    assert.equal(message?.channel, 'sms');
    assert.equal(rig.codeIn(id), await rig.codeOf(id));
    assert.deepEqual(await rig.problems(), []);
    assert.equal((await listed())[0]?.booking?.state, 'on-box');
    await assert.rejects(
      rig.act(context => bookByHand(context, String(id), {})),
      { code: 'conflict' },
    );
  });

  it('takes the address and the window that were confirmed, and keeps them until the assignment changes', async () => {
    const id = assign(bo);
    await rig.pass(5_000);
    const start = rig.now() + 2 * hourMs;
    const end = rig.now() + 6 * hourMs;
    await rig.act(context =>
      bookByHand(context, String(id), { driver: { email: 'bo@example.com' }, start, end }),
    );
    await rig.pass(20 * minuteMs, minuteMs);
    const booking = await rig.booking(id);
    assert.deepEqual([booking?.start, booking?.end], [start, end]);
    assert.deepEqual((await rig.told()).at(-1), 'access:Bo Li');
    rig.world.change(id, { endedAt: rig.now() + 5 * hourMs });
    await rig.pass(minuteMs, 5_000);
    const moved = await rig.booking(id);
    assert.deepEqual([moved?.start, moved?.end], [start, rig.world.assignments.get(id)?.endedAt]);
  });

  it('can be booked for somebody else than the contact, who stays', async () => {
    const id = assign();
    await rig.pass(5_000);
    const driver = { name: 'Cy Twombly', email: 'cy@example.com' };
    await rig.act(context => bookByHand(context, String(id), { driver }));
    await rig.pass(5_000);
    rig.world.change(id, { endedAt: rig.now() + 10 * hourMs });
    await rig.pass(20 * minuteMs, minuteMs);
    assert.deepEqual((await rig.told()).slice(2), ['access:Cy Twombly', 'moved:Cy Twombly']);
    assert.equal((await rig.bookings()).length, 1);
  });

  it('asks again when the assignment goes to another driver, whose predecessor has the code no more', async () => {
    const id = assign();
    await rig.pass(5_000);
    await rig.act(context => bookByHand(context, String(id), {}));
    await rig.pass(5_000);
    rig.world.change(id, { contact: bo });
    await rig.pass(5_000);
    assert.deepEqual((await rig.told()).slice(2).sort(), [
      'access:Ada Moreno',
      'cancelled:Ada Moreno',
      'prompt:admins',
      'prompt:admins',
    ]);
    assert.deepEqual(await rig.problems(), ['booking-to-confirm']);
    assert.deepEqual(rig.fields(id), { instructions: null, link: null, code: null });
  });

  it('asks no more when the assignment is gone, or over', async () => {
    const id = assign();
    assign(bo, 20, 1);
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), ['booking-to-confirm', 'booking-to-confirm']);
    rig.world.remove(id);
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), ['booking-to-confirm']);
    await rig.pass(22 * hourMs, 10 * minuteMs);
    assert.deepEqual(await rig.problems(), []);
  });

  it('set to Automatic books what waits', async () => {
    assign();
    await rig.pass(5_000);
    await rig.house.act(c => linkVehicle(c, rig.integration, String(van), { mode: 'automatic' }));
    await rig.pass(5_000);
    assert.equal((await rig.told()).at(-1), 'access:Ada Moreno');
    assert.deepEqual(await rig.problems(), []);
  });
});

describe('a booking that somebody changes by hand', () => {
  let id: number;
  beforeEach(async () => {
    await rig.house.act(c => linkVehicle(c, rig.integration, String(van), { mode: 'automatic' }));
    id = assign();
    await rig.pass(5_000);
  });
  const bookingId = async (): Promise<string> => (await rig.booking(id))?.id ?? '';

  it('stays as it was set, and its driver is told', async () => {
    const end = rig.now() + 20 * hourMs;
    const booking = await bookingId();
    await rig.house.act(c => changeBooking(c, booking, { end }));
    await rig.pass(20 * minuteMs, minuteMs);
    assert.equal((await rig.booking(id))?.end, end);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'moved:Ada Moreno']);
  });

  it('stays cancelled, and its driver is told', async () => {
    const booking = await bookingId();
    await rig.house.act(c => cancelBooking(c, booking));
    await rig.pass(20 * minuteMs, minuteMs);
    assert.equal((await rig.bookings()).length, 1);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno']);
    assert.match(rig.fields(id).instructions ?? '', /cancelled/);
  });
});
