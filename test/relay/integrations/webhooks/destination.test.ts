import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callWebhook } from '../../../../src/relay/integrations/webhooks/call.ts';
import { readDestination } from '../../../../src/relay/integrations/webhooks/destination.ts';
import { FakeTime } from '../../../fake-time.ts';
import { Receiver } from './rig.ts';

test('an address is https and of the world, unless relay.yaml allows this machine', () => {
  const inside = [
    'http://example.org/hook',
    'https://127.0.0.1/hook',
    'https://localhost/hook',
    'https://[::1]/hook',
    'https://10.1.2.3/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00:ec2::254]/',
    'https://[::ffff:10.0.0.1]/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://user:pw@example.org/',
    'https://example.org/#part',
    'ftp://example.org/',
    'javascript:alert(1)',
    `https://example.org/${'a'.repeat(500)}`,
    'nonsense',
  ];
  for (const address of inside)
    assert.throws(() => readDestination(address, false), { code: 'bad-input' }, address);
  for (const address of ['http://10.1.2.3/', 'http://example.org/'])
    assert.throws(() => readDestination(address, true), { code: 'bad-input' }, address);
  assert.equal(readDestination('https://example.org/hook?a=1', false).reach, 'world');
  assert.equal(readDestination('http://localhost:1/hook', true).reach, 'loopback');
});

test('what was stored is judged again at the call: nothing is sent to this machine', async () => {
  const receiver = new Receiver();
  const address = await receiver.start();
  const call = { address, secrets: [], id: 'e_1', body: '{}' };
  const { signal } = new AbortController();
  const deps = { time: new FakeTime(), signal };
  assert.deepEqual(await callWebhook(call, { ...deps, allowLoopback: false }), {
    ...{ outcome: 'not-allowed', status: null, waitMs: 0 },
  });
  assert.equal(receiver.got.length, 0);
  assert.equal((await callWebhook(call, { ...deps, allowLoopback: true })).outcome, 'taken');
  await receiver.stop();
  assert.equal((await callWebhook(call, { ...deps, allowLoopback: true })).outcome, 'unreachable');
});
