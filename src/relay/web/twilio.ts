/** `/webhooks/twilio`: what became of an SMS, and what numbers answer. Only what Twilio has signed is believed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '../../base/secret.ts';
import { type NewsParts, noteDelivery, noteWish, wishOf } from '../notify/provider-news.ts';
import { isTwilioSignature } from '../notify/ways/twilio.ts';
import type { Dispatch } from './dispatch.ts';
import { Limits } from './limits.ts';
import { takeForms } from './pages/form.ts';
import { problem, problemType } from './problem.ts';

export interface TwilioParts extends Dispatch {
  readonly authToken: Secret;
  /** As Twilio reaches the relay: what it signs. */
  readonly httpUrl: string;
}

const unsigned = { burst: 20, perMinute: 20 };
const callersMax = 5_000;

export function twilioRoute(app: FastifyInstance, parts: TwilioParts): void {
  takeForms(app);
  const wrong = new Limits(unsigned, callersMax, () => Number(parts.time.mono()));
  app.post('/webhooks/twilio', async (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    if (wrong.wait(request.ip) > 0) return refuse(reply, 429, 'too-many');
    if (!isSigned(request, form, parts)) {
      wrong.take(request.ip);
      return refuse(reply, 403, 'forbidden');
    }
    const { store, atRest, random, time } = parts;
    await note({ store, atRest, random, now: time.wall() }, form);
    // An empty answer in its own language: no reply to whoever has written.
    return await reply.type('text/xml').send('<Response/>');
  });
}

function isSigned(
  request: FastifyRequest,
  form: URLSearchParams,
  { authToken, httpUrl }: TwilioParts,
): boolean {
  const signature = request.headers['x-twilio-signature'];
  if (typeof signature !== 'string') return false;
  return isTwilioSignature(authToken, { url: `${httpUrl}${request.url}`, form, signature });
}

const refuse = (reply: FastifyReply, status: number, code: string): FastifyReply =>
  reply
    .status(status)
    .type(problemType)
    .send(JSON.stringify(problem(status, code)));

/** “Attempt to send to unsubscribed recipient”. */
const unsubscribed = '21610';

async function note(parts: NewsParts, form: URLSearchParams): Promise<void> {
  const providerId = form.get('MessageSid') ?? form.get('SmsSid') ?? '';
  const status = form.get('MessageStatus');
  if (status === 'delivered' || status === 'read')
    return await noteDelivery(parts, { is: 'delivered', providerId });
  if (status === 'undelivered' || status === 'failed') {
    const code = (form.get('ErrorCode') ?? '').replace(/\D/g, '').slice(0, 6);
    const said = `the network did not deliver it (Twilio error ${code === '' ? 'without a number' : code})`;
    return await noteDelivery(parts, {
      is: code === unsubscribed ? 'opted-out' : 'undelivered',
      providerId,
      said,
    });
  }
  const [from, text] = [form.get('From'), form.get('Body')];
  if (status !== null || from === null || text === null) return;
  const wish = wishOf(text);
  if (wish !== null) await noteWish(parts, from.slice(0, 40), wish);
}
