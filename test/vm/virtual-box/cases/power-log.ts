/** Power that is cut while drivers come and go. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Prng } from '../../../../scripts/rig/prng.ts';
import type { Case, Stage } from '../case.ts';
import { crashStates } from '../power/crash-states.ts';
import { type Played, play } from '../power/play.ts';
import { Recovery } from '../power/recovered.ts';

const seed = Number(process.env.SMARTBOX_SEED ?? Date.now() % 1_000_000);
/** A disk that is behind by so many flushes has lost the last grant, which is told at once. */
const lateFlushes = 8;

interface Found {
  readonly states: number;
  /** States with something wrong, and what. */
  readonly wrong: readonly { readonly cut: number; readonly problems: readonly string[] }[];
  /** The first of them, counted from 1; null: none. */
  readonly first: number | null;
  readonly ms: number;
}

async function judgeStates(played: Played, count: number, late: number): Promise<Found> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'smartbox-power-'));
  try {
    const image = join(folder, 'image');
    writeFileSync(image, played.before);
    const recovery = await Recovery.of(join(folder, 'data'), image, played.machine);
    const wrong: Found['wrong'][number][] = [];
    let states = 0;
    let first: number | null = null;
    const from = performance.now();
    for (const { at, told } of crashStates(image, played, {
      count,
      prng: new Prng(seed),
      lateFlushes: late,
    })) {
      states += 1;
      const problems = recovery.judge(image, told);
      if (problems.length === 0) continue;
      first ??= states;
      wrong.push({ cut: at, problems });
    }
    return { states, wrong, first, ms: performance.now() - from };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(stage: Stage, what: string, { states, wrong, first, ms }: Found): void {
  const red = first === null ? '' : `, the first is state ${first}: ${wrong[0]?.problems[0]}`;
  stage.figure(
    what,
    `${wrong.length} of ${states} states wrong${red} (${(ms / states / 1_000).toFixed(2)} s each)`,
  );
}

function describe(stage: Stage, { entries, playMs }: Played): void {
  const count = (what: string): number => entries.filter(entry => entry.do === what).length;
  const told = entries.flatMap(entry => (entry.do === 'told' ? [entry.told.what] : []));
  const of = (what: string): number => told.filter(each => each === what).length;
  stage.figure(
    `seed ${seed}`,
    `${of('powered')} pulses, ${of('out')} keys taken, ${of('in')} returned, ${of('event')} events shown; ${count('write')} writes, ${count('flush')} flushes in ${(playMs / 1_000).toFixed(0)} s`,
  );
}

const seeds = { honest: seed, careless: seed + 1 } as const;

/** One life of the box, and what its disk may hold after each instant of it. */
async function honest(stage: Stage, pulses: number, states: number): Promise<void> {
  const played = await play(await stage.ready(), stage.work, { seed: seeds.honest, count: pulses });
  describe(stage, played);
  const found = await judgeStates(played, states, 0);
  tell(stage, 'power cuts', found);
  assert.deepEqual(found.wrong.slice(0, 3), [], `seed ${seed}`);
  const lying = await judgeStates(played, Math.ceil(states / 10), lateFlushes);
  tell(stage, `control: a disk that lies about its last ${lateFlushes} flushes`, lying);
  assert.ok(
    lying.wrong.length > lying.states / 10,
    'nothing is lost on a disk that lies: this proves nothing',
  );
}

/** The program as it is delivered, but for one word. */
const carelessly = `cd /usr/lib/smartbox/app
sed -i 's/"synchronous", "FULL", 2/"synchronous", "NORMAL", 1/' smartboxd.js
grep -q '"synchronous", "NORMAL", 1\\]' smartboxd.js && systemctl restart smartboxd`;

async function careless(stage: Stage, pulses: number, states: number): Promise<void> {
  const ready = await stage.ready();
  const played = await play(ready, stage.work, { seed: seeds.careless, count: pulses, change: carelessly });
  describe(stage, played);
  const found = await judgeStates(played, states, 0);
  tell(stage, 'control: a box that does not wait for its disk (synchronous=NORMAL)', found);
  assert.ok(
    found.wrong.length > found.states / 10,
    'nothing is lost by a box that does not wait: this proves nothing',
  );
}

export const powerCuts: Case = {
  name: 'power-cuts',
  what: '300 disks as power cuts in mid-pick-up leave them, of an honest disk, which forget nothing; of a disk that lies, which do',
  minutes: null,
  run: async stage => await honest(stage, 30, 300),
};

export const powerLog: Case = {
  name: 'power-log',
  what: '1,000 such disks, of a longer life; and those of a box that does not wait for its disk, which is found out too',
  minutes: 8,
  async run(stage) {
    await honest(stage, 60, 1_000);
    await careless(stage, 30, 100);
  },
};
