/** What becomes of bookings when the account of Fleetio that they came of is taken away. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { cancelBooking, createBooking } from '../../../../../src/relay/domain/bookings.ts';
import {
  type BookingFate,
  deleteIntegration,
} from '../../../../../src/relay/integrations/fleetio/sync/deletion.ts';
import { onSqliteOrBoth } from '../../../stores.ts';
import { EngineRig, hourMs, type RigOptions } from './rig.ts';

const box = 'depot-a';
let rig: EngineRig;

async function begin(options: RigOptions = {}): Promise<void> {
  rig = await EngineRig.make({ keys: 6, ...options });
  rig.start();
  await rig.pass(2_000);
}
afterEach(() => rig.close());

/** A vehicle of that number, assigned to somebody of that name; the id of the assignment. */
async function assigned(number: number, name: string, from: number, to: number | null): Promise<number> {
  const vehicle = await rig.vehicle(number);
  const { id: contact } = rig.world.addContact(name, { email: `${name.toLowerCase()}@example.com` });
  const startedAt = rig.now() + from * hourMs;
  const endedAt = to === null ? null : rig.now() + to * hourMs;
  return rig.world.assign({ vehicle, contact, startedAt, endedAt }).id;
}

async function idOf(assignment: number): Promise<string> {
  const booking = await rig.booking(assignment);
  assert.ok(booking !== null);
  return booking.id;
}

/** One booking of each kind, by what it is. */
async function oneOfEach() {
  const over = await assigned(1, 'Olga', 0, 1);
  const taken = await assigned(2, 'Tara', 0, 9);
  const undone = await assigned(3, 'Una', 5, 9);
  await rig.pass(10_000);
  const ids = { over: await idOf(over), taken: await idOf(taken), undone: await idOf(undone) };
  await rig.depot.says(box, 'key-taken', ids.taken, 'van 2');
  await rig.house.act(context => cancelBooking(context, ids.undone));
  await rig.pass(hourMs + 600_000, 600_000);
  const heard = await assigned(4, 'Hana', 2, 9);
  const lasting = await assigned(5, 'Lars', 3, null);
  await rig.pass(10_000);
  await rig.depot.vanish(box, rig.now());
  const unheard = await assigned(6, 'Ulf', 3, 9);
  await rig.pass(10_000);
  const byHand = await rig.house.act(context =>
    createBooking(context, { key: 'van 4', start: rig.now() + 20 * hourMs, end: rig.now() + 21 * hourMs }),
  );
  return {
    ...{ ...ids, heard: await idOf(heard), lasting: await idOf(lasting), unheard: await idOf(unheard) },
    byHand: byHand.id,
  };
}

const remove = (fate: BookingFate): Promise<void> =>
  rig.house.act(context => deleteIntegration(context, rig.integration, fate));

/** Names of the bookings that are cancelled. */
async function cancelled(ids: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const gone = new Set((await rig.bookings()).filter(row => row.cancelled !== null).map(({ id }) => id));
  return Object.keys(ids).filter(name => gone.has(ids[name] ?? ''));
}

async function audited(): Promise<string | null | undefined> {
  const rows = await rig.store.db
    .selectFrom('audit')
    .select('detail')
    .where('what', '=', 'integration-deleted')
    .execute();
  assert.equal(rows.length, 1);
  return rows[0]?.detail;
}

onSqliteOrBoth('a deletion that cancels', source => {
  beforeEach(async () => begin({ store: await source.fresh() }));

  it('cancels what is neither over nor taken, and tells whoever had heard of it', async () => {
    const ids = await oneOfEach();
    assert.deepEqual(await cancelled(ids), ['undone']);
    const before = await rig.told();
    await remove('cancel');
    assert.deepEqual(await cancelled(ids), ['undone', 'heard', 'lasting', 'unheard']);
    const told = (await rig.told()).slice(before.length);
    assert.deepEqual([...told].sort(), ['cancelled:Hana', 'cancelled:Lars']);
    assert.equal(await audited(), 'bookings: 3 cancelled, 1 kept (1 with the key out)');
    for (const row of await rig.bookings())
      if (row.cancelled !== null && row.id !== ids.taken) assert.equal(row.code, null, 'its code is wiped');
  });
});

describe('a key that is out', () => {
  beforeEach(() => begin());

  it('comes back after a deletion that cancels, and nothing is made anew', async () => {
    const ids = await oneOfEach();
    await remove('cancel');
    const count = (await rig.bookings()).length;
    rig.depot.back(box);
    await rig.pass(20_000);
    await rig.depot.says(box, 'key-returned', ids.taken, 'van 2');
    await rig.pass(20 * 60_000, 300_000);
    const rows = await rig.bookings();
    assert.equal(rows.length, count);
    assert.notEqual(rows.find(({ id }) => id === ids.taken)?.returned, null);
    const inBox = [...(rig.depot.sets.get(box)?.keys() ?? [])];
    for (const name of ['heard', 'lasting', 'unheard'] as const)
      assert.ok(!inBox.includes(ids[name]), `the box forgets ${name}`);
  });
});

describe('a deletion that keeps', () => {
  beforeEach(() => begin());

  it('changes no booking, and tells whoever had not been told yet once the box has it; the audit says how many stay', async () => {
    const ids = await oneOfEach();
    const [before, told] = [await rig.bookings(), await rig.told()];
    await remove('keep');
    assert.deepEqual(await rig.bookings(), before);
    assert.deepEqual((await rig.told()).slice(told.length), ['access:Ulf']);
    assert.deepEqual(await cancelled(ids), ['undone']);
    assert.equal(await audited(), 'bookings: 0 cancelled, 4 kept (1 with the key out)');
    const ofUlf = async () => (await rig.messages()).find(({ booking }) => booking === ids.unheard);
    assert.equal((await ofUlf())?.state, 'waiting');
    assert.match((await ofUlf())?.kind ?? '', /^access$/);
  });
});

describe('two bookings of one key', () => {
  beforeEach(() => begin());

  it('are no Problem any more when the one that came of Fleetio is cancelled', async () => {
    const id = await assigned(1, 'Ada', 1, 9);
    await rig.house.act(context =>
      createBooking(context, { key: 'van 1', start: rig.now() + 2 * hourMs, end: rig.now() + 3 * hourMs }),
    );
    await rig.pass(10_000);
    assert.notEqual(await rig.booking(id), null);
    assert.deepEqual(await rig.problems(), ['bookings-overlap']);
    await remove('cancel');
    assert.deepEqual(await rig.problems(), []);
  });
});
