import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { turn } from '../../../../../src/sandbox/switches.ts';
import { EngineRig, hourMs, minuteMs } from './rig.ts';

const drivers = 100;

describe('seven in the morning', () => {
  for (const hasLimit of [true, false])
    it(`100 assignments with 20 calls a minute: every driver is told within a minute${hasLimit ? '' : ', also where Fleetio allows fewer'}`, async () => {
      const rig = await EngineRig.make({ keys: drivers, settings: { callsPerMin: 20 } });
      try {
        turn(rig.switches, { callsPerMin: hasLimit ? 20 : 10 });
        const pairs: (readonly [number, number])[] = [];
        for (let at = 1; at <= drivers; at += 1) {
          const { id } = rig.world.addContact(`Driver ${at}`, { email: `d${at}@example.com` });
          pairs.push([await rig.vehicle(at), id]);
        }
        rig.start();
        // People and vehicles are known from before.
        await rig.pass(20 * minuteMs, 5_000);
        const seven = rig.now();
        const ids = pairs.map(
          ([vehicle, contact], at) =>
            rig.world.assign({
              ...{ vehicle, contact, startedAt: seven + at * minuteMs },
              endedAt: seven + 9 * hourMs,
            }).id,
        );
        await rig.pass(minuteMs, 1_000);
        const told = (await rig.messages()).filter(({ kind }) => kind === 'access');
        assert.equal(told.length, drivers);
        const last = Math.max(...told.map(({ created }) => created));
        assert.ok(last <= seven + minuteMs, `the last one after ${(last - seven) / 1_000} s`);
        await rig.pass(40 * minuteMs, 5_000);
        for (const id of ids) {
          assert.notEqual((await rig.assignment(id))?.checked, null, 'what was believed was checked');
          assert.equal(rig.codeIn(id), await rig.codeOf(id));
        }
      } finally {
        await rig.close();
      }
    });

  it('who drives first has the fields first', async () => {
    const rig = await EngineRig.make({ keys: 30, settings: { callsPerMin: 20 } });
    try {
      const { id: contact } = rig.world.addContact('Ada Moreno', { email: 'ada@example.com' });
      const vans: number[] = [];
      for (let at = 1; at <= 30; at += 1) vans.push(await rig.vehicle(at));
      rig.start();
      await rig.pass(20 * minuteMs, 5_000);
      const start = rig.now();
      // The last to be assigned is the first to drive.
      const ids = vans.map(
        (vehicle, at) =>
          rig.world.assign({
            ...{ vehicle, contact, startedAt: start + (60 - at) * minuteMs },
            endedAt: start + 9 * hourMs,
          }).id,
      );
      await rig.pass(2 * minuteMs, 1_000);
      const written = ids.filter(id => rig.fields(id).code !== null);
      assert.ok(written.length >= 8 && written.length < 30, `${written.length} written`);
      assert.ok(written.includes(ids.at(-1) ?? 0));
      assert.ok(!written.includes(ids[0] ?? 0));
    } finally {
      await rig.close();
    }
  });
});
