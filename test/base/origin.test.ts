import assert from 'node:assert/strict';
import { test } from 'node:test';
import { originOf } from '../../src/base/origin.ts';

const rows: readonly (readonly [address: string | undefined, origin: string])[] = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1::', '2001:db8:1:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  // IPv4 that is written as IPv6, in every way.
  ['::ffff:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['64:ff9b::192.0.2.7', '192.0.2.7'],
  ['64:ff9b::c000:207', '192.0.2.7'],
  ['64:ff9b:1::192.0.2.7', '64:ff9b:1:0::/64'],
  // Proxies that write the port, too, which is another one with each connection.
  ['192.0.2.7:4711', '192.0.2.7'],
  ['[2001:db8:1:2::7]:443', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::7]', '2001:db8:1:2::/64'],
  ['[::ffff:192.0.2.7]:9', '192.0.2.7'],
  ['[fe80::1%eth0]:443', 'fe80:0:0:0::/64'],
  [' 192.0.2.7 ', '192.0.2.7'],
  ['192.0.2.7:', '192.0.2.7:'],
  ['192.0.2:80', '192.0.2:80'],
  ['[192.0.2.7', '[192.0.2.7'],
  [undefined, ''],
  ['no address', 'no address'],
];

for (const [address, origin] of rows)
  test(`${address} counts as ${origin}`, () => assert.equal(originOf(address), origin));

test('the addresses of one /64 are one origin, the next /64 is another', () => {
  assert.equal(originOf('2001:db8:a:b:ffff:ffff:ffff:ffff'), originOf('2001:db8:a:b::'));
  assert.notEqual(originOf('2001:db8:a:b::1'), originOf('2001:db8:a:c::1'));
});
