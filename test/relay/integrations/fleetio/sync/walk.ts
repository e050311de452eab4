/** Random histories of assignments; what each ends with is judged by agreement.ts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { disagreements } from './agreement.ts';
import { Story } from './story.ts';

/** `SEED=7` runs one history instead, `SEEDS=2000` so many, `FROM=401` from there on. */
export function walks(usual: readonly number[]): void {
  const { SEED, SEEDS, FROM = '1' } = process.env;
  const asked = Array.from({ length: Number(SEEDS ?? 0) }, (_, at) => at + Number(FROM));
  const seeds = SEED !== undefined ? [Number(SEED)] : asked.length > 0 ? asked : usual;
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
}

export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);
