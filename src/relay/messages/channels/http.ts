/** One request to a provider of SMS, and what its answer means whoever the provider is. */
import { seconds } from '../../../base/brand.ts';
import { codeOf, reasonOf } from '../../../base/fault.ts';
import { callHttp, type HttpAnswer, HttpCallError } from '../../../base/http-call.ts';
import { retryAfterMs } from '../../../base/retry-after.ts';
import { systemTime } from '../../../base/system-time.ts';
import type { Outcome } from './channel.ts';

const timeoutMs = seconds(15);
const answerMaxBytes = 65_536;

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @throws what `callHttp` throws */
export const post = ({ url, headers, body }: Post, signal: AbortSignal): Promise<HttpAnswer> =>
  callHttp({
    ...{
      method: 'POST',
      url: new URL(url),
      body,
      signal,
      withinMs: timeoutMs,
      answerMaxBytes,
      longer: 'cut',
    },
    headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'smartbox-relay', ...headers },
  });

export function unreachable(error: unknown): Outcome {
  const { cause, name } = error instanceof Error ? error : { cause: undefined, name: reasonOf(error) };
  const code = codeOf(cause) || codeOf(error) || (error instanceof HttpCallError ? error.reason : name);
  return { is: 'later', said: `the SMS provider cannot be reached (${code})`, whole: true };
}

/** The outcome that a status means for every provider alike. Null: it took the message, or says why it did not. */
export function ofStatus({ status, headers }: HttpAnswer): Outcome | null {
  if ((status >= 200 && status < 300) || status === 400 || status === 422) return null;
  const said = `the SMS provider answered ${status}`;
  const waitMs = retryAfterMs(headers, systemTime.wall());
  return { is: 'later', said, whole: true, ...(waitMs === null ? {} : { waitMs }) };
}
