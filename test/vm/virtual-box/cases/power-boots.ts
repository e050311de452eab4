/** A machine whose power is cut as it runs, and which is switched on again. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { Prng } from '../../../../scripts/rig/prng.ts';
import type { JournalEvent } from '../../../../src/wire/journal.ts';
import { type Diary, emptyDiary, note } from '../../../torture/diary.ts';
import { judgeRecord, truth } from '../../../torture/judge.ts';
import type { Case, Stage } from '../case.ts';
import { codeOf } from '../configuration.ts';
import { arm, type Life, liveAndDie } from '../power/play.ts';
import { forgotten } from '../power/recovered.ts';
import { reusable } from '../power/tickets.ts';
import type { Told } from '../power/told.ts';
import type { Run } from '../qemu.ts';
import { patientMs, slotCount, VirtualBox } from '../virtual-box.ts';

const seed = Number(process.env.SMARTBOX_SEED ?? Date.now() % 1_000_000);
const coldBoots = 5;

/** Some die at their first pick-up, others when several are under way. */
const lifeOf = (random: Prng, n: number): Life => ({
  seed: seed + n,
  pulses: random.int(1, 3),
  thenMs: random.int(0, 1_500),
});

const diaryOf = (told: readonly Told[]): Diary => {
  const diary = emptyDiary();
  for (const each of told) if (each.what !== 'event') note(diary, each);
  return diary;
};

export const powerBoots: Case = {
  name: 'power-boots',
  what: `${coldBoots} times the power is cut in mid-pick-up and the machine is switched on again: READY, the books are true, a code opens`,
  minutes: 6,
  async run(stage) {
    const armed = await arm(await stage.ready(), stage.work);
    const random = new Prng(seed);
    for (let n = 0; n < coldBoots; n += 1) {
      // What the world looks like must be put before the box before it looks.
      const quietly = 'systemctl disable smartboxd 2>&1 && sync';
      const { run, told } = await liveAndDie(armed, stage.work, lifeOf(random, n), quietly);
      await wakes(stage, run, told, n);
      rmSync(run.folder, { recursive: true, force: true });
    }
  },
};

async function wakes(stage: Stage, run: Run, told: readonly Told[], n: number): Promise<void> {
  const { frozen: _, ...anew } = run;
  const from = performance.now();
  const box = await VirtualBox.on(anew);
  try {
    const diary = diaryOf(told);
    for (const { slot } of diary.doors.filter(({ to }) => to === null)) await box.door(slot, 'open');
    for (const { slot } of diary.outings.filter(({ to }) => to === null)) await box.key(slot, 'out');
    await box.sh('systemctl start smartboxd');
    stage.figure(
      `boot ${n + 1}`,
      `READY ${((performance.now() - from) / 1_000).toFixed(0)} s after switching on`,
    );
    const events = await settled(box, diary);
    const problems = [
      ...judgeRecord({ events, diary, reusable }),
      ...truth({ events, diary, reusable }),
      ...forgotten(events, told),
    ];
    assert.deepEqual(problems, [], `seed ${seed}, boot ${n + 1}`);
    await opens(box, diary);
    await box.verifies();
  } finally {
    await box.off();
  }
}

/** The journal, when the box has looked around; else as it stands after a long time. */
async function settled(box: VirtualBox, diary: Diary): Promise<readonly JournalEvent[]> {
  for (const end = performance.now() + patientMs / 5; ; ) {
    const text = await box.sh('smartbox events export --format jsonl');
    const lines = text.trimEnd().split('\n').slice(0, -1);
    const events = lines.map(line => JSON.parse(line) as JournalEvent);
    if (truth({ events, diary, reusable }).length === 0 || performance.now() > end) return events;
  }
}

/** A driver comes to a slot at which nobody was when the power went. */
async function opens(box: VirtualBox, { doors, outings }: Diary): Promise<void> {
  const busy = new Set([...doors, ...outings].filter(({ to }) => to === null).map(({ slot }) => slot));
  const slot = Array.from({ length: slotCount }, (_, at) => at + 1).find(each => !busy.has(each));
  assert.ok(slot !== undefined);
  await box.strike(slot, codeOf(slot), null);
}
