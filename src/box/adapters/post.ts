import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import type { PostAnswer } from '../ports.ts';

const timeoutMs = 20_000;
const answerMaxBytes = 128 * 1024;

/**
 * `Post` by Node's plain client, which follows no redirects; its fetch would cost the daemon megabytes for good. The URL
 * carries no secret and may be named.
 */
export async function post(url: string, body: string): Promise<PostAnswer> {
  try {
    const answer = await sent(url, body);
    const status = answer.statusCode ?? 0;
    if (status >= 300 && status < 400) {
      answer.destroy();
      throw new Fault('relay-answer', `${url} sends us elsewhere`, 'Give the address of the relay itself.');
    }
    return { status, body: await textOf(answer, url) };
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

function sent(url: string, body: string): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestTls : requestPlain;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  // One connection, closed after the answer: a pool would outlive it.
  const options = { method: 'POST', headers, agent: false, signal: AbortSignal.timeout(timeoutMs) } as const;
  return new Promise((resolve, reject) => {
    request(url, options, resolve).once('error', reject).end(body);
  });
}

async function textOf(answer: IncomingMessage, url: string): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > answerMaxBytes)
      throw new Fault('relay-answer', `${url} answers without end`, 'Is this the address of a relay?');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function why(error: unknown): string {
  const aborted = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  if (aborted) return `no answer within ${timeoutMs / 1_000} s`;
  return codeOf(error) || reasonOf(error);
}
