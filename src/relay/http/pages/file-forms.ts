/** Forms that may bring a file of text, for the one page that wants it: `multipart/form-data`, as fields like any other. */
import type { FastifyInstance } from 'fastify';

/** For `app` alone: no other page reads as much. A larger one leads to `tooLarge`, a page that says so. */
export function takeFileForms(
  app: FastifyInstance,
  { maxBytes, tooLarge }: { readonly maxBytes: number; readonly tooLarge: string },
): void {
  const options = { parseAs: 'buffer', bodyLimit: maxBytes } as const;
  app.addContentTypeParser<Buffer>('multipart/form-data', options, (request, body, done) =>
    done(null, fieldsIn(body.toString('latin1'), String(request.headers['content-type']))),
  );
  app.setErrorHandler((error, _request, reply) => {
    const isLarge = error instanceof Error && 'statusCode' in error && error.statusCode === 413;
    if (!isLarge) throw error;
    return reply.redirect(tooLarge, 303);
  });
}

/** Spreadsheets of Windows write files in its own alphabet still, and what they call Unicode text in two bytes a letter. */
function decoded(bytes: Buffer): string {
  const mark = bytes.toString('hex', 0, 2);
  if (mark === 'fffe' || mark === 'feff')
    return new TextDecoder(mark === 'fffe' ? 'utf-16le' : 'utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** `text`: a letter for each byte, since each part may be in an alphabet of its own. */
function fieldsIn(text: string, type: string): URLSearchParams {
  const fields = new URLSearchParams();
  const [, boundary] = /boundary="?([^";]{1,70})"?/.exec(type) ?? [];
  if (boundary === undefined) return fields;
  for (const part of text.split(`--${boundary}`)) {
    const at = part.indexOf('\r\n\r\n');
    const [, name] = /\bname="([^"]{1,64})"/.exec(part.slice(0, Math.max(at, 0))) ?? [];
    // Each begins and ends at a line of its own.
    if (name !== undefined) fields.append(name, decoded(Buffer.from(part.slice(at + 4, -2), 'latin1')));
  }
  return fields;
}
