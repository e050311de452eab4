/** What the broker serves and tells as its files change, with certificates of a few days. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { silent } from '../../../../src/base/log.ts';
import { BrokerCertificates } from '../../../../src/relay/broker/certificates/broker-certificates.ts';
import type { ServedPair } from '../../../../src/relay/broker/certificates/certificate-files.ts';
import { FakeTime } from '../../../fake-time.ts';
import { type Pair, PairOnDisk, TestAuthority } from './test-authority.ts';

const dir = mkdtempSync(join(tmpdir(), 'smartbox-certificates-'));
after(() => rmSync(dir, { recursive: true, force: true }));
const a = new TestAuthority(dir, 'a');
const b = new TestAuthority(dir, 'b');

class Bench {
  readonly time = new FakeTime({ wallMs: Date.now() });
  readonly files: PairOnDisk;
  readonly caFile: string;
  readonly served: string[] = [];
  readonly told: (string | null)[] = [];
  readonly problems = new Map<string, string>();
  #certificates: BrokerCertificates | null = null;

  constructor(name: string) {
    this.files = new PairOnDisk(join(dir, name));
    this.caFile = join(this.files.folder, 'ca.pem');
  }

  async open(pair: Pair | null, ca: string | null): Promise<this> {
    if (pair !== null) this.files.write(pair);
    if (ca !== null) writeFileSync(this.caFile, ca);
    const certificates = await BrokerCertificates.open({
      ...{ pair: this.files.config, caFile: ca === null ? null : this.caFile, time: this.time, log: silent },
      names: { pair: 'mqtt.tls', ca: 'mqtt.caFile' },
      serve: ({ cert }: ServedPair) => void this.served.push(cert),
      problems: {
        raise: (kind, subject, detail) => void this.problems.set(`${kind} ${subject}`, detail),
        clear: (kind, subject) => void this.problems.delete(`${kind} ${subject}`),
      },
    });
    this.#certificates = certificates;
    certificates.begin(async ({ authorities }) => void this.told.push(authorities));
    await certificates.reload();
    return this;
  }

  /** Lets so much time pass, and each look end. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 2_000) {
      this.time.advance(Math.min(left, 2_000));
      for (let turn = 0; turn < 40; turn += 1) await new Promise(resolve => setTimeout(resolve, 1));
    }
  }

  /** As SIGHUP. */
  reload(): Promise<void> {
    return this.#certificates?.reload() ?? Promise.resolve();
  }

  get kinds(): readonly string[] {
    return [...this.problems.keys()].sort();
  }
}

describe('a pair that is replaced is served within seconds', () => {
  const ways: readonly (readonly [string, (files: PairOnDisk, pair: Pair) => void])[] = [
    ['written over', (files, pair) => files.write(pair)],
    ['by a folder that is switched, as cert-manager does', (files, pair) => files.swapFolder(pair)],
    ['by links that are replaced, as certbot does', (files, pair) => files.swapLinks(pair)],
  ];
  for (const [name, replace] of ways)
    test(name, async () => {
      const bench = new Bench(`way-${name.slice(0, 12).replaceAll(' ', '-')}`);
      replace(bench.files, a.pair());
      await bench.open(null, a.pem);
      for (let round = 0; round < 3; round += 1) {
        const next = a.pair();
        replace(bench.files, next);
        await bench.pass(4_000);
        assert.equal(bench.served.at(-1), next.cert);
      }
      assert.deepEqual(bench.kinds, []);
    });
});

