/** “Not there”, said of an assignment that is: by a server of Fleetio that is behind. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { turn } from '../../../../../src/sandbox/switches.ts';
import { hourMs, minuteMs } from './rig.ts';
import { assign, codesOnBox, rig } from './two-drivers.ts';

const unreadable = (failTimes: number): void =>
  turn(rig.switches, { failure: '404', failOn: '/vehicle_assignments/', failTimes });

/** In steps of a few seconds, for some hours at most. */
async function passUntil(isSo: () => Promise<boolean>): Promise<void> {
  for (let step = 0; step < 2_000 && !(await isSo()); step += 1) await rig.pass(5_000, 5_000);
  assert.ok(await isSo());
}

describe('an assignment', () => {
  it('that is told of before it can be read is booked all the same, and once', async () => {
    unreadable(4);
    const id = assign();
    await rig.pass(4_000);
    const code = await rig.codeOf(id);
    assert.notEqual(code, null);
    await rig.pass(minuteMs, 5_000);
    assert.equal(await rig.codeOf(id), code);
    assert.equal((await rig.booking(id))?.cancelled, null);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno']);
    assert.equal(rig.codeIn(id), code);
  });

  it('that is told of and never comes is taken for deleted, once it has had its time', async () => {
    unreadable(-1);
    const id = assign();
    await rig.pass(4 * minuteMs, 5_000);
    assert.notEqual((await rig.booking(id))?.cancelled, null);
    assert.deepEqual(codesOnBox(), []);
  });

  it('that was read and is not found for a while after a change keeps its code', async () => {
    const id = assign();
    await rig.pass(5_000);
    const code = await rig.codeOf(id);
    unreadable(4);
    rig.world.change(id, { endedAt: rig.now() + 12 * hourMs });
    await rig.pass(minuteMs, 5_000);
    assert.equal(await rig.codeOf(id), code);
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'moved:Ada Moreno']);
    assert.equal((await rig.booking(id))?.end, rig.world.assignments.get(id)?.endedAt);
  });

  it('that a round did not find, and the next one does, is booked again; not found twice, it is gone for good', async () => {
    const id = assign();
    await rig.pass(5_000);
    const first = await rig.codeOf(id);
    // Each question is asked twice.
    unreadable(2);
    await passUntil(async () => (await rig.booking(id))?.cancelled !== null);
    assert.deepEqual(codesOnBox(), []);
    await passUntil(async () => (await rig.booking(id))?.cancelled === null);
    await rig.pass(5_000);
    assert.notEqual(await rig.codeOf(id), first);
    assert.equal(rig.codeIn(id), await rig.codeOf(id));
    assert.deepEqual(await rig.told(), ['access:Ada Moreno', 'cancelled:Ada Moreno', 'access:Ada Moreno']);
    turn(rig.switches, { hooks: { silent: true } });
    rig.world.remove(id);
    await passUntil(async () => (await rig.booking(id))?.cancelled !== null);
    const asked = (): number => rig.calls.filter(call => call === `GET /vehicle_assignments/${id}`).length;
    const before = asked();
    await rig.pass(60 * minuteMs, 5_000);
    assert.deepEqual([codesOnBox(), asked() - before], [[], 2], 'asked for once more, in two calls');
  });
});
