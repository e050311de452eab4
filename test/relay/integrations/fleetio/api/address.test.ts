import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lookupWithin, mayReach } from '../../../../../src/base/reach.ts';
import { innerName, readBase } from '../../../../../src/relay/integrations/fleetio/api/address.ts';

describe('addresses', () => {
  it('inside of a network are never reached', () => {
    const inside = [
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '192.0.0.8',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:10.0.0.1',
      '::ffff:8.8.8.8',
      '64:ff9b::a00:1',
      'fc00::1',
      'fd00:ec2::254',
      'fe80::1',
      'ff02::1',
      '2001:db8::1',
      '2002:a00:1::',
      '2001::1',
      'nonsense',
    ];
    for (const address of inside) assert.equal(mayReach(address, 'world'), false, address);
    for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111'])
      assert.ok(mayReach(address, 'world'), address);
    for (const address of ['127.0.0.1', '127.9.9.9', '::1'])
      assert.ok(mayReach(address, 'loopback'), address);
    for (const address of ['10.0.0.1', '8.8.8.8', '169.254.169.254'])
      assert.ok(!mayReach(address, 'loopback'), address);
  });

  it('a base is https on a public host, or this machine where it is allowed', () => {
    assert.equal(
      readBase('https://secure.fleetio.com/api/', false).url.href,
      'https://secure.fleetio.com/api',
    );
    assert.equal(readBase('http://localhost:8070/api', true).reach, 'loopback');
    assert.equal(readBase('http://[::1]:8070/api', true).reach, 'loopback');
    const wrong: readonly (readonly [string, boolean])[] = [
      ['http://secure.fleetio.com/api', true],
      ['ftp://secure.fleetio.com', true],
      ['https://user:pw@secure.fleetio.com', true],
      ['https://secure.fleetio.com/?a=1', true],
      ['https://169.254.169.254/latest', true],
      ['https://10.0.0.1', true],
      ['https://0x7f.1/', false],
      ['https://2130706433/', false],
      ['http://localhost:8070/api', false],
      ['http://127.0.0.1:8070/api', false],
      ['https://[::ffff:127.0.0.1]/', false],
      ['https://[::ffff:10.0.0.1]/', true],
      ['ftp://localhost/', true],
      ['nonsense', true],
      [`https://a.example/${'a'.repeat(400)}`, true],
    ];
    for (const [text, allowed] of wrong)
      assert.throws(() => readBase(text, allowed), { code: 'fleetio-address' }, text);
  });

  it('a name is connected to only where it leads outside', async () => {
    const found = (reach: 'world' | 'loopback', all: boolean): Promise<unknown> =>
      new Promise((resolve, reject) =>
        lookupWithin(reach, innerName)('localhost', { all }, (error, address) =>
          error ? reject(error) : resolve(address),
        ),
      );
    await assert.rejects(found('world', true), { code: 'fleetio-address' });
    await assert.rejects(found('world', false), { code: 'fleetio-address' });
    assert.match(String(await found('loopback', false)), /^(127\.|::1)/);
    assert.ok(Array.isArray(await found('loopback', true)));
  });
});
