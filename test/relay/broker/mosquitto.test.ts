import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { boxHashes } from '../../../scripts/rig/broker-boxes.ts';
import {
  MosquittoServer,
  relayHash,
  relayPassword,
  relayUser,
  withoutMosquitto,
} from '../../../scripts/rig/mosquitto-server.ts';
import { Secret } from '../../../src/base/secret.ts';
import {
  mosquittoAcl,
  mosquittoConfig,
  mosquittoFile,
  mosquittoPasswords,
} from '../../../src/relay/broker/mosquitto.ts';
import { MosquittoUsers } from '../../../src/relay/broker/mosquitto-users.ts';
import { hashPassword } from '../../../src/relay/broker/password.ts';
import { mqttLinks } from '../../../src/wire/mqtt/client.ts';
import type { Link, LinkOptions, OpenLink } from '../../../src/wire/mqtt/link.ts';
import { packetMaxBytes } from '../../../src/wire/mqtt/packet-guard.ts';
import { type CutStage, cutContract } from '../../wire/mqtt/cut-contract.ts';
import { Heard, text, until } from '../../wire/mqtt/heard.ts';
import { linkContract, type Stage } from '../../wire/mqtt/link-contract.ts';
import { box, boxLinks, hasty, topics } from './stages.ts';

const relayLinks = (port: number): OpenLink =>
  mqttLinks({
    ...{ address: { host: '127.0.0.1', port, tls: false }, username: relayUser },
    ...{ password: new Secret(relayPassword), ...hasty },
  });

const settings = {
  ...{
    folder: '/etc/smartbox',
    dataFolder: '/var/lib/mosquitto',
    relayUser,
    runAs: 'mosquitto',
    pidFile: null,
  },
  boxes: { host: '0.0.0.0', port: 8883, tls: { certFile: '/c.pem', keyFile: '/k.pem' }, connectionsMax: 10 },
  relay: { host: '127.0.0.1', port: 1884, tls: null, connectionsMax: 4 },
};

test('the configuration says what the defaults get wrong', () => {
  const lines = mosquittoConfig(settings).split('\n');
  for (const line of [
    'set_tcp_nodelay true',
    'allow_anonymous false',
    'max_inflight_messages 16',
    `max_packet_size ${packetMaxBytes}`,
    'listener 8883 0.0.0.0',
    'certfile /c.pem',
    'use_username_as_clientid true',
  ])
    assert.ok(lines.includes(line), line);
});

test('nothing that is written can begin a line of its own', () => {
  for (const bad of ['a\nallow_anonymous true', 'a\rb', '', ' a', 'a\0'])
    for (const wrong of [{ folder: bad }, { dataFolder: bad }, { runAs: bad }, { pidFile: bad }])
      assert.throws(() => mosquittoConfig({ ...settings, ...wrong }), { code: 'bad-input' });
  assert.throws(() => mosquittoAcl('a\nuser b'), { code: 'bad-input' });
  const relay = { user: relayUser, hash: relayHash };
  for (const [name, hash] of [
    ['a:b', relayHash],
    ['a\nb', relayHash],
    ['a', 'x'],
    ['a', `${relayHash}\nb:${relayHash}`],
    [relayUser, relayHash],
  ] as const)
    assert.throws(() => mosquittoPasswords(relay, new Map([[name, hash]])), { code: 'bad-input' });
});

test('a relay cannot have a name that a box could have', () => {
  assert.throws(() => mosquittoAcl('relay'), { code: 'bad-input' });
  assert.throws(() => mosquittoConfig({ ...settings, relayUser: 'relay' }), { code: 'bad-input' });
  assert.throws(() => mosquittoPasswords({ user: 'relay', hash: relayHash }, new Map()), {
    code: 'bad-input',
  });
});

async function mosquittoStage(): Promise<Stage> {
  const server = await MosquittoServer.start();
  const { down, up, state } = topics;
  const peer = relayLinks(server.settings.relay.port);
  const ends = { subject: boxLinks(server.settings.boxes.port), peer, subjectId: box };
  return { ...ends, toSubject: down, fromSubject: up, state, close: () => server.stop() };
}

