import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes, scryptSync } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Fault } from '../../../../src/base/fault.ts';
import type { PhoneNumber } from '../../../../src/base/phone-number.ts';
import { Secret } from '../../../../src/base/secret.ts';
import type { TagIdentity } from '../../../../src/base/tag-number.ts';
import { pinQueueMax } from '../../../../src/box/adapters/vault/pins.ts';
import { openVault } from '../../../../src/box/adapters/vault/vault.ts';
import { verifySignature } from '../../../../src/wire/chain.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-vault-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** As a relay makes it (wire/records.ts). */
function relayVerifier(pin: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(pin, salt, 32, { N: 2 ** 14, r: 8, p: 1, maxmem: 32 * 1024 * 1024 });
  return `r1$${salt.toString('base64')}$${hash.toString('base64')}`;
}

describe('a PIN that a relay has hashed', () => {
  it('opens here under our own pepper, the same each time it comes', async t => {
    const vault = await openVault({ folder: folderOf(t), box: 'a' });
    const verifier = relayVerifier('2468');
    const keyed = vault.keyPin(verifier) ?? '';
    assert.equal(await vault.verifyPin(new Secret('2468'), keyed), true);
    assert.equal(await vault.verifyPin(new Secret('2469'), keyed), false);
    assert.equal(vault.keyPin(verifier), keyed);
    assert.equal(keyed.includes(verifier.split('$')[2] ?? '?'), false, 'what the relay sent is not kept');
    const other = await openVault({ folder: folderOf(t), box: 'a' });
    assert.equal(await other.verifyPin(new Secret('2468'), keyed), false);
    for (const odd of ['', 's1$a$b', verifier.slice(0, -1)]) assert.equal(vault.keyPin(odd), null);
  });
});

