/** The pieces of a link, each by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { Secret } from '../../../src/base/secret.ts';
import { readBrokerUrl } from '../../../src/wire/mqtt/address.ts';
import { Backoff, type LinkEnd, waitMaxMs } from '../../../src/wire/mqtt/backoff.ts';
import { mqttLinks } from '../../../src/wire/mqtt/client.ts';
import { keepaliveS, Liveness } from '../../../src/wire/mqtt/liveness.ts';
import { fromBroker, fromClient, PacketGuard, packetMaxBytes } from '../../../src/wire/mqtt/packet-guard.ts';
import { FakeTime } from '../../fake-time.ts';

/* ---- address ------------------------------------------------------------------------------------------------------- */

test('a broker is a scheme, a host and a port', () => {
  const read = (url: string): string => Object.values(readBrokerUrl(url)).join(' ');
  assert.equal(read('mqtt://broker'), 'broker 1883 false');
  assert.equal(read('mqtts://broker.example/'), 'broker.example 8883 true');
  assert.equal(read('mqtts://[::1]:99'), '::1 99 true');
  for (const bad of [
    '',
    'broker',
    'http://broker',
    'mqtt://',
    'mqtt://a/b',
    'mqtt://a?b',
    'mqtt://a#b',
    'mqtt://a:0',
  ])
    assert.throws(() => readBrokerUrl(bad), { code: 'bad-input' }, bad);
});

test('a password in the URL is refused and not repeated', () => {
  assert.throws(
    () => readBrokerUrl('mqtt://me:hunter2@broker'),
    (error: Error) => !JSON.stringify([error, error.message]).includes('hunter2'),
  );
});

test('an authority that is no certificate is told before anything connects', () => {
  const address = { host: '127.0.0.1', port: 1, tls: true };
  const chance = { time: new FakeTime(), random: () => 0 };
  const options = { address, username: 'a', password: new Secret('b'), tls: { ca: 'nonsense' }, ...chance };
  assert.throws(() => mqttLinks(options), { code: 'bad-input' });
});

/* ---- guard --------------------------------------------------------------------------------------------------------- */

