import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Pulse, ReadinessProbe } from '../../../src/relay/http/health.ts';
import type { RelayStore } from '../../../src/relay/store/store.ts';

const pulse: Pulse = { brokerUp: true, shares: { mine: 64, all: 64 }, queues: {}, counters: {} };

/** A store that answers its writes as the test says. */
class Disk implements Pick<RelayStore, 'write'> {
  writes = 0;
  answer: () => Promise<never | undefined> = () => Promise.resolve(undefined);
  write = async <T>(): Promise<T> => {
    this.writes += 1;
    return (await this.answer()) as T;
  };
}

test('ready: what it needs can be written and reached', async () => {
  const probe = new ReadinessProbe(new Disk(), () => 0);
  assert.deepEqual(await probe.readiness(pulse), {
    status: 'ready',
    reasons: [],
    shares: { mine: 64, all: 64 },
  });
});

test('a database that refuses to write makes it not ready, with the reason', async () => {
  const disk = new Disk();
  disk.answer = () => Promise.reject(new Error('database or disk is full'));
  const { status, reasons } = await new ReadinessProbe(disk, () => 0).readiness(pulse);
  assert.equal(status, 'not-ready');
  assert.deepEqual(
    reasons.map(({ what, reason }) => [what, reason]),
    [['store', 'database or disk is full']],
  );
});

test('a broker that is away is a reason of its own', async () => {
  const probe = new ReadinessProbe(new Disk(), () => 0);
  const { status, reasons } = await probe.readiness({ ...pulse, brokerUp: false });
  assert.equal(status, 'not-ready');
  assert.deepEqual(
    reasons.map(({ what }) => what),
    ['broker'],
  );
});

test('whoever asks often makes nobody write often, and a refusal is forgotten when it is over', async () => {
  const disk = new Disk();
  let nowMs = 0;
  const probe = new ReadinessProbe(disk, () => nowMs);
  await Promise.all(Array.from({ length: 100 }, () => probe.readiness(pulse)));
  assert.equal(disk.writes, 1);
  nowMs = 1_000;
  disk.answer = () => Promise.reject(new Error('full'));
  assert.equal((await probe.readiness(pulse)).status, 'not-ready');
  nowMs = 2_000;
  disk.answer = () => Promise.resolve(undefined);
  assert.equal((await probe.readiness(pulse)).status, 'ready');
  assert.equal(disk.writes, 3);
});

test('a database that hangs is asked once, and does not keep the asker waiting for ever', async () => {
  const disk = new Disk();
  disk.answer = () => new Promise(() => {});
  let nowMs = 0;
  const probe = new ReadinessProbe(disk, () => nowMs);
  const first = probe.readiness(pulse);
  nowMs = 60_000;
  const both = await Promise.all([first, probe.readiness(pulse)]);
  for (const { status } of both) assert.equal(status, 'not-ready');
  assert.equal(disk.writes, 1);
});
