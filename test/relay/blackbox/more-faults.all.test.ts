/** From a fault at a real box to its Problem: what faults.test.ts does not show of the manual's table. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { Rig } from '../../../scripts/rig/box-rig.ts';
import { FaultProxy } from '../../../scripts/rig/fault-proxy.ts';
import { freePort } from '../../../scripts/rig/mosquitto-server.ts';
import { textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { Secret } from '../../../src/base/secret.ts';
import { mqttLinks } from '../../../src/wire/mqtt/client.ts';
import { topic } from '../../../src/wire/topics.ts';
import { fill, smallDisk } from '../../blackbox/small-disk.ts';
import { spoil } from '../../blackbox/spoil.ts';
import { Heard } from '../../wire/mqtt/heard.ts';
import { hasty } from '../broker/stages.ts';
import { joined, problemsOf, type Shown, slow, stage, Watch } from './fault-watch.ts';
import { becomes, codeOf, through, type Whole } from './stage.ts';

const hourMs = 3_600_000;
const tag = '0A00C0FFEE';
const iso = (ms: number): string => new Date(ms).toISOString();

interface Ring {
  readonly slot: number;
  readonly tag?: string;
}

async function keyMade({ relay, token, id }: Whole, { slot, tag }: Ring): Promise<string> {
  const body = { name: `Van ${slot}`, box: id, slot, ...(tag === undefined ? {} : { tag }) };
  return textOf(await relay.ask('POST', '/api/v1/keys', { token, body }), 'id');
}

async function bookedKey({ relay, token }: Whole, key: string): Promise<string> {
  const body = { key, contact: { name: 'Ann' }, start: iso(Date.now()), end: iso(Date.now() + hourMs) };
  return textOf(await relay.ask('POST', '/api/v1/bookings', { token, body }), 'id');
}

async function keyState({ relay, token }: Whole, key: string): Promise<string> {
  const { body } = await relay.ask('GET', `/api/v1/keys/${key}`, { token });
  return (body as { readonly place: { readonly state: string } }).place.state;
}

const keyBecomes = (whole: Whole, key: string, state: string): Promise<void> =>
  until(`the key to be ${state}`, async () => (await keyState(whole, key)) === state, slow);

/** C4: a sensor has seen the one all along, the other has none and is learnt. */
async function stocked(whole: Whole): Promise<string> {
  const seen = await keyMade(whole, { slot: 1 });
  await keyMade(whole, { slot: 2, tag });
  const blind = await keyMade(whole, { slot: 3 });
  await keyBecomes(whole, seen, 'in');
  const { box } = whole;
  await until('the key at the box', async () => (await box.must(['keys', 'list'])).includes('Van 3'), slow);
  assert.equal(await keyState(whole, blind), 'never-stocked');
  const learning = box.must(['keys', 'learn', 'Van 3', '--slot', '3', '--why', 'first stock']);
  await box.sees('pulsed', 3);
  box.lines.door(3, 'open');
  await box.sees('door-opened', 3);
  box.lines.door(3, 'shut');
  await learning;
  await keyBecomes(whole, blind, 'in');
  return seen;
}

async function doorHeld({ box }: Whole, watch: Watch): Promise<void> {
  await box.must(['open', '2', '--why', 'dusting']);
  await box.sees('pulsed', 2);
  box.lines.door(2, 'open');
  await watch.begins('door-held', '/slot/2', { slot: 2 });
  box.lines.door(2, 'shut');
  await watch.ends('door-held');
}

/** The key is out, its booking ends, and its slot is closed for a repair when it comes back. */
async function lateAndNowhere(whole: Whole, watch: Watch, key: string): Promise<void> {
  const { relay, box, token } = whole;
  const booking = await bookedKey(whole, key);
  await becomes(whole, booking, 'on-box');
  const code = await codeOf(whole, booking);
  await through(whole, code, 1, 'out');
  await becomes(whole, booking, 'taken');
  const end = iso(Date.now() + 2_000);
  const sooner = await relay.ask('PATCH', `/api/v1/bookings/${booking}`, { token, body: { end } });
  assert.equal(sooner.status, 200, sooner.text);
  await watch.beginsAt('overdue', booking, { key: 'Van 1' });

  await box.must(['maintenance', 'on', '1', '--why', 'a hinge']);
  box.type(`${code}#`);
  await box.sees('box-full');
  await watch.begins('box-full');
  await box.must(['maintenance', 'off', '1', '--why', 'a new hinge']);
  await through(whole, code, 1, 'in');
  for (const kind of ['box-full', 'overdue']) await watch.ends(kind);
}

