import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'node:test';
import { turn } from '../../../../../src/sandbox/switches.ts';
import { hourMs, minuteMs } from './rig.ts';
import { ada, assign, bo, codesOnBox, rig, van } from './two-drivers.ts';

const taken = async (id: number): Promise<void> =>
  rig.depot.says('depot-a', 'key-taken', (await rig.booking(id))?.id ?? '', 'van 1');
const returned = async (id: number): Promise<void> =>
  rig.depot.says('depot-a', 'key-returned', (await rig.booking(id))?.id ?? '', 'van 1');

describe('an assignment', () => {
  it('becomes a booking, a message and three fields', async () => {
    const id = assign();
    await rig.pass(5_000);
    const booking = await rig.booking(id);
    assert.equal(booking?.origin, 'fleetio');
    assert.equal(booking?.reuse, 0);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
    const code = await rig.codeOf(id);
    assert.equal(rig.codeIn(id), code);
    assert.match(rig.fields(id).link ?? '', /^https:\/\/relay\/a\//);
    assert.match(rig.fields(id).instructions ?? '', /Depot A/);
    assert.deepEqual(await rig.problems(), []);
  });

  it('is done with its own echo', async () => {
    assign();
    await rig.pass(10_000);
    const calls = rig.calls.length;
    const events = await rig.store.db.selectFrom('webhook_event').select('event').execute();
    assert.deepEqual(
      events.map(({ event }) => event),
      ['vehicle_assignment_created', 'vehicle_assignment_updated'],
    );
    await rig.pass(minuteMs, 5_000);
    assert.equal(rig.calls.length, calls);
    assert.equal((await rig.bookings()).length, 1);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
  });

  it('given to another driver takes the code from the first', async () => {
    const id = assign();
    await rig.pass(5_000);
    const [first] = codesOnBox();
    rig.world.change(id, { contact: bo });
    await rig.pass(5_000);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno', 'access:Bo Li']);
    const codes = codesOnBox();
    assert.equal(codes.length, 1);
    assert.notEqual(codes[0], first);
    assert.equal(rig.codeIn(id), codes[0]);
  });

  it('given to another before the first heard of it tells nobody of a cancellation', async () => {
    await rig.depot.vanish('depot-a', rig.now());
    const id = assign();
    await rig.pass(3_000);
    rig.world.change(id, { contact: bo });
    await rig.pass(3_000);
    rig.depot.back('depot-a');
    await rig.pass(3_000);
    assert.deepEqual(await rig.told(), ['access:Bo Li']);
  });

  it('that is moved keeps its code, and its driver is told once it rests', async () => {
    const id = assign();
    await rig.pass(5_000);
    const code = await rig.codeOf(id);
    for (const minutes of [15, 30, 45]) {
      rig.world.change(id, { startedAt: rig.now() + minutes * minuteMs });
      await rig.pass(3_000);
    }
    await rig.pass(30_000);
    assert.equal(await rig.codeOf(id), code);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'moved:Ada Moreno']);
    assert.equal((await rig.booking(id))?.start, rig.world.assignments.get(id)?.startedAt);
  });

  it('that is deleted is dead, whatever comes later', async () => {
    const id = assign();
    await rig.pass(5_000);
    turn(rig.switches, { hooks: { lateMs: 5_000 } });
    rig.world.change(id, { endedAt: rig.now() + 12 * hourMs });
    turn(rig.switches, { hooks: { lateMs: 0 } });
    rig.world.remove(id);
    await rig.pass(20_000);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
    assert.deepEqual(codesOnBox(), []);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno']);
  });

  it('that is deleted while the key is out still lets it come back', async () => {
    const id = assign(ada, -1);
    await rig.pass(5_000);
    await taken(id);
    rig.world.remove(id);
    await rig.pass(5_000);
    assert.equal(codesOnBox().length, 1);
    await returned(id);
    await rig.pass(5_000);
    assert.deepEqual(codesOnBox(), []);
  });

  it('of which deletion comes before creation is never booked', async () => {
    turn(rig.switches, { hooks: { silent: true } });
    const id = assign();
    const body = (event: string, number: number): Buffer =>
      Buffer.from(JSON.stringify({ id: number, event, payload: { id } }));
    for (const [number, event] of [
      [1, 'vehicle_assignment_deleted'],
      [2, 'vehicle_assignment_created'],
    ] as const) {
      const raw = body(event, number);
      const signature = createHmac('sha256', 'test-shared-key').update(raw).digest('hex');
      await rig.intake.receive(raw, { signature });
      await rig.pass(2_000);
    }
    assert.deepEqual(await rig.bookings(), []);
  });

  it('comes doubled and swapped, and is booked once', async () => {
    turn(rig.switches, { hooks: { doubled: true, swapped: true, lateMs: 700 } });
    const id = assign();
    rig.world.change(id, { contact: bo });
    await rig.pass(15_000);
    assert.deepEqual(await rig.told(), ['access:Bo Li']);
    assert.equal((await rig.bookings()).filter(({ cancelled }) => cancelled === null).length, 1);
  });

  it('without an end takes again, unless the account has it otherwise', async () => {
    const id = assign(ada, -1, null);
    await rig.pass(5_000);
    assert.equal((await rig.booking(id))?.reuse, 1);
  });

  it('without a start begins at once', async () => {
    const id = rig.world.assign({ vehicle: van, contact: ada, startedAt: null, endedAt: null }).id;
    const before = rig.now();
    await rig.pass(5_000);
    const start = (await rig.booking(id))?.start ?? 0;
    assert.ok(start >= before && start <= before + 1_000);
  });

  it('that lies in the future or in the past needs no event to begin or end', async () => {
    const id = assign(ada, 24, 25);
    await rig.pass(5_000);
    assert.equal(codesOnBox().length, 1);
    await rig.pass(26 * hourMs, minuteMs * 10);
    assert.notEqual((await rig.booking(id))?.ended, null);
    assert.match(rig.fields(id).instructions ?? '', /not taken/);
    assert.equal(rig.fields(id).code, null);
    assert.equal((await rig.assignment(id))?.open, 0);
  });

  it('that is long gives a fresh code after each return, where the account has it so', async () => {
    await rig.set({ assignments: { longBookings: 'fresh' } });
    const id = assign(ada, -1, 72);
    await rig.pass(5_000);
    const first = await rig.codeOf(id);
    await taken(id);
    await rig.pass(5_000);
    await returned(id);
    await rig.pass(5_000);
    const second = await rig.codeOf(id);
    assert.notEqual(second, null);
    assert.notEqual(second, first);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'fresh-code:Ada Moreno']);
    assert.equal(rig.codeIn(id), second);
    assert.deepEqual(codesOnBox(), [second]);
  });

  it('that is long takes once, where the account has it so', async () => {
    await rig.set({ assignments: { longBookings: 'once' } });
    const id = assign(ada, -1, 72);
    await rig.pass(5_000);
    await taken(id);
    await rig.pass(3_000);
    await returned(id);
    await rig.pass(5_000);
    assert.deepEqual(codesOnBox(), []);
    assert.equal((await rig.bookings()).length, 1);
  });

  it('shows what the key does', async () => {
    const id = assign(ada, -1, 8);
    await rig.pass(5_000);
    await taken(id);
    await rig.pass(5_000);
    assert.match(rig.fields(id).instructions ?? '', /taken/);
    await rig.pass(9 * hourMs, minuteMs * 10);
    assert.match(rig.fields(id).instructions ?? '', /overdue/);
    await returned(id);
    await rig.pass(5_000);
    assert.match(rig.fields(id).instructions ?? '', /returned/);
    assert.equal(rig.fields(id).code, null);
  });

  it('that is prolonged while its key is late is no longer late', async () => {
    const id = assign(ada, -1, 1);
    await rig.pass(5_000);
    await taken(id);
    await rig.pass(2 * hourMs, minuteMs * 5);
    assert.notEqual((await rig.booking(id))?.overdue, null);
    rig.world.change(id, { endedAt: rig.now() + 3 * hourMs });
    await rig.pass(30_000);
    assert.equal((await rig.booking(id))?.overdue, null);
    assert.equal((await rig.bookings()).length, 1);
  });

  it('changes neither start nor end in Fleetio, unless the account lets the key lead', async () => {
    const id = assign(ada, -1, 8);
    await rig.pass(5_000);
    const { startedAt } = rig.world.assignments.get(id) ?? {};
    await taken(id);
    await rig.pass(5_000);
    assert.equal(rig.world.assignments.get(id)?.startedAt, startedAt);
    await rig.set({ assignments: { followKey: true } });
    await rig.pass(hourMs, minuteMs);
    await returned(id);
    const back = rig.now();
    await rig.pass(5_000);
    const after = rig.world.assignments.get(id);
    assert.ok(Math.abs((after?.endedAt ?? 0) - back) < 2_000);
    assert.ok(Math.abs((after?.startedAt ?? 0) - (back - hourMs)) < 15_000);
    assert.equal((await rig.bookings()).length, 1);
  });
});
