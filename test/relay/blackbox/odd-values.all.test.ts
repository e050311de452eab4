/** Every route of the API with values that nobody means, in bodies, queries, paths and media types: refused in words, or taken. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import type { Answer } from '../../../scripts/rig/relay-rig.ts';
import { withRawReplaced } from '../../long-texts.ts';
import { ApiThings, nameOf } from './api-things.ts';
import { addressOf, bodyOf, type Operation } from './operations.ts';

const api = new ApiThings();
const { rig } = api;
/** In bodies that succeed, and in nothing that is answered. */
const secrets = ['key-1', 'abc123', '90210'];
let asked = 0;

before(() => api.start());
after(() => api.dispose());

/** As JSON. */
const oddJson: readonly string[] = [
  ...['null', 'true', '0', '-0', '-1', '0.5', '1e300', '-1e300', '1e-320', '9007199254740993'],
  ...['""', '" "', '"\\u0000"', '"\\ud800"', '"\\u202e"', '"\\r\\nx"', '"🚐"', '"x".', '{"x":1', '"\\x"'],
  ...['[]', '{}', '[[[]]]', '[null]', '{"__proto__":{"x":1}}', '{"toString":1}', '{"length":1e9}'],
  ...[
    '"__proto__"',
    '"constructor"',
    '"null"',
    '"1"',
    '"../../etc/passwd"',
    '"%00"',
    '"{{7*7}}"',
    '"\'; --"',
  ],
  ...[
    '"0000-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59-14:00"',
    '"2026-03-01T08:00:00+25:00"',
    '"2026-02-30T00:00Z"',
  ],
  ...['1800000000000', '"+31612345678"', '"a@b"', `"${'é'.repeat(5_000)}"`, `[${'0,'.repeat(3_000)}0]`],
];

const oddTexts: readonly string[] = [
  ...[
    '',
    '%20',
    '%00',
    '%0a',
    '%',
    '%c0%ae',
    '%ed%a0%80',
    '%e2%80%ae',
    '%F0%9F%9A%90',
    '+',
    '%2e%2e%2f',
    ';',
  ],
  ...['null', '-1', '0', '1e9', '0.5', '99999999999999999999', '__proto__', 'constructor', '9999', '%27'],
];

