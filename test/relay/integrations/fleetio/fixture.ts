/** What was taken by hand from Fleetio's pages, and a server that answers with just that. */

import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MonoMs, type WallMs, wall } from '../../../../src/base/brand.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { systemTime } from '../../../../src/base/system-time.ts';
import type { Time } from '../../../../src/base/time.ts';
import { Client } from '../../../../src/relay/integrations/fleetio/api/client.ts';
import { Limiter } from '../../../../src/relay/integrations/fleetio/api/limiter.ts';
import {
  defaultSettings,
  type IntegrationSettings,
} from '../../../../src/relay/integrations/fleetio/settings.ts';

export const fixture = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >;

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it stands, anything else as JSON. */
  readonly body?: unknown;
  /** Nothing is answered at all. */
  readonly silent?: boolean;
}

export interface HandServer {
  readonly url: string;
  readonly asked: Asked[];
  tell: (asked: Asked) => Told;
  close(): Promise<void>;
}

/** Answers what a test tells it to. */
export async function handServer(): Promise<HandServer> {
  const asked: Asked[] = [];
  const hand: { tell: (asked: Asked) => Told } = {
    tell: () => ({ status: 404, body: fixture('errors')['404'] }),
  };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://hand');
      const text = Buffer.concat(chunks).toString('utf8');
      const call = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      };
      asked.push(call);
      const { status = 200, headers = {}, body, silent = false } = hand.tell(call);
      if (silent) return;
      const isText = typeof body === 'string';
      response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
      response.end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(hand, { url, asked, close });
}

/** Real time, but back-offs of some seconds are over at once; how long they would have been is kept. */
export class Impatient implements Time {
  readonly waits: number[] = [];
  mono(): MonoMs {
    return systemTime.mono();
  }
  wall(): WallMs {
    return systemTime.wall();
  }
  at(at: MonoMs, wake: () => void): () => void {
    const wait = at - this.mono();
    if (wait > 4_500) return systemTime.at(at, wake);
    this.waits.push(wait);
    const now = setImmediate(wake);
    return () => clearImmediate(now);
  }
}

export const now = wall(Date.parse('2026-03-02T14:00:00Z'));
export const turn = { for: 're-get', start: now } as const;

export interface ClientWish {
  readonly url: string;
  readonly settings?: Partial<IntegrationSettings>;
  readonly time?: Time;
  readonly apiKey?: string;
  readonly accountToken?: string;
}

export function clientOf({
  url,
  settings = {},
  time = new Impatient(),
  apiKey = 'key-1',
  accountToken = 'abc123',
}: ClientWish): Client {
  return new Client({
    baseUrl: `${url}/api`,
    allowLoopback: true,
    apiKey: new Secret(apiKey),
    accountToken: new Secret(accountToken),
    settings: { ...defaultSettings, ...settings },
    limiter: new Limiter(time, 0),
    time,
    chance: () => 0.5,
  });
}