describe('a link to a real Mosquitto', { skip: withoutMosquitto }, () => linkContract(mosquittoStage));

async function mosquittoCutStage(): Promise<CutStage> {
  const server = await MosquittoServer.start();
  const { boxes, relay } = server.settings;
  const peer = relayLinks(relay.port);
  return { port: boxes.port, peer, peerId: 'relay-1', close: () => server.stop() };
}

describe('a link to a real Mosquitto that breaks', { skip: withoutMosquitto }, () =>
  cutContract(mosquittoCutStage),
);

describe('a real Mosquitto with TLS', { skip: withoutMosquitto }, () => {
  let server: MosquittoServer;
  const links: Link[] = [];
  const ca = (): string => readFileSync(server.path('ca.pem'), 'utf8');
  const port = (): number => server.settings.boxes.port;

  const opened = (open: OpenLink, options: LinkOptions): Heard => {
    const heard = new Heard();
    links.push(open(options, heard));
    return heard;
  };
  const secured = (tls: { ca?: string; servername?: string } = { ca: ca() }, host = '127.0.0.1'): OpenLink =>
    boxLinks(port(), { address: { host, port: port(), tls: true }, tls });
  const end = async (): Promise<void> => {
    for (const link of links.splice(0)) await link.close();
  };

  before(async () => {
    server = await MosquittoServer.start({ secured: true });
  });
  after(async () => {
    await end();
    await server.stop();
  });

  test('a box that trusts its authority comes in', async () => {
    const heard = opened(secured(), { clientId: box, subscriptions: [topics.down] });
    await until(() => heard.connects === 1);
    const named = opened(secured({ ca: ca(), servername: 'broker.test' }), {
      clientId: 'x',
      subscriptions: [],
    });
    await until(() => named.connects === 1);
    await end();
  });

  test('a broker with another name, or of another authority, or without TLS, is not spoken to', async () => {
    const cases: readonly (readonly [OpenLink, RegExp])[] = [
      [secured({ ca: ca(), servername: 'other.test' }), /altnames|Host/i],
      [secured({}), /certificate/i],
      [boxLinks(port()), /./],
    ];
    for (const [open, reason] of cases) {
      const heard = opened(open, { clientId: box, subscriptions: [] });
      await until(() => heard.reasons.length > 0);
      assert.match(heard.reasons[0] ?? '', reason);
      assert.equal(heard.connects, 0);
      await end();
    }
  });

  test('a wrong password is refused, and so is a name that nobody has', async () => {
    for (const wrong of [
      { password: new Secret('wrong') },
      { username: 'depot-x' },
      { username: relayUser },
    ]) {
      const tls = { address: { host: '127.0.0.1', port: port(), tls: true }, tls: { ca: ca() } };
      const heard = opened(boxLinks(port(), { ...tls, ...wrong }), { clientId: box, subscriptions: [] });
      await until(() => heard.reasons.length > 0);
      assert.match(heard.reasons[0] ?? '', /not authori[sz]ed/i);
      assert.equal(heard.connects, 0);
      await end();
    }
  });

  test('a box neither hears nor says anything outside its own topics', async () => {
    const relay = new Heard();
    const everything = ['smartbox/1/+/up', 'smartbox/1/+/state', '#', '$SYS/#'];
    const open = relayLinks(server.settings.relay.port);
    links.push(open({ clientId: 'relay-1', subscriptions: everything }, relay));
    const [sender] = links.slice(-1);
    const foreign = ['smartbox/1/depot-b/down', '#', 'smartbox/1/+/down', '$SYS/#', topics.up];
    const heard = opened(secured(), { clientId: box, subscriptions: [topics.down, ...foreign] });
    await until(() => relay.connects === 1 && heard.connects === 1);
    const [link] = links.slice(-1);
    for (const name of ['smartbox/1/depot-b/up', 'smartbox/1/depot-b/state', topics.down, 'other'])
      await link?.publish(name, text('foreign'), { retain: true });
    await link?.publish(topics.up, text('own'));
    await sender?.publish('smartbox/1/depot-b/down', text('for b'));
    await sender?.publish(topics.down, text('for a'));
    await until(() => relay.on(topics.up).length > 0 && heard.messages.length > 0);
    assert.deepEqual(relay.messages, [{ topic: topics.up, content: 'own' }]);
    assert.deepEqual(heard.messages, [{ topic: topics.down, content: 'for a' }]);
    await end();
  });

  test('no box ends the connection of another by its id', async () => {
    const heard = opened(secured(), { clientId: box, subscriptions: [topics.down] });
    await until(() => heard.connects === 1);
    const tls = { address: { host: '127.0.0.1', port: port(), tls: true }, tls: { ca: ca() } };
    const other = opened(
      boxLinks(port(), { ...tls, username: 'depot-b', password: new Secret('bbbb-password') }),
      {
        ...{ clientId: box, subscriptions: [] },
      },
    );
    await until(() => other.connects === 1);
    await new Promise(resolve => setTimeout(resolve, 100));
    assert.deepEqual(heard.reasons, []);
    await end();
  });

  test('boxes come and go in its password file while it runs', async () => {
    const pidFile = server.path('mosquitto.pid');
    const file = server.path(mosquittoFile.passwords);
    const users = new MosquittoUsers({ file, relay: { user: relayUser, hash: relayHash }, pidFile });
    const tls = { address: { host: '127.0.0.1', port: port(), tls: true }, tls: { ca: ca() } };
    const joining = { ...tls, username: 'depot-c', password: new Secret('cccc-password') };
    const heard = opened(boxLinks(port(), joining), { clientId: 'depot-c', subscriptions: [] });
    await until(() => heard.reasons.length > 0);
    const more = new Map([...boxHashes, ['depot-c', hashPassword('cccc-password')]]);
    // Together: one file, of the last.
    await Promise.all([users.set(boxHashes), users.set(new Map()), users.set(more)]);
    await until(() => heard.connects === 1);
    await users.set(boxHashes);
    await until(() => heard.reasons.length > 1 && /not authori[sz]ed/i.test(heard.reasons.at(-1) ?? ''));
    assert.equal(readFileSync(file, 'utf8').split('\n').length - 1, boxHashes.size + 1);
    await end();
  });
});

