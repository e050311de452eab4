/** Every route of the API: who may, whose it is, and what becomes of rubbish. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import type { Answer } from '../../../scripts/rig/relay-rig.ts';
import { ApiThings, everywhere, mustRefuse, nameOf } from './api-things.ts';
import { madeTokens } from './made-tokens.ts';
import { addressOf, bodyOf, type Operation, type Things, traced } from './operations.ts';

const api = new ApiThings();
const { rig } = api;
let operations: readonly Operation[] = [];
let admin = '';
let stranger = '';
let things: Things = everywhere('');

before(async () => {
  await api.start();
  ({ operations, admin, things } = api);
  const other = await rig.must(['account', 'create', 'Another']);
  [stranger = ''] = await madeTokens(rig, [['admin']], other);
});
after(() => api.dispose());

const guarded = (): readonly Operation[] => api.guarded;
const ask = (each: Operation, token: string | undefined, known = things): Promise<Answer> =>
  api.ask(each, token, known);

describe('the API', () => {
  test('wants a token everywhere but at enrolment, and none that is nearly right', async () => {
    assert.deepEqual(operations.filter(({ scope }) => scope === null).map(nameOf), ['POST /enroll']);
    for (const each of guarded()) {
      const answer = await ask(each, undefined);
      mustRefuse(answer, [401], nameOf(each));
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
      for (const wrong of [
        `${admin}x`,
        admin.slice(0, -1),
        admin.replace(/_[^_]+$/, `_${'A'.repeat(43)}`),
        'x',
      ])
        mustRefuse(await ask(each, wrong), [401], nameOf(each));
    }
  });

  test('a token of the operation’s scope alone is let in; one with all the others is not', async () => {
    const scopes = [...new Set(guarded().map(({ scope }) => scope ?? ''))];
    for (const scope of scopes) {
      const [all = '', one = ''] = await madeTokens(rig, [scopes.filter(each => each !== scope), [scope]]);
      for (const each of guarded().filter(({ scope: needs }) => needs === scope)) {
        mustRefuse(await ask(each, all), [403], nameOf(each));
        const { status } = await ask(each, one, { ...everywhere('x'), fleet: things.fleet });
        assert.ok(status !== 401 && status !== 403, `${nameOf(each)} with ${scope}: ${status}`);
      }
    }
  });

  test('another account finds nothing of ours, and changes nothing', async () => {
    const lookers = guarded().filter(each => each.method === 'GET' && each.id !== 'getCode');
    const look = async (): Promise<readonly string[]> => {
      const answers = await Promise.all(
        lookers.filter(({ id }) => id !== 'listAudit' && id !== 'listTokens').map(each => ask(each, admin)),
      );
      // A message that waits for its box is looked at again by itself.
      return answers.map(({ text }) => text.replaceAll(/"due":"[^"]*"/g, ''));
    };
    const before = await look();
    for (const each of guarded()) {
      const answer = await ask(each, stranger);
      // A token has no mail address to send an example to.
      const isSample = each.id === 'sendSample';
      const isOpen =
        (each.path.startsWith('/templates') && !isSample) ||
        (!each.path.includes('{') &&
          !['createBox', 'createKey', 'createBooking', 'importKeys', 'createMessage'].includes(each.id));
      if (!isOpen) mustRefuse(answer, isSample ? [409] : [400, 404], nameOf(each));
      else assert.ok(answer.status < 300, `${nameOf(each)}: ${answer.text}`);
      for (const id of [things.boxes, things.keys, things.drivers, things.bookings, things.integrations])
        assert.ok(!isOpen || !answer.text.includes(id), `${nameOf(each)} shows ${id}`);
    }
    mustRefuse(
      await rig.ask('GET', `/api/v1/events?box=${things.boxes}`, { token: stranger }),
      [404],
      'events',
    );
    assert.deepEqual(await look(), before);
  });

  test('what is documented works for us', async () => {
    // What takes things away comes last.
    const sorted = guarded().toSorted(
      (a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'),
    );
    for (const each of sorted) {
      const answer = await traced(rig, admin, each, () => ask(each, admin));
      const refusals: Readonly<Record<string, number>> = {
        getCode: 409,
        sendAgain: 409,
        deleteSite: 409,
        deleteKey: 409,
        // The same account of Fleetio is connected already.
        createIntegration: 409,
        // Nobody has enrolled as this box: the tests of retirement have one.
        retireBox: 409,
        // There is no assignment: the tests of assignments have some.
        bookAssignment: 404,
        getAssignment: 404,
        writeBookingFields: 409,
        // Nothing is wrong: the tests of faults have some.
        acknowledgeProblem: 404,
        // Nobody has signed in: the tests of people have.
        endSession: 404,
        endTwoStep: 404,
        // A token has no mail address.
        sendSample: 409,
        snoozeProblem: 404,
        wakeProblem: 404,
      };
      const expected = refusals[each.id];
      if (expected !== undefined) mustRefuse(answer, [expected], nameOf(each));
      else assert.ok(answer.status < 300, `${nameOf(each)}: ${answer.status} ${answer.text}`);
    }
  });

  test('what has a version is changed only in the one that was read, where that is named', async () => {
    const path = `/api/v1/sites/${things.sites}`;
    const read = await rig.ask('GET', path, { token: admin });
    const tag = read.headers.get('etag') ?? '';
    assert.match(tag, /^"[\w-]{22}"$/);
    const change = (address: string) =>
      rig.ask('PATCH', path, { token: admin, body: { address }, headers: { 'if-match': tag } });
    const first = await change('Havenweg 12');
    assert.equal(first.status, 200);
    assert.notEqual(first.headers.get('etag'), tag);
    mustRefuse(await change('Havenweg 13'), [412], 'the second');
    const now = await rig.ask('GET', path, { token: admin });
    assert.equal(now.headers.get('etag'), first.headers.get('etag'));
  });

  test('no body, however strange, is more than a refusal', async () => {
    const prng = new Prng(20_261_125);
    for (const each of guarded().filter(({ hasBody }) => hasBody))
      for (let round = 0; round < 25; round += 1) {
        const raw = strangeBody(prng, each.takes === 'application/json' ? bodyOf(each.id, things) : {});
        const headers = { 'content-type': prng.int(0, 9) === 0 ? 'text/plain' : each.takes };
        const answer = await rig.ask(each.method, addressOf(each, things), { token: admin, raw, headers });
        const what = `${nameOf(each)} ${raw.slice(0, 200)}`;
        // A fleet's own system that cannot be reached, or takes no more calls, is no fault of ours.
        const away = /"code":"fleetio-/.test(answer.text) ? [502, 503] : [];
        assert.ok(answer.status < 500 || away.length > 0, `${what}: ${answer.text}`);
        if (answer.status >= 400) mustRefuse(answer, [400, 404, 409, 410, 413, 415, ...away], what);
      }
  });
});

const values: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  0.5,
  '',
  ' ',
  '\u0000',
  'é'.repeat(70),
  'x'.repeat(100_000),
  [],
  {},
  [[[]]],
  { __proto__: 1 },
  '2026-13-45T00:00:00Z',
  '9999-12-31T23:59:59Z',
  "'; drop table box; --",
  '\ud800',
  { toString: 1 },
  Number.MAX_SAFE_INTEGER + 1,
];

/** A good body with something wrong in it, or no body at all that anybody meant. */
function strangeBody(prng: Prng, good: unknown): string {
  const pick = (): unknown => values[prng.int(0, values.length - 1)];
  const style = prng.int(0, 4);
  if (style === 0) return JSON.stringify(pick()) ?? '';
  if (style === 1) return JSON.stringify(good).slice(0, prng.int(0, 20));
  if (style === 2)
    return `{"__proto__":{"name":"x"},"constructor":{"prototype":{}},"name":${JSON.stringify(pick())}}`;
  const members = Object.entries(good as object);
  const [name = 'x'] = members[prng.int(0, Math.max(0, members.length - 1))] ?? [];
  return JSON.stringify({ ...(good as object), [style === 3 ? name : 'surplus']: pick() });
}

