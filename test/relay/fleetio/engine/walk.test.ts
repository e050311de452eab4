/** `SEED=7` runs one history, `SEEDS=2000` so many, `FROM=401` from there on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { disagreements } from './agreement.ts';
import { Story } from './story.ts';

const one = Number(process.env.SEED ?? 0);
const from = Number(process.env.FROM ?? 1);
const seeds = one > 0 ? [one] : Array.from({ length: Number(process.env.SEEDS ?? 20) }, (_, at) => at + from);

describe('whatever happens to assignments, and however Fleetio misbehaves', () => {
  for (const seed of seeds)
    it(`history ${seed} ends with relay, box and fields agreeing`, async () => {
      const story = await Story.of(seed);
      try {
        await story.run();
        const wrong = await disagreements(story);
        assert.deepEqual(wrong, [], `seed ${seed}:\n${story.log.slice(-60).join('\n')}`);
      } finally {
        await story.rig.close();
      }
    });
});
