/**
 * What the relay is asked where nothing may cost more than its length, and what each costs it: processor time of its process,
 * and the longest turn of its event loop, which is how long everybody else waits. Neither is changed by a loaded machine.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Asking, RelayRig } from '../../../scripts/rig/relay-rig.ts';
import { mostMs, withOneReplaced, withRawReplaced } from '../../long-texts.ts';
import { Turns } from '../../turns/turns.ts';
import { bodyOf, type Operation, operationsOf, type Things } from './operations.ts';

const ids = ['sites', 'boxes', 'keys', 'drivers', 'bookings', 'commands', 'messages', 'integrations'];
const nowhere = {
  ...Object.fromEntries([...ids, 'vehicle', 'assignment'].map(id => [id, 'x'])),
  fleet: 'http://127.0.0.1:1',
} as unknown as Things;

/** Members that a good body of the tests does not have. */
const more: Readonly<Record<string, object>> = {
  createDriver: { name: 'A', phone: 'x', badge: 'x', language: 'nl', pin: '4711', email: 'a@b' },
  createBooking: { contact: { name: 'A', email: 'a@b', phone: 'x' }, driver: 'x' },
  createKey: { tag: 'x' },
  changeBooking: { key: 'x', driver: 'x', start: 'x', contact: { name: 'A', email: 'x', phone: 'x' } },
  changeSettings: {
    name: 'x',
    region: 'x',
    settings: { notify: { admins: ['x'], language: 'x', quiet: { from: 'x', to: 'x' } } },
  },
  changeSite: { name: 'x', timezone: 'x', language: 'x' },
  changeDriver: { name: 'x', email: 'x', phone: 'x', badge: 'x', pin: 'x' },
  changeBox: { site: 'x' },
  createBox: { id: 'x' },
  setTemplate: { subject: 'x', text: 'x' },
  changeIntegration: {
    apiKey: 'x',
    accountToken: 'x',
    webhookKey: 'x',
    webhookAuthorization: 'x',
    baseUrl: 'x',
    settings: {
      version: 'x',
      events: { created: 'x', contacts: ['x'] },
      fields: { code: { label: 'x', key: 'x' } },
    },
  },
  linkVehicle: { key: 'x' },
  bookAssignment: { driver: { name: 'x', email: 'x', phone: 'x' }, start: 'x', end: 'x' },
  enrol: {
    ...{ claim: 'x', sign: 'x', seal: 'x', label: 'x', program: 'x' },
    ...{ head: 'x', nonce: 'x', proof: 'x', sig: 'x' },
  },
};

export interface Asked {
  readonly what: string;
  readonly ask: () => Promise<unknown>;
}

const pathOf = ({ path }: Operation, id: string): string =>
  `/api/v1${path.replaceAll(/\{\w+\}/g, encodeURIComponent(id))}`;

