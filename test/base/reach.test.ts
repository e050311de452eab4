/** Which addresses the outside may be reached at, by a table; and that a name is judged by what it resolves to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookupWithin, mayReach } from '../../src/base/reach.ts';

const inner = [
  ...['127.0.0.1', '127.9.9.9', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1'],
  ...['169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255', '198.18.0.1', '::1', '::', 'fe80::1'],
  ...['fd00::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::'],
  ...['2001::1', '2001:db8::1', 'localhost', ''],
];

test('the world is what is given out to it, and none of its ways of writing something inner', () => {
  for (const address of inner) assert.ok(!mayReach(address, 'world'), address);
  for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])
    assert.ok(mayReach(address, 'world'), address);
});

test('this machine is this machine alone', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1']) assert.ok(mayReach(address, 'loopback'), address);
  for (const address of ['10.0.0.1', '8.8.8.8', '0.0.0.0', 'fe80::1'])
    assert.ok(!mayReach(address, 'loopback'), address);
});

test('a name that leads inside is refused where the connection is made', async () => {
  const refused = new Error('inside');
  for (const all of [true, false]) {
    const error = await new Promise(resolve =>
      lookupWithin('world', () => refused)('localhost', { all }, resolve),
    );
    assert.equal(error, refused);
  }
});
