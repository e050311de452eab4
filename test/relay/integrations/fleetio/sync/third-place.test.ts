/**
 * Whoever changes a booking knows nothing of assignments, drivers who wait for word, or fields: a page, a script, a verb of the
 * command line. The domain writes facts, and whoever follows the booking does the rest.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import { cancelBooking, changeBooking } from '../../../../../src/relay/domain/bookings.ts';
import { eraseDriver } from '../../../../../src/relay/domain/driver-erasure.ts';
import { createDriver } from '../../../../../src/relay/domain/drivers.ts';
import { renewCode } from '../../../../../src/relay/domain/fresh-code.ts';
import { applyDeleted, applyReading } from '../../../../../src/relay/integrations/fleetio/sync/apply.ts';
import { onSqliteOrBoth } from '../../../stores.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

onSqliteOrBoth('a booking of an assignment that is changed from a third place', source => {
  let rig: EngineRig;
  let id: number;
  let booking: string;

  beforeEach(async () => {
    rig = await EngineRig.make({ store: await source.fresh() });
    const vehicle = await rig.vehicle(1);
    const { id: contact } = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' });
    rig.start();
    const startedAt = rig.now() + hourMs;
    id = rig.world.assign({ vehicle, contact, startedAt, endedAt: startedAt + 8 * hourMs }).id;
    await rig.pass(5_000);
    booking = (await rig.booking(id))?.id ?? '';
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
    assert.equal(rig.codeIn(id), await rig.codeOf(id));
  });

  afterEach(() => rig.close());

  it('is cancelled: its driver is told, and its fields are written', async () => {
    await rig.house.act(context => cancelBooking(context, booking));
    await rig.pass(2_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno']);
    assert.match(rig.fields(id).instructions ?? '', /cancelled/);
    assert.equal(rig.fields(id).code, null);
    await rig.pass(20 * minuteMs, minuteMs);
    assert.equal((await rig.told()).length, 2, 'told once');
  });

  it('is cancelled while no relay runs: the next one tells its driver', async () => {
    const { store } = rig;
    for (const runner of rig.runners.splice(0)) await runner.close();
    await rig.house.act(context => cancelBooking(context, booking));
    await rig.pass(2_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
    const facts = await store.db.selectFrom('work').select('kind').where('subject', '=', booking).execute();
    assert.ok(facts.some(({ kind }) => kind === 'booking-cancelled'));
    await rig.restart('relay-2');
    await rig.pass(2_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno']);
  });

  it('is moved: it stays as it was set, though an older word of the assignment comes first', async () => {
    for (const runner of rig.runners.splice(0)) await runner.close();
    const end = rig.now() + 20 * hourMs;
    await rig.house.act(context => changeBooking(context, booking, { end }));
    const row = await rig.assignment(id);
    assert.ok(row !== undefined);
    const { vehicle, contact, started, ended, updated } = row;
    const reading = { id: String(id), vehicle, contact, started, ended, updated, deleted: false };
    await rig.act(context => applyReading(context, { ...reading, from: 'webhook' } as never));
    assert.equal((await rig.booking(id))?.end, end);
    await rig.restart('relay-2');
    await rig.pass(2 * minuteMs, 5_000);
    assert.equal((await rig.booking(id))?.end, end);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'moved:Ada Moreno']);
  });

  it('has another code: its driver is told that one, and the fields say it', async () => {
    const before = await rig.codeOf(id);
    await rig.house.act(context => renewCode(context, booking));
    await rig.pass(5_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'fresh-code:Ada Moreno']);
    assert.notEqual(await rig.codeOf(id), before);
    assert.equal(rig.codeIn(id), await rig.codeOf(id));
  });

  it('is given to another driver, who is told once the box has it; and cancelled before that, and nobody is told', async () => {
    const driver = await rig.house.act(context =>
      createDriver(context, { name: 'Bo Li', email: 'bo@example.com' }),
    );
    await rig.house.act(context => changeBooking(context, booking, { driver: driver.id }));
    await rig.pass(3_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'access:Bo Li']);
    await rig.depot.vanish('depot-a', rig.now());
    const { id: third } = await rig.house.act(context =>
      createDriver(context, { name: 'Cy Twombly', email: 'cy@example.com' }),
    );
    await rig.house.act(context => changeBooking(context, booking, { driver: third }));
    await rig.pass(3_000);
    await rig.house.act(context => cancelBooking(context, booking));
    await rig.pass(3_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'access:Bo Li']);
  });

  it('is cancelled, and its assignment deleted before anybody heard of that: its driver is told once', async () => {
    for (const runner of rig.runners.splice(0)) await runner.close();
    await rig.house.act(context => cancelBooking(context, booking));
    await rig.act(context => applyDeleted(context, String(id)));
    await rig.restart('relay-2');
    await rig.pass(3_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno']);
  });

  it('goes with a driver who is erased: nobody is told, and nothing is a Problem', async () => {
    const driver = (await rig.booking(id))?.driver ?? '';
    await rig.house.act(context => eraseDriver(context, driver));
    await rig.pass(3_000);
    assert.deepEqual(await rig.problems(), []);
    assert.equal((await rig.messages()).filter(({ kind }) => kind === 'cancelled').length, 0);
  });
});
