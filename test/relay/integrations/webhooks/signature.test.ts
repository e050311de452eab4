import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newWebhookSecret, signedHeaders } from '../../../../src/relay/integrations/webhooks/signature.ts';

/** The secret and message that the documents of Standard Webhooks use; signed once by its own library for JavaScript, 1.0.0. */
const reference = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  nowMs: 1_614_265_330_000,
  body: '{"test": 2432232314}',
};

test('a signature is the one of the reference libraries', () => {
  const { secret, ...signed } = reference;
  const headers = signedHeaders([secret], signed);
  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('each secret that counts signs, and a new one is 32 bytes', () => {
  const { secret, ...signed } = reference;
  const other = newWebhookSecret(bytes => new Uint8Array(bytes).fill(7));
  assert.match(other, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const both = signedHeaders([other, secret], signed)['webhook-signature'] ?? '';
  const alone = [other, secret].map(each => signedHeaders([each], signed)['webhook-signature']);
  assert.equal(both, alone.join(' '));
  assert.notEqual(alone[0], alone[1]);
});
