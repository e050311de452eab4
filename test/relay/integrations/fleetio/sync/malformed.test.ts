/** One odd record of Fleetio's stops nothing else: it is named in a Problem until it is good again, or gone. On both stores. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { turn } from '../../../../../src/sandbox/switches.ts';
import { onSqliteOrBoth } from '../../../stores.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

type Bend = (record: object) => unknown;
const withMembers =
  (members: object): Bend =>
  record => ({ ...record, ...members });

/** Of an assignment: how it is odd, and what the Problem says. */
const assignments: readonly (readonly [Bend, RegExp])[] = [
  [withMembers({ contact_id: null }), /contact_id is null/],
  [withMembers({ contact_id: undefined }), /contact_id is missing/],
  [withMembers({ contact_id: '\u0000' }), /contact_id is not as it should be/],
  [withMembers({ vehicle_id: null }), /vehicle_id is null/],
  [withMembers({ vehicle_id: { id: 301 } }), /vehicle_id is an object/],
  [withMembers({ started_at: '2026-03-03T09:00:00' }), /started_at is no instant with an offset/],
  [withMembers({ started_at: '2026-02-30T09:00:00Z' }), /started_at is no instant/],
  [withMembers({ ended_at: '9999-12-31T23:59:59Z' }), /ended_at lies after the year 2199/],
  [withMembers({ ended_at: 1_772_463_600_000 }), /ended_at is not as it should be \(a number\)/],
  [withMembers({ ended_at: '2026-03-01T00:00:00Z' }), /ended_at is not after started_at/],
  [withMembers({ updated_at: 'x'.repeat(1_000_000) }), /updated_at is no instant/],
];

const problemsOf = async (rig: EngineRig): Promise<ReadonlyMap<string, string>> => {
  const rows = await rig.store.db
    .selectFrom('problem')
    .select(['kind', 'subject', 'detail'])
    .where('cleared', 'is', null)
    .execute();
  return new Map(
    rows
      .filter(({ kind }) => kind === 'fleetio-record-malformed')
      .map(({ subject, detail }) => [subject.replace(`${rig.integration}/`, ''), detail]),
  );
};

describe('an odd assignment', () => {
  let rig: EngineRig;
  let ada: number;
  let bo: number;
  beforeEach(async () => {
    rig = await EngineRig.make({ keys: 14 });
    ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' }).id;
    bo = rig.world.addContact('Bo Li', { email: 'bo@example.com' }).id;
  });
  afterEach(() => rig.close());
  const assign = (vehicle: number, contact: number): number =>
    rig.world.assign({
      ...{ vehicle, contact, startedAt: rig.now() + 48 * hourMs, endedAt: rig.now() + 96 * hourMs },
    }).id;

  it('is named, the others are booked, and what was deleted is seen; well again, it is booked too', async () => {
    turn(rig.switches, { hooks: { silent: true } });
    const odd: number[] = [];
    for (const [at, [bend]] of assignments.entries()) {
      const id = assign(await rig.vehicle(at + 1), ada);
      rig.fleet.bent.set(`assignment ${id}`, bend);
      odd.push(id);
    }
    const last = assign(await rig.vehicle(12), bo);
    const gone = assign(await rig.vehicle(13), bo);
    rig.start();
    await rig.pass(2 * minuteMs, 10_000);
    assert.notEqual(await rig.booking(last), null);
    assert.notEqual(await rig.booking(gone), null);
    rig.world.remove(gone);
    await rig.pass(40 * minuteMs, 30_000);
    assert.notEqual((await rig.booking(gone))?.cancelled, null);
    const problems = await problemsOf(rig);
    for (const [at, [, said]] of assignments.entries()) {
      assert.match(problems.get(`assignment/${odd[at]}`) ?? 'no Problem', said);
      assert.match(problems.get(`assignment/${odd[at]}`) ?? '', new RegExp(`assignment ${odd[at]} `));
    }
    assert.equal(problems.size, assignments.length);
    // Nothing but the record itself takes its Problem away: not the next good webhook.
    turn(rig.switches, { hooks: { silent: false } });
    rig.world.change(last, { endedAt: rig.now() + 97 * hourMs });
    await rig.pass(2 * minuteMs, 10_000);
    assert.equal((await problemsOf(rig)).size, assignments.length);
    rig.world.remove(odd[0] ?? 0);
    rig.fleet.bent.clear();
    await rig.pass(40 * minuteMs, 30_000);
    assert.deepEqual([...(await problemsOf(rig))], []);
    for (const id of odd.slice(1)) assert.notEqual(await rig.booking(id), null, String(id));
  });

  it('that was good before keeps its booking; told by webhook it is named too', async () => {
    const id = assign(await rig.vehicle(1), ada);
    rig.start();
    await rig.pass(5_000);
    rig.fleet.bent.set(`assignment ${id}`, withMembers({ contact_id: null }));
    await rig.fleet.event('vehicle_assignment_updated', { id, vehicle_id: 1, contact_id: null });
    await rig.pass(20_000);
    assert.equal((await rig.booking(id))?.cancelled, null);
    assert.match((await problemsOf(rig)).get(`assignment/${id}`) ?? '', /contact_id is null/);
    await rig.fleet.event('vehicle_assignment_deleted', { id });
    await rig.pass(20_000);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
    assert.equal((await problemsOf(rig)).size, 0);
  });

  it('without an id is named until a list shows it no more', async () => {
    turn(rig.switches, { hooks: { silent: true } });
    const id = assign(await rig.vehicle(1), ada);
    const other = assign(await rig.vehicle(2), bo);
    rig.fleet.bent.set(`assignment ${id}`, withMembers({ id: null }));
    rig.start();
    await rig.pass(90 * minuteMs, 30_000);
    assert.notEqual(await rig.booking(other), null);
    assert.deepEqual([...(await problemsOf(rig)).keys()], ['assignment/?']);
    rig.fleet.bent.clear();
    await rig.pass(40 * minuteMs, 30_000);
    assert.equal((await problemsOf(rig)).size, 0);
    assert.notEqual(await rig.booking(id), null);
  });

  it('whose time of change lies years ahead hides nothing that changes until then', async () => {
    turn(rig.switches, { hooks: { silent: true } });
    const id = assign(await rig.vehicle(1), ada);
    rig.fleet.bent.set(`assignment ${id}`, withMembers({ updated_at: '2090-01-01T00:00:00Z' }));
    rig.start();
    await rig.pass(20 * minuteMs, 30_000);
    const other = assign(await rig.vehicle(2), bo);
    rig.fleet.bent.clear();
    rig.world.change(id, { contact: bo });
    await rig.pass(40 * minuteMs, 30_000);
    assert.notEqual(await rig.booking(other), null);
    assert.equal((await rig.assignment(id))?.contact, String(bo));
  });

  it('that Fleetio itself cannot show, time after time, is named as well', async () => {
    const id = assign(await rig.vehicle(1), ada);
    const gone = assign(await rig.vehicle(2), bo);
    rig.start();
    await rig.pass(5_000);
    turn(rig.switches, {
      hooks: { silent: true },
      failure: '500',
      failOn: `/vehicle_assignments/${id}`,
      failTimes: -1,
    });
    rig.world.remove(gone);
    await rig.pass(40 * minuteMs, 30_000);
    assert.notEqual((await rig.booking(gone))?.cancelled, null);
    assert.match((await problemsOf(rig)).get(`assignment/${id}`) ?? '', /trouble of its own/);
    turn(rig.switches, { failure: 'none' });
    await rig.pass(40 * minuteMs, 30_000);
    assert.equal((await problemsOf(rig)).size, 0);
  });

  it('is no reason to see no deletion, nor is a list that cannot be read', async () => {
    const gone = assign(await rig.vehicle(1), ada);
    rig.start();
    await rig.pass(5_000);
    turn(rig.switches, { hooks: { silent: true }, failure: '403', failOn: 'GET /contacts', failTimes: -1 });
    rig.world.remove(gone);
    await rig.pass(25 * hourMs, 5 * minuteMs);
    assert.notEqual((await rig.booking(gone))?.cancelled, null);
    assert.ok((await rig.problems()).includes('fleetio-not-compared'));
    // What goes well meanwhile proves nothing of the rest.
    turn(rig.switches, { failure: '403', failOn: 'GET /contacts', failTimes: -1, hooks: { silent: false } });
    assign(await rig.vehicle(2), ada);
    await rig.pass(20_000);
    assert.ok((await rig.problems()).includes('fleetio-not-compared'));
    turn(rig.switches, { failure: 'none' });
    await rig.pass(90 * minuteMs, 30_000);
    assert.ok(!(await rig.problems()).includes('fleetio-not-compared'));
  });
});