describe('vault', () => {
  it('makes its secrets once, for nobody else to read', async t => {
    const folder = folderOf(t);
    const first = await openVault({ folder, box: 'a' });
    const again = await openVault({ folder, box: 'a' });
    assert.equal(first.publicKey, again.publicKey);
    assert.equal(first.fingerprint('code', '123'), again.fingerprint('code', '123'));
    assert.deepEqual(readdirSync(folder).sort(), ['pepper', 'signing.key']);
    for (const name of readdirSync(folder)) {
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
      assert.equal(statSync(join(folder, name)).size, 32, name);
    }
  });

  it('tells kinds, boxes and peppers apart, but no badge from a tag', async t => {
    const folder = folderOf(t);
    const here = await openVault({ folder, box: 'a' });
    const prints = [
      here.fingerprint('code', '1'),
      here.fingerprint('phone', '1' as PhoneNumber),
      here.fingerprint('tag', '1' as TagIdentity),
      (await openVault({ folder, box: 'b' })).fingerprint('code', '1'),
      (await openVault({ folder: folderOf(t), box: 'a' })).fingerprint('code', '1'),
    ];
    assert.equal(new Set(prints).size, prints.length);
    for (const print of prints) assert.match(print, /^[0-9a-f]{64}$/);
    assert.equal(here.fingerprint('badge', '1' as TagIdentity), here.fingerprint('tag', '1' as TagIdentity));
  });

  it('is keyed BLAKE2b-256 of namespace, box and text under the pepper', async t => {
    const folder = folderOf(t);
    writeFileSync(join(folder, 'pepper'), Buffer.alloc(32, 1), { mode: 0o600 });
    const vault = await openVault({ folder, box: 'a' });
    // By an implementation of its own: Python's hashlib.blake2b(b'code/1|a|123', key=b'\x01' * 32, digest_size=32)
    assert.equal(
      vault.fingerprint('code', '123'),
      'fe043ae6ffd78fffc1981c00cd5b18adfeb913226dfd8476355ce7b96be1ce7f',
    );
  });

  for (const name of ['pepper', 'signing.key']) {
    for (const [what, spoil] of [
      ['cut short', (file: string) => writeFileSync(file, 'short')],
      ['empty', (file: string) => writeFileSync(file, '')],
      ['too long', (file: string) => writeFileSync(file, Buffer.alloc(64, 7))],
      ['zeroed', (file: string) => writeFileSync(file, Buffer.alloc(32))],
      ['erased flash', (file: string) => writeFileSync(file, Buffer.alloc(32, 0xff))],
      [
        'a folder',
        (file: string) => {
          rmSync(file);
          mkdirSync(file, { mode: 0o700 });
        },
      ],
      [
        'a pipe',
        (file: string) => {
          rmSync(file);
          execFileSync('mkfifo', [file]);
        },
      ],
      [
        'a folder that others may read',
        (file: string) => {
          rmSync(file);
          mkdirSync(file, { mode: 0o755 });
          writeFileSync(join(file, 'lost'), '');
        },
      ],
      [
        'a loop of links',
        (file: string) => {
          rmSync(file);
          symlinkSync(file, file);
        },
      ],
      [
        'a link to a folder',
        (file: string) => {
          rmSync(file);
          symlinkSync('.', file);
        },
      ],
      [
        'a socket',
        (file: string) => {
          rmSync(file);
          // Killed, so that it does not take its socket away.
          const listens = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
          spawnSync(process.execPath, ['-e', listens, file]);
        },
      ],
    ] as const)
      it(`a ${name} that is ${what} is put aside and made anew: the box starts`, async t => {
        const folder = folderOf(t);
        const before = await openVault({ folder, box: 'a' });
        spoil(join(folder, name));
        const after = await openVault({ folder, box: 'a' });
        const again = await openVault({ folder, box: 'a' });
        const seen = (vault: typeof before) => [vault.publicKey, vault.fingerprint('code', '1')];
        assert.equal(seen(before).filter((each, at) => each !== seen(after)[at]).length, 1);
        assert.deepEqual(seen(again), seen(after));
        assert.ok(readdirSync(folder).some(each => each.startsWith(`${name}.damaged`)));
        assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
      });
  }

  it('what was put aside before stands in nobody’s way, whatever kind it is of', async t => {
    const folder = folderOf(t);
    await openVault({ folder, box: 'a' });
    const key = join(folder, 'signing.key');
    for (const spoil of [
      () => mkdirSync(key),
      () => writeFileSync(key, '', { mode: 0o600 }),
      () => mkdirSync(key),
    ]) {
      mkdirSync(join(folder, 'signing.key.damaged', 'x'), { recursive: true });
      rmSync(key, { recursive: true });
      spoil();
      await openVault({ folder, box: 'a' });
      assert.ok(statSync(key).isFile());
    }
  });

  it('refuses secrets that others can read, and leaves them alone', async t => {
    const folder = folderOf(t);
    await openVault({ folder, box: 'a' });
    const pepper = join(folder, 'pepper');
    chmodSync(pepper, 0o640);
    await assert.rejects(openVault({ folder, box: 'a' }), isSecretFault(/can be read by others/));
    assert.equal(readFileSync(pepper).length, 32);
  });

  it('signs what its public key verifies', async t => {
    const vault = await openVault({ folder: folderOf(t), box: 'a' });
    const signature = vault.sign('text');
    assert.ok(verifySignature('text', signature, vault.publicKey));
    assert.ok(!verifySignature('texT', signature, vault.publicKey));
    assert.ok(!verifySignature('text', 'zz', vault.publicKey));
  });

  it('knows a PIN again, and nothing else', async t => {
    const vault = await openVault({ folder: folderOf(t), box: 'a' });
    const verifier = await vault.hashPin(new Secret('2468'));
    assert.match(verifier, /^s1\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    assert.equal(await vault.verifyPin(new Secret('2468'), verifier), true);
    assert.equal(await vault.verifyPin(new Secret('2469'), verifier), false);
    assert.notEqual(await vault.hashPin(new Secret('2468')), verifier, 'salted');
    for (const odd of ['', 's1$', `${verifier}=`, verifier.replace('s1', 's2'), 'x'.repeat(100_000)]) {
      assert.equal(await vault.verifyPin(new Secret('2468'), odd), false);
    }
    assert.equal(await vault.pretendPin(new Secret('2468')), false);
  });

  it('needs the pepper to compare a PIN', async t => {
    const verifier = await (await openVault({ folder: folderOf(t), box: 'a' })).hashPin(new Secret('2468'));
    const other = await openVault({ folder: folderOf(t), box: 'a' });
    assert.equal(await other.verifyPin(new Secret('2468'), verifier), false);
  });

  it('hashes one PIN at a time and lets a bounded number wait', async t => {
    const vault = await openVault({ folder: folderOf(t), box: 'a' });
    const order: number[] = [];
    const asked = Array.from({ length: pinQueueMax + 3 }, (_, n) =>
      vault.pretendPin(new Secret('1')).then(
        () => order.push(n),
        error => assert.equal((error as Fault).code, 'pins-busy'),
      ),
    );
    await Promise.all(asked);
    assert.deepEqual(
      order,
      Array.from({ length: pinQueueMax + 1 }, (_, n) => n),
    );
    assert.equal(await vault.pretendPin(new Secret('1')), false, 'and goes on afterwards');
  });
});

const isSecretFault = (message: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === 'secret-file' && message.test(error.message);
