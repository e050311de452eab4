import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { bookingView } from '../../../src/relay/domain/booking-views.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { orderCommand } from '../../../src/relay/domain/commands.ts';
import { rotateIdentity } from '../../../src/relay/domain/identity.ts';
import { retireBox } from '../../../src/relay/domain/retirement.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import { keyId } from '../../../src/wire/relay-key.ts';
import { hourMs } from '../domain/house.ts';
import { Rig } from './rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'smartbox-fleet-'));
const open: { rig: Rig; close: () => Promise<void> }[] = [];
let files = 0;

async function rigged(): Promise<Rig> {
  files += 1;
  const store = await openSqliteStore({ file: join(folder, `${files}.db`), log: silent });
  const rig = await Rig.on(store, files);
  open.push({ rig, close: () => store.close() });
  return rig;
}

afterEach(async () => {
  for (const { rig, close } of open.splice(0)) {
    await rig.stop();
    await close();
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

const book = (rig: Rig, key: string, at = 0) =>
  rig.house.act(context =>
    createBooking(context, {
      key,
      contact: { name: 'A. Driver' },
      start: rig.house.nowMs + at * hourMs,
      end: rig.house.nowMs + (at + 1) * hourMs,
    }),
  );

const row = (rig: Rig, box: string) =>
  rig.house.store.db.selectFrom('box').selectAll().where('id', '=', box).executeTakeFirstOrThrow();
const view = (rig: Rig, id: string) => rig.house.act(context => bookingView(context, id));
const problems = async (rig: Rig): Promise<readonly string[]> =>
  (await rig.house.store.db.selectFrom('problem').select('kind').where('cleared', 'is', null).execute()).map(
    ({ kind }) => kind,
  );

test('a box that comes online has the set, is vouched for, and bookings are on it when its receipt says so', async () => {
  const rig = await rigged();
  const { box, keys } = await rig.enrolled('b1');
  await rig.start();
  await rig.quiet();
  box.connect();
  await rig.until(
    'in step',
    async () => (await row(rig, 'b1')).known_rev === (await row(rig, 'b1')).revision,
  );
  assert.equal(box.model.set.size, 2);
  await rig.until('vouched for', () => box.model.vouchedAt !== null);
  const made = await book(rig, keys[0] ?? '');
  await rig.until('on the box', async () => (await view(rig, made.id)).state === 'on-box');
  assert.ok(box.heard.some(({ kind }) => kind === 'delta'));
  const { link, label, program, clock, pinned, receipt } = await row(rig, 'b1');
  assert.deepEqual(
    { link, label, program, clock },
    { link: 'up', label: 'depot-a', program: '0', clock: 'synced' },
  );
  assert.equal(pinned, keyId(rig.key));
  assert.match(receipt ?? '', /"sig"/);
});

test('a box that comes with another set under the same number proves nothing, and gets its own', async () => {
  const rig = await rigged();
  const { box, keys } = await rig.enrolled('b1');
  const made = await book(rig, keys[0] ?? '');
  const { revision } = await row(rig, 'b1');
  Object.assign(box.model, { epoch: 1, rev: revision, set: new Map([['x', 1]]) });
  await rig.start();
  rig.broker.pass = topic => !topic.endsWith('/down');
  box.connect();
  await rig.quiet();
  await rig.pass(1_000);
  assert.deepEqual([(await view(rig, made.id)).state, (await row(rig, 'b1')).known_rev], ['sent', 0]);
  rig.broker.pass = () => true;
  box.say(box.model.hello());
  await rig.until('on the box', async () => (await view(rig, made.id)).state === 'on-box');
  assert.ok(box.model.set.has(made.id) && !box.model.set.has('x'));
});

test('what changes while a box is dark comes when it is back; a lost delta is sent again', async () => {
  const rig = await rigged();
  const { box, keys } = await rig.enrolled('b1');
  await rig.start();
  box.connect();
  await rig.until('in step', () => box.model.set.size === 2);
  await box.vanish();
  await rig.until('lost', async () => (await row(rig, 'b1')).link === 'lost');
  const made = await book(rig, keys[0] ?? '');
  await rig.quiet();
  assert.equal((await view(rig, made.id)).state, 'box-unreachable');
  box.connect();
  await rig.until('on the box', async () => (await view(rig, made.id)).state === 'on-box');
  rig.broker.pass = topic => !topic.endsWith('/down');
  const second = await book(rig, keys[1] ?? '');
  await rig.quiet();
  rig.broker.pass = () => true;
  await rig.pass(2_000);
  assert.equal((await view(rig, second.id)).state, 'sent');
  await rig.pass(6_000);
  await rig.until('on the box', async () => (await view(rig, second.id)).state === 'on-box');
});

test('events are stored once, in order, acknowledged when they are durable, and mean something', async () => {
  const rig = await rigged();
  const { box, keys } = await rig.enrolled('b1');
  await rig.start();
  box.connect();
  await rig.until('in step', () => box.model.set.size === 2);
  const made = await book(rig, keys[0] ?? '');
  await rig.until('on the box', async () => (await view(rig, made.id)).state === 'on-box');
  box.model.journal.many(100);
  const booking = made.id as never;
  box.model.journal.write({
    type: 'key-taken',
    key: 'van 1' as never,
    slot: 1 as never,
    booking,
    proof: 'sensor',
  });
  box.batch = 16;
  box.stream();
  box.stream();
  await rig.until('acknowledged', () => box.model.acked.seq === 101);
  const lines = await rig.house.store.db
    .selectFrom('event')
    .select(['line', 'number'])
    .orderBy('number')
    .execute();
  assert.deepEqual(
    lines.map(({ line }) => line),
    box.model.journal.all.map(({ line }) => line),
  );
  assert.equal((await view(rig, made.id)).state, 'taken');
  const { seq, head } = await row(rig, 'b1');
  assert.deepEqual({ seq, head }, { seq: 101, head: box.model.journal.head });
  assert.equal(rig.fleet?.counts.eventsStored, 101);
});

test('a box restored from a backup gets its codes anew, in its new epoch, and its events go on', async () => {
  const rig = await rigged();
  const { box, keys } = await rig.enrolled('b1');
  await rig.start();
  box.connect();
  box.batch = 8;
  box.model.journal.many(20);
  await rig.until('in step', () => box.model.set.size === 2 && box.model.acked.seq === 20);
  const made = await book(rig, keys[0] ?? '');
  await rig.until('on the box', async () => (await view(rig, made.id)).state === 'on-box');
  await box.vanish();
  await rig.pass(60_000);
  box.model.journal = box.model.journal.copyAt(12, 2).many(3);
  box.model.set.clear();
  box.model.epoch = 0;
  box.model.rev = 0;
  box.connect();
  await rig.until('events', () => box.model.acked.epoch === 2 && box.model.acked.seq === 15);
  await rig.until('in step', async () => box.model.rev === (await row(rig, 'b1')).revision);
  await rig.until('on the box', async () => (await view(rig, made.id)).state === 'on-box');
  const records = box.heard.flatMap(each =>
    each.kind === 'snapshot' || each.kind === 'delta' ? each.put : [],
  );
  const last = records.findLast(({ kind }) => kind === 'booking');
  assert.ok(last?.kind === 'booking' && last.boxEpoch === 2);
  assert.deepEqual(await problems(rig), []);
});

test('a card that was copied is ordered a new epoch; a word that was held back is not believed', async () => {
  const rig = await rigged();
  const { box } = await rig.enrolled('b1');
  await rig.start();
  box.connect();
  box.batch = 8;
  await rig.until('in step', () => box.model.set.size === 2);
  await rig.pass(1_000);
  const held = box.sealed(box.model.hello());
  await rig.pass(1_000);
  box.model.journal.many(20);
  box.stream();
  await rig.until('events', () => box.model.acked.seq === 20);
  await rig.pass(60_000);
  rig.broker.say('smartbox/1/b1/up', held);
  await rig.quiet();
  assert.equal(box.model.newEpochs, 0);
  await box.vanish();
  box.model.journal = box.model.journal.copyAt(12).many(2);
  await rig.pass(60_000);
  box.connect();
  await rig.until('a new epoch', () => box.model.journal.epoch === 2);
  box.stream();
  await rig.until('events', () => box.model.acked.epoch === 2);
  await rig.until('told', async () => (await problems(rig)).join() === 'journal-fork');
});

test('commands run once, with their answer; one that nobody can hear ends by itself', async () => {
  const rig = await rigged();
  const { box } = await rig.enrolled('b1');
  const fleet = await rig.start();
  box.connect();
  await rig.until('in step', () => box.model.set.size === 2);
  const order = { box: 'b1', order: { verb: 'open', slot: 1 }, who: 'ann', why: 'lost' } as const;
  const sent = await rig.house.act(context => orderCommand(context, order));
  await fleet.nudge();
  const outcome = async (id: string) =>
    (
      await rig.house.store.db
        .selectFrom('command')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).outcome;
  await rig.until('answered', async () => (await outcome(sent.id)) === 'done');
  rig.broker.pass = topic => !topic.endsWith('/up');
  const deaf = await rig.house.act(context => orderCommand(context, order));
  for (let second = 0; second < 20; second += 1) await rig.pass(1_000);
  rig.broker.pass = () => true;
  for (let second = 0; second < 40; second += 1) await rig.pass(1_000);
  await rig.until('answered', async () => (await outcome(deaf.id)) === 'done');
  assert.deepEqual(box.model.ran, [sent.id, deaf.id]);
  await box.vanish();
  await rig.quiet();
  const late = await rig.house.act(context => orderCommand(context, order));
  for (let minute = 0; minute < 5; minute += 1) await rig.pass(60_000);
  assert.equal(await outcome(late.id), 'no-answer');
  assert.deepEqual(box.model.ran, [sent.id, deaf.id]);
});

test('a rotated key: boxes that are there are led over, those that were dark when they come back', async () => {
  const rig = await rigged();
  const { box: here } = await rig.enrolled('b1');
  const { box: dark } = await rig.enrolled('b2');
  const fleet = await rig.start();
  here.connect();
  await rig.until('in step', () => here.model.set.size === 2);
  for (let turn = 0; turn < 3; turn += 1) await rig.house.act(rotateIdentity);
  await fleet.checkRing();
  const ids = (await rig.house.store.db.selectFrom('identity').select('id').orderBy('number').execute()).map(
    ({ id }) => id,
  );
  await rig.until('led over', async () => (await row(rig, 'b1')).pinned === ids[3]);
  dark.connect();
  await rig.until('led over', async () => (await row(rig, 'b2')).pinned === ids[3]);
  await rig.until('in step', () => dark.model.set.size === 2);
  assert.deepEqual([here.rejected, dark.rejected], [[], []]);
});

test('a stolen box hears nothing more, and nothing that it says counts, though its connection stands', async () => {
  const rig = await rigged();
  const { box, keys } = await rig.enrolled('b1');
  await rig.start();
  box.connect();
  await rig.until('vouched for', () => box.model.vouchedAt !== null);
  await rig.house.act(context => retireBox(context, 'b1'));
  await rig.quiet();
  const heard = box.heard.length;
  await book(rig, keys[0] ?? '');
  box.say(box.model.receipt('snapshot'));
  await rig.pass(60_000);
  assert.deepEqual(
    box.heard.slice(heard).map(({ kind }) => kind),
    [],
  );
  assert.equal((await row(rig, 'b1')).known_rev, 0);
  assert.equal(rig.fleet?.session('b1'), null);
});
