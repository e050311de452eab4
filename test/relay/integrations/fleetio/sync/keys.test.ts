import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { cancelBooking, createBooking } from '../../../../../src/relay/domain/bookings.ts';
import { createBox } from '../../../../../src/relay/domain/boxes.ts';
import { createDriver } from '../../../../../src/relay/domain/drivers.ts';
import { changeKey } from '../../../../../src/relay/domain/keys.ts';
import { linkVehicle } from '../../../../../src/relay/integrations/fleetio/vehicles/vehicles.ts';
import { hourMs, minuteMs } from './rig.ts';
import { ada, assign, rig, van } from './two-drivers.ts';

describe('bookings of one key at one time', () => {
  it('are a Problem with both names, until one of them goes', async () => {
    const { id: cy } = await rig.house.act(context => {
      return createDriver(context, { name: 'Cy Twombly' });
    });
    const key = (await rig.key(1)).id;
    const made = await rig.house.act(context =>
      createBooking(context, { key, driver: cy, start: rig.now() + 2 * hourMs, end: rig.now() + 3 * hourMs }),
    );
    assign();
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), ['bookings-overlap']);
    const { detail } = await rig.store.db
      .selectFrom('problem')
      .select('detail')
      .where('cleared', 'is', null)
      .executeTakeFirstOrThrow();
    assert.match(detail, /Ada Moreno and Cy Twombly/);
    await rig.house.act(context => cancelBooking(context, made.id));
    await rig.pass(20 * minuteMs, minuteMs);
    assert.deepEqual(await rig.problems(), []);
  });

  it('one driver may have two vehicles', async () => {
    const second = await rig.vehicle(2);
    const [one, two] = [assign(), assign(ada, 1, 9, second)];
    await rig.pass(5_000);
    assert.notEqual(await rig.codeOf(one), await rig.codeOf(two));
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'access:Ada Moreno']);
    assert.deepEqual(await rig.problems(), []);
  });
});

describe('a box that is dark', () => {
  beforeEach(() => rig.depot.vanish('depot-a', rig.now()));

  it('keeps the code back, and says so after two minutes', async () => {
    const id = assign();
    await rig.pass(110_000, 5_000);
    assert.deepEqual(await rig.told(), []);
    assert.deepEqual(rig.fields(id), { instructions: null, link: null, code: null });
    await rig.pass(20_000);
    assert.deepEqual(await rig.told(), ['waiting:Ada Moreno']);
    assert.match(rig.fields(id).instructions ?? '', /waiting/);
    assert.equal(rig.fields(id).code, null);
    assert.deepEqual(await rig.problems(), ['box-dark']);
    rig.depot.back('depot-a');
    await rig.pass(5_000);
    assert.deepEqual(await rig.told(), ['waiting:Ada Moreno', 'access:Ada Moreno']);
    assert.equal(rig.codeIn(id), await rig.codeOf(id));
    assert.deepEqual(await rig.problems(), []);
  });
});

describe('a vehicle without a key', () => {
  it('is a Problem until it is linked, and is booked then', async () => {
    const bare = await rig.vehicle(2, null);
    const id = assign(ada, 1, 9, bare);
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), ['vehicle-without-key']);
    await rig.house.act(context => linkVehicle(context, rig.integration, String(bare), { key: 'van 2' }));
    await rig.pass(8_000);
    assert.deepEqual(await rig.problems(), []);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
    assert.notEqual(await rig.booking(id), null);
  });

  it('that is unlinked later keeps the booking that there is', async () => {
    const id = assign();
    await rig.pass(5_000);
    await rig.house.act(context => linkVehicle(context, rig.integration, String(van), { key: null }));
    await rig.pass(5_000);
    assert.equal((await rig.booking(id))?.cancelled, null);
    rig.world.remove(id);
    await rig.pass(5_000);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
  });

  it('linked to another key moves its bookings there', async () => {
    const id = assign();
    await rig.pass(5_000);
    await rig.house.act(context => linkVehicle(context, rig.integration, String(van), { key: 'van 3' }));
    await rig.pass(5_000);
    assert.equal((await rig.booking(id))?.key, (await rig.key(3)).id);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno', 'access:Ada Moreno']);
  });
});

describe('a key that was never put into its box', () => {
  it('is a Problem until it is', async () => {
    const set = (place: 'never-stocked' | 'in') =>
      rig.store.write(tx => tx.updateTable('key').set({ place }).where('name', '=', 'van 1').execute());
    await set('never-stocked');
    const id = assign();
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), ['key-never-stocked']);
    await set('in');
    rig.world.change(id, { endedAt: rig.now() + 10 * hourMs });
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), []);
  });

  it('is one no more when nobody has it booked; names the box that it is in now; and goes with the key', async () => {
    const neverSeen = () =>
      rig.store.write(tx =>
        tx.updateTable('key').set({ place: 'never-stocked' }).where('name', '=', 'van 1').execute(),
      );
    const { id: key } = await rig.key(1);
    await neverSeen();
    const [first, second] = [assign(), assign(ada, 20, 30)];
    await rig.pass(5_000);
    assert.ok((await rig.problems()).includes('key-never-stocked'));
    rig.world.remove(first);
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), ['key-never-stocked'], 'somebody else has');
    rig.world.remove(second);
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), []);
    const third = assign();
    await rig.pass(5_000);
    assert.deepEqual(await rig.problems(), ['key-never-stocked']);
    await rig.house.act(c => createBox(c, { id: 'depot-z', name: 'Depot Z' }));
    await rig.house.act(c => changeKey(c, key, { box: 'depot-z', slot: 9 }));
    rig.world.change(third, { endedAt: rig.now() + 10 * hourMs });
    await rig.pass(5_000);
    const { detail } = await rig.store.db
      .selectFrom('problem')
      .select('detail')
      .where('cleared', 'is', null)
      .executeTakeFirstOrThrow();
    assert.match(detail, /never put into Depot Z:/);
  });
});
