/** A stall costs time, never truth: the daemon, its disk or its guard stands still, doors bounce, and drivers go on as ever. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { iso, type Rig } from '../../scripts/rig/box-rig.ts';
import { pause, until } from '../../scripts/rig/until.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { onBox, types } from './box.ts';

type Purpose = 'take' | 'return';

/** What goes on at the door while somebody takes or returns; `moves` is the moment at which the key changes its place. */
type Story = (rig: Rig, slot: number, moves: () => void) => Promise<void>;

/** A driver and the next one, for each slot. */
const drivers: readonly (readonly [first: string, next: string])[] = [
  ['40718253', '92560814'],
  ['70935824', '58203617'],
  ['81640592', '26957140'],
  ['63918205', '17482936'],
  ['50826731', '39174068'],
  ['28461907', '75093142'],
];

/** Short, so that a stall can outlast it; long enough for a test on a busy machine to pull a door. */
const openWithinS = 2;

test('a daemon, a disk or a guard that stands still and doors that bounce stop no driver', {
  timeout: 120_000,
}, async t => {
  const rig = await onBox(t, { slots: drivers.length, unsensed: [2, 5], rules: { openWithinS } });
  await rig.book(...bookings());
  await t.test('the process stands still while the door is pulled', async () => {
    await visits(rig, 1, true, [standsStill(1_600), standsStill(1_600), wholeVisitUnseen]);
  });
  await t.test('so does one before a slot without a presence sensor', async () => {
    await visits(rig, 2, false, [plain, standsStill(openWithinS * 1_000 + 600), plain]);
  });
  await t.test('the guard is killed just before a code, and during a pulse', async () => {
    await visits(rig, 3, true, [plain, guardDies, plain], () => killGuard(rig));
  });
  await t.test('the door bounces', () => visits(rig, 4, true, [bounces, bounces, plain]));
  await t.test('the door bounces where there is no presence sensor', () =>
    visits(rig, 5, false, [bounces, bounces, plain]),
  );
  await t.test('a code that the disk kept waiting too long powers no lock, and may be typed again', () =>
    comesTooLate(rig, 6),
  );
  const blamed = (await rig.events()).filter(event => blames.includes(event.type));
  assert.deepEqual(blamed, []);
  for (const { slot, faults } of (await status(rig)).slots) assert.deepEqual(faults, [], `slot ${slot}`);
});

const blames: readonly JournalEvent['type'][] = [
  'jammed',
  'door-forced',
  'custody-mismatch',
  'sensor-suspect',
  'door-held',
  'box-full',
  'denied',
];

/** The next driver's window begins when the first one's has ended, and their key may be taken already. */
function bookings() {
  const [start, between, end] = [-60, 10, 120].map(min => iso(Date.now() + min * 60_000));
  assert.ok(start !== undefined && between !== undefined && end !== undefined);
  return drivers.flatMap(([first, next], at) => [
    { id: `first-${at + 1}`, code: first, slot: at + 1, start, end: between },
    { id: `next-${at + 1}`, code: next, slot: at + 1, start: between, end },
  ]);
}

/** The first driver takes the key and returns it, the next one takes it: each with a story of its own. */
async function visits(
  rig: Rig,
  slot: number,
  sensed: boolean,
  [take, giveBack, next]: readonly [Story, Story, Story],
  before: () => Promise<void> = async () => {},
): Promise<void> {
  const [first = '', second = ''] = drivers[slot - 1] ?? [];
  const plan = [
    [first, 'take', take],
    [first, 'return', giveBack],
    [second, 'take', next],
  ] as const;
  for (const [code, purpose, story] of plan) await visit(rig, { slot, sensed, code, purpose }, story, before);
}

interface Visit {
  readonly slot: number;
  readonly sensed: boolean;
  readonly code: string;
  readonly purpose: Purpose;
}

