/** What happens to the relay itself: it ends and begins, is restored from a copy, is one of several. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Database from 'better-sqlite3';
import { silent } from '../../../src/base/log.ts';
import { shareOf } from '../../../src/relay/core/share.ts';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { setMeta } from '../../../src/relay/store/migrate.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import { hourMs } from '../domain/house.ts';
import { onBothStores } from '../stores.ts';
import { Rig } from './rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'smartbox-whole-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const book = (rig: Rig, key: string) =>
  rig.house.act(context =>
    createBooking(context, {
      key,
      contact: { name: 'A. Driver' },
      start: rig.house.nowMs,
      end: rig.house.nowMs + hourMs,
    }),
  );
const state = async (rig: Rig, id: string): Promise<string> =>
  (await rig.house.act(context => bookingView(context, id))).state;
const row = (store: RelayStore, box: string) =>
  store.db.selectFrom('box').selectAll().where('id', '=', box).executeTakeFirstOrThrow();
const linesOf = async (store: RelayStore, box: string): Promise<readonly string[]> =>
  (await store.db.selectFrom('event').select('line').where('box', '=', box).orderBy('number').execute()).map(
    ({ line }) => line,
  );

onBothStores('fleet', source => {
  test('a relay that ends and begins again goes on with boxes that never noticed', async () => {
    const store = await source.fresh();
    const rig = await Rig.on(store);
    const { box, keys } = await rig.enrolled('b1');
    const first = await rig.start();
    box.batch = 8;
    box.connect();
    await rig.until('in step', () => box.model.rev > 0);
    await first.close();
    const made = await book(rig, keys[0] ?? '');
    box.model.journal.many(20);
    box.stream();
    await rig.quiet();
    await rig.start();
    await rig.until('on the box', async () => (await state(rig, made.id)) === 'on-box');
    box.stream();
    await rig.until('events', () => box.model.acked.seq === 20);
    rig.broker.restart({ forget: true });
    await rig.quiet();
    box.model.journal.many(5);
    box.stream();
    await rig.until('events', () => box.model.acked.seq === 25);
    assert.equal((await linesOf(store, 'b1')).length, 25);
    await rig.stop();
  });

  test('“last heard” is whatever was heard: events and answers to commands as well as words', async () => {
    const store = await source.fresh();
    const rig = await Rig.on(store);
    const { box } = await rig.enrolled('b1');
    await rig.start();
    box.batch = 8;
    box.connect();
    await rig.until('in step', () => box.model.rev > 0);
    for (let minute = 1; minute <= 3; minute += 1) {
      await rig.pass(60_000);
      box.model.journal.many(1);
      box.stream();
      await rig.until('the event', () => box.model.acked.seq === minute);
      assert.equal(Number((await row(store, 'b1')).heard), rig.time.wall());
    }
    await rig.pass(60_000);
    box.say({ kind: 'result', id: 'c'.repeat(32), done: true, code: null, slot: null });
    await rig.until('the answer', async () => Number((await row(store, 'b1')).heard) === rig.time.wall());
    await rig.stop();
  });

  test('two copies each serve their boxes; what one changes the other sends; one goes, the other serves all', async () => {
    const store = await source.fresh();
    const other = await source.again(store);
    const rig = await Rig.on(store);
    const made: Awaited<ReturnType<Rig['enrolled']>>[] = [];
    for (let at = 0; at < 8; at += 1) made.push(await rig.enrolled(`box-${at}`, 1));
    const a = await rig.start({ serve: 'shares', copy: 'a' });
    const b = await rig.start({ serve: 'shares', copy: 'b', store: other });
    for (let share = 0; share < 64; share += 1) await (share % 2 === 0 ? a : b).serveShare(share);
    await rig.quiet();
    for (const { box } of made) {
      box.batch = 8;
      box.model.journal.many(10);
      box.connect();
    }
    await rig.until('in step', () =>
      made.every(({ box }) => box.model.rev > 0 && box.model.acked.seq === 10),
    );
    const half = made.filter(({ box }) => shareOf(box.id) % 2 === 0).length;
    assert.deepEqual([a.boxes.known, b.boxes.known], [half, 8 - half]);
    const booked = await Promise.all(made.map(({ keys }) => book(rig, keys[0] ?? '')));
    for (let second = 0; second < 2; second += 1) await rig.pass(1_000);
    await rig.until('on all boxes', async () => {
      for (const { id } of booked) if ((await state(rig, id)) !== 'on-box') return false;
      return true;
    });
    for (let share = 0; share < 64; share += 2) await a.leaveShare(share);
    for (let share = 0; share < 64; share += 2) await b.serveShare(share);
    await rig.quiet();
    for (const { box } of made) {
      box.model.journal.many(10);
      box.stream();
    }
    await rig.until('events', () => made.every(({ box }) => box.model.acked.seq === 20));
    for (const { box } of made)
      assert.deepEqual(
        await linesOf(store, box.id),
        box.model.journal.all.map(({ line }) => line),
      );
    assert.equal(b.boxes.known, 8);
    await rig.stop();
  });

  test('a copy that does not know yet that its share is gone stores nothing twice', async () => {
    const store = await source.fresh();
    const other = await source.again(store);
    const rig = await Rig.on(store);
    const { box } = await rig.enrolled('b1');
    const a = await rig.start({ copy: 'a' });
    const b = await rig.start({ copy: 'b', store: other });
    box.batch = 4;
    box.connect();
    await rig.until('in step', () => box.model.rev > 0);
    for (let round = 0; round < 10; round += 1) {
      box.model.journal.many(7);
      box.stream();
      await rig.pass(600);
    }
    for (let second = 0; second < 6; second += 1) {
      await rig.pass(1_000);
      box.stream();
    }
    await rig.until('events', async () => (await row(store, 'b1')).seq === 70);
    assert.deepEqual(
      await linesOf(store, 'b1'),
      box.model.journal.all.map(({ line }) => line),
    );
    assert.ok(a.counts.batches > 0 && b.counts.batches > 0);
    await rig.stop();
  });
});

function copyOf(from: string, to: string): void {
  const live = new Database(from);
  live.prepare('VACUUM INTO ?').run(to);
  live.close();
}

async function beginAgain(rig: Rig, file: string): Promise<RelayStore> {
  const restored = await openSqliteStore({ file, log: silent });
  await restored.write(tx => setMeta(tx, 'epoch', '2'));
  await rig.start({ store: restored });
  await rig.pass(60_000);
  for (const box of rig.boxes) box.say(box.model.hello());
  return restored;
}

/** Every box has the set of the restored relay, which has every event of every box. */
async function converged(rig: Rig, store: RelayStore): Promise<void> {
  await rig.until('in step', async () => {
    for (const { id, model } of rig.boxes) {
      const { revision, known_rev, known_epoch } = await row(store, id);
      if (model.epoch !== 2 || model.rev !== revision) return false;
      if (known_epoch !== 2 || known_rev !== revision) return false;
    }
    return true;
  });
  for (const { id, model } of rig.boxes) {
    await rig.until('events', () => model.acked.seq === model.journal.seq);
    assert.deepEqual(
      await linesOf(store, id),
      model.journal.all.map(({ line }) => line),
    );
  }
}

