/**
 * The disk of the real daemon stands still for half a second to half a minute, at any step of takes and returns: after each stall
 * whoever has the key can return it and the next can take it. `SEEDS=7` lives one seed again.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { iso, Rig } from '../../scripts/rig/box-rig.ts';
import { Prng } from '../../scripts/rig/prng.ts';
import { pause, until } from '../../scripts/rig/until.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { types } from './box.ts';
import { type FrozenDisk, frozenDisk, noFrozenDisk } from './frozen-disk.ts';

const seeds = process.env.SEEDS === undefined ? [1, 2, 3, 4] : [Number(process.env.SEEDS)];
const slots = 3;
/** Before the key is asked for, while the door is pulled, while the key moves, while it falls shut, or through all of these. */
const steps = ['typed', 'opened', 'moved', 'shut', 'through'] as const;
type Step = (typeof steps)[number];
const stallsMs = [500, 1_000, 2_000, 4_000, 8_000, 12_000, 30_000] as const;
/** A driver types again where nothing happens. */
const triesMost = 4;

interface Bench {
  readonly rig: Rig;
  readonly disk: FrozenDisk;
}

interface Visit {
  readonly slot: number;
  readonly code: string;
  readonly purpose: 'take' | 'return';
  readonly step: Step;
  readonly stallMs: number;
}

const blames: readonly JournalEvent['type'][] = [
  ...(['jammed', 'door-forced', 'custody-mismatch', 'sensor-suspect', 'box-full'] as const),
  ...(['storage-degraded', 'lockout'] as const),
];

const codeOf = (slot: number, which: 0 | 1): string =>
  String(40_718_253 + slot * 1_370_411 + which * 52_317_006);

test('a disk that stands still stops no driver', {
  skip: noFrozenDisk,
  concurrency: seeds.length,
  timeout: 900_000,
}, async t => {
  await Promise.all(seeds.map(seed => t.test(`seed ${seed}`, each => lives(each, seed))));
});

test('a disk that stands still is felt: no lock is powered before the disk has what for', {
  skip: noFrozenDisk,
}, async t => {
  const rig = await Rig.make({ slots: 1 });
  const disk = frozenDisk(rig.data);
  t.after(async () => {
    disk.thaw();
    await rig.dispose();
  });
  await rig.start(disk.env);
  await rig.book({
    id: 'b',
    code: codeOf(1, 0),
    slot: 1,
    start: iso(Date.now()),
    end: iso(Date.now() + 3_600_000),
  });
  disk.freeze();
  rig.type(`${codeOf(1, 0)}#`);
  for (const end = performance.now() + 1_500; performance.now() < end; await pause(5))
    assert.equal(rig.lines.lock(1), 0);
  disk.thaw();
  assert.ok(await rises(rig, 1));
});

async function lives(t: TestContext, seed: number): Promise<void> {
  const random = new Prng(seed);
  const rig = await Rig.make({ slots, unsensed: seed % 2 === 0 ? [2] : [] });
  const disk = frozenDisk(rig.data);
  t.after(async () => {
    disk.thaw();
    await rig.dispose();
  });
  await rig.start(disk.env);
  await rig.book(...bookings());
  for (let slot = 1; slot <= slots; slot += 1)
    for (const [which, purpose] of visitors) {
      const [step, stallMs] = [random.pick(steps), random.pick(stallsMs)];
      t.diagnostic(`slot ${slot}, ${purpose}: ${step} ${stallMs} ms`);
      await visit({ rig, disk }, { slot, purpose, step, stallMs, code: codeOf(slot, which) });
    }
  const events = await rig.events();
  const blamed = events.filter(({ type }) => blames.includes(type));
  assert.deepEqual(types(blamed), []);
}

/** The first driver takes the key and returns it, the next one takes it. */
const visitors = [
  [0, 'take'],
  [0, 'return'],
  [1, 'take'],
] as const;

/** The next driver's window begins when the first one's has ended, and their key may be taken already. */
function bookings() {
  const [start = '', between = '', end = ''] = [-60, 10, 120].map(min => iso(Date.now() + min * 60_000));
  return Array.from({ length: slots }, (_, at) => at + 1).flatMap(slot => [
    { id: `first-${slot}`, code: codeOf(slot, 0), slot, start, end: between },
    { id: `next-${slot}`, code: codeOf(slot, 1), slot, start: between, end },
  ]);
}

async function visit(bench: Bench, who: Visit): Promise<void> {
  const { rig, disk } = bench;
  const before = (await ofSlot(rig, who.slot)).length;
  for (let tries = 1; ; tries += 1) {
    assert.ok(tries <= triesMost, `${who.purpose} at slot ${who.slot}: typed in vain`);
    const stalled = tries === 1;
    await standing(disk, stalled && who.step === 'typed' ? who.stallMs : null, () =>
      rig.type(`${who.code}#`),
    );
    if (await rises(rig, who.slot)) {
      await throughDoor(bench, who, stalled);
      break;
    }
    await pause(2_500);
  }
  let events: readonly JournalEvent[] = [];
  await until(`the end of the ${who.purpose} at slot ${who.slot}`, async () => {
    events = (await ofSlot(rig, who.slot)).slice(before);
    return events.some(({ type }) => type === 'door-closed');
  });
  const moved = who.purpose === 'take' ? 'key-taken' : 'key-returned';
  assert.equal(types(events).filter(type => type === moved).length, 1, types(events).join(' '));
  await rig.lines.released(who.slot, 5_000);
}

/** What a person does at the door, in a person's own time, whatever the disk does meanwhile. */
async function throughDoor({ rig, disk }: Bench, { slot, purpose, step, stallMs }: Visit, stalled: boolean) {
  const sensed = rig.lines.level('presence', slot) !== null;
  const acts = {
    opened: () => rig.lines.door(slot, 'open'),
    moved: () => (sensed ? rig.lines.key(slot, purpose === 'take' ? 'out' : 'in') : undefined),
    shut: () => rig.lines.door(slot, 'shut'),
  } as const;
  const all = async (): Promise<void> => {
    for (const act of ['opened', 'moved', 'shut'] as const) {
      await standing(disk, stalled && step === act ? stallMs : null, acts[act]);
      await pause(250);
    }
  };
  await standing(disk, stalled && step === 'through' ? stallMs : null, all);
}

/** Does it while the disk stands still, which goes on for so long; null: the disk is well. */
async function standing(
  disk: FrozenDisk,
  ms: number | null,
  does: () => void | Promise<void>,
): Promise<void> {
  if (ms === null) return await does();
  disk.freeze();
  await does();
  await pause(ms);
  disk.thaw();
}

/** False: it stays off for as long as a person would wait. */
async function rises(rig: Rig, slot: number): Promise<boolean> {
  const end = performance.now() + 4_000;
  for (; performance.now() < end; await pause(10)) if (rig.lines.lock(slot) === 1) return true;
  return false;
}

const ofSlot = async (rig: Rig, slot: number): Promise<readonly JournalEvent[]> =>
  (await rig.events()).filter(event => event.slot === slot);
