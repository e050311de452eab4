/** One delivery: a POST to an allowed address, and what came of it in a few words of ours. What the other side says is not kept. */
import { millis } from '../../../base/brand.ts';
import { codeOf, Fault } from '../../../base/fault.ts';
import { callHttp, HttpCallError } from '../../../base/http-call.ts';
import { lookupWithin } from '../../../base/reach.ts';
import { retryAfterMs } from '../../../base/retry-after.ts';
import type { Time } from '../../../base/time.ts';
import { innerCode, innerHost, readDestination } from './destination.ts';
import { signedHeaders } from './signature.ts';

const timeoutMs = millis(15_000);
/** Of an answer that nobody reads. */
const answerMaxBytes = 16_384;

/** `refused`: the address takes no such event, whenever it comes; `gone`: it wants none at all. */
export const callOutcomes = [
  'taken',
  'refused',
  'gone',
  'unwell',
  'late',
  'unreachable',
  'untrusted',
  'not-allowed',
] as const;
type CallOutcome = (typeof callOutcomes)[number];

export interface CallResult {
  readonly outcome: CallOutcome;
  /** Of HTTP; null: there was no answer. */
  readonly status: number | null;
  /** The other side asks to be left alone for so long. */
  readonly waitMs: number;
}

export interface Call {
  readonly address: string;
  readonly secrets: readonly string[];
  /** Of the event. */
  readonly id: string;
  readonly body: string;
}

interface CallDeps {
  readonly time: Time;
  readonly allowLoopback: boolean;
  readonly signal: AbortSignal;
}

/** Never throws. */
export async function callWebhook(
  call: Call,
  { time, allowLoopback, signal }: CallDeps,
): Promise<CallResult> {
  const { address, secrets, id, body } = call;
  try {
    const { url, reach } = readDestination(address, allowLoopback);
    const { status, headers } = await callHttp({
      ...{ method: 'POST', url, body, signal, time, withinMs: timeoutMs, answerMaxBytes, longer: 'cut' },
      lookup: lookupWithin(reach, innerHost),
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        'user-agent': 'smartbox-relay',
        ...{ accept: '*/*', 'accept-encoding': 'identity' },
        ...signedHeaders(secrets, { id, nowMs: time.wall(), body }),
      },
    });
    return { outcome: meaningOf(status), status, waitMs: retryAfterMs(headers, time.wall()) ?? 0 };
  } catch (error) {
    return { outcome: failureOf(error), status: null, waitMs: 0 };
  }
}

/** A redirection is not followed: it could lead inside. */
function meaningOf(status: number): CallOutcome {
  if (status >= 200 && status < 300) return 'taken';
  if (status === 410) return 'gone';
  const passes = status >= 500 || status === 408 || status === 425 || status === 429;
  return passes ? 'unwell' : 'refused';
}

function failureOf(error: unknown): CallOutcome {
  if (error instanceof Fault)
    return error.code === innerCode || error.code === 'bad-input' ? 'not-allowed' : 'unreachable';
  if (error instanceof HttpCallError) return error.reason === 'late' ? 'late' : 'unreachable';
  return /^(?:ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL)/.test(codeOf(error))
    ? 'untrusted'
    : 'unreachable';
}
