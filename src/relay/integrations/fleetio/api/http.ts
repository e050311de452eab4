/** Calls of Fleetio's API: to allowed addresses only, within 20 s and some megabytes. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { millis } from '../../../../base/brand.ts';
import { codeOf, Fault } from '../../../../base/fault.ts';
import { callHttp, type HttpAnswer, HttpCallError } from '../../../../base/http-call.ts';
import { lookupWithin } from '../../../../base/reach.ts';
import type { Time } from '../../../../base/time.ts';
import { type Base, innerName } from './address.ts';
import { FleetioError } from './errors.ts';

/** From the first byte sent to the last one read. */
const timeoutMs = 20_000;
/** A page of 100 vehicles is about 150 KiB. */
export const answerMaxBytes = 4 * 1_048_576;
/** Of a page that cannot be asked for in smaller pieces. */
export const smallestPageMaxBytes = 16 * 1_048_576;
const socketsMax = 4;

export interface Ask {
  readonly method: 'GET' | 'PATCH';
  /** Below the base, beginning with a slash. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Of the answer; 4 MiB where it is not given. */
  readonly maxBytes?: number;
}

/** Keeps connections to one server. */
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

  /** @throws FleetioError `fleetio-unreachable`, `fleetio-too-large`, `fleetio-address` */
  async ask({ method, path, query, headers, body, maxBytes = answerMaxBytes }: Ask): Promise<HttpAnswer> {
    const url = new URL(this.#base.url);
    url.pathname += path;
    if (query !== undefined) url.search = query.toString();
    try {
      return await callHttp({
        ...{ method, url, agent: this.#agent, lookup: lookupWithin(this.#base.reach, innerName) },
        ...{ time: this.#time, withinMs: millis(timeoutMs), answerMaxBytes: maxBytes, longer: 'refused' },
        headers: {
          accept: 'application/json',
          'accept-encoding': 'identity',
          'user-agent': 'smartbox-relay',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (error instanceof HttpCallError && error.reason === 'too-large')
        throw new FleetioError('fleetio-too-large', `Fleetio’s answer is over ${maxBytes / 1_048_576} MiB`);
      throw new FleetioError('fleetio-unreachable', `Fleetio ${wordsOf(error)}`, { cause: error });
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

const reasons: Readonly<Record<string, string>> = {
  late: 'does not answer within 20 s',
  'broken-off': 'breaks off in the middle of an answer',
  ENOTFOUND: 'is not found: this machine’s name server does not know it',
  EAI_AGAIN: 'is not found: this machine’s name server does not answer',
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'breaks the connection',
  EHOSTUNREACH: 'cannot be reached from this network',
  ENETUNREACH: 'cannot be reached: this machine has no network',
  ETIMEDOUT: 'does not take the connection',
};

function wordsOf(error: unknown): string {
  const reason = error instanceof HttpCallError ? error.reason : codeOf(error);
  return reasons[reason] ?? `cannot be reached (${reason === '' ? 'connection failed' : reason})`;
}
