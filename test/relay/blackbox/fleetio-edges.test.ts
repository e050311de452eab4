/** A Fleetio that limits by a date, whose lists turn in circles, and in which somebody mistypes: as an administrator sees it. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type Answer, relayFor, textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { openSandbox } from '../../../src/sandbox/server.ts';
import { smallFleet } from '../../../src/sandbox/small-fleet.ts';
import type { World } from '../../../src/sandbox/world.ts';

const hourMs = 3_600_000;
/** More than two pages. */
const vehicles = 230;
const clock = {
  now: () => Date.now(),
  after: (ms: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** What stands before the sandbox: it may answer a list of vehicles itself. */
interface Front {
  readonly url: string;
  readonly world: World;
  /** When lists of vehicles were asked for. */
  readonly asked: number[];
  /** The next list of vehicles is refused until this instant; null: none is. */
  limitedUntil: number | null;
  /** A list of vehicles leads back to where it has been. */
  circles: boolean;
}

async function frontFor(t: TestContext): Promise<Front> {
  const world = smallFleet(clock.now);
  for (let n = world.vehicles.size; n <= vehicles; n += 1) world.addVehicle(`Lorry ${n}`, `LO ${n}`);
  const sandbox = await openSandbox({ host: '127.0.0.1', port: 0, world, clock });
  t.after(() => sandbox.close());
  const server = createServer((request, response) => {
    void pass(request.url ?? '', { ...request.headers } as Record<string, string>)
      .then(({ status, headers, text }) => response.writeHead(status, headers).end(text))
      .catch(() => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const front = {
    ...{
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
      world,
      asked: [] as number[],
    },
    ...{ limitedUntil: null as number | null, circles: false },
  };
  const pass = async (path: string, headers: Record<string, string>) => {
    const isList = /\/vehicles\?/.test(path);
    if (isList) front.asked.push(Date.now());
    if (isList && front.limitedUntil !== null) {
      const told = new Date(front.limitedUntil).toUTCString();
      front.limitedUntil = null;
      return { status: 429, headers: { 'retry-after': told }, text: '{}' };
    }
    const { authorization = '', 'account-token': account = '' } = headers;
    const answer = await fetch(`${sandbox.url}${path}`, {
      headers: { authorization, 'account-token': account },
    });
    const text = await answer.text();
    const json = { 'content-type': 'application/json' };
    if (!isList || !front.circles) return { status: answer.status, headers: json, text };
    const cursor = /start_cursor=([^&]+)/.exec(path)?.[1];
    const page = JSON.parse(text) as Record<string, unknown>;
    const next = cursor === undefined ? page.next_cursor : decodeURIComponent(cursor);
    return { status: answer.status, headers: json, text: JSON.stringify({ ...page, next_cursor: next }) };
  };
  return front;
}

interface Api {
  readonly get: (path: string) => Promise<unknown>;
  readonly send: (method: string, path: string, body: object) => Promise<Answer>;
}

async function connected(t: TestContext, front: Front): Promise<{ readonly api: Api; readonly id: string }> {
  const relay = await relayFor(t, { fleetio: { allowLoopback: true } });
  const token = await relay.token('admin');
  const api: Api = {
    get: async path => (await relay.ask('GET', `/api/v1/${path}`, { token })).body,
    send: (method, path, body) => relay.ask(method, `/api/v1/${path}`, { token, body }),
  };
  const made = await api.send('POST', 'integrations', {
    ...{ kind: 'fleetio', apiKey: 'sandbox-key', accountToken: 'sandbox', baseUrl: front.url },
    settings: { callsPerMin: 0 },
  });
  assert.equal(made.status, 201, made.text);
  return { api, id: textOf(made, 'id') };
}

async function known({ get }: Api, id: string): Promise<number> {
  return ((await get(`integrations/${id}`)) as { vehicles: { known: number } }).vehicles.known;
}

async function unread({ get }: Api): Promise<string> {
  const { items } = (await get('problems')) as { items: readonly { kind: string; detail: string }[] };
  return items.find(({ kind }) => kind === 'fleetio-vehicles-unread')?.detail ?? '';
}

/** One assignment that ends before it begins, of vehicle 301, and an ordinary one of 302; both have a key here. */
async function slip({ send }: Api, { world }: Front, id: string): Promise<void> {
  const box = textOf(await send('POST', 'boxes', { name: 'Depot' }), 'id');
  const now = Date.now();
  for (const [slot, vehicle, from, to] of [
    [1, 301, 9, 5],
    [2, 302, 5, 9],
  ] as const) {
    const key = textOf(await send('POST', 'keys', { name: `Key ${slot}`, box, slot }), 'id');
    const window = { startedAt: now + from * hourMs, endedAt: now + to * hourMs };
    // Fleetio refuses one that ends before it begins, but there are older ones.
    const times = { createdAt: now, updatedAt: now };
    world.assignments.set(slot, { id: slot, vehicle, contact: 701, ...window, fields: {}, ...times });
    const linked = await send('PATCH', `integrations/${id}/vehicles/${vehicle}`, { key, mode: 'automatic' });
    assert.equal(linked.status, 200, linked.text);
  }
}

test('a date in Retry-After is waited for; a list that turns in circles takes no vehicle away and is a Problem; what ends before it begins books nothing', {
  timeout: 120_000,
}, async t => {
  const front = await frontFor(t);
  // Dates have whole seconds.
  const free = Math.ceil(Date.now() / 1_000) * 1_000 + 10_000;
  front.limitedUntil = free;
  const { api, id } = await connected(t, front);
  await until('all vehicles', async () => (await known(api, id)) === vehicles, 60_000);
  assert.ok((front.asked[1] ?? 0) >= free - 1_000, 'nobody asks before the date');
  assert.ok((front.asked[1] ?? 0) < (front.asked[0] ?? 0) + 29_000, 'nor as if there were no date');

  // A refresh that comes while vehicles are still being read joins that reading: so it is asked for until it shows.
  const refreshed = async (): Promise<string> => {
    assert.equal((await api.send('POST', `integrations/${id}/refresh`, {})).status, 202);
    return await unread(api);
  };
  front.circles = true;
  await until('the Problem', async () => (await refreshed()) !== '', 20_000);
  assert.match(await unread(api), /list of vehicles comes back to a page that it has shown already/);
  assert.equal(await known(api, id), vehicles, 'those behind that page are not gone');
  front.circles = false;
  await until('its end', async () => (await refreshed()) === '', 20_000);

  await slip(api, front, id);
  const assignments = async (vehicle: number) =>
    (
      (await api.get(`integrations/${id}/vehicles/${vehicle}/assignments`)) as {
        items: { booking: unknown }[];
      }
    ).items;
  await until('the booking', async () => (await assignments(302))[0]?.booking != null, 25_000);
  const { items } = (await api.get('bookings')) as { items: readonly { key: { name: string } }[] };
  const booked = items.map(({ key }) => key.name);
  assert.deepEqual(booked, ['Key 2'], 'of the other nobody knows from when it is meant');
});
