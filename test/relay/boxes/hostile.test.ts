/** What a hostile broker, another box, or somebody with a box's password can say: it is refused, counted, and changes nothing. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { silent } from '../../../src/base/log.ts';
import { openSqliteStore } from '../../../src/relay/store/sqlite.ts';
import { newSealPair } from '../../../src/wire/envelope.ts';
import type { Up } from '../../../src/wire/up.ts';
import { JournalWriter } from '../core/journal-lines.ts';
import { Rig } from './rig.ts';
import { WireBox } from './wire-box.ts';

const folder = mkdtempSync(join(tmpdir(), 'smartbox-hostile-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Two boxes in step, one of them with events, and all that the relay keeps of them. */
async function scene() {
  files += 1;
  const store = await openSqliteStore({ file: join(folder, `${files}.db`), log: silent });
  const rig = await Rig.on(store, files);
  const { box: one } = await rig.enrolled('b1');
  const { box: two } = await rig.enrolled('b2');
  const fleet = await rig.start();
  one.batch = 4;
  one.model.journal.many(6);
  one.connect();
  two.connect();
  await rig.until('in step', () => one.model.rev > 0 && two.model.rev > 0 && one.model.acked.seq === 6);
  await rig.pass(10_000);
  await rig.pass(10_000);
  const kept = async (): Promise<unknown> => {
    const boxes = await store.db.selectFrom('box').selectAll().orderBy('id').execute();
    const events = await store.db.selectFrom('event').selectAll().execute();
    const commands = await store.db.selectFrom('command').selectAll().execute();
    return JSON.parse(JSON.stringify([boxes.map(({ dirty: _, ...rest }) => rest), events, commands]));
  };
  const end = async (): Promise<void> => {
    await rig.stop();
    await store.close();
  };
  return { rig, one, two, fleet, kept, end };
}

const pad = (text: string): Uint8Array => Buffer.from(text);

