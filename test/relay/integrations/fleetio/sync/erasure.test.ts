/** A driver who was erased here, while Fleetio goes on having them. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { eraseDriver } from '../../../../../src/relay/domain/driver-erasure.ts';
import { linkVehicle } from '../../../../../src/relay/integrations/fleetio/vehicles/vehicles.ts';
import type { ContactTable } from '../../../../../src/relay/store/tables-fleetio.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

let rig: EngineRig;
let van: number;
let ada: number;

beforeEach(async () => {
  rig = await EngineRig.make();
  van = await rig.vehicle(1);
  const person = { email: 'ada@example.com', mobile: '06 1234 5678' };
  ada = rig.world.addContact('Ada Moreno', person).id;
  rig.start();
  await rig.pass(2_000);
});
afterEach(() => rig.close());

const assign = (vehicle: number, from: number): number =>
  rig.world.assign({
    ...{ vehicle, contact: ada },
    ...{ startedAt: rig.now() + from * hourMs, endedAt: rig.now() + (from + 4) * hourMs },
  }).id;
const contact = (): Promise<ContactTable> =>
  rig.store.db.selectFrom('contact').selectAll().where('id', '=', String(ada)).executeTakeFirstOrThrow();
const known = async () => {
  const { name, email, phone } = await contact();
  return [name, email, phone];
};
const drivers = async (): Promise<readonly string[]> => {
  const rows = await rig.store.db.selectFrom('driver').select('name').orderBy('created').execute();
  return rows.map(({ name }) => name);
};
const erase = async (): Promise<void> => {
  const { driver } = await contact();
  await rig.house.act(c => eraseDriver(c, driver ?? ''));
};
const bookings = async (): Promise<number> => {
  const rows = await rig.store.db.selectFrom('booking').select('id').where('cancelled', 'is', null).execute();
  return rows.length;
};

describe('a contact whose driver was erased', () => {
  it('is nobody, and stays so whatever is read of them', async () => {
    assign(van, 40);
    await rig.pass(5_000);
    assert.deepEqual(await known(), ['Ada Moreno', 'ada@example.com', '+31612345678']);
    await erase();
    const nobody = [`Contact ${ada}`, null, null];
    assert.deepEqual(await known(), nobody);
    rig.world.changeContact(ada, { mobile: '06 1234 9999' });
    await rig.fleet.event('contact_updated', { id: ada });
    await rig.pass(5_000);
    assert.deepEqual(await known(), nobody);
    await rig.pass(25 * hourMs, 5 * minuteMs);
    assert.deepEqual(await known(), nobody);
    assert.deepEqual([await drivers(), await bookings()], [[''], 0]);
  });

  it('is somebody new by a later assignment', async () => {
    assign(van, 40);
    await rig.pass(5_000);
    await erase();
    await rig.pass(5_000);
    assign(van, 60);
    await rig.pass(60_000);
    assert.deepEqual([await drivers(), await bookings()], [['', 'Ada Moreno'], 1]);
    assert.deepEqual(await known(), ['Ada Moreno', 'ada@example.com', '+31612345678']);
    await erase();
    assert.deepEqual([await drivers(), await bookings()], [['', ''], 0]);
  });

  it('does not come back by an assignment that waited for something then', async () => {
    const second = await rig.vehicle(2, null);
    assign(van, 40);
    assign(second, 50);
    await rig.pass(5_000);
    await erase();
    const link = { key: 'van 2', mode: 'automatic' } as const;
    await rig.house.act(c => linkVehicle(c, rig.integration, String(second), link));
    await rig.pass(60_000);
    assert.deepEqual([await drivers(), await bookings()], [[''], 0]);
    const { detail } = await rig.store.db
      .selectFrom('problem')
      .select('detail')
      .where('kind', '=', 'not-booked')
      .where('cleared', 'is', null)
      .executeTakeFirstOrThrow();
    assert.match(detail, /was erased here/);
  });
});