async function visit(rig: Rig, who: Visit, story: Story, before: () => Promise<void>): Promise<void> {
  const { slot, sensed, code, purpose } = who;
  const told = (await ofSlot(rig, slot)).length;
  await before();
  rig.type(`${code}#`);
  await rig.lines.powered(slot);
  await story(rig, slot, () => {
    if (sensed) rig.lines.key(slot, purpose === 'take' ? 'out' : 'in');
  });
  let events: readonly JournalEvent[] = [];
  await until(`the end of the ${purpose} at slot ${slot}`, async () => {
    events = (await ofSlot(rig, slot)).slice(told);
    return events.some(({ type }) => type === 'door-closed');
  });
  const moved = purpose === 'take' ? 'key-taken' : 'key-returned';
  // Without a sensor it is the shut door that tells of the key.
  const end = sensed ? [moved, 'door-closed'] : ['door-closed', moved];
  assert.deepEqual(types(events), ['granted', 'pulsed', 'door-opened', ...end]);
  assert.equal(events[0]?.for, purpose);
  await rig.lines.released(slot, 5_000);
}

const ofSlot = async (rig: Rig, slot: number): Promise<readonly JournalEvent[]> =>
  (await rig.events()).filter(event => event.slot === slot);

async function plain(rig: Rig, slot: number, moves: () => void): Promise<void> {
  rig.lines.door(slot, 'open');
  await pause(200);
  moves();
  await pause(200);
  rig.lines.door(slot, 'shut');
}

/** The daemon is stopped just after the lock rose; the door is pulled meanwhile and shut when it goes on. */
function standsStill(ms: number): Story {
  return async (rig, slot, moves) => {
    await stopped(rig, async () => {
      await pause(100);
      rig.lines.door(slot, 'open');
      await pause(200);
      moves();
      await pause(ms - 300);
    });
    await pause(300);
    rig.lines.door(slot, 'shut');
  };
}

/** All of it happens while the daemon stands still. */
async function wholeVisitUnseen(rig: Rig, slot: number, moves: () => void): Promise<void> {
  await stopped(rig, async () => {
    await plain(rig, slot, moves);
    await pause(1_200);
  });
}

async function stopped(rig: Rig, meanwhile: () => Promise<void>): Promise<void> {
  rig.daemon.child.kill('SIGSTOP');
  try {
    await meanwhile();
  } finally {
    rig.daemon.child.kill('SIGCONT');
  }
}

async function killGuard(rig: Rig): Promise<void> {
  let pid: number | null = null;
  await until('a guard', () => {
    pid = rig.guardPid();
    return pid !== null;
  });
  if (pid !== null) process.kill(pid, 'SIGKILL');
}

async function guardDies(rig: Rig, slot: number, moves: () => void): Promise<void> {
  await killGuard(rig);
  await plain(rig, slot, moves);
}

/** The magnet swings past its contact once more after the door fell shut. */
async function bounces(rig: Rig, slot: number, moves: () => void): Promise<void> {
  await plain(rig, slot, moves);
  await pause(120);
  rig.lines.door(slot, 'open');
  await pause(200);
  rig.lines.door(slot, 'shut');
  // Whatever it makes of it must be written by the time the journal is read.
  await pause(200);
}

/** Somebody else's lock on the database is a disk that does not answer; the daemon stands still while it waits for it. */
async function comesTooLate(rig: Rig, slot: number): Promise<void> {
  const [code = ''] = drivers[slot - 1] ?? [];
  const disk = new Database(join(rig.data, 'smartbox.db'));
  try {
    disk.exec('BEGIN IMMEDIATE');
    rig.type(`${code}#`);
    // Long enough for the digits to arrive, too short for the daemon to give the disk up.
    await pause(1_000);
    await stopped(rig, async () => {
      await pause(openWithinS * 1_000 + 500);
      disk.exec('ROLLBACK');
    });
    await until('word of it', async () => (await ofSlot(rig, slot)).length > 1);
    assert.equal(rig.lines.lock(slot), 0);
    const events = await ofSlot(rig, slot);
    assert.deepEqual(types(events), ['granted', 'not-opened']);
    assert.equal(events[1]?.reason, 'too-late');
  } finally {
    disk.close();
  }
  await visit(rig, { slot, sensed: true, code, purpose: 'take' }, plain, async () => {});
}

interface Status {
  readonly slots: readonly { readonly slot: number; readonly faults: readonly string[] }[];
}

const status = async (rig: Rig): Promise<Status> =>
  JSON.parse(await rig.must(['status', '--json'])) as Status;
