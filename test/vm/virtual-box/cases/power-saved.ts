/** Machines that go on from one saved state, and whose power is cut as they run. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Prng } from '../../../../scripts/rig/prng.ts';
import type { Case } from '../case.ts';
import { arm, type Life, liveAndDie, rawOf } from '../power/play.ts';
import { Recovery } from '../power/recovered.ts';

const seed = Number(process.env.SMARTBOX_SEED ?? Date.now() % 1_000_000);
const saved = Number(process.env.SMARTBOX_CUTS ?? 100);

/** Some die at their first pick-up, others when several are under way. */
const lifeOf = (random: Prng, n: number): Life => ({
  seed: seed + n,
  pulses: random.int(1, 3),
  thenMs: random.int(0, 1_500),
});

export const powerSaved: Case = {
  name: 'power-saved',
  what: `${saved} machines that go on from one saved state, each cut at another instant: nothing that was told is gone`,
  minutes: 12,
  async run(stage) {
    const armed = await arm(await stage.ready(), stage.work);
    const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'smartbox-power-'));
    try {
      const image = join(folder, 'image');
      const pristine = rawOf(join(armed.folder, 'data.qcow2'), image);
      const recovery = await Recovery.of(join(folder, 'data'), pristine, armed.machine);
      const random = new Prng(seed);
      const from = performance.now();
      let told = 0;
      for (let n = 0; n < saved; n += 1) {
        const dead = await liveAndDie(armed, stage.work, lifeOf(random, n));
        told += dead.told.length;
        const problems = recovery.judge(rawOf(dead.run.disks.data.file, image), dead.told);
        assert.deepEqual(problems, [], `seed ${seed}, cut ${n + 1}`);
        rmSync(dead.run.folder, { recursive: true, force: true });
      }
      const seconds = (performance.now() - from) / 1_000;
      stage.figure(
        `seed ${seed}`,
        `${saved} cuts clean, ${told} sights and events told; ${(seconds / saved).toFixed(1)} s each`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