test('yesterday’s copy under a running fleet: every box converges, no event is lost, no code lives again', async () => {
  const store = await openSqliteStore({ file: join(folder, 'today.db'), log: silent });
  const rig = await Rig.on(store, 7);
  const first = await rig.enrolled('b0');
  const second = await rig.enrolled('b1');
  for (let at = 2; at < 5; at += 1) await rig.enrolled(`b${at}`);
  const fleet = await rig.start();
  for (const box of rig.boxes) {
    box.batch = 16;
    box.model.journal.many(10);
    box.connect();
  }
  await rig.until('in step', () => rig.boxes.every(({ model }) => model.rev > 0 && model.acked.seq === 10));
  const booked = await book(rig, first.keys[0] ?? '');
  await rig.until('on the box', async () => (await state(rig, booked.id)) === 'on-box');
  await rig.quiet();
  const file = join(folder, 'yesterday.db');
  copyOf(join(folder, 'today.db'), file);
  await rig.pass(60_000);
  const later = await book(rig, second.keys[1] ?? '');
  await rig.until('on the box', async () => (await state(rig, later.id)) === 'on-box');
  const taken = {
    key: 'van 1' as never,
    slot: 1 as never,
    booking: booked.id as never,
    proof: 'sensor',
  } as const;
  first.box.model.journal.write({ type: 'key-taken', ...taken });
  first.box.model.journal.write({ type: 'key-returned', ...taken });
  for (const box of rig.boxes) {
    box.model.journal.many(30);
    box.stream();
  }
  await rig.until('events', () => rig.boxes.every(({ model }) => model.acked.seq >= 40));
  await fleet.close();
  const restored = await beginAgain(rig, file);
  await converged(rig, restored);
  const booking = await restored.db
    .selectFrom('booking')
    .selectAll()
    .where('id', '=', booked.id)
    .executeTakeFirst();
  assert.ok(booking?.taken !== null && booking?.returned !== null && booking?.code === null);
  assert.ok(!first.box.model.set.has(booked.id), 'a used booking is not in the set again');
  assert.ok(!second.box.model.set.has(later.id), 'what the copy does not know is not at the box either');
  await rig.stop();
  await store.close();
  await restored.close();
});
