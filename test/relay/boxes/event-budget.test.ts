/** One box fills no disk (a box's credentials in bad hands, or a loose contact): it is slowed, named, and loses nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { mono } from '../../../src/base/brand.ts';
import { silent } from '../../../src/base/log.ts';
import { EventBudget } from '../../../src/relay/boxes/event-budget.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';
import { Rig } from './rig.ts';

const dayMs = 86_400_000;

test('a day’s worth at once, then a day’s worth a day, however hard a box tries', () => {
  const budget = new EventBudget(1_000_000);
  let stored = 0;
  for (let nowMs = 0; nowMs <= 3 * dayMs; nowMs += 1_000)
    if (budget.take(5_000, mono(nowMs))) stored += 5_000;
  assert.ok(stored > 3_900_000 && stored <= 4_010_000, `${stored}`);
  assert.ok(budget.isOver);
});

test('a box that is quiet again is over its budget no more, and has a day’s worth again after a day', () => {
  const budget = new EventBudget(1_000_000);
  while (budget.take(10_000, mono(0)));
  assert.ok(budget.isOver);
  assert.ok(budget.take(10, mono(dayMs / 20)) && budget.isOver, 'a little is not enough');
  assert.ok(budget.take(10, mono(dayMs / 4)) && !budget.isOver);
  let stored = 0;
  while (budget.take(10_000, mono(2 * dayMs))) stored += 10_000;
  assert.equal(stored, 1_000_000);
});

const folder = mkdtempSync(join(tmpdir(), 'smartbox-budget-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const problems = (store: RelayStore) =>
  store.db.selectFrom('problem').select(['kind', 'subject', 'cleared']).orderBy('since').execute();
const eventsOf = async (store: RelayStore, box: string): Promise<number> =>
  (await store.db.selectFrom('event').select('number').where('box', '=', box).execute()).length;

test('a flood of one box is slowed and becomes a Problem; the other box is not touched; nothing is lost', async () => {
  const store = await openSqliteStore({ file: join(folder, 'flood.db'), log: silent });
  const rig = await Rig.on(store);
  const { box: loud } = await rig.enrolled('b1');
  const { box: other } = await rig.enrolled('b2');
  await rig.start({ eventsADayBytes: 8_000 });
  loud.batch = 8;
  other.batch = 8;
  loud.model.journal.many(200);
  other.model.journal.many(8);
  loud.connect();
  other.connect();
  await rig.until('the other box', () => other.model.acked.seq === 8);
  await rig.until('a Problem', async () => (await problems(store)).length > 0);
  assert.deepEqual(await problems(store), [{ kind: 'box-floods', subject: 'b1', cleared: null }]);
  const before = await eventsOf(store, 'b1');
  assert.ok(before > 0 && before < 100, `${before}`);
  for (let hour = 0; hour < 24 * 20 && loud.model.acked.seq < 200; hour += 1) {
    await rig.pass(3_600_000);
    loud.stream();
    await rig.quiet();
  }
  assert.equal(loud.model.acked.seq, 200, 'all of it, in the end');
  assert.equal(await eventsOf(store, 'b1'), 200);
  await rig.pass(2 * dayMs);
  loud.model.journal.many(1);
  loud.stream();
  await rig.until('the Problem to go', async () =>
    (await problems(store)).every(({ cleared }) => cleared !== null),
  );
  await rig.stop();
  await store.close();
});

test('without room on the disk events wait at the box, and bookings go on', async () => {
  const store = await openSqliteStore({ file: join(folder, 'full.db'), log: silent });
  const rig = await Rig.on(store);
  const { box } = await rig.enrolled('b1');
  let room = false;
  await rig.start({ hasRoom: () => room });
  box.batch = 8;
  box.model.journal.many(20);
  box.connect();
  await rig.until('in step', () => box.model.rev > 0);
  await rig.pass(60_000);
  assert.deepEqual([box.model.acked.seq, await eventsOf(store, 'b1')], [0, 0]);
  room = true;
  box.stream();
  await rig.until('the events', () => box.model.acked.seq === 20);
  await rig.stop();
  await store.close();
});
