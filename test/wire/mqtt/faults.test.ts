/** What brokers and networks do to a link, and what it does about it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FaultProxy } from '../../../scripts/rig/fault-proxy.ts';
import type { Link } from '../../../src/wire/mqtt/link.ts';
import { pendingMaxMessages } from '../../../src/wire/mqtt/pending.ts';
import { FakeTime } from '../../fake-time.ts';
import { box, boxLinks, openTestBroker, topics } from '../../relay/broker/stages.ts';
import { type CutStage, cutContract } from './cut-contract.ts';
import { FakeBroker, publishPacket } from './fake-broker.ts';
import { Heard, text, until } from './heard.ts';

const options = { clientId: box, subscriptions: [topics.down] };
/** So that what was written has gone through real sockets, on a fake clock. */
const soon = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 30));

async function withFake(
  play: (scene: { broker: FakeBroker; link: Link; heard: Heard; time: FakeTime }) => Promise<void>,
  heard = new Heard(),
): Promise<void> {
  const [broker, time] = [await FakeBroker.start(), new FakeTime()];
  const link = boxLinks(broker.port, { time, random: () => 0 })(options, heard);
  try {
    await until(() => heard.connects === 1);
    await play({ broker, link, heard, time });
  } finally {
    // First, since a goodbye waits on the fake clock for a broker that takes none.
    await broker.close();
    await link.close();
  }
}

/** Box and relay at the broker inside, with a proxy between, and the box on a fake clock. */
async function withProxy(
  play: (scene: {
    proxy: FaultProxy;
    link: Link;
    heard: Heard;
    relay: Heard;
    peer: Link;
    time: FakeTime;
  }) => Promise<void>,
): Promise<void> {
  const [broker, time] = [await openTestBroker(), new FakeTime()];
  const proxy = await new FaultProxy(broker.port).listen();
  const [heard, relay] = [new Heard(), new Heard()];
  const peer = broker.openLink({ clientId: 'relay', subscriptions: [topics.up, topics.state] }, relay);
  const state = { topic: topics.state, here: () => text('here'), gone: text('gone') };
  const link = boxLinks(proxy.port, { time, random: () => 0 })({ ...options, state }, heard);
  try {
    await until(() => heard.connects === 1 && relay.on(topics.state).length === 1);
    await play({ proxy, link, heard, relay, peer, time });
  } finally {
    await proxy.close();
    await link.close();
    await peer.close();
    await broker.close();
  }
}

async function embeddedCutStage(): Promise<CutStage> {
  const broker = await openTestBroker();
  return { port: broker.port, peer: broker.openLink, peerId: 'relay', close: () => broker.close() };
}

const hostile: readonly (readonly [name: string, bytes: readonly number[], reason: RegExp])[] = [
  ['256 MB', [0x32, 0xff, 0xff, 0xff, 0x7f], /268435455 bytes/],
  ['a length without an end', [0x32, 0xff, 0xff, 0xff, 0xff, 0x7f], /over four bytes/],
  ['QoS 2', [0x34, 10], /QoS 2/],
  ['a packet that only clients send', [0x10, 10], /type 1/],
  ['a long SUBACK', [0x90, 0xff, 0x7f], /16383 bytes/],
];

for (const [name, bytes, reason] of hostile)
  test(`${name} cuts the link before anything is stored`, () =>
    withFake(async ({ broker, heard, time }) => {
      broker.send(...bytes);
      await until(() => heard.reasons.length === 1);
      assert.match(heard.reasons[0] ?? '', reason);
      time.advance(200);
      await until(() => heard.connects === 2);
    }));

test('garbage of any kind never throws, and the link comes back', () =>
  withFake(async ({ broker, heard, time }) => {
    for (let round = 0; round < 50; round += 1) {
      const connects = heard.connects;
      broker.send(Buffer.from(Array.from({ length: 200 }, (_, n) => (n * 37 + round * 101) & 0xff)));
      await soon();
      broker.sockets.at(-1)?.destroy();
      await until(() => heard.reasons.length === round + 1);
      time.advance(200);
      await until(() => heard.connects === connects + 1);
    }
  }));

test('a message that comes twice is handled twice and acknowledged twice', () =>
  withFake(async ({ broker, heard }) => {
    broker.send(publishPacket(topics.down, 'a', 7), publishPacket(topics.down, 'a', 7, 0b1010));
    await until(() => broker.got.filter(type => type === 4).length === 2);
    assert.deepEqual(heard.on(topics.down), ['a', 'a']);
  }));

test('nothing is acknowledged before it is handled, nor after it failed', async () => {
  let release = (_error: Error | null): void => {};
  const handled = (): Promise<void> =>
    new Promise((resolve, reject) => {
      release = error => (error === null ? resolve() : reject(error));
    });
  const acks = (broker: FakeBroker): number => broker.got.filter(type => type === 4).length;
  await withFake(async ({ broker, heard }) => {
    broker.send(publishPacket(topics.down, 'a', 1));
    await until(() => heard.messages.length === 1);
    await soon();
    assert.equal(acks(broker), 0);
    release(null);
    await until(() => acks(broker) === 1);
    broker.send(publishPacket(topics.down, 'b', 2));
    await until(() => heard.messages.length === 2);
    release(new Error('no'));
    await until(() => heard.reasons.length === 1);
    assert.equal(acks(broker), 1);
  }, new Heard(handled));
});