test('garbage, other keys, other boxes and huge messages on every topic change nothing', async () => {
  const { rig, one, two, fleet, kept, end } = await scene();
  const before = await kept();
  const stranger = new WireBox('b1', rig.broker, rig.key);
  const otherRelay = { sign: 'a'.repeat(64), seal: Buffer.from(newSealPair().publicKey).toString('hex') };
  const good = one.sealed(one.model.receipt('nothing'));
  const bent = Buffer.from(good.toString().replace(/"sealed":"(.{40})./, '"sealed":"$1A'));
  const payloads: readonly Uint8Array[] = [
    pad(''),
    pad('{}'),
    pad('null'),
    pad('[]'),
    pad('{"v":1,"box":"b1","key":"x","sealed":"AA"}'),
    randomBytes(300),
    Buffer.alloc(70_000, 32),
    two.sealed(two.model.receipt('nothing')),
    stranger.sealed(one.model.receipt('nothing')),
    one.sealed(one.model.receipt('nothing'), { as: two }),
    one.sealed(one.model.receipt('nothing'), { to: otherRelay }),
    one.sealed({ ...one.model.receipt('nothing'), rev: -1 } as Up),
    one.sealed({ kind: 'events', live: true, follows: { boxEpoch: 1, seq: 6 }, lines: [] }),
    bent,
  ];
  for (const payload of payloads) rig.broker.say('smartbox/1/b1/up', payload);
  await rig.quiet();
  assert.ok(fleet.counts.refused >= payloads.length - 1, `${fleet.counts.refused} refused`);
  for (const topic of [
    'smartbox/1/b9/up',
    'smartbox/1/b9/state',
    'smartbox/1/B1/up',
    'smartbox/2/b1/up',
    'x',
  ])
    for (const payload of payloads) rig.broker.say(topic, payload);
  await rig.quiet();
  for (const payload of payloads) rig.broker.say('smartbox/1/b1/state', payload);
  await rig.quiet();
  await rig.pass(61_000);
  assert.deepEqual(await kept(), before);
  const problems = await rig.house.store.db.selectFrom('problem').select(['kind', 'subject']).execute();
  assert.deepEqual(problems, [{ kind: 'message-rejected', subject: 'b1' }]);
  await end();
});

test('old words said again move nothing back, and order nothing', async () => {
  const { rig, one, kept, end } = await scene();
  const words = [
    one.sealed(one.model.hello()),
    one.sealed(one.model.receipt('nothing')),
    one.sealed(one.model.receipt('snapshot')),
    one.sealed({ kind: 'events', live: true, ...one.model.journal.batch(1, 4) }),
  ];
  await rig.pass(20_000);
  one.model.journal.many(5);
  one.stream();
  await rig.until('events', () => one.model.acked.seq === 11);
  one.say(one.model.receipt('nothing'));
  await rig.quiet();
  await rig.pass(10_000);
  const before = await kept();
  for (let round = 0; round < 20; round += 1)
    for (const word of words) rig.broker.say('smartbox/1/b1/up', word);
  await rig.quiet();
  assert.equal(one.model.newEpochs, 0);
  const strip = (value: unknown): string =>
    JSON.stringify(value).replace(
      /"(known_at|heard|receipt|challenge|told_at)":("(\\.|[^"\\])*"|\d+|null)/g,
      '',
    );
  assert.equal(strip(await kept()), strip(before));
  assert.equal(one.model.rev, rig.fleet?.session('b1')?.state.newest);
  await end();
});

test('a box that lies about its journal loses nothing of what is stored, and is told of', async () => {
  const { rig, one, end } = await scene();
  const other = one.model.journal.copyAt(4);
  other.write({ type: 'tamper' });
  other.many(6);
  one.say({ kind: 'events', live: true, ...other.batch(7, 9) });
  one.say({ kind: 'events', live: true, ...other.batch(5, 6) });
  const forged = new JournalWriter('depot-a').many(9).batch(8, 9);
  one.say({
    kind: 'events',
    live: true,
    ...forged,
    lines: forged.lines.map(line => line.replace('epoch":1', 'epoch":3')),
  });
  await rig.quiet();
  const stored = await rig.house.store.db.selectFrom('event').select('line').orderBy('number').execute();
  const own = one.model.journal.all.map(({ line }) => line);
  assert.deepEqual(
    stored.map(({ line }) => line),
    own.slice(0, stored.length),
  );
  assert.equal(one.model.journal.epoch, 2, 'so that its events go on after a fork');
  const problems = await rig.house.store.db.selectFrom('problem').select('kind').orderBy('kind').execute();
  assert.deepEqual(
    problems.map(({ kind }) => kind),
    ['journal-forged', 'journal-fork'],
  );
  // An administrator has seen to it; then somebody says the branch of then once more.
  await rig.house.store.write(tx => tx.updateTable('problem').set({ cleared: 1 }).execute());
  one.say({ kind: 'events', live: true, ...other.batch(5, 6) });
  one.say({ kind: 'events', live: true, ...other.batch(5, 9) });
  await rig.quiet();
  const open = await rig.house.store.db
    .selectFrom('problem')
    .select('kind')
    .where('cleared', 'is', null)
    .execute();
  assert.deepEqual(open, [], 'that epoch is over');
  await end();
});

test('a flood of one box is cut off, and another is served all the while', async () => {
  const { rig, one, two, fleet, end } = await scene();
  for (let at = 0; at < 3_000; at += 1) rig.broker.say('smartbox/1/b1/up', pad(`{"flood":${at}}`));
  two.model.journal.many(3);
  two.batch = 4;
  two.stream();
  await rig.until('events of the other', () => two.model.acked.seq === 3);
  assert.ok(fleet.counts.flooded >= 2_000);
  await rig.pass(10_000);
  one.say(one.model.hello());
  const heard = one.heard.length;
  await rig.until('heard again', () => one.heard.length > heard);
  await end();
});
