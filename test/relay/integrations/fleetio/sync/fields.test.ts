import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { listWaitingWrites } from '../../../../../src/relay/integrations/fleetio/sync/waiting-writes.ts';
import {
  writeAllAgain,
  writeBookingAgain,
} from '../../../../../src/relay/integrations/fleetio/sync/write-again.ts';
import { turn } from '../../../../../src/sandbox/switches.ts';
import { fieldLabels } from './fleet-side.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

let rig: EngineRig;
let van: number;
let ada: number;

beforeEach(async () => {
  rig = await EngineRig.make();
  van = await rig.vehicle(1);
  ada = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' }).id;
  rig.start();
  await rig.pass(2_000);
});
afterEach(() => rig.close());

const assign = (from = 1): number =>
  rig.world.assign({
    ...{ vehicle: van, contact: ada },
    ...{ startedAt: rig.now() + from * hourMs, endedAt: rig.now() + (from + 8) * hourMs },
  }).id;
const patches = (): number => rig.calls.filter(call => call.startsWith('PATCH /vehicle_assignments')).length;
const [instructions = '', link = '', code = ''] = fieldLabels.map(label =>
  label.toLowerCase().replaceAll(' ', '_'),
);

describe('the three fields', () => {
  it('are written in one call, beside those of others', async () => {
    rig.world.addField('Cost Centre');
    const { id } = rig.world.assign({
      vehicle: van,
      contact: ada,
      startedAt: rig.now() + hourMs,
      endedAt: null,
    });
    rig.world.change(id, { fields: { cost_centre: '4711' } });
    await rig.pass(5_000);
    assert.equal(patches(), 1);
    assert.equal(rig.world.assignments.get(id)?.fields.cost_centre, '4711');
    assert.notEqual(rig.fields(id).code, null);
  });

  it('that somebody clears are written once more, and then left to them', async () => {
    const id = assign();
    await rig.pass(5_000);
    for (const expected of [2, 2]) {
      rig.world.change(id, { fields: { [instructions]: null, [link]: null, [code]: null } });
      await rig.pass(5_000);
      assert.equal(patches(), expected);
    }
    assert.equal(rig.fields(id).code, null);
    await rig.depot.says('depot-a', 'key-taken', (await rig.booking(id))?.id ?? '', 'van 1');
    await rig.pass(5_000);
    assert.match(rig.fields(id).instructions ?? '', /taken/, 'what is new is said all the same');
  });

  for (const unknownKeys of ['drop', 'reject'] as const)
    it(`of which one does not exist are a Problem that names it, where Fleetio would ${unknownKeys} it`, async () => {
      turn(rig.switches, { unknownKeys });
      rig.world.removeField(code);
      assign();
      await rig.pass(5_000);
      const kind = unknownKeys === 'drop' ? 'fields-missing' : 'fields-rejected';
      assert.deepEqual(await rig.problems(), [kind]);
      const { detail } = await rig.store.db.selectFrom('problem').select('detail').executeTakeFirstOrThrow();
      assert.match(detail, unknownKeys === 'drop' ? /“Keycafe Access Code”/ : /keycafe_access_code/);
      rig.world.addField(fieldLabels[2] ?? '');
      await rig.pass(20 * minuteMs, 30_000);
      assert.deepEqual(await rig.problems(), []);
    });

  it('that must not be empty get a dash', async () => {
    rig.world.removeField(code);
    rig.world.addField(fieldLabels[2] ?? '', true);
    const id = assign();
    await rig.pass(5_000);
    await rig.depot.says('depot-a', 'key-taken', (await rig.booking(id))?.id ?? '', 'van 1');
    await rig.depot.says('depot-a', 'key-returned', (await rig.booking(id))?.id ?? '', 'van 1');
    await rig.pass(5_000);
    assert.equal(rig.fields(id).code, '–');
    assert.deepEqual(await rig.problems(), []);
  });

  for (const [failure, kind] of [
    ['401', 'fleetio-unauthorized'],
    ['403', 'write-back-refused'],
    ['422', 'fields-rejected'],
    ['429', 'fleetio-limited'],
    ['503', 'fleetio-unreachable'],
    ['hang', 'fleetio-unreachable'],
    ['garbage', 'fleetio-strange'],
  ] as const)
    it(`that Fleetio does not take (${failure}) are a Problem, and are written when it does`, async () => {
      turn(rig.switches, { failure, failOn: 'PATCH /vehicle_assignments', failTimes: -1 });
      const id = assign();
      await rig.pass(90_000, 1_000);
      assert.deepEqual(await rig.told(), ['access:Ada Moreno'], 'the driver need not wait for it');
      assert.deepEqual(await rig.problems(), [kind]);
      const before = patches();
      assert.ok(before <= 8, `${before} tries in a minute and a half`);
      turn(rig.switches, { failure: 'none' });
      await rig.pass(20 * minuteMs, 15_000);
      assert.equal(rig.codeIn(id), await rig.codeOf(id));
      assert.deepEqual(await rig.problems(), []);
    });

  it('that wait for another try are written at once where somebody asks for it, without its waits growing', async () => {
    turn(rig.switches, { failure: '503', failOn: 'PATCH /vehicle_assignments', failTimes: -1 });
    const id = assign();
    await rig.pass(10 * minuteMs, 15_000);
    const booking = (await rig.booking(id))?.id ?? '';
    const listed = () =>
      rig.act(context => listWaitingWrites(context, rig.integration, { after: null, limit: 9 }));
    const [waiting, ...others] = await listed();
    assert.deepEqual(others, []);
    assert.equal(waiting?.assignment, String(id));
    assert.equal(waiting.vehicle?.id, String(van));
    assert.equal(waiting.booking, booking);
    assert.ok(
      (waiting.since ?? 0) < rig.now() - 9 * minuteMs,
      'since it was first due, not since the last try',
    );
    assert.ok(waiting.due > rig.now() && waiting.tries > 1);
    assert.equal(waiting.hindrance?.kind, 'fleetio-unreachable');
    turn(rig.switches, { failure: 'none' });
    const before = patches();
    await rig.act(context => writeBookingAgain(context, booking));
    await rig.pass(2_000);
    assert.equal(patches(), before + 1);
    assert.equal(rig.codeIn(id), await rig.codeOf(id));
    assert.deepEqual(await listed(), []);
    await assert.rejects(
      rig.act(context => writeBookingAgain(context, booking)),
      { code: 'conflict' },
    );
    assert.equal(await rig.act(context => writeAllAgain(context, rig.integration)), 0);
  });

  it('of an assignment that is gone show that it is gone', async () => {
    turn(rig.switches, { hooks: { silent: true } });
    const id = assign();
    turn(rig.switches, { failure: '503', failOn: 'PATCH', failTimes: -1 });
    await rig.fleet.event('vehicle_assignment_created', rig.fleet.record(id));
    await rig.pass(5_000);
    rig.world.remove(id);
    turn(rig.switches, { failure: 'none' });
    await rig.pass(3 * minuteMs, 5_000);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
  });

  for (const fields of ['merge', 'replace'] as const)
    for (const echo of [true, false])
      for (const noFields of ['empty', 'null'] as const)
        for (const lists of ['records', 'array'] as const)
          it(`agree where Fleetio would ${fields}, ${echo ? 'tells' : 'does not tell'} of it, has ${noFields} and lists ${lists}`, async () => {
            turn(rig.switches, { fields, echo, noFields, lists });
            const id = assign(-1);
            await rig.pass(5_000);
            await rig.depot.says('depot-a', 'key-taken', (await rig.booking(id))?.id ?? '', 'van 1');
            await rig.pass(20 * minuteMs, 30_000);
            assert.match(rig.fields(id).instructions ?? '', /taken/);
            assert.equal(rig.codeIn(id), await rig.codeOf(id));
            assert.equal(patches(), 2);
            assert.deepEqual(await rig.problems(), []);
          });
});
