/** A box without a clock chip whose time service is blocked: its clock is 60 days back, and all certificates were renewed yesterday. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { Rig } from '../../../scripts/rig/box-rig.ts';
import { freePort } from '../../../scripts/rig/mosquitto-server.ts';
import { RelayRig, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { daysOff, noFakeTime } from '../../blackbox/fake-time.ts';
import { type Pair, PairOnDisk, TestAuthority } from '../broker/certificates/test-authority.ts';

/** What stands before a relay and speaks TLS for it. */
async function front(t: TestContext, to: number, pair: Pair): Promise<{ server: tls.Server; url: string }> {
  const server = tls.createServer({ ...pair }, outer => {
    const inner = connect(to, '127.0.0.1');
    for (const socket of [outer, inner]) socket.on('error', () => {});
    outer.pipe(inner).pipe(outer);
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { server, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Status {
  readonly clock: string;
  readonly sync: { readonly link: string; readonly trouble: string | null };
}
const statusOf = async (box: Rig): Promise<Status> =>
  JSON.parse((await box.cli(['status', '--json'])).stdout) as Status;
const becomes = (box: Rig, what: string, is: (status: Status) => boolean): Promise<void> =>
  until(what, async () => is(await statusOf(box)), 40_000);

interface Scene {
  readonly a: TestAuthority;
  readonly b: TestAuthority;
  readonly relay: RelayRig;
  readonly box: Rig;
  /** Of the relay's broker. */
  readonly port: number;
  readonly claim: string;
  /** What makes the box's clock wrong, and the authority of the relay's front one of its system. */
  readonly behind: Readonly<Record<string, string>>;
}

async function scene(t: TestContext): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-behind-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const [a, b] = [new TestAuthority(dir, 'a', { fromDays: -80, toDays: 30 }), new TestAuthority(dir, 'b')];
  const files = new PairOnDisk(join(dir, 'live'));
  files.swapFolder(a.pair());
  const caFile = join(dir, 'ca.pem');
  writeFileSync(caFile, a.pem);
  const port = await freePort();
  const relay = new RelayRig({ mqtt: { listen: `127.0.0.1:${port}`, tls: files.config, caFile } });
  t.after(() => relay.dispose());
  await relay.start();
  const asked = { token: await relay.token('admin'), body: { name: 'Depot A' } };
  const claim = textOf(await relay.ask('POST', '/api/v1/boxes', asked), 'claim');
  const box = await Rig.make();
  t.after(() => box.dispose());
  return { a, b, relay, box, port, claim, behind: { ...daysOff(-60), NODE_EXTRA_CA_CERTS: caFile } };
}

async function enrolled(t: TestContext, { a, b, relay, box, claim }: Scene): Promise<void> {
  const { server, url } = await front(t, Number(new URL(relay.url).port), b.pair());
  const enrol = () => box.cli(['enroll', '--relay', url, '--claim', '-'], claim);
  const stranger = await enrol();
  assert.equal(stranger.code, 1);
  assert.match(
    stranger.stderr,
    /certificate of https:.* is not believed: .*not yet valid, and unable to get local issuer/,
  );
  server.setSecureContext(a.pair({ extensions: ['subjectAltName=DNS:elsewhere.example'] }));
  assert.match((await enrol()).stderr, /is not believed: the certificate is for another name/);
  server.setSecureContext(a.pair());
  assert.equal((await enrol()).code, 0);
}

/** Somebody has an old key of the broker: valid by the clock of the system, but the box has lived longer than that. */
async function thief(t: TestContext, { a, port }: Scene): Promise<{ readonly readBytes: () => number }> {
  let readBytes = 0;
  const server = tls.createServer({ ...a.pair({ fromDays: -75, toDays: -10 }) }, socket => {
    socket
      .on('error', () => {})
      .on('data', bytes => {
        readBytes += bytes.length;
      });
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { readBytes: () => readBytes };
}

const hearsTheTime = (box: Rig): Promise<void> =>
  becomes(box, 'the relay’s time', ({ clock, sync }) => clock === 'synced' && sync.link === 'up');

test('a box 60 days back is enrolled and hears the time; certificates that are wrong otherwise are refused', {
  skip: noFakeTime,
}, async t => {
  const whole = await scene(t);
  const { box, relay, behind } = whole;
  await box.start(behind);
  assert.equal((await statusOf(box)).clock, 'plausible');
  await enrolled(t, whole);
  await hearsTheTime(box);
  await box.must(['open', '1', '--why', 'what time is it?']);
  const { at } = (await box.events()).at(-1) ?? assert.fail('no event');
  assert.ok(Math.abs(Date.parse(at) - Date.now()) < 3_600_000, `the journal says ${at}`);

  await box.stop();
  await box.start(behind);
  await hearsTheTime(box);

  await box.stop();
  await relay.stop();
  const { readBytes } = await thief(t, whole);
  await box.start(behind);
  await becomes(box, 'the refusal', ({ sync }) =>
    /not believed: certificate has expired/.test(sync.trouble ?? ''),
  );
  assert.equal(readBytes(), 0);
});
