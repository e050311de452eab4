import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { PasswordHasher, passwordFlaw } from '../../../src/relay/secrets/passwords.ts';

const good = new Secret('seven brown vans');

test('a password is known again, and nothing else is; what is kept does not show it', async () => {
  const passwords = new PasswordHasher();
  const [one, two] = [await passwords.hash('a', good, []), await passwords.hash('a', good, [])];
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(one, two, 'another salt');
  for (const stored of [one, two]) assert.equal(await passwords.matches('a', good, stored), true);
  assert.equal(await passwords.matches('a', new Secret('seven brown Vans'), one), false);
  assert.equal(await passwords.matches('a', new Secret('x'.repeat(100_000)), one), false);
  assert.equal(await passwords.matches('a', good, null), false, 'nobody has none');
});

test('letters are the same however a keyboard composes them', async () => {
  const passwords = new PasswordHasher();
  const stored = await passwords.hash('a', new Secret('cafe\u0301 aan de haven'), []);
  assert.equal(await passwords.matches('a', new Secret('caf\u00e9 aan de haven'), stored), true);
});

test('what cannot be chosen, and why', () => {
  const known = ['Dorothea Quix-Bos', 'dorothea@example.org'];
  const rows: readonly (readonly [password: string, flaw: string | null])[] = [
    ['seven brown vans', null],
    ['🚐🚐🚐🚐🚐🚐🚐🚐🚐🚐🚐🔑', null],
    ['elevenchars', 'too-short'],
    ['🚐'.repeat(6), 'too-short'],
    ['ab'.repeat(128), null],
    ['ab'.repeat(129), 'too-long'],
    ['x'.repeat(1_000_000), 'too-long'],
    [' '.repeat(12), 'one-character'],
    ['Dorothea@Example.org', 'is-known'],
    ['dorothea quix-bos ', 'is-known'],
  ];
  for (const [password, flaw] of rows)
    assert.equal(passwordFlaw(new Secret(password), known), flaw, password);
});

test('askers take turns: the flood of one delays another by one password', async () => {
  const passwords = new PasswordHasher();
  const order: string[] = [];
  const ask = (asker: string): Promise<void> =>
    passwords.matches(asker, good, null).then(() => void order.push(asker));
  const flood = Array.from({ length: 8 }, () => ask('loud'));
  await ask('quiet');
  assert.ok(order.length <= 3, `${order}`);
  await Promise.all(flood);
});
