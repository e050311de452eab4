/** One request to a provider of SMS: bounded in time and size, never redirected. */
import { codeOf, reasonOf } from '../../../base/fault.ts';
import type { Outcome } from './way.ts';

const timeoutMs = 15_000;
const answerMaxBytes = 65_536;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  /** As much of it as is read. */
  readonly text: string;
}

/** @throws what fetch throws */
export async function post({ url, headers, body }: Post, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers,
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  });
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    status: response.status,
    retryAfterMs: Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 3_600) * 1_000 : undefined,
    text: await bounded(response),
  };
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > answerMaxBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export function unreachable(error: unknown): Outcome {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = codeOf(cause) || codeOf(error) || (error instanceof Error ? error.name : reasonOf(error));
  return { is: 'later', said: `the SMS provider cannot be reached (${code})`, whole: true };
}

/** What every provider means alike by its status. Null: it took it, or says why it did not. */
export function ofStatus({ status, retryAfterMs }: Answer): Outcome | null {
  if ((status >= 200 && status < 300) || status === 400 || status === 422) return null;
  const said = `the SMS provider answered ${status}`;
  const wait = retryAfterMs === undefined ? {} : { waitMs: retryAfterMs };
  return { is: 'later', said, whole: true, ...wait };
}
