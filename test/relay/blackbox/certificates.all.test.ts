/** A relay that serves TLS, and a real box, while certificates and authorities are replaced under both. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { freePort } from '../../../scripts/rig/mosquitto-server.ts';
import { until } from '../../../scripts/rig/until.ts';
import { PairOnDisk, TestAuthority } from '../broker/certificates/test-authority.ts';
import { becomes, booked, enrolled, type Whole } from './stage.ts';

interface Scene extends Whole {
  readonly a: TestAuthority;
  readonly b: TestAuthority;
  readonly files: PairOnDisk;
  readonly caFile: string;
  readonly port: number;
}

async function scene(t: TestContext): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-tls-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const [a, b] = [new TestAuthority(dir, 'a'), new TestAuthority(dir, 'b')];
  const files = new PairOnDisk(join(dir, 'live'));
  files.swapFolder(a.pair({ toDays: 10 }));
  const caFile = join(dir, 'ca.pem');
  writeFileSync(caFile, a.pem);
  const port = await freePort();
  const mqtt = { listen: `127.0.0.1:${port}`, tls: files.config, caFile };
  return { ...(await enrolled(t, { mqtt })), a, b, files, caFile, port };
}

const problems = async ({ relay, token }: Whole): Promise<readonly { kind: string; subject: string }[]> => {
  const { body } = await relay.ask('GET', '/api/v1/problems', { token });
  return (body as { items: readonly { kind: string; subject: string }[] }).items;
};
const kinds = async (whole: Whole): Promise<string> =>
  (await problems(whole))
    .map(({ kind }) => kind)
    .sort()
    .join(' ');
const problemsAre = (whole: Whole, expected: string): Promise<void> =>
  until(`the Problems to be: ${expected}`, async () => (await kinds(whole)) === expected, 40_000);

/** Serial number of the certificate that somebody meets who connects now. */
const servedAt = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.on('error', reject);
  });

const link = async ({ box }: Whole): Promise<{ link: string; trouble: string | null; since: string }> =>
  (
    JSON.parse((await box.cli(['status', '--json'])).stdout) as {
      sync: { link: string; trouble: string | null; since: string };
    }
  ).sync;
const linkIs = (whole: Whole, state: string): Promise<void> =>
  until(`the link to be ${state}`, async () => (await link(whole)).link === state, 40_000);

/** What the box has kept. */
const credentialsOf = ({ box }: Whole): { ca: string; formerCa: unknown } =>
  JSON.parse(readFileSync(join(box.dir, 'data', 'relay.json'), 'utf8')) as { ca: string; formerCa: unknown };

async function rebooted(whole: Whole): Promise<void> {
  await whole.box.stop();
  await whole.box.start();
  await linkIs(whole, 'up');
}

type Step = (whole: Scene) => Promise<void>;

const endIsSaid: Step = async whole => {
  const { relay } = whole;
  await problemsAre(whole, 'certificate-ends');
  const { stdout } = await relay.verb(['doctor']);
  assert.match(
    stdout,
    /warning: the certificate of mqtt\.tls \(for 127\.0\.0\.1.*, by a\) ends on .*, in 9 days/,
  );
};

const renewal: Step = async whole => {
  const { relay, files, a, port } = whole;
  const { since } = await link(whole);
  const before = await servedAt(port);
  files.swapFolder(a.pair());
  await until('the new certificate', async () => (await servedAt(port)) !== before, 20_000);
  await problemsAre(whole, '');
  assert.match((await relay.verb(['doctor'])).stdout, /good: the certificate of mqtt\.tls .* in 2\d days/);
  assert.deepEqual([(await link(whole)).link, (await link(whole)).since], ['up', since]);
};

const breakage: Step = async whole => {
  const { relay, files, a, port } = whole;
  const before = await servedAt(port);
  files.swapFolder({ cert: a.pair().cert, key: 'no key\n' });
  relay.relay.child.kill('SIGHUP');
  await problemsAre(whole, 'certificate-not-taken');
  assert.equal(await servedAt(port), before);
  assert.match((await relay.verb(['doctor'])).stdout, /bad: .*holds no key that can be read/);
  files.swapFolder(a.pair());
  relay.relay.child.kill('SIGHUP');
  await problemsAre(whole, '');
  assert.notEqual(await servedAt(port), before);
  assert.equal(relay.relay.running, true);
};

const newAuthority: Step = async whole => {
  const { files, a, b, caFile } = whole;
  writeFileSync(caFile, `${a.pem}${b.pem}`);
  await until('the box to know both', () => credentialsOf(whole).ca.includes(b.pem.trim()), 20_000);
  files.swapFolder(b.pair());
  await rebooted(whole);
  writeFileSync(caFile, b.pem);
  await until('the box to know B', () => credentialsOf(whole).ca === b.pem.trim(), 20_000);
  await rebooted(whole);
  await until('the box to forget the list of before', () => credentialsOf(whole).formerCa === null, 20_000);
  await problemsAre(whole, '');
  const booking = await booked(whole, 1);
  await becomes(whole, booking, 'on-box');
};

const boxThatWasAway: Step = async whole => {
  const { relay, box, files, a, b, caFile } = whole;
  await box.stop();
  writeFileSync(caFile, `${b.pem}${a.pem}`);
  files.swapFolder(a.pair());
  writeFileSync(caFile, a.pem);
  await problemsAre(whole, 'authorities-untold');
  assert.equal((await problems(whole))[0]?.subject, whole.id);
  assert.match((await relay.verb(['doctor'])).stdout, new RegExp(`authorities-untold: ${whole.id}`));
  await box.start();
  await until(
    'the box to say why',
    async () => /certificate is not believed/.test((await link(whole)).trouble ?? ''),
    20_000,
  );
  assert.match((await box.cli(['doctor'])).stdout, /certificate is not believed.*[\s\S]*enrol/);
  // Served by the authority of before once more, it is led on.
  writeFileSync(caFile, `${b.pem}${a.pem}`);
  files.swapFolder(b.pair());
  await linkIs(whole, 'up');
  await problemsAre(whole, '');
  const both = `${b.pem}${a.pem}`.trim();
  await until('the box to know both', () => credentialsOf(whole).ca === both, 20_000);
};

test('certificates and authorities change under a box that is there, and under one that is away', async t => {
  const whole = await scene(t);
  await linkIs(whole, 'up');
  const steps: readonly (readonly [string, Step])[] = [
    ['its end is a Problem, and doctor says when it is', endIsSaid],
    ['renewed, it is served at once, the Problem goes, and no box is cut', renewal],
    ['a broken one is a Problem; SIGHUP reads it again and ends nothing', breakage],
    ['A, then A and B, then B: the box is told, and keeps what it was told', newAuthority],
    [
      'a box that was away meanwhile is named, at the relay and at the box, and no stranger is believed',
      boxThatWasAway,
    ],
  ];
  for (const [name, step] of steps) await t.test(name, () => step(whole));
});
