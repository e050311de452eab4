/** Twilio's Messages API (2010-04-01), and the signature of what it calls back with. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { parseForeign } from '../../../base/foreign-json.ts';
import type { HttpAnswer } from '../../../base/http-call.ts';
import type { Secret } from '../../../base/secret.ts';
import { mustReadAs, readAs } from '../../../wire/reading.ts';
import type { Channel, Outcome } from './channel.ts';
import { ofStatus, post, unreachable } from './http.ts';

interface TwilioOptions {
  /** `https://api.twilio.com` */
  readonly url: string;
  readonly accountSid: string;
  readonly authToken: Secret;
  readonly from: string | null;
  readonly messagingService: string | null;
  /** Where it tells what became of a message. */
  readonly callbackUrl: string;
}

export function twilioChannel(options: TwilioOptions): Channel {
  const { url, accountSid, authToken } = options;
  const place = `${url}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const credentials = Buffer.from(`${accountSid}:${authToken.reveal()}`).toString('base64');
  const headers = {
    authorization: `Basic ${credentials}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  return {
    send: async ({ id, to, content }, signal) => {
      const text = typeof content === 'string' ? content : content.text;
      try {
        return outcomeOf(
          await post({ url: place, headers, body: formOf(options, { id, to, text }) }, signal),
        );
      } catch (error) {
        return unreachable(error);
      }
    },
    close: () => {},
  };
}

interface Sms {
  readonly id: string;
  readonly to: string;
  readonly text: string;
}

function formOf({ from, messagingService, callbackUrl }: TwilioOptions, { id, to, text }: Sms): string {
  const form = new URLSearchParams({ To: to, Body: text });
  if (from !== null) form.set('From', from);
  if (messagingService !== null) form.set('MessagingServiceSid', messagingService);
  // Twilio cannot call a relay that only this machine can reach, and refuses to be asked.
  // It may call before it has answered here, so its own id says nothing yet: ours stands in the address, which it signs.
  if (callbackUrl.startsWith('https:'))
    form.set('StatusCallback', `${callbackUrl}?message=${encodeURIComponent(id)}`);
  return form.toString();
}

const made = v.looseObject({ sid: v.pipe(v.string(), v.maxLength(64)) });
const refusal = v.looseObject({ code: v.optional(v.nullable(v.number())) });

/** “Attempt to send to unsubscribed recipient”. */
const unsubscribed = 21_610;
/** Numbers that cannot be written to: wrong, landline, not allowed, unreachable. */
const wrongNumbers: readonly number[] = [21_211, 21_214, 21_217, 21_408, 21_612, 21_614, 60_200];

function outcomeOf(answer: HttpAnswer): Outcome {
  const outcome = ofStatus(answer);
  if (outcome !== null) return outcome;
  const body = parsed(answer.text);
  if (answer.status < 300) {
    const sent = readAs(made, body);
    return { is: 'sent', providerId: sent.success ? sent.output.sid : null };
  }
  const { code = null } = mustReadAs(v.fallback(refusal, {}), body);
  return refusedBy(code);
}

function refusedBy(code: number | null): Outcome {
  const said = `Twilio error ${code ?? 'without a number'}`;
  if (code === unsubscribed) return { is: 'opted-out', said };
  if (code !== null && wrongNumbers.includes(code)) return { is: 'refused', said };
  return { is: 'later', said, whole: true };
}

function parsed(text: string): unknown {
  try {
    return parseForeign(text);
  } catch {
    return null;
  }
}

/**
 * `X-Twilio-Signature`: HMAC-SHA1 in base64 over the address as Twilio called it and the members of the form, sorted, each
 * name followed by its value. Compared in constant time.
 */
export function isTwilioSignature(
  authToken: Secret,
  {
    url,
    form,
    signature,
  }: { readonly url: string; readonly form: URLSearchParams; readonly signature: string },
): boolean {
  const sorted = [...form]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => name + value);
  const right = createHmac('sha1', authToken.reveal())
    .update(url + sorted.join(''))
    .digest();
  const given = Buffer.from(signature.slice(0, 64), 'base64');
  return given.length === right.length && timingSafeEqual(given, right);
}