const oddTypes: readonly string[] = [
  ...['', 'x', '*/*', 'text/plain', 'text/csv', 'application/JSON', 'application/json; charset=utf-16'],
  ...['application/json, text/csv', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'],
];

/** Sent as it stands: what a library would set right, or refuse, is what is tried. */
function sent(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  const { hostname, port } = new URL(rig.url);
  const authorization = `Bearer ${api.admin}`;
  return new Promise((resolve, reject) => {
    const asking = request(
      { hostname, port, method, path, headers: { authorization, ...headers } },
      answer => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          const type = answer.headers['content-type'] ?? '';
          resolve({ status: answer.statusCode ?? 0, type, headers: new Headers(), text, body: parsed(text) });
        });
      },
    );
    asking.setTimeout(30_000, () => asking.destroy(new Error('no answer in 30 s')));
    asking.on('error', reject);
    asking.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Not our fault, in the one form, with what and where, and without what must not be told. */
function mustBeWell(what: string, { status, type, text, body }: Answer): void {
  asked += 1;
  // A fleet's own system that cannot be reached, or takes no more calls, is no fault of ours.
  assert.ok(status < 500 || /"code":"fleetio-/.test(text), `${what}: ${status} ${text}`);
  assert.ok(!text.includes(api.admin), `${what} tells the token`);
  if (status < 400) return;
  assert.match(type, /^application\/problem\+json/, what);
  const refusal = body as Refusal;
  assert.equal(refusal.status, status, what);
  assert.ok(refusal.code.length > 0 && refusal.detail.length > 0 && text.length < 8_000, `${what}: ${text}`);
  for (const secret of secrets) assert.ok(!text.includes(secret), `${what} tells ${secret}: ${text}`);
  if (refusal.code !== 'bad-input') return;
  const { errors = [] } = refusal;
  assert.ok(errors.length > 0, `${what} says not where: ${text}`);
  for (const { message } of errors) assert.ok(message.length > 0, what);
}

const withBody = (): readonly Operation[] => api.guarded.filter(({ hasBody }) => hasBody);

/** Where one member is wrong, it is the one that is named. */
function mustName(member: string, what: string, { text, body }: Answer): void {
  const { code, errors = [] } = (body ?? {}) as Partial<Refusal>;
  if (code === 'bad-input' && member !== '')
    assert.ok(
      errors.some(({ path }) => path.split('.').includes(member)),
      `${what} does not name it: ${text}`,
    );
}

test('bodies: every member with every odd value, and each as the whole', async () => {
  for (const each of withBody()) {
    const headers = { 'content-type': each.takes };
    const address = addressOf(each, api.things);
    for (const odd of oddJson) {
      const good = bodyOf(each.id, api.things);
      const raws = typeof good === 'string' ? [] : [...withRawReplaced(good, odd)];
      for (const [where, raw] of [...raws, ['', odd] as const]) {
        const what = `${nameOf(each)} ${where} ${odd.slice(0, 60)}`;
        const answer = await sent(each.method, address, headers, raw);
        mustBeWell(what, answer);
        mustName(where.split('.')[1] ?? '', what, answer);
      }
    }
    const names = [
      '{"__proto__":{"name":"x"}}',
      '{"constructor":{"prototype":{}}}',
      '{"name":"a","name":"b"}',
    ];
    for (const raw of names)
      mustBeWell(`${nameOf(each)} ${raw}`, await sent(each.method, address, headers, raw));
  }
});

test('queries: every parameter with every odd text, twice, in brackets, and unknown ones', async () => {
  for (const each of api.guarded.filter(({ method }) => method === 'GET')) {
    const address = addressOf(each, api.things);
    const named = each.parameters.filter(parameter => parameter.in === 'query').map(({ name }) => name);
    for (const name of [...named, 'x', '__proto__'])
      for (const query of [
        ...oddTexts.map(text => `${name}=${text}`),
        ...[`${name}=1&${name}=2`, `${name}[]=1`, `${name}[x]=1`, name, `=${name}`, `${name}=1;x=2`, '&&&=&'],
      ])
        mustBeWell(`${nameOf(each)}?${query}`, await sent('GET', `${address}?${query}`, {}));
  }
});

test('paths: every part that varies with every odd text', async () => {
  for (const each of api.guarded.filter(({ path }) => path.includes('{')))
    for (const text of [...oddTexts, 'x'.repeat(290), 'x'.repeat(400)]) {
      const address = `/api/v1${each.path.replaceAll(/\{\w+\}/g, () => text)}`;
      const good = each.hasBody ? bodyOf(each.id, api.things) : undefined;
      const body = typeof good === 'string' ? good : JSON.stringify(good);
      const headers: Record<string, string> = good === undefined ? {} : { 'content-type': each.takes };
      mustBeWell(`${nameOf(each)} as ${text.slice(0, 40)}`, await sent(each.method, address, headers, body));
    }
});

test('media types and keys of idempotency that nobody means', async () => {
  for (const each of withBody()) {
    const good = bodyOf(each.id, api.things);
    const body = typeof good === 'string' ? good : JSON.stringify(good);
    const address = addressOf(each, api.things);
    for (const type of oddTypes)
      mustBeWell(
        `${nameOf(each)} as ${type}`,
        await sent(each.method, address, { 'content-type': type }, body),
      );
    for (const key of ['', ' ', 'x'.repeat(5_000), '__proto__', '"', 'é', 'a,b']) {
      const headers = { 'content-type': each.takes, 'idempotency-key': key };
      mustBeWell(
        `${nameOf(each)} with the key ${key.slice(0, 20)}`,
        await sent(each.method, address, headers, body),
      );
    }
  }
});

test('after all of that the relay is well, and what there was is there', async () => {
  assert.ok(asked > 2_000, `${asked} requests`);
  assert.equal((await rig.ask('GET', '/readyz')).status, 200);
  assert.doesNotMatch(rig.relay.stderr, /request failed|TypeError|RangeError/);
  for (const id of ['getBox', 'getKey', 'getSite'])
    assert.equal((await api.ask(api.operation(id), api.admin)).status, 200, id);
});
