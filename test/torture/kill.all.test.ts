import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { iso, Rig } from '../../scripts/rig/box-rig.ts';
import { Prng } from '../../scripts/rig/prng.ts';
import { pause } from '../../scripts/rig/until.ts';
import { judge } from './judge.ts';
import { type Ticket, World } from './world.ts';

/** Boxes that are tortured side by side, and how often each is killed. */
const boxes = 2;
const kills = Number(process.env.SMARTBOX_KILLS ?? 300) / boxes;
const seed = Number(process.env.SMARTBOX_SEED ?? Date.now() % 1_000_000);
const slots = 12;
const ticketsEach = 60;
const offWithinMs = 1_000;
const lookEveryMs = 2;

const ticketsOf = (box: number): readonly Ticket[] =>
  Array.from({ length: slots * ticketsEach }, (_, n) => ({
    id: `t-${n}`,
    code: String((n * 7_654_321 + 12_345_678 + box) % 100_000_000).padStart(8, '0'),
    slot: (n % slots) + 1,
    reuse: n % 40 === 39,
  }));

const windowOf = (now: number) => ({ start: iso(now - 3_600_000), end: iso(now + 86_400_000) });

async function tickFor(world: World, up: boolean, done: () => boolean): Promise<void> {
  while (!done()) {
    world.tick(up);
    await pause(lookEveryMs);
  }
}

/** One life of the daemon: start, some drivers, death at a random instant; often just after somebody did something. */
async function life(rig: Rig, world: World, random: Prng): Promise<void> {
  const { diary } = world;
  let ready = false;
  const starting = random.chance(0.08) ? rig.spawn() : null;
  if (starting === null)
    await Promise.all([rig.start().then(() => (ready = true)), tickFor(world, false, () => ready)]);
  else await tickFor(world, false, after(random.int(1, 250)));
  const run = { from: Date.now(), to: null as number | null };
  if (starting === null) diary.runs.push(run);
  await tickFor(world, true, after(random.int(20, 900)));
  if (random.chance(0.6)) await atAnAct(world, random);
  rig.daemon.child.kill('SIGKILL');
  const killedAt = performance.now();
  await tickFor(world, false, () => !world.powered || performance.now() - killedAt > offWithinMs);
  assert.ok(!world.powered, `a lock was powered ${offWithinMs} ms after the kill`);
  // A line that fell between the last look and the kill is seen now, not when the next daemon is ready.
  world.tick(false);
  await rig.daemon.finished;
  run.to = Date.now();
  if (random.chance(0.3)) await tickFor(world, false, after(random.int(1, 300)));
}

const after = (ms: number): (() => boolean) => {
  const end = performance.now() + ms;
  return () => performance.now() >= end;
};

/** Waits for somebody to type, open, take or shut, and then for the milliseconds in which the box works on it. */
async function atAnAct(world: World, random: Prng): Promise<void> {
  const before = world.lastActAt;
  const enough = after(500);
  await tickFor(world, true, () => world.lastActAt > before || enough());
  await tickFor(world, true, after(random.chance(0.5) ? random.next() * 6 : 46 + random.next() * 12));
}

async function quiet(rig: Rig, world: World): Promise<void> {
  await rig.start();
  world.diary.runs.push({ from: Date.now(), to: null });
  await tickFor(world, false, () => world.close());
  await tickFor(world, false, after(1_500));
}

test(`no kill makes the box forget, invent or repeat (seed ${seed})`, {
  timeout: 15 * 60_000,
  concurrency: true,
}, async t => {
  await Promise.all(
    Array.from({ length: boxes }, (_, box) =>
      t.test(`box ${box + 1}: ${kills} kills`, async inner => {
        const random = new Prng(seed + box);
        const rig = await Rig.make({ slots, pulseMs: 80, rules: { openWithinS: 5 } });
        inner.after(() => rig.dispose());
        const tickets = ticketsOf(box);
        await rig.start();
        await rig.book(...tickets.map(ticket => ({ ...ticket, ...windowOf(Date.now()) })));
        await rig.stop('SIGKILL');
        const world = new World(rig, tickets, random);
        for (let kill = 0; kill < kills; kill += 1) await life(rig, world, random);
        await quiet(rig, world);
        await conclude(rig, world, tickets);
        const { pulses, doors, outings } = world.diary;
        inner.diagnostic(`${pulses.length} pulses, ${doors.length} openings, ${outings.length} keys taken`);
        assert.ok(pulses.length > kills / 4, 'the box was hardly used');
      }),
    ),
  );
});

/** @throws AssertionError naming a file with journal and diary, for whoever must find out */
async function conclude(rig: Rig, world: World, tickets: readonly Ticket[]): Promise<void> {
  const reusable = new Set(tickets.filter(ticket => ticket.reuse).map(({ id }) => id));
  const events = await rig.events();
  const wrong = judge({ events, diary: world.diary, reusable });
  if (wrong.length > 0) {
    const file = join(tmpdir(), `torture-${seed}-${process.pid}.json`);
    writeFileSync(file, JSON.stringify({ wrong, diary: world.diary, events }));
    assert.fail(`${wrong.join('\n')}\nsee ${file}`);
  }
  const file = join(rig.dir, 'export.jsonl');
  writeFileSync(file, await rig.must(['events', 'export', '--format', 'jsonl']));
  await rig.must(['events', 'verify', file]);
}
