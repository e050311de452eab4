/** A relay's web with Fleetio's room behind it, and a sandbox to talk to: everything but boxes. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '../../../../src/base/log.ts';
import { apiRoutes } from '../../../../src/relay/app/api-routes.ts';
import { followers } from '../../../../src/relay/app/followers.ts';
import { roomAddresses } from '../../../../src/relay/app/room-addresses.ts';
import type { Dispatch } from '../../../../src/relay/http/api/call-route.ts';
import { peopleRoutes } from '../../../../src/relay/http/api/routes/people.ts';
import { readScopes } from '../../../../src/relay/http/api/scopes.ts';
import { createToken } from '../../../../src/relay/http/api/tokens.ts';
import { addRoutes } from '../../../../src/relay/http/app.ts';
import { type Server, startServer } from '../../../../src/relay/http/server.ts';
import { Fleetio } from '../../../../src/relay/integrations/fleetio/fleetio.ts';
import { PasswordHasher } from '../../../../src/relay/secrets/passwords.ts';
import { PinHasher } from '../../../../src/relay/secrets/pins.ts';
import { openSqliteStore } from '../../../../src/relay/store/sqlite.ts';
import type { RelayStore } from '../../../../src/relay/store/store.ts';
import { openSandbox, type Sandbox } from '../../../../src/sandbox/server.ts';
import { smallFleet } from '../../../../src/sandbox/small-fleet.ts';
import { type House, houseOn } from '../../domain/house.ts';
import { Impatient } from './fixture.ts';

export interface Said {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface Rig {
  readonly house: House;
  readonly fleetio: Fleetio;
  readonly sandbox: Sandbox;
  readonly url: string;
  readonly webhookUrl: string;
  readonly stored: { times: number };
  /** As an administrator of the first account. */
  api(method: string, path: string, body?: unknown): Promise<Said>;
  /** As one of another account. */
  other(method: string, path: string, body?: unknown): Promise<Said>;
  post(raw: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Said>;
  /** The body of a connection to the sandbox. */
  wish(more?: object): Record<string, unknown>;
  /** Connects the sandbox, and waits until its vehicles are read. */
  connected(more?: object): Promise<string>;
  close(): Promise<void>;
}

export const clock = {
  now: () => Date.now(),
  after: (ms: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const sign = (raw: string | Uint8Array, key: string): Record<string, string> => ({
  'x-fleetio-webhook-signature': createHmac('sha256', key).update(raw).digest('hex'),
});

/** On a SQLite store of its own, which goes with it. */
export async function rigInFolder(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-fleetio-'));
  const store = await openSqliteStore({ file: join(folder, 'relay.db'), log: silent });
  const rig = await rigOn(store);
  return {
    ...rig,
    close: async () => {
      await rig.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function rigOn(store: RelayStore): Promise<Rig> {
  const house = await houseOn(store);
  const time = new Impatient();
  const sandbox = await openSandbox({ host: '127.0.0.1', port: 0, world: smallFleet(clock.now), clock });
  const stored = { times: 0 };
  const at = { url: '' };
  const { atRest, random } = house;
  const kit = { store, atRest, random, time };
  const fleetio = new Fleetio({
    ...{ ...kit, log: silent, chance: () => 0.5, allowLoopback: true },
    webhookUrl: () => `${at.url}/webhooks/fleetio`,
    stored: () => {
      stored.times += 1;
    },
  });
  const server = await served(kit, fleetio);
  at.url = `http://127.0.0.1:${server.port}`;
  const tokens = await tokensOf(house);
  const api = asking(at.url, tokens.main);
  const wish = (more = {}): Record<string, unknown> => ({
    kind: 'fleetio',
    apiKey: 'sandbox-key',
    accountToken: 'sandbox',
    baseUrl: `${sandbox.url}/api`,
    settings: { callsPerMin: 0 },
    ...more,
  });
  return {
    ...{ house, fleetio, sandbox, url: at.url, webhookUrl: `${at.url}/webhooks/fleetio`, stored, api, wish },
    other: asking(at.url, tokens.other),
    post: (raw, headers = {}) => said(fetch(`${at.url}/webhooks/fleetio`, posting(raw, headers))),
    connected: async more => {
      const made = await api('POST', '/integrations', wish(more));
      if (made.status !== 201) throw new Error(made.text);
      const id = String(made.body.id);
      await fleetio.refresh(id);
      return id;
    },
    close: async () => {
      await server.close();
      await fleetio.close();
      await sandbox.close();
    },
  };
}

/** The relay's own web. */
const messages = { texts: false, mails: false, nudge: () => {}, twilioToken: null };
const links = { pagesUrl: () => 'http://relay', mail: null };
const people = peopleRoutes(links);
const ceilings = { perDay: 20_000, perPhoneDay: 50 };

const served = (kit: Dispatch, fleetio: Fleetio): Promise<Server> =>
  startServer({
    ...{ host: '127.0.0.1', port: 0, trustedProxies: [], isHttps: false, log: silent },
    routes: app =>
      addRoutes(app, {
        ...{ ...kit, followers, httpUrl: 'http://relay', brokerUrl: 'mqtt://relay', webhookMessages: {} },
        routes: apiRoutes({
          ...{ pins: new PinHasher(), nudge: () => {}, retired: () => {}, fleetio, people, ceilings },
          allowLoopback: true,
        }),
        ...{ passwords: new PasswordHasher(), people, links },
        requestRate: { burst: 10_000, perMinute: 10_000 },
        addRooms: roomAddresses({
          ...kit,
          followers,
          httpUrl: 'http://relay',
          pins: new PinHasher(),
          fleetio,
          messages,
          allowLoopback: true,
        }),
        enrol: () => Promise.reject(new Error('no boxes here')),
        pulse: () => ({ brokerUp: true, shares: { mine: 0, all: 0 }, queues: {}, counters: {} }),
      }),
  });

const posting = (raw: string | Uint8Array, headers: Readonly<Record<string, string>>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof raw === 'string' ? raw : Buffer.from(raw),
});

async function said(answer: Promise<Response>): Promise<Said> {
  const response = await answer;
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, text, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {} };
}

const asking =
  (url: string, token: string): Rig['api'] =>
  (method, path, body) =>
    said(
      fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );

async function tokensOf(house: House): Promise<{ readonly main: string; readonly other: string }> {
  const { scopes } = readScopes(['admin']);
  const row = {
    id: 'other',
    name: 'Other',
    region: 'NL',
    region_chosen: 0 as const,
    settings: '{}',
    created: 1,
    events: 0,
  };
  await house.store.write(tx => tx.insertInto('account').values(row).execute());
  const make = (account: string): Promise<string> =>
    house.store.write(tx =>
      createToken(
        tx,
        { account, name: 'test', scopes },
        { random: house.random, nowMs: house.nowMs, who: 'test' },
      ),
    );
  return { main: await make('main'), other: await make('other') };
}

/** The members of a list. */
export const items = ({ body, text, status }: Said): readonly Record<string, unknown>[] => {
  if (status !== 200) throw new Error(`${status} ${text}`);
  return body.items as readonly Record<string, unknown>[];
};
