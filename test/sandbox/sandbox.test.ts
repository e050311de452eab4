/** The sandbox against what was read on Fleetio's pages, so that it is not its own oracle (fixtures beside the client's tests). */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { assignmentCreated } from '../../scripts/rig/fleetio-event.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/server.ts';
import { turn, wellBehaved } from '../../src/sandbox/switches.ts';
import { type Contact, type Vehicle, World } from '../../src/sandbox/world.ts';

type Json = Record<string, unknown>;

const fixture = (name: string): Json =>
  JSON.parse(
    readFileSync(new URL(`../relay/integrations/fleetio/fixtures/${name}.json`, import.meta.url), 'utf8'),
  ) as Json;
const members = (value: unknown): readonly string[] => Object.keys(value as object).sort();

const noon = Date.parse('2026-03-02T12:00:00Z');
const hourMs = 3_600_000;
/** Time that stands still until a test moves it; what waits runs in its order. */
class Hand {
  at = noon;
  #waiting: { readonly at: number; readonly run: () => void }[] = [];
  readonly now = (): number => this.at;
  readonly after = (ms: number, run: () => void): (() => void) => {
    const one = { at: this.at + ms, run };
    this.#waiting.push(one);
    return () => this.#waiting.splice(this.#waiting.indexOf(one), 1);
  };
  move(ms: number): void {
    this.at += ms;
    const due = this.#waiting.filter(each => each.at <= this.at).sort((a, b) => a.at - b.at);
    this.#waiting = this.#waiting.filter(each => each.at > this.at);
    for (const { run } of due) run();
  }
}

const clock = new Hand();
let sandbox: Sandbox;
let van: Vehicle;
let ada: Contact;
let bo: Contact;

before(async () => {
  const world = new World({ id: 42, name: 'Example Fleet', token: 'abc123', apiKey: 'key-1' }, clock.now);
  sandbox = await openSandbox({ host: '127.0.0.1', port: 0, world, clock });
  van = world.addVehicle('Van 12', 'KX 204', { id: 301 });
  ada = world.addContact('Ada Moreno', { id: 701, email: 'ada@example.com', mobile: '+1 604 555 0100' });
  bo = world.addContact('Bo Li', { id: 702 });
  world.addField('Keycafe Access Code');
});
beforeEach(() => {
  const { hooks, ...rest } = wellBehaved();
  turn(sandbox.switches, { ...rest, hooks });
  for (const id of [...sandbox.world.assignments.keys()]) sandbox.world.remove(id);
  sandbox.hooks.webhooks.clear();
  clock.move(10 * hourMs);
});
after(() => sandbox.close());

const headers = {
  authorization: 'Token key-1',
  'account-token': 'abc123',
  'content-type': 'application/json',
};
interface Said {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}
async function call(method: string, path: string, body?: object, more: object = {}): Promise<Said> {
  const init = {
    method,
    headers: { ...headers, ...more },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const response = await fetch(`${sandbox.url}/api${path}`, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Json),
  };
}
const assigned = (contact = ada, from = 0, hours = 8) =>
  sandbox.world.assign({
    vehicle: van.id,
    contact: contact.id,
    startedAt: clock.at + from * hourMs,
    endedAt: clock.at + (from + hours) * hourMs,
  });

describe('records have the members that the pages list', () => {
  it('accounts', async () => {
    const { body } = await call('GET', '/accounts', undefined, { 'account-token': '' });
    const [record] = body.records as Json[];
    assert.deepEqual(members(record), members((fixture('accounts').records as Json[])[0]));
    assert.deepEqual(members(body), members(fixture('accounts')));
  });
  it('assignment', async () => {
    const { id } = assigned();
    assert.deepEqual(
      members((await call('GET', `/vehicle_assignments/${id}`)).body),
      members(fixture('assignment')),
    );
  });
  it('contact and vehicle', async () => {
    assert.deepEqual(members((await call('GET', '/contacts/701')).body), members(fixture('contact')));
    const vehicle = members((await call('GET', '/vehicles/301')).body);
    for (const name of members(fixture('vehicle'))) assert.ok(vehicle.includes(name), name);
  });
  it('webhook', async () => {
    const made = await call('POST', '/webhooks', {
      url: 'http://127.0.0.1:1/x',
      vehicle_assignment_created: true,
    });
    assert.equal(made.status, 201);
    assert.deepEqual(members(made.body), members(fixture('webhook')));
    assert.deepEqual(members(made.body.subscribed_events), members(fixture('webhook').subscribed_events));
  });
  it('refusals', async () => {
    const errors = fixture('errors');
    const unauthorized = await call('GET', '/accounts', undefined, { authorization: 'Token nobody' });
    assert.deepEqual(unauthorized, { ...unauthorized, status: 401, body: errors['401'] });
    const missing = await call('GET', '/vehicle_assignments/9');
    assert.deepEqual([missing.status, missing.body], [404, errors['404']]);
    turn(sandbox.switches, { callsPerMin: 1 });
    await call('GET', '/contacts/701');
    const limited = await call('GET', '/contacts/701');
    assert.deepEqual([limited.status, members(limited.body)], [429, members(errors['429'])]);
    assert.equal(limited.headers.get('retry-after'), '22');
  });
});

