/** The pages on a clock that a test moves: the password is asked for again, sessions end, the cookie is what it should be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { mono, wall } from '../../../../src/base/brand.ts';
import { Secret } from '../../../../src/base/secret.ts';
import { createPerson } from '../../../../src/relay/domain/account-people.ts';
import { firstAccount } from '../../../../src/relay/domain/accounts.ts';
import { routeCalls } from '../../../../src/relay/http/api/call-route.ts';
import { peopleRoutes } from '../../../../src/relay/http/api/routes/people.ts';
import { adminPages } from '../../../../src/relay/http/pages/admin.ts';
import type { PageDeps } from '../../../../src/relay/http/pages/page-deps.ts';
import { ownPath } from '../../../../src/relay/http/pages/prove-path.ts';
import { PasswordHasher } from '../../../../src/relay/secrets/passwords.ts';
import { type House, hourMs, houseOn } from '../../domain/house.ts';
import { onBothStores, type StoreSource } from '../../stores.ts';

const minuteMs = 60_000;
const password = 'seven brown vans';
const ada = { name: 'Ada', email: 'ada@example.org', role: 'administrator', language: 'en' } as const;

/** A browser at pages that are served in this process. */
interface Visitor {
  readonly house: House;
  readonly setCookie: () => string;
  get(url: string): Promise<{ readonly status: number; readonly location: string; readonly text: string }>;
  post(
    url: string,
    fields?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly location: string; readonly text: string }>;
}

async function visitor(source: StoreSource, httpUrl = 'http://relay.example'): Promise<Visitor> {
  const house = await houseOn(await source.fresh());
  const time = {
    wall: () => wall(house.nowMs),
    mono: () => mono(house.nowMs),
    at: () => () => {},
  };
  const passwords = new PasswordHasher();
  const links = { pagesUrl: () => httpUrl, mail: null };
  const shared = { store: house.store, atRest: house.atRest, random: house.random, time };
  const callRoute = routeCalls({ ...shared, followers: [] });
  const deps: PageDeps = {
    ...shared,
    httpUrl,
    passwords,
    links,
    people: peopleRoutes(links),
    callRoute,
    routes: [],
  };
  const hash = await passwords.hash(firstAccount, new Secret(password), []);
  await house.act(c => createPerson(c, ada, hash));
  const app = fastify();
  adminPages(app, deps);
  let cookie = '';
  let set = '';
  const ask = async (method: 'GET' | 'POST', url: string, fields: Readonly<Record<string, string>> = {}) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await app.inject({
      ...{ method, url, headers: { ...(method === 'POST' ? form : {}), cookie } },
      ...(method === 'POST' ? { payload: new URLSearchParams(fields).toString() } : {}),
    });
    const given = answer.headers['set-cookie'];
    if (typeof given === 'string') [set, cookie] = [given, given.split(';')[0] ?? ''];
    return { status: answer.statusCode, location: String(answer.headers.location ?? ''), text: answer.body };
  };
  return {
    house,
    setCookie: () => set,
    get: url => ask('GET', url),
    post: (url, fields) => ask('POST', url, fields),
  };
}

const signIn = (at: Visitor) => at.post('/admin/sign-in', { email: ada.email, password });

onBothStores('who is signed in', source => {
  test('is asked for the password again before people are changed, ten minutes on, and comes back', async () => {
    const at = await visitor(source);
    assert.equal((await signIn(at)).location, '/admin');
    at.house.nowMs += 10 * minuteMs - 1;
    assert.equal((await at.get('/admin/people/invite')).status, 200);
    at.house.nowMs += 1;
    assert.equal((await at.get('/admin/people')).status, 200, 'looking is not asked for');
    const asked = '/admin/prove?back=%2Fadmin%2Fpeople%2Finvite';
    assert.equal((await at.get('/admin/people/invite')).location, asked);
    const ben = { name: 'Ben', email: 'ben@example.org', role: 'operator', language: 'nl' };
    assert.equal((await at.post('/admin/people/invite', ben)).location, asked);
    assert.equal((await at.house.store.db.selectFrom('person').select('id').execute()).length, 1);
    assert.match((await at.get(asked)).text, /name="back" value="\/admin\/people\/invite"/);
    const wrong = await at.post('/admin/prove', {
      back: '/admin/people/invite',
      password: 'not that, no, no',
    });
    assert.deepEqual([wrong.status, /That is not it/.test(wrong.text)], [403, true]);
    assert.equal((await at.get('/admin/people/invite')).location, asked);
    const right = await at.post('/admin/prove', { back: '/admin/people/invite', password });
    assert.equal(right.location, '/admin/people/invite');
    const made = await at.post('/admin/people/invite', ben);
    assert.match(made.text, /http:\/\/relay\.example\/admin\/in\/[\w-]{32}</);
    assert.match(made.text, /No mail was sent/);
  });

  test('is led back to a page of ours only', async () => {
    const at = await visitor(source);
    await signIn(at);
    for (const back of [
      'https://evil.example/admin',
      '//evil.example',
      '/admin//evil',
      '/admin/../x',
      '/adminx',
      '',
    ])
      assert.equal((await at.post('/admin/prove', { back, password })).location, '/admin', back);
    assert.equal(ownPath('/admin/people/per_1'), '/admin/people/per_1');
  });

  test('is out half a day after the last click, and as long as they click in', async () => {
    const at = await visitor(source);
    await signIn(at);
    for (let clicks = 0; clicks < 3; clicks += 1) {
      at.house.nowMs += 11 * hourMs;
      assert.equal((await at.get('/admin/sessions')).status, 200);
      // The use is noted beside the answer.
      await at.house.store.write(async () => {});
    }
    at.house.nowMs += 12 * hourMs;
    assert.equal((await at.get('/admin/sessions')).location, '/admin/sign-in');
  });

  test('has a cookie that goes only by https where the relay is reached by it', async () => {
    const at = await visitor(source, 'https://relay.example');
    await signIn(at);
    assert.match(
      at.setCookie(),
      /^smartbox_admin=[\w-]{43}; Path=\/admin; Max-Age=\d+; HttpOnly; SameSite=Strict; Secure$/,
    );
    const rows = await at.house.store.db.selectFrom('session').selectAll().execute();
    const secret = /=([\w-]{43});/.exec(at.setCookie())?.[1] ?? '';
    assert.ok(secret !== '' && !JSON.stringify(rows).includes(secret), 'its hash alone is kept');
  });

  test('guesses ten times, and waits a minute', async () => {
    const at = await visitor(source);
    await signIn(at);
    const wrong = { email: ada.email, password: 'not that, no, no' };
    const statuses = new Set<number>();
    for (let tries = 0; tries < 11; tries += 1) statuses.add((await at.post('/admin/sign-in', wrong)).status);
    assert.deepEqual([...statuses], [403, 429]);
    at.house.nowMs += minuteMs;
    assert.equal((await signIn(at)).location, '/admin');
  });
});
