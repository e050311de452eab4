import type { IncomingMessage, RequestOptions } from 'node:http';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { PostAnswer } from '../ports.ts';

const timeoutMs = 20_000;
const answerMaxBytes = 128 * 1024;

/** `Post` by Node's own client: its `fetch` takes 15 MB with the first use, which a box would never get back. The URL carries no secret and may be named. */
export async function post(url: string, body: string): Promise<PostAnswer> {
  try {
    const response = await answerTo(url, body);
    const status = response.statusCode ?? 0;
    if (status >= 300 && status < 400) throw redirected(url);
    return { status, body: await textOf(response, url) };
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

async function answerTo(url: string, body: string): Promise<IncomingMessage> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  const options: RequestOptions = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    agent: false,
    signal: AbortSignal.timeout(timeoutMs),
  };
  return await new Promise((resolve, reject) => {
    request(url, options, resolve).on('error', reject).end(body);
  });
}

const redirected = (url: string): Fault =>
  new Fault('relay-answer', `${url} sends us elsewhere`, 'Give the address of the relay itself.');

async function textOf(response: IncomingMessage, url: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > answerMaxBytes)
      throw new Fault('relay-answer', `${url} answers without end`, 'Is this the address of a relay?');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** The time-out comes as the cause of an abortion. */
function why(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return `no answer within ${timeoutMs / 1_000} s`;
  return codeOf(cause) || reasonOf(cause);
}
