/**
 * The few parts of a mail that a report of non-delivery consists of (RFC 2046 §5.1, RFC 6522): one level of `multipart/report`, and
 * the headers of what is in it. Whatever anybody can send to a mailbox comes here, so that the cost of each step is the length of
 * the text: a whole reader of mail was tried, and needed five seconds for 250 KB of quoted lines.
 */

/** A header's value by its name in small letters, unfolded; of one that stands twice the first counts. */
export type Headers = ReadonlyMap<string, string>;

export interface Part {
  readonly headers: Headers;
  readonly body: string;
}

/** Of one part, in lines; longer headers are cut. */
const headerLinesMax = 400;
/** Longest header after unfolding. */
const headerMax = 4_000;
const partsMax = 10;

/** `text`: one character an octet. */
export function partOf(text: string): Part {
  const lines = text.split(/\r?\n/);
  const end = lines.indexOf('');
  const head = end < 0 ? lines : lines.slice(0, end);
  return { headers: headersOf(head), body: end < 0 ? '' : lines.slice(end + 1).join('\n') };
}

/** Lines of `Name: value`, of which those that begin with a space go on. */
export function headersOf(lines: readonly string[]): Headers {
  const headers = new Map<string, string>();
  let name = '';
  for (const line of lines.slice(0, headerLinesMax)) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const before = headers.get(name);
      if (before !== undefined && before.length < headerMax)
        headers.set(name, `${before} ${line.trim().slice(0, headerMax)}`);
      continue;
    }
    const colon = line.indexOf(':');
    const key = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    name = key !== '' && !headers.has(key) ? key : '';
    if (name !== '') headers.set(name, line.slice(colon + 1, colon + headerMax).trim());
  }
  return headers;
}

/** `multipart/report`, in small letters; empty where there is none. */
export const typeOf = (headers: Headers): string =>
  (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** The parts of a multipart, as they stand between its boundaries; none where it names no boundary. */
export function partsOf({ headers, body }: Part): readonly Part[] {
  const boundary = parameter(headers.get('content-type') ?? '', 'boundary');
  if (boundary === null) return [];
  const [opens, closes] = [`--${boundary}`, `--${boundary}--`];
  const parts: Part[] = [];
  let lines: string[] | null = null;
  const end = (): void => {
    if (lines !== null && parts.length < partsMax) parts.push(partOf(lines.join('\n')));
  };
  for (const line of body.split('\n')) {
    const bare = line.trimEnd();
    if (bare !== opens && bare !== closes) {
      lines?.push(line);
      continue;
    }
    end();
    lines = [];
    if (bare === closes || parts.length >= partsMax) return parts;
  }
  // A report that was cut is read as far as it goes.
  end();
  return parts;
}

/** RFC 2046 §5.1.1. */
const boundaryMax = 70;

function parameter(value: string, name: string): string | null {
  for (const each of value.split(';').slice(1, 20)) {
    const equals = each.indexOf('=');
    if (equals < 0 || each.slice(0, equals).trim().toLowerCase() !== name) continue;
    const given = each.slice(equals + 1).trim();
    const quoted = given.startsWith('"') ? given.slice(1).split('"', 1)[0] : given.split(/\s/, 1)[0];
    return quoted === undefined || quoted === '' || quoted.length > boundaryMax ? null : quoted;
  }
  return null;
}

/** The body as it was before it was encoded for the way (RFC 2045 §6), an octet a character. */
export function decoded({ headers, body }: Part): string {
  switch ((headers.get('content-transfer-encoding') ?? '').toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString('latin1');
    case 'quoted-printable':
      return body
        .replace(/=\r?\n/g, '')
        .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    default:
      return body;
  }
}
