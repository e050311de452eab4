/**
 * The whole system, simulated: `SEED=7 node_modules/.bin/node --test test/sim/sim.test.ts` lives one life again, and
 * `STORY=400` with it tells more of it.
 */
import { test } from 'node:test';
import { simulate } from './sim.ts';

const one = Number(process.env.SEED ?? 0);
const seeds = one > 0 ? [one] : Array.from({ length: Number(process.env.SEEDS ?? 3) }, (_, at) => at + 1);

for (const seed of seeds)
  test(`seed ${seed}`, async t => {
    const started = performance.now();
    const { tally, minutes } = await simulate(seed);
    const took = Math.round(performance.now() - started);
    t.diagnostic(
      `${minutes} minutes in ${took} ms: ${[...tally].map(([what, count]) => `${what} ${count}`).join(', ')}`,
    );
  });
