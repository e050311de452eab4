import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { makeCertificates } from '../../../scripts/rig/mosquitto-server.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { EmbeddedBroker, EmbeddedOptions } from '../../../src/relay/broker/embedded.ts';
import type { Link, LinkOptions } from '../../../src/wire/mqtt/link.ts';
import { Heard, text, until } from '../../wire/mqtt/heard.ts';
import { linkContract } from '../../wire/mqtt/link-contract.ts';
import { box, boxLinks, insideStage, openTestBroker, topics } from './stages.ts';

describe('a link inside the broker', () => linkContract(insideStage));

interface Scene {
  readonly broker: EmbeddedBroker;
  readonly relay: Heard;
  readonly inside: Link;
  /** Opens a link of a box and waits for what comes of it. */
  readonly enter: (name: string, options?: Partial<LinkOptions>, password?: string) => Promise<[Link, Heard]>;
}

async function scene(
  play: (scene: Scene) => Promise<void>,
  options: Partial<EmbeddedOptions> = {},
): Promise<void> {
  const broker = await openTestBroker(options);
  const [relay, links] = [new Heard(), [] as Link[]];
  const inside = broker.openLink(
    { clientId: 'relay', subscriptions: ['smartbox/1/+/up', 'smartbox/1/+/state'] },
    relay,
  );
  const enter: Scene['enter'] = async (name, link = {}, password) => {
    const heard = new Heard();
    const own = password === undefined ? {} : { password: new Secret(password) };
    const open = boxLinks(broker.port, { username: name, ...own });
    links.push(open({ clientId: name, subscriptions: [`smartbox/1/${name}/down`], ...link }, heard));
    await until(() => heard.connects + heard.reasons.length > 0);
    return [links.at(-1) as Link, heard];
  };
  try {
    await until(() => relay.connects === 1);
    await play({ broker, relay, inside, enter });
  } finally {
    for (const link of links) await link.close();
    await inside.close();
    await broker.close();
  }
}

const refusals: readonly (readonly [name: string, enter: (scene: Scene) => Promise<[Link, Heard]>])[] = [
  ['a wrong password', ({ enter }) => enter(box, {}, 'wrong')],
  ['an empty password', ({ enter }) => enter(box, {}, '')],
  ['a box that nobody knows', ({ enter }) => enter('depot-x', {}, '')],
  ['the id of another box', ({ enter }) => enter(box, { clientId: 'depot-b' })],
  [
    'a will elsewhere',
    ({ enter }) =>
      enter(box, { state: { topic: 'smartbox/1/depot-b/state', here: () => text('x'), gone: text('x') } }),
  ],
  ['a subscription elsewhere', ({ enter }) => enter(box, { subscriptions: ['smartbox/1/depot-b/down'] })],
  ['a subscription to everything', ({ enter }) => enter(box, { subscriptions: [topics.down, '#'] })],
  ['a subscription to the broker', ({ enter }) => enter(box, { subscriptions: ['$SYS/#'] })],
];

for (const [name, enter] of refusals)
  test(`${name} is refused`, () =>
    scene(async all => {
      const [, heard] = await enter(all);
      assert.equal(heard.connects, 0);
      assert.match(heard.reasons[0] ?? '', /refused/i);
    }));

for (const foreign of ['smartbox/1/depot-b/up', 'smartbox/1/depot-b/state', topics.down, '$SYS/x', 'other'])
  test(`a box that publishes on ${foreign} is cut, and nobody hears it`, () =>
    scene(async ({ enter, relay }) => {
      const [b, bHeard] = await enter('depot-b');
      const [link, heard] = await enter(box);
      void link.publish(foreign, text('forged')).catch(() => {});
      await until(() => heard.reasons.length > 0);
      await b.publish('smartbox/1/depot-b/up', text('own'));
      await until(() => relay.messages.length > 0);
      assert.deepEqual(relay.messages, [{ topic: 'smartbox/1/depot-b/up', content: 'own' }]);
      assert.deepEqual([bHeard.messages, bHeard.reasons], [[], []]);
    }));

