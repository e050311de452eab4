/** Reads an answer of Fleetio's: JSON, or one of our errors. */

import { parseForeign } from '../../../../base/foreign-json.ts';
import type { HttpAnswer } from '../../../../base/http-call.ts';
import { FleetioError } from './errors.ts';

/** Where a `Retry-After` is missing or cannot be read. */
const retryAfterMs = 30_000;
/** A date far ahead is a clock that is wrong, theirs or ours: nobody waits longer than this for it. */
const retryAfterMostMs = 3_600_000;
const sentencesMax = 20;

export interface About {
  /** For messages: `vehicle 301`. */
  readonly what: string;
  /** Now: dates are read against it. */
  readonly wallMs: number;
}

/**
 * Of a 2xx: its JSON; undefined where it has no body. Of a 404 in Fleetio's own words: `gone`.
 * @throws FleetioError
 */
export function meaning(heard: HttpAnswer, about: About): { readonly json: unknown } | 'gone' {
  const { status } = heard;
  const { what } = about;
  if (status >= 200 && status < 300) return { json: heard.text === '' ? undefined : jsonOf(heard, what) };
  if (status === 404 && !isPage(heard)) return 'gone';
  throw refusal(heard, about);
}

function jsonOf({ text }: HttpAnswer, what: string): unknown {
  try {
    return parseForeign(text);
  } catch {
    throw new FleetioError('fleetio-strange', `Fleetio’s answer about ${what} is no JSON`);
  }
}

/** A page for people stands in for an outage or a wrong address; it says nothing about the record. */
const isPage = ({ text, headers }: HttpAnswer): boolean =>
  (headers['content-type'] ?? '').includes('html') || text.trimStart().startsWith('<');

function refusal(heard: HttpAnswer, { what, wallMs }: About): FleetioError {
  const { status, headers } = heard;
  if (status === 401)
    return new FleetioError(
      'fleetio-unauthorized',
      'Fleetio does not accept the API key with this account token',
    );
  if (status === 403)
    return new FleetioError('fleetio-forbidden', `the user of the API key may not use ${what} in Fleetio`);
  if (status === 404)
    return new FleetioError('fleetio-not-found', `there is no page for ${what} at Fleetio’s address`);
  if (status === 422) return rejected(heard, what);
  if (status === 429) {
    const told = retryAfter(headers['retry-after'], headers.date, wallMs);
    return new FleetioError('fleetio-limited', 'Fleetio takes no more calls for now', { retryAfterMs: told });
  }
  if (status >= 500 || status === 408)
    return new FleetioError('fleetio-unreachable', `Fleetio has trouble of its own (${status})`);
  if (status >= 300 && status < 400)
    return new FleetioError('fleetio-strange', 'Fleetio’s address leads elsewhere, where no key is sent');
  return new FleetioError('fleetio-strange', `Fleetio answers ${status} about ${what}`);
}

/** Seconds, or a date (RFC 9110 §10.2.3), which is read by the server's own clock where it tells that. */
function retryAfter(text: string | undefined, date: string | undefined, wallMs: number): number {
  const plain = text?.trim() ?? '';
  if (/^\d{1,9}$/.test(plain)) return Math.min(Number(plain) * 1_000, retryAfterMostMs);
  const at = httpDate(plain);
  if (at === null) return retryAfterMs;
  return Math.min(Math.max(0, at - (httpDate(date ?? '') ?? wallMs)), retryAfterMostMs);
}

const imfShape = /^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;
const asctimeShape = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** In any of the three forms of RFC 9110 §5.6.7; null where a text is no date. */
function httpDate(text: string): number | null {
  const full = imfShape.test(text) ? text : asctimeShape.test(text) ? `${text} GMT` : '';
  const at = Date.parse(full);
  return Number.isNaN(at) ? null : at;
}

function rejected({ text }: HttpAnswer, what: string): FleetioError {
  const fields: Record<string, readonly string[]> = {};
  for (const [member, sentences] of Object.entries(errorsOf(text)).slice(0, sentencesMax))
    fields[member.slice(0, 100)] = (Array.isArray(sentences) ? sentences : [sentences])
      .slice(0, sentencesMax)
      .map(sentence => String(sentence).slice(0, 200));
  const said = Object.entries(fields).map(([member, sentences]) => `${member} ${sentences.join(', ')}`);
  const words = said.length === 0 ? '' : `: ${said.join('; ').slice(0, 400)}`;
  return new FleetioError('fleetio-rejected', `Fleetio refuses the change of ${what}${words}`, { fields });
}

function errorsOf(text: string): object {
  try {
    const body: unknown = parseForeign(text);
    const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : null;
    return typeof errors === 'object' && errors !== null ? errors : {};
  } catch {
    return {};
  }
}
