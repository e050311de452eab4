import { type Agent, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { after, type Millis } from './brand.ts';
import { systemTime } from './system-time.ts';
import type { Time } from './time.ts';

export interface HttpCall {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the beginning of the call to the last byte of its answer. */
  readonly withinMs: Millis;
  /** The clock that says when that is over; the system's by default. */
  readonly time?: Time;
  readonly answerMaxBytes: number;
  /** Says whether an answer that is longer is cut or refused. */
  readonly longer: 'cut' | 'refused';
  /** Keeps connections for the next call. Without one each call has a connection of its own, which ends with it. */
  readonly agent?: Agent;
  /** Which addresses a name may stand for; its error becomes the call's. */
  readonly lookup?: LookupFunction;
  /** Judges a server's certificate instead of Node, before anything is sent to it, on a connection of the call's own. Null: it is believed. */
  readonly judge?: (socket: TLSSocket) => Error | null;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names are in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

type Reason = 'late' | 'broken-off' | 'too-large';

/** A call that failed for another reason than its connection. */
export class HttpCallError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/**
 * One HTTP call: bounded in time and size, never following a redirect. Node's `fetch` gives no say in which address a name is
 * connected to, nor in who is believed, without another package, and costs a small computer megabytes.
 *
 * @throws HttpCallError; and the error of the connection, of `lookup`, of `judge` or of `signal`, as it is
 */
export function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const { method, url, headers, body, withinMs, time = systemTime, lookup, judge, signal } = call;
  const sent = body === undefined ? undefined : Buffer.from(body);
  const options = {
    method,
    agent: call.agent ?? false,
    headers: { ...headers, ...(sent === undefined ? {} : { 'content-length': sent.length }) },
    ...(lookup === undefined ? {} : { lookup }),
    ...(judge === undefined ? {} : { rejectUnauthorized: false }),
    ...(signal === undefined ? {} : { signal }),
  };
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestTls : requestPlain;
    const request = open(url, options, response => {
      read(response, call)
        .then(resolve, reject)
        .finally(() => stop());
    });
    const give = (error: Error): void => {
      stop();
      reject(error);
    };
    const stop = time.at(after(time.mono(), withinMs), () => {
      give(new HttpCallError('late', `no answer within ${withinMs / 1_000} s`));
      request.destroy();
    });
    if (judge !== undefined) request.once('socket', socket => judged(socket, judge));
    request.on('error', give);
    request.end(sent);
  });
}

function judged(socket: Socket, judge: NonNullable<HttpCall['judge']>): void {
  if (!(socket instanceof TLSSocket)) return;
  socket.once('secureConnect', () => {
    const refusal = judge(socket);
    if (refusal !== null) socket.destroy(refusal);
  });
}

async function read(response: IncomingMessage, { answerMaxBytes, longer }: HttpCall): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > answerMaxBytes) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new HttpCallError('broken-off', 'the answer broke off', error);
  }
  if (bytes > answerMaxBytes && longer === 'refused')
    throw new HttpCallError('too-large', `the answer is over ${answerMaxBytes} bytes`);
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers as HttpAnswer['headers'], text };
}