test('a handler may take as long as it needs, up to a minute, and the broker hears from us meanwhile', async () => {
  await withFake(
    async ({ broker, heard, time }) => {
      broker.send(publishPacket(topics.down, 'a', 1));
      await until(() => heard.messages.length === 1);
      for (let passedS = 0; passedS < 55; passedS += 5) {
        time.advance(5_000);
        await soon();
      }
      assert.deepEqual(heard.reasons, []);
      assert.ok(broker.got.includes(12), 'a ping');
      time.advance(10_000);
      await until(() => heard.reasons.length === 1);
      assert.match(heard.reasons[0] ?? '', /not handled in/);
      time.advance(10 * 60_000);
      await soon();
      assert.equal(heard.connects, 1, 'not before the handler is done');
    },
    new Heard(() => new Promise(() => {})),
  );
});

test('a broker that lets nobody in is left after half a minute', async () => {
  const [broker, time, heard] = [await FakeBroker.start(), new FakeTime(), new Heard()];
  broker.admit = false;
  const link = boxLinks(broker.port, { time })(options, heard);
  await until(() => broker.got.length === 1);
  time.advance(29_000);
  await soon();
  assert.deepEqual(heard.reasons, []);
  time.advance(2_000);
  await until(() => heard.reasons.length === 1);
  assert.equal(heard.connects, 0);
  await link.close();
  await broker.close();
});

test('what is not acknowledged is bounded, and fails when the link breaks', () =>
  withFake(async ({ broker, link, heard }) => {
    const ends = Promise.allSettled(
      Array.from({ length: pendingMaxMessages }, () => link.publish(topics.up, text('x'))),
    );
    await assert.rejects(link.publish(topics.up, text('x')), { code: 'link-busy' });
    broker.sockets.at(-1)?.destroy();
    for (const end of await ends) assert.equal(end.status === 'rejected' && end.reason.code, 'link-down');
    assert.equal(heard.reasons.length, 1);
  }));

test('an idle link is kept, with a ping in each half minute', () =>
  withProxy(async ({ heard, time }) => {
    for (let passedS = 0; passedS < 300; passedS += 5) {
      time.advance(5_000);
      await soon();
    }
    assert.deepEqual([heard.connects, heard.reasons], [1, []]);
  }));

test('a half-open link is found within 65 s, though the box goes on sending', () =>
  withProxy(async ({ proxy, link, heard, relay, time }) => {
    proxy.halfOpen();
    const start = time.mono();
    while (heard.reasons.length === 0) {
      assert.ok(time.mono() - start <= 65_000, 'not found');
      void link.publish(topics.up, text('into the void')).catch(() => {});
      await soon();
      time.advance(5_000);
    }
    assert.match(heard.reasons[0] ?? '', /no answer/);
    await until(() => {
      time.advance(1_000);
      return heard.connects === 2;
    });
    await link.publish(topics.up, text('again'));
    await until(() => relay.on(topics.up).includes('again'));
    assert.deepEqual(relay.on(topics.up), ['again']);
  }));

test('a stall in the middle of a packet holds that packet up, and then the link is given up', () =>
  withProxy(async ({ proxy, heard, peer, time }) => {
    proxy.stallAfter(1_000);
    void peer.publish(topics.down, text('y'.repeat(40_000))).catch(() => {});
    await until(() => {
      time.advance(1_000);
      return heard.reasons.length === 1;
    });
    assert.equal(heard.messages.length, 0);
    proxy.heal();
    await until(() => {
      time.advance(1_000);
      return heard.connects === 2;
    });
    await peer.publish(topics.down, text('whole'));
    await until(() => heard.on(topics.down).includes('whole'));
  }));

describe('at the broker inside', () => cutContract(embeddedCutStage));

test('a slow link is no dead link', async () => {
  const broker = await openTestBroker();
  const proxy = await new FaultProxy(broker.port).listen();
  const [heard, time] = [new Heard(), new FakeTime()];
  const link = boxLinks(proxy.port, { time, random: () => 0 })(options, heard);
  try {
    await until(() => heard.connects === 1);
    proxy.throttle(80_000);
    let done = 0;
    for (let n = 0; n < 3; n += 1)
      void link.publish(topics.up, text('z'.repeat(40_000))).then(() => (done += 1));
    // A second of the proxy is twenty of the link: as if 4 kB passed in each.
    const start = time.mono();
    await until(async () => {
      time.advance(500);
      await new Promise(resolve => setTimeout(resolve, 25));
      return done === 3;
    });
    assert.deepEqual(heard.reasons, []);
    assert.ok(time.mono() - start > 10_000, 'slow indeed');
  } finally {
    await proxy.close();
    await link.close();
    await broker.close();
  }
});

test('a wait between tries starts at a second, doubles to five minutes, and is anew after a good minute', async () => {
  const [time, heard] = [new FakeTime(), new Heard()];
  const broker = await FakeBroker.start();
  const link = boxLinks(broker.port, { time, random: () => 0.999_999 })(options, heard);
  await until(() => heard.connects === 1);
  const waits: number[] = [];
  for (let round = 1; round <= 11; round += 1) {
    if (round === 11) time.advance(61_000);
    await soon();
    broker.sockets.at(-1)?.destroy();
    await until(() => heard.reasons.length === round);
    const start = time.mono();
    const due = time.nextAt ?? start;
    waits.push(due - start);
    time.advance(due - start);
    await until(() => heard.connects === round + 1);
  }
  const expected = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 1].map(s => s * 1_000 - 1);
  assert.deepEqual(waits, expected);
  await broker.close();
  await link.close();
  assert.equal(time.armed, 0);
});