describe('assignments', () => {
  it('of one vehicle never overlap, nor does one begin where another ends', () => {
    assigned(ada, 0, 8);
    for (const from of [7, 8, -8]) assert.throws(() => assigned(bo, from, 8), { name: 'Rejected' });
    assigned(bo, 9, 1);
  });

  it('are listed by cursor, filtered and sorted', async () => {
    for (let at = 0; at < 5; at += 1) assigned(ada, at * 10, 2);
    const first = await call('GET', '/vehicle_assignments?per_page=2&sort[started_at]=asc');
    assert.equal((first.body.records as Json[]).length, 2);
    const next = String(first.body.next_cursor);
    const rest = await call(
      'GET',
      `/vehicle_assignments?per_page=100&start_cursor=${next}&sort[started_at]=asc`,
    );
    assert.deepEqual([(rest.body.records as Json[]).length, rest.body.next_cursor], [3, null]);
    const since = encodeURIComponent(new Date(clock.at + 1).toISOString());
    const later = await call('GET', `/vehicle_assignments?filter[updated_at][gte]=${since}`);
    assert.deepEqual(later.body.records, []);
    assert.equal((await call('GET', '/vehicle_assignments?per_page=1')).status, 400);
    assert.equal((await call('GET', '/vehicle_assignments?filter[started_at][gte]=2026-01-01')).status, 400);
  });

  it('keep the fields that a PATCH does not name, or lose them, as the switch says', async () => {
    sandbox.world.addField('Keycafe Access Link');
    const { id } = assigned();
    const write = (fields: object) => call('PATCH', `/vehicle_assignments/${id}`, { custom_fields: fields });
    await write({ keycafe_access_code: '482913' });
    assert.deepEqual((await write({ keycafe_access_link: 'x', nobody: 'y' })).body.custom_fields, {
      keycafe_access_code: '482913',
      keycafe_access_link: 'x',
    });
    turn(sandbox.switches, { fields: 'replace', unknownKeys: 'reject' });
    assert.deepEqual((await write({ keycafe_access_link: 'z' })).body.custom_fields, {
      keycafe_access_link: 'z',
    });
    assert.equal((await write({ nobody: 'y' })).status, 422);
  });
});

describe('webhooks', () => {
  interface Got {
    readonly body: string;
    readonly signature: string;
  }
  let got: Got[];
  let status: number;
  let url: string;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += String(chunk);
    });
    request.on('end', () => {
      got.push({ body, signature: String(request.headers['x-fleetio-webhook-signature']) });
      response.writeHead(status).end();
    });
  });
  before(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  after(() => server.close());
  beforeEach(() => {
    got = [];
    status = 200;
    sandbox.hooks.add({
      ...{ url, description: '', authorization: null, sharedKey: 'test-shared-key', allEvents: false },
      events: new Set([
        'vehicle_assignment_created',
        'vehicle_assignment_updated',
        'vehicle_assignment_deleted',
      ]),
    });
  });
  /** Lets what was sent arrive. */
  const arrived = async (count: number): Promise<void> => {
    while (got.length < count) await new Promise(resolve => setImmediate(resolve));
  };

  it('are signed over their exact bytes, and say what the pages say', async () => {
    const { id } = assigned();
    clock.move(0);
    await arrived(1);
    const [{ body, signature }] = got as [Got];
    assert.equal(signature, createHmac('sha256', 'test-shared-key').update(body).digest('hex'));
    const event = JSON.parse(body) as Json;
    assert.deepEqual(members(event), members(assignmentCreated));
    assert.deepEqual(members(event.payload), members(assignmentCreated.payload));
    assert.equal((event.payload as Json).id, id);
  });

  it('sign the known vector as it must be', () => {
    const body = readFileSync(
      new URL('../relay/integrations/fleetio/fixtures/signed-body.txt', import.meta.url),
    );
    const signature = createHmac('sha256', 'test-shared-key').update(body).digest('hex');
    assert.equal(signature, 'ca45ac34d0ac250057dd9b84c0ff7678f875d0459d5baa66c3461cd75276e48a');
  });

  it('are tried again under the same id, and disabled when nobody takes them', async () => {
    status = 503;
    assigned();
    clock.move(0);
    for (let tries = 1; tries <= 4; tries += 1) {
      await arrived(tries);
      await new Promise(resolve => setTimeout(resolve, 5));
      clock.move(hourMs);
    }
    assert.equal(new Set(got.map(each => (JSON.parse(each.body) as Json).id)).size, 1);
    const [webhook] = sandbox.hooks.webhooks.values();
    assert.equal(webhook?.enabled, false);
    assigned(bo, 20, 1);
    clock.move(hourMs);
    assert.equal(sandbox.hooks.deliveries.at(-1)?.status, 'lost');
  });

  it('come twice, late, swapped or not at all, as the switches say', async () => {
    turn(sandbox.switches, { hooks: { doubled: true, swapped: true } });
    assigned();
    assigned(bo, 20, 1);
    clock.move(0);
    await arrived(4);
    const ids = got.map(each => (JSON.parse(each.body) as { id: number }).id);
    assert.deepEqual([ids.length, new Set(ids).size], [4, 2]);
    turn(sandbox.switches, { hooks: { silent: true } });
    assigned(bo, 40, 1);
    clock.move(hourMs);
    assert.equal(sandbox.hooks.deliveries.at(-1)?.status, 'lost');
  });
});
