import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { linkVehicle } from '../../../../../src/relay/integrations/fleetio/vehicles/vehicles.ts';
import { turn } from '../../../../../src/sandbox/switches.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

let rig: EngineRig;
let van: number;
let ada: number;
let bo: number;

beforeEach(async () => {
  rig = await EngineRig.make();
  van = await rig.vehicle(1);
  ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' }).id;
  bo = rig.world.addContact('Bo Li', { email: 'bo@example.com' }).id;
  rig.start();
  await rig.pass(2_000);
});
afterEach(() => rig.close());

const assign = (contact = ada, from = 1, hours = 48): number =>
  rig.world.assign({
    ...{ vehicle: van, contact },
    ...{ startedAt: rig.now() + from * hourMs, endedAt: rig.now() + (from + hours) * hourMs },
  }).id;
const gets = (path: string): number => rig.calls.filter(call => call.startsWith(`GET ${path}`)).length;

describe('what no webhook tells', () => {
  beforeEach(() => turn(rig.switches, { hooks: { silent: true } }));

  it('is found by comparing: made, changed, deleted', async () => {
    const id = assign();
    await rig.pass(40 * minuteMs, 30_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
    rig.world.change(id, { contact: bo });
    await rig.pass(40 * minuteMs, 30_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno', 'access:Bo Li']);
    rig.world.remove(id);
    await rig.pass(40 * minuteMs, 30_000);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
  });

  it('is a Problem when it was missed, until a webhook comes again', async () => {
    assign();
    await rig.pass(40 * minuteMs, 30_000);
    assert.deepEqual(await rig.problems(), ['webhook-silent']);
    turn(rig.switches, { hooks: { silent: false } });
    await rig.pass(minuteMs, 30_000);
    rig.world.change([...rig.world.assignments.keys()][0] ?? 0, { contact: bo });
    await rig.pass(30 * minuteMs, 30_000);
    assert.deepEqual(await rig.problems(), []);
  });

  it('is read at once when an event says that something changed', async () => {
    for (const event of ['import_completed', 'vehicle_assigned', 'contact_assigned']) {
      const id = assign(ada, 1 + 100 * gets('/vehicle_assignments'));
      await rig.fleet.event(event, { state: 'completed' });
      await rig.pass(5_000);
      assert.notEqual(await rig.booking(id), null, event);
    }
  });
});

describe('a webhook', () => {
  it('that is silent for long is a Problem', async () => {
    await rig.set({ assignments: { silentH: 24 } });
    await rig.pass(23 * hourMs, 20 * minuteMs);
    assert.deepEqual(await rig.problems(), []);
    await rig.pass(2 * hourMs, 10 * minuteMs);
    assert.deepEqual(await rig.problems(), ['webhook-silent']);
  });

  it('that Fleetio has disabled is enabled again, and what was missed is found, deletions too', async () => {
    const id = assign();
    await rig.pass(5_000);
    const hook = rig.fleet.hook;
    Object.assign(hook, { enabled: false, disabledReason: 'too many failed attempts' });
    rig.world.remove(id);
    await rig.pass(20 * minuteMs, 30_000);
    assert.equal(hook.enabled, true);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
    assert.deepEqual(await rig.problems(), []);
  });

  it('that may not be enabled from here is a Problem until somebody does it', async () => {
    const hook = rig.fleet.hook;
    Object.assign(hook, { enabled: false });
    turn(rig.switches, { failure: '403', failOn: 'PATCH /webhooks', failTimes: -1 });
    await rig.pass(20 * minuteMs, 30_000);
    assert.deepEqual(await rig.problems(), ['webhook-disabled']);
    Object.assign(hook, { enabled: true });
    await rig.pass(40 * minuteMs, 30_000);
    assert.deepEqual(await rig.problems(), []);
  });

  it('that is gone is a Problem', async () => {
    rig.fleet.hooks.webhooks.clear();
    await rig.pass(20 * minuteMs, 30_000);
    assert.deepEqual(await rig.problems(), ['webhook-disabled']);
  });
});

describe('an outage of Fleetio’s API', () => {
  it('keeps nobody from a key: the signed event is acted on, and checked when it is over', async () => {
    assign(bo, 900);
    await rig.pass(5_000);
    turn(rig.switches, { failure: '503', failOn: '', failTimes: -1 });
    const id = assign(bo);
    await rig.pass(20_000);
    assert.deepEqual(await rig.told(), ['access:Bo Li', 'access:Bo Li']);
    assert.equal((await rig.assignment(id))?.checked, null);
    assert.deepEqual(await rig.problems(), ['fleetio-unreachable']);
    turn(rig.switches, { failure: 'none' });
    await rig.pass(30 * minuteMs, 15_000);
    assert.notEqual((await rig.assignment(id))?.checked, null);
    assert.equal(rig.codeIn(id), await rig.codeOf(id));
    assert.deepEqual(await rig.problems(), []);
  });

  it('brings nothing back that was deleted, and nothing old forth', async () => {
    const id = assign(bo, 900);
    await rig.pass(5_000);
    const old = rig.fleet.record(id);
    rig.world.change(id, { endedAt: rig.now() + 999 * hourMs });
    await rig.pass(30_000);
    turn(rig.switches, { failure: '503', failOn: '', failTimes: -1, hooks: { silent: true } });
    await rig.fleet.event('vehicle_assignment_updated', old);
    await rig.pass(20_000);
    assert.equal((await rig.booking(id))?.end, rig.world.assignments.get(id)?.endedAt);
    const last = rig.fleet.record(id);
    await rig.fleet.event('vehicle_assignment_deleted', { id });
    await rig.pass(5_000);
    await rig.fleet.event('vehicle_assignment_updated', last);
    await rig.pass(20_000);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
    assert.equal((await rig.bookings()).length, 1);
  });

  it('in which something was deleted ends with it being found', async () => {
    const id = assign();
    await rig.pass(5_000);
    turn(rig.switches, { failure: '503', failOn: '', failTimes: -1, hooks: { silent: true } });
    rig.world.remove(id);
    await rig.pass(hourMs, 30_000);
    turn(rig.switches, { failure: 'none', hooks: { silent: false } });
    await rig.pass(30 * minuteMs, 30_000);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
    assert.deepEqual(await rig.problems(), []);
  });
});

describe('an integration without a webhook key', () => {
  it('acts on nothing that it has not read itself', async () => {
    await rig.close();
    rig = await EngineRig.make({ unsigned: true });
    van = await rig.vehicle(1);
    ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' }).id;
    rig.start();
    await rig.pass(2_000);
    const id = assign();
    await rig.pass(20 * minuteMs, 30_000);
    assert.notEqual(await rig.booking(id), null);
  });
});

describe('comparing', () => {
  it('asks for little when nothing has changed', async () => {
    assign();
    await rig.pass(hourMs, 30_000);
    const before = rig.calls.length;
    await rig.pass(hourMs, 30_000);
    assert.ok(rig.calls.length - before <= 20, `${rig.calls.length - before} calls in an hour`);
  });

  it('reads all of a vehicle that is linked late', async () => {
    const second = await rig.vehicle(2, null);
    const id = rig.world.assign({ vehicle: second, contact: ada, startedAt: null, endedAt: null }).id;
    await rig.store.write(tx => tx.deleteFrom('assignment').execute());
    await rig.house.act(c => linkVehicle(c, rig.integration, String(second), { key: 'van 2' }));
    await rig.pass(5_000);
    assert.notEqual(await rig.booking(id), null);
  });
});
