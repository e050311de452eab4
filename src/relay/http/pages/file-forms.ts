/** Forms that may bring a file of text, for the one page that wants it: `multipart/form-data`, as fields like any other. */
import type { FastifyInstance } from 'fastify';

/** For `app` alone: no other page reads as much. A larger one leads to `tooLarge`, a page that says so. */
export function takeFileForms(
  app: FastifyInstance,
  { maxBytes, tooLarge }: { readonly maxBytes: number; readonly tooLarge: string },
): void {
  const options = { parseAs: 'buffer', bodyLimit: maxBytes } as const;
  app.addContentTypeParser<Buffer>('multipart/form-data', options, (request, body, done) =>
    done(null, fieldsIn(decoded(body), String(request.headers['content-type']))),
  );
  app.setErrorHandler((error, _request, reply) => {
    const isLarge = error instanceof Error && 'statusCode' in error && error.statusCode === 413;
    if (!isLarge) throw error;
    return reply.redirect(tooLarge, 303);
  });
}

/** Spreadsheets of Windows write files in its own alphabet still. */
function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function fieldsIn(text: string, type: string): URLSearchParams {
  const fields = new URLSearchParams();
  const [, boundary] = /boundary="?([^";]{1,70})"?/.exec(type) ?? [];
  if (boundary === undefined) return fields;
  for (const part of text.split(`--${boundary}`)) {
    const at = part.indexOf('\r\n\r\n');
    const [, name] = /\bname="([^"]{1,64})"/.exec(part.slice(0, Math.max(at, 0))) ?? [];
    // Each begins and ends at a line of its own.
    if (name !== undefined) fields.append(name, part.slice(at + 4, -2));
  }
  return fields;
}