test('what is too large, too odd or nowhere has its problem too', async () => {
  const token = admin;
  const big = { token, raw: JSON.stringify({ name: 'x'.repeat(1_100_000) }) };
  mustRefuse(await rig.ask('POST', '/api/v1/boxes', big), [413], 'a large body');
  const form = { token, raw: 'name=x', headers: { 'content-type': 'application/xml' } };
  mustRefuse(await rig.ask('POST', '/api/v1/boxes', form), [415], 'another media type');
  mustRefuse(await rig.ask('GET', '/api/v1/nothing', { token }), [404], 'an unknown address');
  mustRefuse(await rig.ask('GET', '/%c0%ae', { token }), [400, 404], 'a broken address');
  const wrong = await rig.ask('PUT', '/api/v1/boxes', { token });
  mustRefuse(wrong, [405], 'a wrong method');
  assert.equal(wrong.headers.get('allow'), 'GET, POST');
  for (const query of ['limit=0', 'limit=501', 'limit=x', 'after=x', 'colour=red', 'after=WzFd'])
    mustRefuse(await rig.ask('GET', `/api/v1/boxes?${query}`, { token }), [400], query);
});

test('an empty body is none: what needs none works, what needs one is told its members', async () => {
  const raw = '';
  const headers = { 'content-type': 'application/json' };
  const claim = await rig.ask('POST', `/api/v1/boxes/${things.boxes}/claim`, { token: admin, raw, headers });
  assert.equal(claim.status, 201, claim.text);
  const refused = await rig.ask('POST', '/api/v1/boxes', { token: admin, raw, headers });
  mustRefuse(refused, [400], 'a box without a name');
  assert.match(refused.text, /"path":"name","message":"is missing"/);
});

