/**
 * Real TLS on the loopback. The clock of the system cannot be moved, so the certificates are: what a box 60 days back meets in one of
 * yesterday, a box of today meets in one that begins in 59 days.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { wall } from '../../../src/base/brand.ts';
import { Secret } from '../../../src/base/secret.ts';
import { systemTime } from '../../../src/base/system-time.ts';
import { mqttLinks } from '../../../src/wire/mqtt/client.ts';
import { BrokerTrust } from '../../../src/wire/mqtt/trust.ts';
import type { KnownTime } from '../../../src/wire/tls/known-time.ts';
import { verifyChain, verifyChainBy } from '../../../src/wire/tls/verify-chain.ts';
import { type Pair, TestAuthority } from '../../relay/broker/certificates/test-authority.ts';
import { Heard, until } from '../mqtt/heard.ts';

const dayMs = 86_400_000;
const inDays = (days: number) => wall(Date.now() + days * dayMs);
const unsure = (days = 0): KnownTime => ({ sure: false, least: inDays(days) });
const sure = (days = 0): KnownTime => ({ sure: true, at: inDays(days) });

/** As of 59 days from now, where it was renewed "yesterday". */
const renewed = { fromDays: 59, toDays: 90 };
const ended = { fromDays: -50, toDays: -10 };
const here = 'subjectAltName=IP:127.0.0.1,DNS:localhost';
const authorityOnly = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'];

let dir = '';
let a: TestAuthority;
let b: TestAuthority;
before(() => {
  dir = mkdtempSync(join(tmpdir(), 'smartbox-dated-'));
  const lasts = { fromDays: -70, toDays: 120 };
  [a, b] = [new TestAuthority(dir, 'a', lasts), new TestAuthority(dir, 'b', lasts)];
});
after(() => rmSync(dir, { recursive: true, force: true }));

interface Met {
  readonly heard: Heard;
  readonly trust: BrokerTrust;
  /** What the server has read, once it was decrypted. */
  readonly readBytes: () => number;
  readonly tries: () => number;
}

interface More {
  readonly lists?: readonly string[];
  readonly verify?: typeof verifyChain;
}