/** The tag of a key that should be in its slot is held to the reader, and no slot is free for it. */
async function tagOutside({ box }: Whole, watch: Watch): Promise<void> {
  box.tap(tag);
  box.tap(tag);
  const mismatch = await watch.begins('custody-mismatch', '/key/Van 2', { key: 'Van 2', slot: 2 });
  const full = await watch.begins('box-full');
  for (const each of [mismatch, full]) await watch.acknowledge(each);
  for (const { kind } of [mismatch, full]) await watch.ends(kind);
}

async function guessing({ box }: Whole, watch: Watch): Promise<void> {
  for (const wrong of ['31427586', '90817263', '56473829', '12938475', '68493021']) {
    box.type(`${wrong}#`);
    await box.sees('denied');
  }
  await watch.acknowledge(await watch.begins('lockout'));
  await watch.ends('lockout');
}

/** A packet of MQTT 3.1.1 (3.3, PUBLISH) at QoS 0, of fewer than 128 bytes. */
function publishPacket(name: string, payload: string): Uint8Array {
  const [topicBytes, rest] = [Buffer.from(name), Buffer.from(payload)];
  return Buffer.concat([
    Buffer.from([0x30, 2 + topicBytes.length + rest.length, 0, topicBytes.length]),
    ...[topicBytes, rest],
  ]);
}

/** Whoever sits on the way speaks for the relay, and the box refuses it. */
async function hostileBroker({ id }: Whole, watch: Watch, proxy: FaultProxy): Promise<void> {
  proxy.inject(publishPacket(topic(id, 'down'), '{"v":1,"sealed":"AA"}'));
  await watch.acknowledge(await watch.begins('message-rejected', '/down'));
  await watch.ends('message-rejected');
}

/** With what stands on the card of another box somebody speaks for both: for its own only, and the relay refuses it. */
async function strangersCard(t: TestContext, whole: Whole, port: number): Promise<void> {
  const { relay, token, id } = whole;
  const box = await Rig.make();
  t.after(() => box.dispose());
  await box.start();
  const other = await joined({ relay, box, token }, 'Depot B');
  await box.stop();
  const card = JSON.parse(readFileSync(join(box.data, 'relay.json'), 'utf8')) as Record<string, string>;
  const heard = new Heard();
  const link = mqttLinks({
    address: { host: '127.0.0.1', port, tls: false },
    ...{ username: card.username ?? '', password: new Secret(card.password ?? ''), ...hasty },
  })({ clientId: card.username ?? '', subscriptions: [topic(other, 'down')] }, heard);
  const says = (name: string): Promise<void> => link.publish(topic(name, 'up'), Buffer.from('{"v":1}'));
  await until('a connection', () => heard.connects > 0, slow);
  void says(id).catch(() => {});
  await until('the broker throws it out', () => heard.reasons.length > 0, slow);
  await until('another connection', () => heard.connects > 1, slow);
  void says(other).catch(() => {});
  let found: Shown | undefined;
  await until(
    'what is said in the name of the other',
    async () => {
      const open = await problemsOf(relay, token);
      found = open.find(({ kind }) => kind === 'message-rejected');
      return found !== undefined;
    },
    slow,
  );
  assert.ok(found !== undefined);
  assert.equal(found.subject, other, 'nothing of the first box');
  const watch = new Watch({ ...whole, id: other });
  assert.deepEqual(
    (await watch.faults()).map(({ kind }) => kind),
    ['message-rejected'],
  );
  await link.close();
  await watch.acknowledge(found);
  await watch.ends('message-rejected');
}