test('a pid file of another process is not believed', async t => {
  const server = withoutMosquitto === false ? await MosquittoServer.start() : null;
  if (server === null) return t.skip('mosquitto is not installed');
  try {
    server.write('other.pid', `${process.pid}\n`);
    const users = new MosquittoUsers({
      ...{ file: server.path('p'), relay: { user: relayUser, hash: relayHash } },
      pidFile: server.path('other.pid'),
    });
    await assert.rejects(users.set(boxHashes), { code: 'broker-reload' });
  } finally {
    await server.stop();
  }
});

test('a broker that is killed and comes back is found again, with what is retained', {
  skip: withoutMosquitto,
}, async () => {
  const server = await MosquittoServer.start();
  const [heard, relay] = [new Heard(), new Heard()];
  const state = { topic: topics.state, here: () => text('here'), gone: text('gone') };
  const link = boxLinks(server.settings.boxes.port)(
    { clientId: box, subscriptions: [topics.down], state },
    heard,
  );
  const other = relayLinks(server.settings.relay.port)(
    { clientId: 'relay-1', subscriptions: [topics.up, topics.state] },
    relay,
  );
  try {
    await until(() => heard.connects === 1 && relay.connects === 1);
    for (let round = 1; round <= 3; round += 1) {
      const sent = Promise.allSettled(
        Array.from({ length: 200 }, (_, n) => link.publish(topics.up, text(`${n}`))),
      );
      await server.kill();
      const ends = await sent;
      await until(() => heard.reasons.length >= round && !link.up);
      for (const each of ends)
        if (each.status === 'rejected') assert.equal((each.reason as { code: string }).code, 'link-down');
      await assert.rejects(link.publish(topics.up, text('x')), { code: 'link-down' });
      await server.run();
      await until(() => heard.connects === round + 1 && relay.connects === round + 1);
      await link.publish(topics.up, text(`round ${round}`));
      await until(() => relay.on(topics.up).includes(`round ${round}`));
    }
    await until(() => relay.on(topics.state).filter(each => each === 'here').length >= 4);
  } finally {
    await link.close();
    await other.close();
    await server.stop();
  }
});
