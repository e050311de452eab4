/** A broker that is not ours, with certificates of a few days: nobody tells us when it has another one. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { silent } from '../../../../src/base/log.ts';
import { OutsideCertificates } from '../../../../src/relay/broker/certificates/outside-certificate.ts';
import { peerCertificate } from '../../../../src/relay/broker/certificates/peer-certificate.ts';
import { FakeTime } from '../../../fake-time.ts';
import { TestAuthority } from './test-authority.ts';

const hourMs = 3_600_000;

async function bench(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-outside-'));
  const authority = new TestAuthority(dir, 'a');
  const server = tls.createServer(authority.pair({ toDays: 40 }), socket => socket.on('error', () => {}));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const time = new FakeTime({ wallMs: Date.now() });
  const problems = new Map<string, string>();
  let looks: Promise<unknown> = Promise.resolve();
  const shown = new OutsideCertificates({
    places: [
      { name: 'broker.boxes.url', url: `mqtts://127.0.0.1:${port}` },
      { name: 'broker.url', url: 'mqtt://127.0.0.1:1' },
    ],
    served: (host, at) => {
      const look = peerCertificate(host, at);
      looks = look;
      return look;
    },
    problems: {
      raise: (kind, subject, detail) => void problems.set(`${kind} ${subject}`, detail),
      clear: (kind, subject) => void problems.delete(`${kind} ${subject}`),
    },
    ...{ time, log: silent },
  });
  t.after(() => {
    shown.close();
    server.close();
    rmSync(dir, { recursive: true, force: true });
  });
  /** What a timer has begun has ended. */
  const passes = async (ms: number): Promise<void> => {
    time.advance(ms);
    await looks;
    await shown.look();
  };
  const renews = (toDays: number): void => server.setSecureContext(authority.pair({ toDays }));
  return { shown, problems, passes, renews, time };
}

const kinds = (problems: ReadonlyMap<string, string>): readonly string[] => [...problems.keys()];

test('its end is told two weeks and two days ahead, and a renewal ends that', async t => {
  const { shown, problems, passes, renews } = await bench(t);
  await shown.look();
  assert.deepEqual(kinds(problems), []);
  renews(13);
  await shown.look();
  assert.deepEqual(kinds(problems), ['certificate-ends broker.boxes.url']);
  assert.match(
    [...problems.values()][0] ?? '',
    /^The certificate at broker.boxes.url \(.+\) ends on .+renew it there/,
  );
  await passes(11.5 * 24 * hourMs);
  assert.deepEqual(kinds(problems), ['certificate-ends-now broker.boxes.url']);
  await passes(2 * 24 * hourMs);
  assert.match([...problems.values()][0] ?? '', /has ended on/);
  renews(90);
  await passes(hourMs);
  assert.deepEqual(kinds(problems), []);
});

test('it is looked at twice a day, whoever connects or not', async t => {
  const { shown, problems, renews, time } = await bench(t);
  await shown.look();
  renews(5);
  time.advance(13 * hourMs);
  const end = Date.now() + 20_000;
  while (problems.size === 0 && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 5));
  assert.deepEqual(kinds(problems), ['certificate-ends broker.boxes.url']);
});