test('the second connection of a box takes over from the first', () =>
  scene(async ({ enter, broker, inside }) => {
    const [first, firstHeard] = await enter(box);
    const [, secondHeard] = await enter(box);
    await until(() => firstHeard.reasons.length > 0);
    await first.close();
    await until(() => broker.boxes === 1);
    await inside.publish(topics.down, text('once'));
    await until(() => secondHeard.messages.length > 0);
    assert.deepEqual(firstHeard.messages, []);
  }));

test('a box that is forgotten is cut, and its document is gone', () =>
  scene(async ({ enter, broker, relay }) => {
    const state = { topic: topics.state, here: () => text('here'), gone: text('gone') };
    const [link, heard] = await enter(box, { state });
    await until(() => relay.on(topics.state).length === 1);
    const lost = until(() => heard.reasons.length === 1);
    broker.revoke(box);
    await lost;
    await link.close();
    const late = new Heard();
    const other = broker.openLink({ clientId: 'x', subscriptions: ['smartbox/1/+/state'] }, late);
    await until(() => late.connects === 1);
    await new Promise(resolve => setTimeout(resolve, 50));
    assert.deepEqual(late.messages, []);
    await other.close();
  }));

/** A box that speaks byte by byte; resolves when the broker has cut it. */
async function raw(port: number, write: (socket: net.Socket) => void): Promise<net.Socket> {
  const socket = net.connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  const closed = new Promise<net.Socket>(resolve => socket.once('close', () => resolve(socket)));
  socket.once('connect', () => write(socket));
  socket.resume();
  return closed;
}

/** A CONNECT with a right password. */
function connectPacket(name = box, password = 'aaaa-password'): Buffer {
  const field = (content: string): Buffer =>
    Buffer.concat([Buffer.from([content.length >> 8, content.length & 0xff]), Buffer.from(content)]);
  const rest = Buffer.concat([
    field('MQTT'),
    Buffer.from([4, 0xc2, 0, 30]),
    field(name),
    field(name),
    field(password),
  ]);
  return Buffer.concat([Buffer.from([0x10, rest.length]), rest]);
}

test('bytes that no client sends end the connection, before and after the introduction', () =>
  scene(async ({ broker, enter }) => {
    const bad = [
      ...[[0x32, 0xff, 0xff, 0xff, 0x7f], [0x10, 0xff, 0xff, 0xff, 0x7f], [0xff], [0x00, 0x00]],
      ...[
        [0x34, 0x05, 0, 1, 0x61, 0, 1],
        [0x20, 2, 0, 0],
        [0x82, 0xff, 0x7f],
      ],
    ].map(bytes => Buffer.from(bytes));
    for (const bytes of bad) {
      await raw(broker.port, socket => socket.write(bytes));
      await raw(broker.port, socket => socket.write(Buffer.concat([connectPacket(), bytes])));
    }
    const [, heard] = await enter('depot-b');
    assert.equal(heard.connects, 1);
  }));

test('silent connections keep nobody out: the oldest of them makes room', () =>
  scene(
    async ({ broker, enter }) => {
      const silent = Array.from({ length: 3 }, () => raw(broker.port, () => {}));
      const [link, heard] = await enter('depot-b');
      assert.equal(heard.connects, 1);
      await Promise.race(silent);
      await link.publish('smartbox/1/depot-b/up', text('heard'));
    },
    { limits: { strangers: 3 } },
  ));

test('a box that has its place keeps it, whoever comes', () =>
  scene(
    async ({ broker, enter, relay }) => {
      const [link, heard] = await enter(box);
      for (let more = 0; more < 10; more += 1) void raw(broker.port, () => {});
      const [, later] = await enter('depot-b');
      assert.equal(later.connects, 1);
      await link.publish(topics.up, text('still here'));
      await until(() => relay.on(topics.up).length === 1);
      assert.deepEqual(heard.reasons, []);
    },
    { limits: { strangers: 1 } },
  ));

test('above the number of boxes there may be, one more is refused, and one that comes again is not', () =>
  scene(
    async ({ enter }) => {
      await enter(box);
      const [, heard] = await enter('depot-b');
      assert.equal(heard.connects, 0);
      assert.match(heard.reasons[0] ?? '', /refused|unavailable/i);
      const [, again] = await enter(box);
      assert.equal(again.connects, 1);
    },
    { limits: { connections: 1 } },
  ));

