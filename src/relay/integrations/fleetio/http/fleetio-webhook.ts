/** `POST /webhooks/fleetio`: taken as bytes, since the signature is over them; 200 only once it is durable. */
import type { FastifyInstance } from 'fastify';
import { codeOf } from '../../../../base/fault.ts';
import { Limits } from '../../../http/limits.ts';
import { requestOrigin } from '../../../http/request-origin.ts';
import { TooMany } from '../../../http/server.ts';
import type { Among, Proof } from '../webhook/webhook-keys.ts';

/** An assignment is about 2 KiB; one with many comments may be more. */
const bodyMaxBytes = 256 * 1_024;
/** Posts that are signed with no key of ours, of one address. One that is signed is never held up by them. */
const unsignedOfOne = { burst: 20, perMinute: 20 };
const addressesMax = 10_000;
/**
 * Searches through all keys for addresses that are over their limit, all of those together, in so many bytes each: who connects
 * just now is found all the same, and what a flood costs is bounded.
 */
const searchesOfFlood = { burst: 600, perMinute: 3_000 };
const searchedBytes = 8_192;

interface WebhookDeps {
  readonly nowMs: () => number;
  /** @throws Fault `unsigned`, `bad-json`, `bad-input`, `store-busy` */
  readonly receive: (raw: Uint8Array, proof: Proof, among: Among) => Promise<readonly string[]>;
}

export function fleetioWebhookRoute(app: FastifyInstance, { nowMs, receive }: WebhookDeps): void {
  const limits = new Limits(unsignedOfOne, addressesMax, nowMs);
  const searches = new Limits(searchesOfFlood, 1, nowMs);
  const senders = new Senders();
  app.register(async scope => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.post('/webhooks/fleetio', {
      bodyLimit: bodyMaxBytes,
      onRequest: async request => {
        const origin = requestOrigin(request);
        // Without any proof it is not worth reading; nor where no key would be tried.
        const mayBeGood =
          Object.keys(proofOf(request.headers)).length > 0 &&
          (senders.of(origin).size > 0 || searches.wait('all') === 0);
        const waitMs = mayBeGood ? 0 : limits.wait(origin);
        if (waitMs > 0) throw new TooMany(waitMs);
      },
      handler: async (request, reply) => {
        const { body } = request;
        const origin = requestOrigin(request);
        // A search through the keys of all tenants is what the limit is of; those that it has used before are few.
        const mayLook = limits.wait(origin) === 0 || maySearch(searches, request.body);
        const among = mayLook ? 'all' : senders.of(origin);
        try {
          const raw = body instanceof Uint8Array ? body : new Uint8Array();
          senders.note(origin, await receive(raw, proofOf(request.headers), among));
        } catch (error) {
          if (codeOf(error) !== 'unsigned') throw error;
          const waitMs = limits.take(origin);
          throw waitMs > 0 ? new TooMany(waitMs) : error;
        }
        return await reply.status(200).type('text/plain; charset=utf-8').send('ok\n');
      },
    });
  });
}

function maySearch(searches: Limits, body: unknown): boolean {
  const units = Math.ceil((body instanceof Uint8Array ? body.length : 0) / searchedBytes);
  for (let unit = 0; unit < Math.max(1, units); unit += 1) if (searches.take('all') > 0) return false;
  return true;
}

/** Of how many integrations one address is remembered to have sent right posts. */
const rightMax = 8;

/** Which keys an address has used rightly, the latest of them: the only ones that it may go on using when it is over its limit. */
class Senders {
  readonly #right = new Map<string, ReadonlySet<string>>();

  of(origin: string): ReadonlySet<string> {
    return this.#right.get(origin) ?? new Set();
  }

  note(origin: string, integrations: readonly string[]): void {
    const all = [...new Set([...integrations, ...this.of(origin)])].slice(0, rightMax);
    this.#right.delete(origin);
    this.#right.set(origin, new Set(all));
    const [oldest] = this.#right.keys();
    if (this.#right.size > addressesMax && oldest !== undefined) this.#right.delete(oldest);
  }
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
