/** `POST /webhooks/fleetio`: taken as bytes, since the signature is over them; 200 only once it is durable. */
import type { FastifyInstance } from 'fastify';
import { codeOf } from '../../base/fault.ts';
import type { Proof } from '../fleetio/webhook-keys.ts';
import { Limits } from './limits.ts';
import { TooMany } from './server.ts';

/** An assignment is about 2 KiB; one with many comments may be more. */
const bodyMaxBytes = 256 * 1_024;
/** Posts that are signed with no key of ours, of one address. One that is signed is never held up by them. */
const unsignedOfOne = { burst: 20, perMinute: 20 };
const addressesMax = 10_000;

export interface WebhookParts {
  readonly nowMs: () => number;
  /** @throws Fault `unsigned`, `bad-json`, `bad-input`, `store-busy` */
  readonly receive: (raw: Uint8Array, proof: Proof) => Promise<void>;
}

export function fleetioWebhookRoute(app: FastifyInstance, { nowMs, receive }: WebhookParts): void {
  const limits = new Limits(unsignedOfOne, addressesMax, nowMs);
  app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post('/webhooks/fleetio', {
      bodyLimit: bodyMaxBytes,
      onRequest: async request => {
        // Without any proof it is not worth reading.
        if (Object.keys(proofOf(request.headers)).length > 0) return;
        const waitMs = limits.wait(request.ip);
        if (waitMs > 0) throw new TooMany(waitMs);
      },
      handler: async (request, reply) => {
        const { body } = request;
        try {
          await receive(body instanceof Uint8Array ? body : new Uint8Array(), proofOf(request.headers));
        } catch (error) {
          if (codeOf(error) !== 'unsigned') throw error;
          const waitMs = limits.take(request.ip);
          throw waitMs > 0 ? new TooMany(waitMs) : error;
        }
        return await reply.status(200).type('text/plain; charset=utf-8').send('ok\n');
      },
    });
  });
}

function proofOf(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Proof {
  const one = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  const signature = one('x-fleetio-webhook-signature');
  const authorization = one('authorization');
  return {
    ...(signature === undefined ? {} : { signature }),
    ...(authorization === undefined ? {} : { authorization }),
  };
}
