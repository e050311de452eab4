import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  codeOfStep,
  newRecoveryCodes,
  newTotpSecret,
  readRecoveryCode,
  stepAt,
  stepOf,
  totpAddress,
} from '../../../src/relay/secrets/totp.ts';

/** `12345678901234567890`, as apps take it in. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** RFC 6238, appendix B, SHA1; the last six of its eight digits. */
const vectors: readonly (readonly [seconds: number, digits: string])[] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];

for (const [seconds, digits] of vectors)
  test(`at ${seconds} s the digits are ${digits}`, () =>
    assert.equal(codeOfStep(secret, stepAt(seconds * 1_000)), digits));

test('a secret is twenty bytes in letters that apps know', () => {
  assert.equal(
    newTotpSecret(() => Buffer.from('12345678901234567890')),
    secret,
  );
  assert.equal(
    newTotpSecret(() => new Uint8Array(20)),
    'A'.repeat(32),
  );
  assert.equal(
    newTotpSecret(() => new Uint8Array(20).fill(255)),
    '7'.repeat(32),
  );
});

test('digits of a step before and after count, of no other, and none that is not after the last one used', () => {
  const now = 1_111_111_109_000;
  const step = stepAt(now);
  const tried = (away: number, after = 0): number | null =>
    stepOf(secret, codeOfStep(secret, step + away), now, after);
  assert.deepEqual(
    [-2, -1, 0, 1, 2].map(away => tried(away)),
    [null, step - 1, step, step + 1, null],
  );
  assert.deepEqual(
    [-1, 0, 1].map(away => tried(away, step)),
    [null, null, step + 1],
  );
  assert.equal(stepOf(secret, ' 081 804 ', now, 0), step, 'however it is typed');
  for (const odd of ['', '08180', '0818040', '０８１８０４', '081804\0', 'abcdef'])
    assert.equal(stepOf(secret, odd, now, 0), null, JSON.stringify(odd));
});

test('an app is told whose the secret is, whatever they are called', () => {
  assert.equal(
    totpAddress('ABC', 'SmartBox A:B & Co', 'ada+1@example.org'),
    'otpauth://totp/SmartBox%20A%20B%20%26%20Co:ada%2B1%40example.org?secret=ABC&issuer=SmartBox%20A%20B%20%26%20Co',
  );
});

test('recovery codes are read as people copy them, and nothing else is one', () => {
  let byte = 0;
  const codes = newRecoveryCodes(bytes => Uint8Array.from({ length: bytes }, () => byte++ % 256));
  assert.equal(new Set(codes).size, 10);
  for (const code of codes) assert.match(code, /^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/);
  assert.equal(readRecoveryCode(' 4F7KD 9W2XZ'), '4f7kd-9w2xz');
  assert.equal(readRecoveryCode('o1ilo-00000'), '01110-00000');
  for (const odd of ['', '123456', '4f7kd-9w2x', '4f7kd-9w2xu', '4f7kd-9w2xzz', 'x'.repeat(9_999)])
    assert.equal(readRecoveryCode(odd), null, odd.slice(0, 20));
});
