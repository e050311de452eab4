/** The pieces of the broker inside the relay, each by itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { introductionTrouble, maySubscribe, messageTrouble } from '../../../src/relay/broker/confinement.ts';
import { hashPassword, passwordFits, passwordHashShape } from '../../../src/relay/broker/password.ts';
import { matches } from '../../../src/relay/broker/retained.ts';
import { SerialQueue } from '../../../src/relay/broker/serial-queue.ts';
import { payloadMaxBytes } from '../../../src/wire/topics.ts';

/* ---- password ------------------------------------------------------------------------------------------------------ */

test('only the password fits its hash', () => {
  const stored = hashPassword('correct horse');
  assert.match(stored, passwordHashShape);
  assert.ok(passwordFits(stored, Buffer.from('correct horse')));
  for (const wrong of ['', 'correct hors', 'correct horsf', 'correct horse '])
    assert.ok(!passwordFits(stored, Buffer.from(wrong)));
  for (const bad of ['', 'x', stored.slice(0, -1), stored.replace('$101$', '$99999$'), `${stored}\n`])
    assert.ok(!passwordFits(bad, Buffer.from('correct horse')), bad);
  assert.ok(!passwordFits(null, Buffer.alloc(0)));
  assert.notEqual(stored, hashPassword('correct horse'));
});

test('mosquitto_passwd makes the same kind of hash', t => {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-passwd-'));
  try {
    const file = join(folder, 'p');
    // Made up, and of this test only.
    const ran = spawnSync('mosquitto_passwd', ['-c', '-b', file, 'depot-a', 'made-up'], { stdio: 'pipe' });
    if (ran.error !== undefined) return t.skip('mosquitto_passwd is not installed');
    const stored = readFileSync(file, 'utf8').trim().replace('depot-a:', '');
    assert.ok(passwordFits(stored, Buffer.from('made-up')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/* ---- confinement --------------------------------------------------------------------------------------------------- */

const hello = { protocolVersion: 4, clientId: 'depot-a', username: 'depot-a', keepalive: 30 };
const will = { topic: 'smartbox/1/depot-a/state', payload: 'gone', qos: 1, retain: true };

test('who may introduce themselves', () => {
  assert.equal(introductionTrouble(hello), null);
  assert.equal(introductionTrouble({ ...hello, will }), null);
  for (const wrong of [
    { protocolVersion: 3 },
    { protocolVersion: 5 },
    { clientId: 'depot-b' },
    { clientId: '' },
    { username: undefined },
    { username: 'Depot', clientId: 'Depot' },
    { username: '+', clientId: '+' },
    { keepalive: 0 },
    { keepalive: 301 },
    { will: { ...will, topic: 'smartbox/1/depot-b/state' } },
    { will: { ...will, topic: 'smartbox/1/depot-a/up' } },
    { will: { ...will, retain: false } },
    { will: { ...will, qos: 2 } },
    { will: { ...will, payload: 'x'.repeat(payloadMaxBytes + 1) } },
  ])
    assert.notEqual(introductionTrouble({ ...hello, ...wrong }), null, JSON.stringify(wrong).slice(0, 80));
});

test('what a box may say and hear', () => {
  const say = (topic: string, retain = false, qos = 1): boolean =>
    messageTrouble('depot-a', { topic, payload: 'x', qos, retain }) === null;
  assert.ok(say('smartbox/1/depot-a/up') && say('smartbox/1/depot-a/state', true));
  for (const foreign of [
    ...[
      'smartbox/1/depot-b/up',
      'smartbox/1/depot-a/down',
      'smartbox/2/depot-a/up',
      'smartbox/1/depot-a/up/',
    ],
    ...['$SYS/x', '', 'smartbox/1/depot-a', '/smartbox/1/depot-a/up'],
  ])
    assert.ok(!say(foreign), foreign);
  assert.ok(!say('smartbox/1/depot-a/up', true) && !say('smartbox/1/depot-a/up', false, 2));
  assert.ok(maySubscribe('depot-a', 'smartbox/1/depot-a/down'));
  for (const foreign of [
    '#',
    '+/1/depot-a/down',
    'smartbox/1/+/down',
    'smartbox/1/depot-a/#',
    'smartbox/1/depot-b/down',
    '$SYS/#',
  ])
    assert.ok(!maySubscribe('depot-a', foreign), foreign);
});

/* ---- small things -------------------------------------------------------------------------------------------------- */

test('filters match as MQTT says', () => {
  for (const [filter, topic, yes] of [
    ['a/b', 'a/b', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/#', 'a/b/c', true],
    ['a/#', 'a', true],
    ['#', 'a/b', true],
    ['+/b', 'a/c', false],
    ['a/b', 'a', false],
  ] as const)
    assert.equal(matches(filter, topic), yes, `${filter} ${topic}`);
});

test('a queue keeps order and lets one through at a time, failures too', async () => {
  const [queue, log] = [new SerialQueue(), [] as string[]];
  const job = (name: string, work: () => void | Promise<void>): void =>
    queue.enter(
      () => {
        log.push(`${name}+`);
        return work();
      },
      error => log.push(`${name}${error === null ? '-' : '!'}`),
    );
  const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
  job('a', tick);
  job('b', () => {});
  job('c', () => Promise.reject(new Error('no')));
  job('d', () => {
    throw new Error('no');
  });
  job('e', tick);
  for (let n = 0; n < 10; n += 1) await tick();
  job('f', () => {});
  assert.equal(log.join(' '), 'a+ a- b+ b- c+ c! d+ d! e+ e- f+ f-');
});

test('a long queue of what is done at once is no deep stack', () => {
  const queue = new SerialQueue();
  let done = 0;
  queue.enter(
    () => {
      for (let n = 0; n < 100_000; n += 1)
        queue.enter(
          () => {},
          () => (done += 1),
        );
    },
    () => {},
  );
  assert.equal(done, 100_000);
});