/** A server with this certificate, and a box that trusts `a` and knows this of the time. */
async function meet(t: TestContext, pair: Pair, now: () => KnownTime, more: More = {}): Promise<Met> {
  let readBytes = 0;
  let tries = 0;
  const server = tls.createServer({ ...pair }, socket => {
    socket.on('error', () => {});
    socket.on('data', bytes => {
      readBytes += bytes.length;
      // CONNECT of MQTT, and the yes to it.
      if (bytes[0] === 0x10) socket.write(Buffer.from([0x20, 2, 0, 0]));
      if (bytes[0] === 0xe0) socket.end();
    });
  });
  server.on('connection', socket => {
    tries += 1;
    socket.on('error', () => {});
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const heard = new Heard();
  const trust = new BrokerTrust(more.lists ?? [a.pem], () => {}, now, more.verify ?? verifyChain);
  const link = mqttLinks({
    address: { host: '127.0.0.1', port, tls: true },
    ...{ username: 'depot-a', password: new Secret('aaaa-password'), tls: { trust } },
    ...{ time: systemTime, random: () => 0 },
  })({ clientId: 'depot-a', subscriptions: [] }, heard);
  t.after(async () => {
    await link.close();
    server.close();
  });
  return { heard, trust, readBytes: () => readBytes, tries: () => tries };
}

const isLetIn = async ({ heard }: Met): Promise<void> => until(() => heard.connects > 0);

/** Four tries, and the last of them after the second look: had that found it good, it would have been let in. */
async function isRefused(met: Met, why: RegExp): Promise<void> {
  const last = (): string => met.heard.reasons.at(-1) ?? '';
  await until(() => met.heard.connects > 0 || (met.tries() >= 4 && why.test(last())));
  assert.equal(met.heard.connects, 0);
  assert.equal(met.readBytes(), 0, 'no byte of ours, and no password, before it was judged');
}

const believed: readonly (readonly [string, () => Pair, KnownTime])[] = [
  ['nobody knows the time: renewed while the box was off', () => a.pair(renewed), unsure()],
  ['nobody knows the time: as it is today', () => a.pair(), unsure()],
  [
    'a clock that is ahead, for all the box knows: ended by that clock alone',
    () => a.pair(ended),
    unsure(-60),
  ],
  ['the time is known, and the clock of the system is 60 days back', () => a.pair(renewed), sure(60)],
  [
    'with an authority in between',
    () => {
      const middle = a.pair({ fromDays: -1, toDays: 90, extensions: authorityOnly });
      const { cert, key } = a.pair({ ...renewed, by: middle });
      return { cert: `${cert}${middle.cert}`, key };
    },
    unsure(),
  ],
];
for (const [name, pair, now] of believed)
  test(`believed: ${name}`, async t => isLetIn(await meet(t, pair(), () => now)));

const constrained = (): Pair => {
  const only = ['nameConstraints=critical,permitted;DNS:elsewhere.example'];
  const middle = a.pair({ fromDays: -1, toDays: 90, extensions: [...authorityOnly, ...only] });
  const { cert, key } = a.pair({ ...renewed, by: middle });
  return { cert: `${cert}${middle.cert}`, key };
};

/** Whatever else is wrong, OpenSSL says of all of them that their date is: its last error hides those before it. */
const refused: readonly (readonly [string, () => Pair, KnownTime, RegExp])[] = [
  ['it ended before the least that it can be', () => a.pair(ended), unsure(), /expired/],
  ['the time is known, and it begins later', () => a.pair(renewed), sure(), /not yet valid/],
  [
    'the time is known, and it ended, which the clock of the system denies',
    () => a.pair(),
    sure(40),
    /expired/,
  ],
  ['of another authority', () => b.pair(renewed), unsure(), /not yet valid, and unable to get local issuer/],
  [
    'for another host',
    () => a.pair({ ...renewed, extensions: ['subjectAltName=DNS:elsewhere.example'] }),
    unsure(),
    /another name/,
  ],
  [
    'signed by itself',
    () => new TestAuthority(dir, `itself-${Math.random()}`).pair(renewed),
    unsure(),
    /unable to get local issuer/,
  ],
  [
    'of a client, not a server',
    () => a.pair({ ...renewed, extensions: [here, 'extendedKeyUsage=clientAuth'] }),
    unsure(),
    /not yet valid, and .*purpose/,
  ],
  [
    'signed by a server of the authority, which is none itself',
    () => {
      const server = a.pair({ fromDays: -1, toDays: 90 });
      const { cert, key } = a.pair({ ...renewed, by: server });
      return { cert: `${cert}${server.cert}`, key };
    },
    unsure(),
    /not yet valid, and invalid CA/,
  ],
  [
    'for a name that the authority in between may not speak for',
    constrained,
    unsure(),
    /unspecified|permitted subtree/,
  ],
];
for (const [name, pair, now, why] of refused)
  test(`refused, before a byte was sent: ${name}`, async t =>
    isRefused(await meet(t, pair(), () => now), why));

test('refused, and told why, while there is no openssl to look at the chain; believed once there is', async t => {
  const openssl = join(dir, 'openssl');
  const met = await meet(t, a.pair(renewed), unsure, { verify: verifyChainBy(openssl) });
  await isRefused(met, /not yet valid, and openssl is not there to look at the rest: apt install openssl/);
  symlinkSync('/usr/bin/openssl', openssl);
  await isLetIn(met);
});

test('two lists of authorities: the server is believed under the one that it belongs to', async t => {
  await isLetIn(await meet(t, a.pair(renewed), unsure, { lists: [b.pem, a.pem] }));
});

test('a server that was let in on trust goes when the time is known, unless it is valid then', async t => {
  let now = unsure();
  const met = await meet(t, a.pair(renewed), () => now);
  await isLetIn(met);
  met.trust.recheck();
  now = sure(60);
  met.trust.recheck();
  await new Promise(resolve => setTimeout(resolve, 20));
  assert.deepEqual(
    [met.heard.connects, met.heard.reasons.filter(each => !/not yet valid/.test(each))],
    [1, []],
  );
  const before = met.heard.reasons.length;
  now = sure();
  met.trust.recheck();
  await until(() => met.heard.reasons.length > before + 2);
  assert.equal(met.heard.connects, 1);
});