/** A packet of `length` bytes behind its fixed header. */
function packet(first: number, length: number): Buffer {
  const header = [first];
  let rest = length;
  do {
    header.push((rest & 0x7f) | (rest >= 128 ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
}

test('the guard counts packets however they are cut up', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = new Prng(seed);
    const lengths = Array.from({ length: 20 }, () =>
      random.pick([0, 1, 127, 128, 300, 16_383, 16_384, packetMaxBytes]),
    );
    const stream = Buffer.concat(lengths.map(length => packet(0x32, length)));
    let count = 0;
    const guard = new PacketGuard(fromBroker, () => (count += 1));
    for (let at = 0; at < stream.length; ) {
      const step = random.int(1, random.pick([1, 2, 5, 100_000]));
      assert.equal(guard.see(stream.subarray(at, at + step)), null, `seed ${seed}`);
      at += step;
    }
    assert.equal(count, 20, `seed ${seed}`);
  }
});

test('one byte too many is seen in the header, before the first byte of it', () => {
  const big = packet(0x32, packetMaxBytes + 1);
  assert.match(new PacketGuard(fromBroker).see(big.subarray(0, 4)) ?? '', /66561 bytes/);
  assert.match(new PacketGuard(fromBroker).see(packet(0x40, 4_097).subarray(0, 3)) ?? '', /4097 bytes/);
});

test('each side sends its own kinds of packet, and QoS 2 neither', () => {
  const allowed = (types: ReadonlySet<number>): number[] =>
    Array.from({ length: 16 }, (_, type) => type).filter(
      type => new PacketGuard(types).see(Uint8Array.of(type << 4, 0)) === null,
    );
  assert.deepEqual(allowed(fromBroker), [2, 3, 4, 9, 11, 13]);
  assert.deepEqual(allowed(fromClient), [1, 3, 4, 8, 10, 12, 14]);
  for (const flags of [0b0100, 0b0110, 0b1100])
    assert.match(new PacketGuard(fromClient).see(Uint8Array.of(0x30 | flags, 0)) ?? '', /QoS 2/);
});

/* ---- backoff ------------------------------------------------------------------------------------------------------- */

test('a good link begins anew, one that is cut at the same age at once, and two that throw each other out calm down', () => {
  const backoff = new Backoff(() => 0.999_999);
  const waits = (end: LinkEnd, upMs: number, times: number): number[] =>
    Array.from({ length: times }, () => Math.ceil(backoff.next(end, upMs) / 100) / 10);
  assert.deepEqual(waits('failed', 0, 4), [1, 2, 4, 8]);
  assert.deepEqual(waits('good', 10_000, 3), [1, 1, 1], 'never longer, however often');
  assert.deepEqual(waits('regular', 10_000, 2), [0.5, 0.5]);
  assert.deepEqual(waits('failed', 0, 3), [2, 4, 8], 'a broker that is away is asked less and less');
  assert.deepEqual(waits('good', 300, 6), [1, 1, 1, 2, 4, 8], 'thrown out at once each time');
  assert.deepEqual(waits('good', 5_000, 1), [1]);
});

test('waits are spread over the whole range, and never none', () => {
  const random = new Prng(1);
  const waits = Array.from({ length: 1_000 }, () => {
    const backoff = new Backoff(() => random.next());
    for (let n = 0; n < 20; n += 1) backoff.next('failed', 0);
    return backoff.next('failed', 59_999);
  });
  assert.ok(Math.min(...waits) < waitMaxMs * 0.02 && Math.max(...waits) > waitMaxMs * 0.98);
  const never = new Backoff(() => 0);
  for (let n = 0; n < 50; n += 1) assert.equal(never.next('failed', 0), 100);
});

/* ---- liveness ------------------------------------------------------------------------------------------------------ */

interface Peer {
  heard: number;
  sent: number;
  backlog: number;
  owed: number;
  readonly pings: number[];
  readonly deaths: string[];
}

function watch(answer: (peer: Peer) => void = () => {}): { peer: Peer; time: FakeTime; liveness: Liveness } {
  const time = new FakeTime();
  const peer: Peer = { heard: 0, sent: 0, backlog: 0, owed: 0, pings: [], deaths: [] };
  const liveness = new Liveness(time, {
    ...{ heard: () => peer.heard, sent: () => peer.sent, backlog: () => peer.backlog, owed: () => peer.owed },
    ping: () => {
      peer.pings.push(time.mono());
      peer.sent += 2;
      answer(peer);
    },
    pingAfterMs: () => 50_000,
    dead: reason => {
      peer.deaths.push(reason);
      liveness.stop();
    },
  });
  return { peer, time, liveness };
}

const seconds = (passedS: number, time: FakeTime, each: () => void): void => {
  for (let n = 0; n < passedS; n += 1) {
    each();
    time.advance(1_000);
  }
};

test('a quiet peer that answers lives for ever, and hears from us within the keepalive', () => {
  const { peer, time } = watch(each => (each.heard += 2));
  time.advance(3_600_000);
  assert.deepEqual(peer.deaths, []);
  const gaps = peer.pings.slice(1).map((at, n) => at - (peer.pings[n] ?? 0));
  assert.ok(Math.max(...gaps) <= keepaliveS * 1_000, `${gaps}`);
});

test('a peer that only sends still hears from us', () => {
  const { peer, time } = watch();
  seconds(300, time, () => (peer.heard += 10));
  assert.ok(peer.pings.length >= 5, `${peer.pings}`);
  assert.deepEqual(peer.deaths, []);
});

test('a peer that says nothing is dead within 90 s, whatever we send', () => {
  for (const sends of [0, 1]) {
    const { peer, time } = watch();
    seconds(90, time, () => (peer.sent += sends));
    assert.equal(peer.deaths.length, 1, `sends ${sends}`);
  }
});

test('an acknowledgement that does not come is death in 40 s', () => {
  const { peer, time } = watch();
  peer.heard = 1;
  peer.owed = 1;
  time.advance(40_000);
  assert.equal(peer.deaths.length, 1);
});

test('a backlog that drains is life, one that stands is death', () => {
  for (const drains of [true, false]) {
    const { peer, time } = watch();
    peer.owed = 1;
    seconds(300, time, () => {
      peer.backlog = 10_000;
      if (drains) peer.sent += 100;
    });
    assert.equal(peer.deaths.length, drains ? 0 : 1);
  }
});

test('while a message is handled silence proves nothing, for a minute', () => {
  const { peer, time, liveness } = watch();
  peer.owed = 1;
  liveness.handling(true);
  time.advance(55_000);
  assert.deepEqual(peer.deaths, []);
  assert.ok(peer.pings.length >= 1);
  liveness.handling(false);
  time.advance(20_000);
  assert.deepEqual(peer.deaths, []);
  liveness.handling(true);
  time.advance(65_000);
  assert.match(peer.deaths[0] ?? '', /not handled/);
});