/** As if a quarter of an hour had gone by: the relay finds it in what it has kept. */
async function quarterOfAnHour({ relay }: Whole): Promise<void> {
  await relay.stop();
  const db = new Database(join(relay.data, 'relay.db'));
  db.prepare("UPDATE box SET link_since = link_since - 900000 WHERE link = 'lost'").run();
  db.prepare("UPDATE work SET due = due - 900000 WHERE kind = 'box-faults'").run();
  db.close();
  await relay.start();
}

const linkOf = async ({ relay, token, id }: Whole): Promise<string> => {
  const { body } = await relay.ask('GET', `/api/v1/boxes/${id}`, { token });
  return (body as { readonly link: { readonly state: string } }).link.state;
};

/** The link is cut; meanwhile somebody sets the clock to another year, and the box starts anew. */
async function cutOffWithWrongClock(whole: Whole, watch: Watch, proxy: FaultProxy): Promise<void> {
  const { relay, box, token } = whole;
  proxy.refuse();
  proxy.cut();
  await until('a lost link', async () => (await linkOf(whole)) === 'lost', slow);
  await quarterOfAnHour(whole);
  await watch.begins('box-lost');
  await box.must(['clock', 'set', iso(Date.now() + 400 * 24 * hourMs), '--force', '--why', 'a slip']);
  await box.stop();
  await box.start();
  assert.match(await box.must(['status']).catch(String), /clock +.*behind/);
  proxy.heal();
  // The other box of this relay stays away.
  await watch.ends('box-lost', whole.id);
  // The relay vouches for the time as soon as it hears of it, so that it may be over before anybody can look.
  let clock: Shown | undefined;
  await until(
    'the wrong clock, and that it is right again',
    async () => {
      clock = (await problemsOf(relay, token, false)).find(({ kind }) => kind === 'clock-untrusted');
      return clock !== undefined && clock.cleared !== null;
    },
    slow,
  );
  assert.match(clock?.detail ?? '', /^Depot A: the clock is wrong \(it is behind\)/);
}

test('what is wrong with doors, keys, codes, words, the link and the clock is seen, and ends', {
  timeout: 240_000,
}, async t => {
  const port = await freePort();
  const proxy = await new FaultProxy(port).listen();
  t.after(() => proxy.close());
  const mqtt = { listen: `127.0.0.1:${port}`, url: `mqtt://127.0.0.1:${proxy.port}` };
  const rules = { openWithinS: 5, doorHeldS: 1, overdueGraceMin: 0 };
  const whole = await stage(t, { mqtt }, { unsensed: [3], rules });
  const watch = new Watch(whole);
  const key = await stocked(whole);
  await doorHeld(whole, watch);
  await lateAndNowhere(whole, watch, key);
  await tagOutside(whole, watch);
  await guessing(whole, watch);
  await hostileBroker(whole, watch, proxy);
  await strangersCard(t, whole, port);
  await cutOffWithWrongClock(whole, watch, proxy);
});

async function storage(box: Rig): Promise<string> {
  return (JSON.parse((await box.cli(['status', '--json'])).stdout) as { readonly storage: string }).storage;
}

test('a disk that takes no writes is a Problem while it takes none, and a database that was damaged until somebody has looked', {
  timeout: 120_000,
}, async t => {
  let disk: string | null = null;
  const whole = await stage(t, {}, {}, box => {
    disk = smallDisk(t, box);
  });
  if (disk === null) return;
  const { box } = whole;
  const watch = new Watch(whole);
  const full = disk;
  await until(
    'a disk that refuses',
    async () => {
      fill(full);
      await box.must(['open', '2', '--why', 'filling the log']).catch(() => {});
      return (await storage(box)) === 'degraded';
    },
    slow,
  );
  await watch.begins('storage-degraded');
  rmSync(join(full, 'fill'));
  await watch.ends('storage-degraded');

  await box.stop();
  spoil(disk, 'booking');
  await box.start();
  await watch.acknowledge(await watch.begins('storage-degraded', '/database'));
  await watch.ends('storage-degraded');
});
