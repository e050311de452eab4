/** What an answer of Fleetio's means: JSON, or one of our errors. */
import { FleetioError } from './errors.ts';
import type { Heard } from './http.ts';

/** Where a `Retry-After` is missing or cannot be read. */
const retryAfterMs = 30_000;
const sentencesMax = 20;

/**
 * Of a 2xx: its JSON; undefined where it has no body. Of a 404 in Fleetio's own words: `gone`.
 * @throws FleetioError
 */
export function meaning(heard: Heard, what: string): { readonly json: unknown } | 'gone' {
  const { status } = heard;
  if (status >= 200 && status < 300) return { json: heard.text === '' ? undefined : jsonOf(heard, what) };
  if (status === 404 && !isPage(heard)) return 'gone';
  throw refusal(heard, what);
}

function jsonOf({ text }: Heard, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new FleetioError('fleetio-strange', `Fleetio’s answer about ${what} is no JSON`);
  }
}

/** A page for people stands in for an outage or a wrong address; it says nothing about the record. */
const isPage = ({ text, headers }: Heard): boolean =>
  (headers['content-type'] ?? '').includes('html') || text.trimStart().startsWith('<');

function refusal(heard: Heard, what: string): FleetioError {
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
    const told = retryAfter(headers['retry-after']);
    return new FleetioError('fleetio-limited', 'Fleetio takes no more calls for now', { retryAfterMs: told });
  }
  if (status >= 500 || status === 408)
    return new FleetioError('fleetio-unreachable', `Fleetio has trouble of its own (${status})`);
  if (status >= 300 && status < 400)
    return new FleetioError('fleetio-strange', 'Fleetio’s address leads elsewhere, where no key is sent');
  return new FleetioError('fleetio-strange', `Fleetio answers ${status} about ${what}`);
}

/** Seconds, or a date. */
function retryAfter(text: string | undefined): number {
  const seconds = Number(text);
  return text === undefined || !Number.isFinite(seconds) || seconds < 0 ? retryAfterMs : seconds * 1_000;
}

function rejected({ text }: Heard, what: string): FleetioError {
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
    const body: unknown = JSON.parse(text);
    const errors = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : null;
    return typeof errors === 'object' && errors !== null ? errors : {};
  } catch {
    return {};
  }
}
