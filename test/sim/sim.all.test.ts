/**
 * 200 lives of the whole system, on two cores; `SEEDS=1000` for more. A red one is lived again with
 * `SEED=7 node_modules/.bin/node --test test/sim/sim.test.ts`. That the rules bite is shown by mutations.all.test.ts.
 */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { liveThrough } from './seeds.ts';

/** After those of the quick suite. */
const first = 6;
const seeds = Array.from({ length: Number(process.env.SEEDS ?? 200) }, (_, at) => first + at);

/** What the seeds must have come across, or they say little. */
const everywhere = [
  ...['granted take', 'granted return', 'granted remote', 'key-returned', 'denied', 'lockout', 'overdue'],
  ...['down delta', 'down snapshot', 'down vouch', 'down keys', 'down command', 'down new-epoch'],
  ...['storage-degraded', 'clock-untrusted', 'message-rejected', 'enrolled again'],
  ...['fault restoreRelay', 'fault killRelayAtCommit', 'fault powerAtCommit', 'fault restartBroker'],
  ...['lost: restore', 'lost: older-card', 'lost: older-file', 'lost: lost-file'],
  ...['a code of a file that was put back is typed', 'taken after a new box epoch'],
  ...['attacker replay', 'attacker relay', 'attacker box', 'attacker cross', 'attacker flip'],
];

test('seeds', async t => {
  const results = liveThrough(seeds, Math.min(2, availableParallelism()));
  const tally = new Map<string, number>();
  for (const seed of seeds)
    await t.test(`seed ${seed}`, async () => {
      const result = await results.get(seed);
      for (const [what, count] of result?.tally ?? []) tally.set(what, (tally.get(what) ?? 0) + count);
      assert.equal(result?.failure, null, result?.failure ?? 'it never ended');
    });
  t.diagnostic([...tally].map(([what, count]) => `${what} ${count}`).join(', '));
  if (seeds.length >= 200)
    assert.deepEqual(
      everywhere.filter(what => !tally.has(what)),
      [],
      'no seed came here',
    );
});