describe('what cannot be served leaves the pair before in its place, and is said', () => {
  const first = a.pair();
  const next = a.pair();
  const damages: readonly (readonly [string, Pair | null, RegExp])[] = [
    ['the key of another', { cert: next.cert, key: first.key }, /is not the key of the certificate/],
    ['half a certificate', { cert: next.cert.slice(0, 300), key: next.key }, /cut short|no certificate/],
    ['half a key', { cert: next.cert, key: next.key.slice(0, 100) }, /no key that can be read/],
    ['empty files', { cert: '', key: '' }, /no certificate/],
    ['text that is no certificate', { cert: 'hello\n', key: next.key }, /no certificate/],
    ['no files', null, /ENOENT/],
    ['one that has ended', a.pair({ fromDays: -9, toDays: -1 }), /has ended on/],
    ['one that has not begun', a.pair({ fromDays: 2, toDays: 9 }), /begins only on/],
    ['one of an authority that nobody was told of', b.pair(), /none of the authorities/],
  ];
  for (const [name, pair, reason] of damages)
    test(name, async () => {
      const bench = await new Bench(`damage-${name.replaceAll(' ', '-')}`).open(first, a.pem);
      if (pair === null) for (const file of Object.values(bench.files.config)) unlinkSync(file);
      else bench.files.write(pair);
      await bench.pass(10_000);
      assert.deepEqual([bench.served, bench.kinds], [[], []], 'a moment is nobody’s mistake');
      await bench.pass(10_000);
      assert.deepEqual([bench.served, bench.kinds], [[], ['certificate-not-taken mqtt.tls']]);
      assert.match(bench.problems.get('certificate-not-taken mqtt.tls') ?? '', reason);
      bench.files.write(next);
      await bench.pass(4_000);
      assert.deepEqual([bench.served, bench.kinds], [[next.cert], []], 'cleared by what is right');
    });

  test('a second mistake is said in place of the first', async () => {
    const bench = await new Bench('second-mistake').open(first, a.pem);
    bench.files.write({ cert: next.cert, key: first.key });
    await bench.pass(20_000);
    bench.files.write(b.pair());
    await bench.pass(4_000);
    assert.match(bench.problems.get('certificate-not-taken mqtt.tls') ?? '', /none of the authorities/);
  });

  test('who asks by SIGHUP is told at once', async () => {
    const bench = await new Bench('sighup').open(first, a.pem);
    bench.files.write({ cert: next.cert, key: first.key });
    await bench.reload();
    assert.deepEqual(bench.kinds, ['certificate-not-taken mqtt.tls']);
    bench.files.write(next);
    await bench.reload();
    assert.deepEqual([bench.served, bench.kinds], [[next.cert], []]);
  });
});

test('the end is a Problem 14 days ahead, an urgent one 2 days ahead, and none when it is renewed', async () => {
  const bench = await new Bench('ends').open(a.pair({ toDays: 15 }), a.pem);
  const hour = 3_600_000;
  const day = 24 * hour;
  const later = async (ms: number): Promise<void> => {
    bench.time.advance(ms - hour);
    await bench.pass(2_000);
    bench.time.advance(hour);
    await bench.pass(4_000);
  };
  assert.deepEqual(bench.kinds, []);
  await later(1.2 * day);
  assert.deepEqual(bench.kinds, ['certificate-ends mqtt.tls']);
  assert.match(
    bench.problems.get('certificate-ends mqtt.tls') ?? '',
    /ends on \d{4}-\d\d-\d\d \d\d:\d\d UTC/,
  );
  await later(11.9 * day);
  assert.deepEqual(bench.kinds, ['certificate-ends-now mqtt.tls']);
  await later(2 * day);
  assert.deepEqual(bench.kinds, ['certificate-ends-now mqtt.tls'], 'when it is over, too');
  bench.files.write(a.pair({ toDays: 29.9 }));
  await bench.pass(4_000);
  assert.deepEqual(bench.kinds, []);
  await later(1.5 * day);
  assert.deepEqual(bench.kinds, ['certificate-ends mqtt.tls'], 'now the authority itself ends soon');
});

test('boxes are told of authorities as the file is, and what boxes would not believe is not served meanwhile', async () => {
  const bench = await new Bench('authorities').open(a.pair(), a.pem);
  assert.equal(bench.told.at(-1), a.pem.trimEnd());
  const ofB = b.pair();
  bench.files.write(ofB);
  await bench.pass(4_000);
  assert.deepEqual(bench.served, []);
  writeFileSync(bench.caFile, `${a.pem}${b.pem}`);
  await bench.pass(4_000);
  assert.equal(bench.told.at(-1), `${a.pem}${b.pem}`.trimEnd());
  assert.deepEqual([bench.served, bench.kinds], [[ofB.cert], []]);
  writeFileSync(bench.caFile, b.pem.slice(0, 200));
  await bench.pass(20_000);
  assert.deepEqual(bench.kinds, ['certificate-not-taken mqtt.caFile']);
  writeFileSync(bench.caFile, b.pem);
  await bench.pass(4_000);
  assert.deepEqual([bench.told.at(-1), bench.kinds], [b.pem.trimEnd(), []]);
  writeFileSync(bench.caFile, a.pem);
  await bench.pass(4_000);
  assert.deepEqual(bench.kinds, ['certificate-untrusted mqtt.tls'], 'there is nothing better to serve');
});

test('a relay does not start on what it cannot serve, and names the file', async () => {
  const bench = new Bench('start');
  await assert.rejects(bench.open({ ...a.pair(), key: a.pair().key }, a.pem), {
    code: 'certificate-file',
    message: /tls\.key is not the key of the certificate in .*tls\.crt/,
  });
});