/** Who sends more than is taken may find the connection closed before all of it is written. */
function refusedWhileSending(error: unknown): void {
  const { cause } = error as { readonly cause?: { readonly code?: string } };
  assert.ok(['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(cause?.code ?? ''), String(error));
}

/** Longer request lines and headers the HTTP library refuses by itself. */
const lineMost = 15_000;

export class InputCosts {
  readonly rig = new RelayRig({ limits: { requestsBurst: 1_000_000, requestsPerMin: 1_000_000 } });
  readonly #turns = new Turns(this.rig.dir);
  token = '';
  operations: readonly Operation[] = [];
  asked = 0;

  async start(): Promise<void> {
    await this.rig.start(['--config', this.rig.configFile], this.#turns.env);
    this.token = await this.rig.token('admin');
    this.operations = await operationsOf(this.rig);
    // What is loaded at the first request of its kind is no cost of that request's text.
    for (const each of this.operations) await this.rig.ask(each.method, pathOf(each, 'x'), this.#given(each));
  }

  #given({ takes, hasBody }: Operation): Asking {
    const { token } = this;
    if (!hasBody) return { token };
    return takes === 'application/json'
      ? { token, body: {} }
      : { token, raw: 'x', headers: { 'content-type': takes } };
  }

  /** Processor time of the relay so far, milliseconds; the kernel counts in hundredths of a second. */
  #cpuMs(): number {
    const stat = readFileSync(`/proc/${this.rig.relay.child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Asks up to four times, alone, where it seems too much: a collection of garbage may fall into one of them. */
  async mustBeCheap({ what, ask }: Asked): Promise<void> {
    this.asked += 1;
    let least = { cpu: Number.POSITIVE_INFINITY, turn: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 4; round += 1) {
      await this.#turns.longestMs();
      const from = this.#cpuMs();
      await ask().catch(refusedWhileSending);
      const cpu = Math.min(least.cpu, this.#cpuMs() - from);
      least = { cpu, turn: Math.min(least.turn, await this.#turns.longestMs()) };
      if (least.cpu < mostMs && least.turn < mostMs) return;
    }
    assert.fail(
      `${what}: ${least.cpu} ms of processor time, the longest turn of the loop ${least.turn.toFixed(0)} ms`,
    );
  }

  /** Each string of a body in turn; the body as a whole; and one more name. */
  *bodies(each: Operation, long: string): Iterable<Asked> {
    const { method, takes, id } = each;
    if (!each.hasBody) return;
    const { rig, token } = this;
    const path = pathOf(each, 'x');
    if (takes !== 'application/json') {
      const headers = { 'content-type': takes };
      for (const raw of [`name,box,slot\n${long},b,1\n`, long])
        yield { what: `${id} as ${takes}`, ask: () => rig.ask(method, path, { token, raw, headers }) };
      return;
    }
    for (const [where, body] of withOneReplaced(this.#good(id), long))
      yield { what: `${id}${where}`, ask: () => rig.ask(method, path, { token, body }) };
    yield { what: `${id} alone`, ask: () => rig.ask(method, path, { token, body: long }) };
  }

  /** JSON that is much in another way in the place of each value. */
  *raws(each: Operation, json: string): Iterable<Asked> {
    const { method, takes, id } = each;
    if (!each.hasBody || takes !== 'application/json') return;
    const { rig, token } = this;
    const path = pathOf(each, 'x');
    for (const [where, raw] of withRawReplaced(this.#good(id), json))
      yield { what: `${id}${where}`, ask: () => rig.ask(method, path, { token, raw }) };
    yield { what: `${id} alone`, ask: () => rig.ask(method, path, { token, raw: json }) };
  }

  #good(id: string): object {
    return { ...(id === 'enrol' ? {} : (bodyOf(id, nowhere) as object)), ...more[id] };
  }

  /** Every parameter that the document names, in the path, behind it and in the head. */
  *parameters(each: Operation, long: string): Iterable<Asked> {
    const { method, id, parameters } = each;
    const { rig } = this;
    const given = this.#given(each);
    const text = (most: number): string => encodeURIComponent(long.slice(0, most).toWellFormed());
    const path = pathOf(each, long.slice(0, 290).toWellFormed());
    if (each.path.includes('{')) yield { what: `${id} path`, ask: () => rig.ask(method, path, given) };
    for (const { name, in: where } of parameters) {
      const plain = pathOf(each, 'x');
      if (where === 'query') {
        const query = `${plain}?${name}=${text(lineMost / 9)}`;
        yield { what: `${id} ?${name}`, ask: () => rig.ask(method, query, given) };
      }
      if (where !== 'header') continue;
      const headers = { ...given.headers, [name]: headerOf(long) };
      yield { what: `${id} ${name}`, ask: () => rig.ask(method, plain, { ...given, headers }) };
    }
  }

  /** What no document names: pages, links, and what every request may have in its head. */
  *elsewhere(long: string): Iterable<Asked> {
    const { rig, token } = this;
    const text = encodeURIComponent(long.slice(0, lineMost / 9).toWellFormed());
    for (const path of [
      ...['/a/', '/admin/first/', '/admin/in/'].map(each => `${each}${text.slice(0, 290)}`),
      ...['/', '/admin', '/healthz', '/readyz', '/metrics'].map(each => `${each}?x=${text}`),
    ])
      yield { what: `GET ${path.slice(0, 40)}`, ask: () => rig.ask('GET', path, { token }) };
    for (const name of [
      ...['authorization', 'cookie', 'accept-language', 'idempotency-key', 'content-type', 'accept'],
      ...['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'origin', 'referer', 'user-agent'],
      ...['if-none-match', 'range', 'traceparent'],
    ]) {
      const headers = { [name]: headerOf(long) };
      yield {
        what: name,
        ask: () => rig.ask('POST', '/api/v1/boxes', { body: { name: 'x' }, headers }),
      };
    }
    for (const path of ['/webhooks/fleetio', '/webhooks/twilio'])
      for (const raw of [long, JSON.stringify({ id: long, event: long, payload: { id: long } })])
        yield {
          what: `POST ${path}`,
          ask: () =>
            rig.ask('POST', path, { raw, headers: { 'x-fleetio-webhook-signature': headerOf(long) } }),
        };
  }
}

const headerOf = (long: string): string => long.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, lineMost);

/** Every so-manieth, another one for each turn: so that each pair of thing and shape has its turn for some members. */
export function* everyNth<T>(all: Iterable<T>, each: number, turn: number): Iterable<T> {
  let at = turn;
  for (const one of all) {
    if (at % each === 0) yield one;
    at += 1;
  }
}
