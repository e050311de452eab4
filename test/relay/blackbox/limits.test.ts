/** What whoever runs the relay allows: requests of a token, messages of an account, proxies. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FormBrowser } from '../../../scripts/rig/form-browser.ts';
import { RelayRig } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { madeTokens } from './made-tokens.ts';

const rig = new RelayRig({
  limits: { requestsBurst: 20, requestsPerMin: 60, messagesPerDay: 500, messagesPerPhoneDay: 5 },
});
let admin = '';
let other = '';
before(async () => {
  await rig.start();
  [admin = '', other = ''] = await madeTokens(rig, [['admin'], ['admin']]);
});
after(() => rig.dispose());

const settings = (token: string, notify: object) =>
  rig.ask('PATCH', '/api/v1/settings', { token, body: { settings: { notify } } });

test('a tenant sets no more messages than the relay allows, and is told whose ceiling it is', async () => {
  for (const [name, value, most] of [
    ['perDay', 1_000_000, 500],
    ['perDay', 501, 500],
    ['perPhoneDay', 6, 5],
  ] as const) {
    const { status, text } = await settings(other, { [name]: value });
    assert.equal(status, 400, name);
    assert.ok(text.includes(`settings.notify.${name}: must be at most ${most}`), text);
    assert.match(text, /section limits of relay\.yaml/);
  }
  assert.equal((await settings(other, { perDay: 500, perPhoneDay: 5 })).status, 200);
  const { body } = await rig.ask('GET', '/api/v1/settings', { token: other });
  const { notify } = (body as { settings: { notify: { perDay: number; perPhoneDay: number } } }).settings;
  assert.deepEqual([notify.perDay, notify.perPhoneDay], [500, 5]);
});

test('a token that asks too fast is told when to go on; another token of the same account goes on', async () => {
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => rig.ask('GET', '/api/v1/boxes', { token: admin })),
  );
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 70 && refused.length <= 80, `${refused.length}`);
  for (const { status } of answers) assert.ok(status === 200 || status === 429);
  const [first] = refused;
  assert.match(first?.type ?? '', /problem\+json/);
  assert.equal(first?.headers.get('retry-after'), '1');
  assert.equal((await rig.ask('GET', '/api/v1/boxes', { token: other })).status, 200);
  await until(
    'the next request',
    async () => (await rig.ask('GET', '/api/v1/boxes', { token: admin })).status === 200,
  );
});

test('a browser that is signed in asks no faster than its token may, and shares its requests', async () => {
  const [fast = '', calm = ''] = await madeTokens(rig, [['read'], ['read']]);
  const [one, two] = [new FormBrowser(rig), new FormBrowser(rig)];
  await one.post('/admin/login', { token: fast });
  await two.post('/admin/login', { token: calm });
  const answers = await Promise.all(Array.from({ length: 60 }, () => one.get('/admin/keys')));
  const refused = answers.filter(({ status }) => status === 429);
  assert.ok(refused.length >= 30 && refused.length <= 45, `${refused.length}`);
  assert.match(refused[0]?.type ?? '', /text\/html/);
  assert.equal(refused[0]?.headers.get('retry-after'), '1');
  assert.equal((await rig.ask('GET', '/api/v1/keys', { token: fast })).status, 429);
  assert.equal((await two.get('/admin/keys')).status, 200);
});

/** The status of each of so many requests that come at once. */
async function burst(count: number, ask: () => Promise<{ readonly status: number }>): Promise<string> {
  const answers = await Promise.all(Array.from({ length: count }, ask));
  const statuses = new Set(answers.map(({ status }) => status));
  return [...statuses].sort((one, two) => one - two).join(' ');
}

test('whoever is not let in uses up nobody’s requests, and is told so without end', async () => {
  const [fresh = ''] = await madeTokens(rig, [['read']]);
  const list = (token?: string, method = 'GET') =>
    rig.ask(method, '/api/v1/keys', token === undefined ? {} : { token });
  const forged = fresh.slice(0, -4) + (fresh.endsWith('AAAA') ? 'BBBB' : 'AAAA');
  assert.equal(await burst(60, () => list()), '401');
  assert.equal(await burst(60, () => list(forged)), '401', 'a wrong secret');
  assert.equal(await burst(60, () => list(fresh, 'OPTIONS')), '405');
  assert.equal(await burst(60, () => list(fresh, 'HEAD')), '405');
  assert.equal(await burst(15, () => list(fresh)), '200', 'all of its own are left');
  const revoked = await rig.token('read');
  const listed = await rig.must(['token', 'list']);
  const [id = ''] = listed.split('\n').at(-1)?.split('\t') ?? [];
  await rig.must(['token', 'revoke', id]);
  assert.equal(await burst(60, () => list(revoked)), '401', 'revoked');
});

test('every route takes of the same requests, before the body is read', async () => {
  const [token = ''] = await madeTokens(rig, [['admin']]);
  const csv = { token, raw: 'name,box,slot\nx,nowhere,1\n', headers: { 'content-type': 'text/csv' } };
  const big = {
    token,
    raw: `{"name":"${'x'.repeat(2_000_000)}"}`,
    headers: { 'content-type': 'application/json' },
  };
  assert.equal(await burst(40, () => rig.ask('POST', '/api/v1/keys/import', csv)), '400 429');
  assert.equal((await rig.ask('POST', '/api/v1/boxes', { ...big, token: `${token}x` })).status, 401);
  const answers = await Promise.all(Array.from({ length: 5 }, () => rig.ask('POST', '/api/v1/boxes', big)));
  assert.ok(
    answers.some(({ status }) => status === 429),
    answers.map(({ status }) => status).join(' '),
  );
});

test('X-Forwarded-For from a proxy that is not named is a Problem that says what to write where, and doctor says it', async () => {
  await rig.ask('GET', '/healthz', { headers: { 'x-forwarded-for': '192.0.2.7' } });
  await until('the Problem', async () => {
    const { text } = await rig.ask('GET', '/api/v1/problems', { token: other });
    return text.includes('proxy-untrusted') && text.includes('127.0.0.1') && text.includes('http.trustProxy');
  });
  const { code, stdout } = await rig.verb(['doctor']);
  assert.equal(code, 1);
  assert.match(stdout, /bad: proxy-untrusted: http: Requests with X-Forwarded-For come from 127\.0\.0\.1/);
  await rig.stop();
  rig.configure({ http: { listen: '127.0.0.1:0', trustProxy: ['127.0.0.0/8'] } });
  await rig.start();
  await rig.ask('GET', '/healthz', { headers: { 'x-forwarded-for': '192.0.2.7' } });
  await until('the Problem to go', async () => {
    const { text } = await rig.ask('GET', '/api/v1/problems', { token: other });
    return !text.includes('proxy-untrusted');
  });
});

test('behind a proxy that writes its callers’ ports a guesser has no more tries than elsewhere, and others have theirs', async () => {
  const guess = (from: string) =>
    rig.ask('POST', '/admin/login', {
      raw: 'token=guessed',
      headers: {
        ...{ 'content-type': 'application/x-www-form-urlencoded', origin: rig.url },
        'x-forwarded-for': from,
      },
    });
  const statuses: number[] = [];
  for (let port = 4_000; port < 4_012; port += 1) statuses.push((await guess(`192.0.2.9:${port}`)).status);
  assert.deepEqual(statuses.slice(9), [403, 429, 429]);
  assert.equal((await guess('192.0.2.10:4000')).status, 403);
});