test('pages follow each other without a gap and end', async () => {
  const token = admin;
  const names = Array.from({ length: 7 }, (_, at) => `paged-${at}`);
  for (const id of names) await rig.ask('POST', '/api/v1/boxes', { token, body: { name: id, id } });
  const seen: string[] = [];
  let after: string | null = '';
  for (let pages = 0; after !== null && pages < 20; pages += 1) {
    const { body }: Answer = await rig.ask('GET', `/api/v1/boxes?limit=3&after=${after}`, { token });
    const page = body as { readonly items: readonly { readonly id: string }[]; readonly next: string | null };
    seen.push(...page.items.map(({ id }) => id));
    after = page.next;
  }
  assert.equal(after, null);
  assert.equal(new Set(seen).size, seen.length);
  assert.deepEqual(
    seen.filter(id => id.startsWith('paged-')),
    names,
  );
});

test('an Idempotency-Key makes a repeated request one deed, also when both come at once', async () => {
  const send = (key: string, name: string, token = admin) =>
    rig.ask('POST', '/api/v1/boxes', { token, body: { name }, headers: { 'idempotency-key': key } });
  const answers = await Promise.all([send('a', 'Once'), send('a', 'Once'), send('a', 'Once')]);
  assert.deepEqual(new Set(answers.map(({ text }) => text)).size, 1);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201],
  );
  mustRefuse(await send('a', 'Twice'), [422], 'another request');
  mustRefuse(await send('', 'Once'), [400], 'an empty key');
  assert.equal((await send('a', 'Once', stranger)).status, 201, 'another account has keys of its own');
  const failed = await send('b', ' ');
  mustRefuse(failed, [400], 'a bad request');
  assert.equal((await send('b', 'Better')).status, 201, 'a refusal is not kept');
  await rig.stop('SIGKILL');
  await rig.start();
  assert.equal((await send('a', 'Once')).text, answers[0]?.text, 'kept over a crash');
});
