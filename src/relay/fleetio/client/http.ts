/** One call of an HTTP API: bounded in time and size, to allowed addresses only, never following a redirect. */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { after, millis } from '../../../base/brand.ts';
import { codeOf, Fault } from '../../../base/fault.ts';
import type { Time } from '../../ports.ts';
import { type Base, lookupWithin } from './address.ts';
import { FleetioError } from './errors.ts';

/** From the first byte sent to the last one read. */
export const timeoutMs = 20_000;
/** A page of 100 vehicles is about 150 KiB. */
export const answerMaxBytes = 4 * 1_048_576;
const socketsMax = 4;

export interface Ask {
  readonly method: 'GET' | 'PATCH';
  /** Below the base, beginning with a slash. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/**
 * Keeps connections to one server. `fetch` is not used: it gives no say in which address a name is connected to
 * without another package.
 */
export class Http {
  readonly #base: Base;
  readonly #time: Time;
  readonly #agent: HttpAgent;

  constructor(base: Base, time: Time) {
    this.#base = base;
    this.#time = time;
    const options = {
      keepAlive: true,
      maxSockets: socketsMax,
      maxFreeSockets: socketsMax,
      scheduling: 'lifo',
    } as const;
    const isTls = base.url.protocol === 'https:';
    this.#agent = isTls ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** @throws FleetioError `fleetio-unreachable`, `fleetio-strange`, `fleetio-address` */
  ask({ method, path, query, headers, body }: Ask): Promise<Heard> {
    const url = new URL(this.#base.url);
    url.pathname += path;
    if (query !== undefined) url.search = query.toString();
    const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const options = {
      method,
      agent: this.#agent,
      lookup: lookupWithin(this.#base.reach),
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'smartbox-relay',
        ...(sent === undefined ? {} : { 'content-type': 'application/json', 'content-length': sent.length }),
        ...headers,
      },
    };
    return new Promise((resolve, reject) => {
      const open = url.protocol === 'https:' ? requestHttps : requestHttp;
      const request = open(url, options, response => {
        read(response).then(resolve, reject).finally(stop);
      });
      const give = (error: unknown): void => {
        stop();
        reject(error);
      };
      const stop = this.#time.at(after(this.#time.mono(), millis(timeoutMs)), () => {
        give(unreachable('does not answer within 20 s'));
        request.destroy();
      });
      request.on('error', error => give(error instanceof Fault ? error : unreachable(wordsOf(error), error)));
      request.end(sent);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

async function read(response: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > answerMaxBytes) throw new FleetioError('fleetio-strange', 'Fleetio’s answer is over 4 MiB');
      chunks.push(chunk);
    }
  } catch (error) {
    response.destroy();
    throw error instanceof Fault ? error : unreachable('breaks off in the middle of an answer', error);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers as Heard['headers'], text };
}

const unreachable = (words: string, cause?: unknown): FleetioError =>
  new FleetioError('fleetio-unreachable', `Fleetio ${words}`, { cause });

const causes: Readonly<Record<string, string>> = {
  ENOTFOUND: 'is not found: this machine’s name server does not know it',
  EAI_AGAIN: 'is not found: this machine’s name server does not answer',
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'breaks the connection',
  EHOSTUNREACH: 'cannot be reached from this network',
  ENETUNREACH: 'cannot be reached: this machine has no network',
  ETIMEDOUT: 'does not take the connection',
};

function wordsOf(error: unknown): string {
  const code = codeOf(error);
  return causes[code] ?? `cannot be reached (${code === '' ? 'connection failed' : code})`;
}