/** A database server of its own takes its time: what is waited for decides, within bounds. */
async function passUntil(rig: EngineRig, stepMs: number, isSo: () => Promise<boolean>): Promise<void> {
  for (let steps = 0; steps < 40; steps += 1) {
    await rig.pass(stepMs, stepMs);
    if (await isSo()) return;
  }
}

onSqliteOrBoth('odd contacts', source => {
  it('are named; whoever is assigned beside them has a key; they have theirs by name', async () => {
    const rig = await EngineRig.make({ keys: 4, store: await source.fresh() });
    try {
      const ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' }).id;
      const long = rig.world.addContact('Long', { email: 'long@example.com' }).id;
      const nul = rig.world.addContact('Nul', { email: 'nul@example.com' }).id;
      const bo = rig.world.addContact('Bo Li', { email: 'bo@example.com' }).id;
      rig.fleet.bent.set(`contact ${ada}`, withMembers({ email: { address: 'ada@example.com' } }));
      rig.fleet.bent.set(
        `contact ${nul}`,
        withMembers({ name: `N\u0000ul\ud83d${'y'.repeat(1_000)}`, email: 'nul@example.com\u0000' }),
      );
      rig.fleet.bent.set(`contact ${long}`, withMembers({ name: 'y'.repeat(100_000) }));
      const window = { startedAt: rig.now() + hourMs, endedAt: rig.now() + 9 * hourMs };
      const ids: number[] = [];
      for (const [at, contact] of [ada, long, nul, bo].entries())
        ids.push(rig.world.assign({ vehicle: await rig.vehicle(at + 1), contact, ...window }).id);
      rig.start();
      await passUntil(rig, 5_000, async () => {
        const made = await Promise.all(ids.map(id => rig.booking(id)));
        const told = await rig.told();
        return !made.includes(null) && told.includes('access:Bo Li') && (await problemsOf(rig)).size > 1;
      });
      for (const id of ids) assert.notEqual(await rig.booking(id), null, String(id));
      const named = await problemsOf(rig);
      assert.deepEqual([...named.keys()].sort(), [`contact/${ada}`, `contact/${long}`].sort());
      assert.match(named.get(`contact/${long}`) ?? '', /name is too long/);
      assert.ok((await rig.told()).includes('access:Bo Li'));
      rig.fleet.bent.clear();
      await passUntil(rig, 5 * minuteMs, async () => (await problemsOf(rig)).size === 0);
      assert.equal((await problemsOf(rig)).size, 0);
      const driver = await rig.store.db
        .selectFrom('driver')
        .select('email')
        .where('name', '=', 'Ada Moreno')
        .execute();
      assert.deepEqual(driver, [{ email: 'ada@example.com' }]);
    } finally {
      await rig.close();
    }
  });
});