test('a flood is read at the pace that is allowed, and nothing of it is lost', () =>
  scene(
    async ({ enter, relay }) => {
      const [link, heard] = await enter(box);
      const start = performance.now();
      const texts = Array.from({ length: 300 }, (_, n) => `${n}`);
      await Promise.all(texts.map(each => link.publish(topics.up, text(each))));
      await until(() => relay.on(topics.up).length === 300);
      assert.deepEqual(relay.on(topics.up), texts);
      // 250 above the burst of 50, at 1,000 a second.
      assert.ok(performance.now() - start >= 240);
      assert.deepEqual(heard.reasons, []);
    },
    { limits: { messagesBurst: 50 } },
  ));

test('packets without end cut the connection', () =>
  scene(
    async ({ broker }) => {
      const pings = Buffer.alloc(2_000, Buffer.from([0xc0, 0]));
      await raw(broker.port, socket => socket.write(Buffer.concat([connectPacket(), pings])));
    },
    { limits: { packetsBurst: 500, packetsPerSecond: 10 } },
  ));

test('a box that does not read is cut when too much waits, and the others do not wait for it', () =>
  scene(async ({ broker, inside, enter }) => {
    const stuck = net.connect({ host: '127.0.0.1', port: broker.port });
    const closed = new Promise(resolve => stuck.once('close', resolve));
    stuck.on('error', () => {});
    const subscribe = Buffer.concat([
      Buffer.from([0x82, topics.down.length + 5, 0, 1, 0, topics.down.length]),
      Buffer.from(topics.down),
      Buffer.from([1]),
    ]);
    stuck.write(Buffer.concat([connectPacket(), subscribe]));
    stuck.pause();
    const [, heard] = await enter('depot-b');
    await until(() => broker.boxes === 2);
    const lump = text('x'.repeat(60_000));
    for (let n = 0; n < 400 && broker.boxes === 2; n += 1) {
      void inside.publish(topics.down, lump).catch(() => {});
      await inside.publish('smartbox/1/depot-b/down', text(`${n}`));
    }
    await until(() => broker.boxes === 1);
    await until(() => heard.messages.length > 0);
    stuck.resume();
    await closed;
  }));

test('many boxes come at once', () =>
  scene(async ({ broker, enter }) => {
    const all = await Promise.all(Array.from({ length: 2 }, (_, n) => enter(n === 0 ? box : 'depot-b')));
    assert.deepEqual(
      all.map(([, heard]) => heard.connects),
      [1, 1],
    );
    assert.equal(broker.boxes, 2);
  }));

test('a taken port is a fault that names the setting', () =>
  scene(async ({ broker }) => {
    const listen = { host: '127.0.0.1', port: broker.port };
    await assert.rejects(openTestBroker({ listen }), (fault: { code: string; hint: string }) => {
      assert.equal(fault.code, 'listen-taken');
      assert.match(fault.hint, /mqtt\.listen/);
      return true;
    });
  }));

test('it speaks TLS where it has a certificate; connections that begin no handshake keep no box out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-broker-'));
  const pem = makeCertificates(folder);
  const read = (file: string): string => readFileSync(file, 'utf8');
  const tls = { cert: read(pem.cert), key: read(pem.key) };
  const broker = await openTestBroker({
    listen: { host: '127.0.0.1', port: 0, tls },
    limits: { strangers: 2 },
  });
  for (let more = 0; more < 4; more += 1) void raw(broker.port, () => {});
  const [heard, relay] = [new Heard(), new Heard()];
  const inside = broker.openLink({ clientId: 'relay', subscriptions: [topics.up] }, relay);
  const address = { host: '127.0.0.1', port: broker.port, tls: true };
  const link = boxLinks(broker.port, { address, tls: { ca: read(pem.ca) } })(
    { clientId: box, subscriptions: [topics.down] },
    heard,
  );
  try {
    await until(() => heard.connects === 1);
    await link.publish(topics.up, text('x'.repeat(60_000)));
    await until(() => relay.messages.length === 1);
    const bad = { host: '127.0.0.1', port: 0, tls: { cert: 'x', key: 'y' } };
    await assert.rejects(openTestBroker({ listen: bad }), { code: 'listen-failed' });
  } finally {
    await link.close();
    await inside.close();
    await broker.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
