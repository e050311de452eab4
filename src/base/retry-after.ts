/** The one reader of `Retry-After`: how long a server of others asks to be left alone. */

/** A date far ahead is a clock that is wrong, theirs or ours: nobody waits longer than this for it. */
const mostMs = 3_600_000;

interface Told {
  readonly 'retry-after'?: string | undefined;
  readonly date?: string | undefined;
}

/**
 * Seconds, or a date (RFC 9110 §10.2.3), which is read by the server's own clock where it tells that; an hour at most. Null: it asks
 * for nothing that can be read.
 */
export function retryAfterMs(headers: Told, wallMs: number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text) * 1_000, mostMs);
  const at = httpDate(text);
  return at === null ? null : Math.min(Math.max(0, at - (httpDate(headers.date ?? '') ?? wallMs)), mostMs);
}

const imfShape = /^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;
const asctimeShape = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/** In any of the three forms of RFC 9110 §5.6.7; null where a text is no date. */
function httpDate(text: string): number | null {
  const full = imfShape.test(text) ? text : asctimeShape.test(text) ? `${text} GMT` : '';
  const at = Date.parse(full);
  return Number.isNaN(at) ? null : at;
}
