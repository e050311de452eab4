import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Prng } from '../../../../../scripts/rig/prng.ts';
import { wall } from '../../../../../src/base/brand.ts';
import { codeOf } from '../../../../../src/base/fault.ts';
import { Limiter, waitingMax } from '../../../../../src/relay/integrations/fleetio/api/limiter.ts';
import type { Turn } from '../../../../../src/relay/integrations/fleetio/api/port.ts';
import { FakeTime } from '../../../../fake-time.ts';

const reGet = (start: number): Turn => ({ for: 're-get', start: wall(start) });
const writeBack = (start: number): Turn => ({ for: 'write-back', start: wall(start) });
const reconcile: Turn = { for: 'reconcile' };

/** Lets what was resolved run. */
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

interface Gone {
  readonly name: string;
  readonly at: number;
}

function rig(perMin: number) {
  const time = new FakeTime();
  const limiter = new Limiter(time, perMin);
  const gone: Gone[] = [];
  const ask = (name: string, turn: Turn): void => {
    void limiter.turn(turn).then(() => gone.push({ name, at: time.mono() }));
  };
  const pass = async (ms: number): Promise<void> => {
    // Little by little, so that whoever goes is noted at its own instant.
    for (let left = ms; left > 0; left -= 1_000) {
      time.advance(Math.min(left, 1_000));
      await settle();
    }
  };
  return { time, limiter, gone, ask, pass };
}

describe('the limiter', () => {
  it('lets a minute’s calls go at once, and the next when the first has left the minute', async () => {
    const { gone, ask, pass } = rig(3);
    for (const name of ['a', 'b', 'c', 'd']) ask(name, reGet(1));
    await settle();
    assert.deepEqual(
      gone.map(({ name }) => name),
      ['a', 'b', 'c'],
    );
    await pass(60_000);
    assert.equal(gone.length, 3);
    await pass(1_000);
    assert.equal(gone.at(-1)?.name, 'd');
  });

  it('orders what waits: a person, re-reading by start, fields by start, comparing last', async () => {
    const { limiter, gone, ask, pass } = rig(1);
    limiter.pause(1_000);
    ask('compare', reconcile);
    ask('fields late', writeBack(9));
    ask('fields soon', writeBack(5));
    ask('late', reGet(9));
    ask('soon', reGet(5));
    ask('soon, second', reGet(5));
    ask('person', { for: 'person' });
    await pass(10 * 61_000);
    const expected = ['person', 'soon', 'soon, second', 'late', 'fields soon', 'fields late', 'compare'];
    assert.deepEqual(
      gone.map(({ name }) => name),
      expected,
    );
  });

  it('keeps room for drivers while everything is compared', async () => {
    const { limiter, gone, ask } = rig(20);
    for (let at = 0; at < 30; at += 1) ask('compare', reconcile);
    await settle();
    assert.equal(gone.length, 10);
    for (let at = 0; at < 30; at += 1) ask('fields', writeBack(1));
    await settle();
    assert.equal(gone.length, 16);
    assert.equal(limiter.waitMs(reGet(1)), 0);
    for (let at = 0; at < 4; at += 1) ask('now', reGet(1));
    await settle();
    assert.equal(gone.length, 20);
    assert.equal(limiter.waitMs(reGet(1)), 61_000);
  });

  it('tells how long a call would wait, before it is asked for', async () => {
    const random = new Prng(5);
    for (let round = 0; round < 30; round += 1) {
      const { limiter, gone, ask, pass, time } = rig(random.int(1, 6));
      const turns = (): Turn =>
        random.pick([reGet(random.int(1, 5)), writeBack(random.int(1, 5)), reconcile]);
      for (let at = 0; at < random.int(0, 15); at += 1) {
        ask('other', turns());
        if (random.chance(0.3)) await pass(random.int(1, 30) * 1_000);
      }
      const turn = turns();
      const said = limiter.waitMs(turn);
      const asked = time.mono();
      ask('mine', turn);
      await settle();
      await pass(40 * 61_000);
      const mine = gone.find(({ name }) => name === 'mine');
      assert.equal((mine?.at ?? -1) - asked, said, `round ${round}`);
    }
  });

  it('goes nowhere while Fleetio has asked for silence, whatever the limit', async () => {
    const { limiter, gone, ask, pass } = rig(0);
    ask('before', reconcile);
    await settle();
    limiter.pause(22_000);
    limiter.pause(5_000);
    assert.equal(limiter.waitMs({ for: 'person' }), 22_000);
    ask('after', reGet(1));
    await pass(21_000);
    assert.equal(gone.length, 1);
    await pass(1_000);
    assert.equal(gone.length, 2);
  });

  it('tells a person to come back rather than to wait for long', async () => {
    const { limiter } = rig(1);
    limiter.pause(10_001);
    await assert.rejects(limiter.turn({ for: 'person' }), { code: 'fleetio-limited', retryAfterMs: 10_001 });
    assert.equal(limiter.waiting, 0);
  });

  it('refuses more than it can hold, and everybody when it ends', async () => {
    const { limiter, time } = rig(1);
    limiter.pause(60_000);
    const waiting = Array.from({ length: waitingMax }, () => limiter.turn(reconcile).catch(codeOf));
    await assert.rejects(limiter.turn(reGet(1)), { code: 'fleetio-busy' });
    limiter.close();
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['fleetio-stopped']));
    await assert.rejects(limiter.turn(reGet(1)), { code: 'fleetio-stopped' });
    assert.equal(time.armed, 0);
  });

  it('never lets more than its limit into any minute, and starves nobody more urgent', async () => {
    const random = new Prng(11);
    const { gone, ask, pass } = rig(7);
    for (let step = 0; step < 120; step += 1) {
      for (let at = 0; at < random.int(0, 3); at += 1)
        ask('any', random.pick([reGet(1), writeBack(1), reconcile]));
      await pass(random.int(1, 20) * 1_000);
    }
    for (const { at } of gone) {
      const within = gone.filter(other => other.at >= at && other.at < at + 60_000);
      assert.ok(within.length <= 7, `${within.length} within a minute of ${at}`);
    }
  });
});
