import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { PostAnswer } from '../ports.ts';

const timeoutMs = 20_000;
const answerMaxBytes = 128 * 1024;

/** `Post` by the fetch of Node. The URL carries no secret and may be named. */
export async function post(url: string, body: string): Promise<PostAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status >= 300 && response.status < 400) throw redirected(url);
    return { status: response.status, body: await textOf(response, url) };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      'relay-away',
      `${url} does not answer (${why(error)})`,
      'Check the address and the network of this box; nothing has changed on it, and the claim is still good.',
      error,
    );
  }
}

const redirected = (url: string): Fault =>
  new Fault('relay-answer', `${url} sends us elsewhere`, 'Give the address of the relay itself.');

async function textOf(response: Response, url: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.length;
    if (size > answerMaxBytes)
      throw new Fault('relay-answer', `${url} answers without end`, 'Is this the address of a relay?');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The cause under the library's own “fetch failed”. */
function why(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `no answer within ${timeoutMs / 1_000} s`;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return codeOf(cause) || reasonOf(cause);
}
