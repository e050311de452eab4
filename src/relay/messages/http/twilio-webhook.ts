/** `/webhooks/twilio`: what became of an SMS, and what numbers answer. Only what Twilio has signed is believed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '../../../base/secret.ts';
import { problem, problemType } from '../../http/api/api-error.ts';
import type { Dispatch } from '../../http/api/call-route.ts';
import { Limits } from '../../http/limits.ts';
import { takeForms } from '../../http/pages/form.ts';
import { requestOrigin } from '../../http/request-origin.ts';
import { isTwilioSignature } from '../channels/twilio.ts';
import { type NewsDeps, noteDelivery, noteReply, replyOf } from '../provider-news.ts';

interface TwilioDeps extends Dispatch {
  readonly authToken: Secret;
  /** As Twilio reaches the relay: what it signs. */
  readonly httpUrl: string;
}

const unsigned = { burst: 20, perMinute: 20 };
const callersMax = 5_000;

export function twilioRoute(app: FastifyInstance, deps: TwilioDeps): void {
  takeForms(app);
  const wrong = new Limits(unsigned, callersMax, () => Number(deps.time.mono()));
  app.post('/webhooks/twilio', async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    if (wrong.wait(requestOrigin(request)) > 0) return refuse(reply, 429, 'too-many');
    if (!isSigned(request, form, deps)) {
      wrong.take(requestOrigin(request));
      return refuse(reply, 403, 'forbidden');
    }
    const { store, atRest, random, time } = deps;
    await note({ store, atRest, random, now: time.wall() }, form, ownId(request));
    // An empty answer in its own language: no reply to whoever has written.
    return await reply.type('text/xml').send('<Response/>');
  });
}

function isSigned(
  request: FastifyRequest,
  form: URLSearchParams,
  { authToken, httpUrl }: TwilioDeps,
): boolean {
  const signature = request.headers['x-twilio-signature'];
  if (typeof signature !== 'string') return false;
  return isTwilioSignature(authToken, { url: `${httpUrl}${request.url}`, form, signature });
}

/** Of the message, as it stands in the address that Twilio was given; messages of before had none. */
function ownId({ query }: FastifyRequest): string | null {
  const id = typeof query === 'object' && query !== null && 'message' in query ? query.message : null;
  return typeof id === 'string' && id.length <= 64 ? id : null;
}

const refuse = (reply: FastifyReply, status: number, code: string): FastifyReply =>
  reply
    .status(status)
    .type(problemType)
    .send(JSON.stringify(problem(status, code)));

/** “Attempt to send to unsubscribed recipient”. */
const unsubscribed = '21610';

async function note(deps: NewsDeps, form: URLSearchParams, id: string | null): Promise<void> {
  const providerId = (form.get('MessageSid') ?? form.get('SmsSid') ?? '').slice(0, 64);
  const status = form.get('MessageStatus');
  if (status === 'delivered' || status === 'read')
    return await noteDelivery(deps, { is: 'delivered', providerId, id });
  if (status === 'undelivered' || status === 'failed') {
    const code = (form.get('ErrorCode') ?? '').replace(/\D/g, '').slice(0, 6);
    const said = `the network did not deliver it (Twilio error ${code === '' ? 'without a number' : code})`;
    return await noteDelivery(deps, {
      is: code === unsubscribed ? 'opted-out' : 'undelivered',
      providerId,
      id,
      said,
    });
  }
  const [from, text] = [form.get('From'), form.get('Body')];
  if (status !== null || from === null || text === null) return;
  const reply = replyOf(text);
  if (reply !== null) await noteReply(deps, from.slice(0, 40), reply);
}
