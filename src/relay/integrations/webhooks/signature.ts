/** Signatures of Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature` (standardwebhooks.com, spec 1). */
import { createHmac } from 'node:crypto';
import type { Random } from '../../../base/random.ts';

const prefix = 'whsec_';
const secretBytes = 32;

export const newWebhookSecret = (random: Random): string =>
  prefix + Buffer.from(random(secretBytes)).toString('base64');

interface Signed {
  readonly id: string;
  readonly nowMs: number;
  readonly body: string;
}

/** By each secret that counts today, so that a receiver who has only one of them finds theirs. */
export function signedHeaders(
  secrets: readonly string[],
  { id, nowMs, body }: Signed,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const sign = (secret: string): string => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  };
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(sign).join(' '),
  };
}
