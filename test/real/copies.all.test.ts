/**
 * Two copies of the relay, either of them killed at random under load: no event and no change is lost or doubled, each timer
 * does its work once, and no copy is special.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { DrivenBox, iso } from '../../scripts/rig/driven-box.ts';
import { withoutMosquitto } from '../../scripts/rig/mosquitto-server.ts';
import { noPostgres } from '../../scripts/rig/postgres-server.ts';
import { Prng } from '../../scripts/rig/prng.ts';
import { until } from '../../scripts/rig/until.ts';
import { TwoRelays } from './two-relays.ts';
import { denialsOf, sameBookings, sameJournal } from './verdict.ts';

const boxCount = 3;
const slots = 8;
const loadMs = 5 * 60_000;
const aliveMs = { least: 4_000, most: 15_000 } as const;
const downMs = { least: 200, most: 14_000 } as const;
/** A booking that ends while copies are killed. */
const shortMs = 20_000;

interface Load {
  readonly ends: Map<string, string>;
  /** Bookings whose end is a timer's work. */
  readonly short: string[];
  changes: number;
}

async function boxesFor(t: TestContext, relays: TwoRelays): Promise<readonly DrivenBox[]> {
  const boxes: DrivenBox[] = [];
  for (let at = 1; at <= boxCount; at += 1) {
    const [first, second] = relays.copies;
    const url = (at % 2 === 0 ? first : second)?.url ?? '';
    const wanted = { slots: slots + 1, driven: slots, pulseMs: 50, name: `Box ${at}` };
    const box = await DrivenBox.make(relays.ask, url, wanted);
    t.after(() => box.rig.dispose());
    boxes.push(box);
  }
  for (const box of boxes) await box.ready(relays.ask);
  return boxes;
}

async function killEither(relays: TwoRelays, random: Prng, over: () => boolean): Promise<readonly number[]> {
  const killed = [0, 0];
  let which = random.int(0, 1);
  for (let round = 0; !over(); round += 1) {
    await pause(random.int(aliveMs.least, aliveMs.most));
    // Each has its turn first, whatever chance says then.
    which = round < 2 ? 1 - which : random.int(0, 1);
    const rig = relays.copies[which];
    if (over() || rig === undefined) break;
    await rig.stop('SIGKILL');
    killed[which] = (killed[which] ?? 0) + 1;
    await pause(random.int(downMs.least, downMs.most));
    await rig.start();
  }
  return killed;
}

/** Changes of the bookings that drivers use, and short bookings of another key, which end by themselves. */
async function change(
  relays: TwoRelays,
  boxes: readonly DrivenBox[],
  { random, over }: { readonly random: Prng; readonly over: () => boolean },
): Promise<Load> {
  const load: Load = { ends: new Map(), short: [], changes: 0 };
  const [home] = boxes;
  const spare = (await relays.ask('POST', '/keys', { name: 'Spare', box: home?.id, slot: slots + 1 })) as {
    id: string;
  };
  const base = Date.now() + 24 * 3_600_000;
  for (; !over(); load.changes += 1) {
    const booking = random.pick(random.pick(boxes).bookings);
    const end = iso(base + load.changes * 1_000);
    await relays.ask('PATCH', `/bookings/${booking}`, { end });
    load.ends.set(booking, end);
    if (load.changes % 10 === 0) {
      const window = { start: iso(Date.now()), end: iso(Date.now() + shortMs) };
      const made = (await relays.ask('POST', '/bookings', { key: spare.id, ...window })) as { id: string };
      load.short.push(made.id);
    }
    await pause(random.int(50, 250));
  }
  return load;
}

async function drive(box: DrivenBox, over: () => boolean): Promise<number> {
  let stories = 0;
  while (!over()) if (await box.story()) stories += 1;
  return stories;
}

/** Every short booking was made once, and has ended once. */
async function endedOnce(relays: TwoRelays, short: readonly string[]): Promise<void> {
  const ended = async (): Promise<boolean> => {
    for (const id of short)
      if (((await relays.ask('GET', `/bookings/${id}`)) as { state: string }).state !== 'ended') return false;
    return true;
  };
  await until('short bookings to end', ended, 60_000);
  const client = new pg.Client({ connectionString: relays.url });
  await client.connect();
  try {
    const spare = await client.query<{ count: string }>(
      `select count(*) from booking join key on key.id = booking.key where key.name = 'Spare'`,
    );
    assert.equal(Number(spare.rows[0]?.count), short.length, 'bookings made without an answer are made once');
    // A code is wiped once: each has one hash that rests.
    const rests = await client.query<{ count: string }>('select count(*) from spent_code');
    assert.equal(Number(rests.rows[0]?.count), short.length);
    const left = await client.query<{ count: string }>(`select count(*) from work where lease is not null`);
    assert.equal(Number(left.rows[0]?.count), 0, 'no work hangs in the lease of a copy that is gone');
    const all = `select count(*) from share join copy on copy.id = share.copy`;
    const held = await client.query<{ count: string }>(all);
    assert.equal(Number(held.rows[0]?.count), 64, 'all shares are held by copies that run');
  } finally {
    await client.end();
  }
}

test('either copy is killed at random, and what boxes, drivers and programs did is there once', {
  skip: withoutMosquitto || noPostgres,
}, async t => {
  const relays = await TwoRelays.start();
  t.after(() => relays.dispose());
  const boxes = await boxesFor(t, relays);
  const seed = Date.now() % 1_000_000;
  t.diagnostic(`seed ${seed}`);
  const began = performance.now();
  const over = (): boolean => performance.now() - began > loadMs;
  const [load, killed, ...stories] = await Promise.all([
    change(relays, boxes, { random: new Prng(seed + 1), over }),
    killEither(relays, new Prng(seed), over),
    ...boxes.map(box => drive(box, over)),
  ]);
  t.diagnostic(
    `killed ${killed.join(' and ')} times; ${stories.join(', ')} stories; ${load.changes} changes, ${relays.repeats} asked again`,
  );
  assert.ok(
    killed.every(times => times > 0),
    'either was killed',
  );
  const [either] = relays.copies;
  assert.ok(either !== undefined);
  await endedOnce(relays, load.short);
  let events = 0;
  for (const box of boxes) {
    t.diagnostic(`${box.id}: denied ${await denialsOf(box)}`);
    await sameBookings(relays.ask, box, load.ends);
    events += await sameJournal(either, relays.token, box);
  }
  t.diagnostic(
    `${events} events, the same on both sides ${Math.round(performance.now() - began - loadMs)} ms later`,
  );
  assert.deepEqual(relays.refusals, []);
});
