/** Reads an answer of Fleetio's: JSON, or one of our errors. */

import { parseForeign } from '../../../../base/foreign-json.ts';
import type { HttpAnswer } from '../../../../base/http-call.ts';
import { retryAfterMs } from '../../../../base/retry-after.ts';
import { FleetioError } from './errors.ts';

/** Where a 429 says nothing of it that can be read. */
const limitedMs = 30_000;
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
  const asked = retryAfterMs(headers, wallMs);
  if (status === 429)
    return new FleetioError('fleetio-limited', 'Fleetio takes no more calls for now', {
      retryAfterMs: asked ?? limitedMs,
    });
  if (status >= 500 || status === 408)
    return new FleetioError(
      'fleetio-unreachable',
      `Fleetio has trouble of its own (${status})`,
      asked === null ? {} : { retryAfterMs: asked },
    );
  if (status >= 300 && status < 400)
    return new FleetioError('fleetio-strange', 'Fleetio’s address leads elsewhere, where no key is sent');
  return new FleetioError('fleetio-strange', `Fleetio answers ${status} about ${what}`);
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
