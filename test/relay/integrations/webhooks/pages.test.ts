/** Webhooks by a browser without scripts: added, shown once, tried, switched off, removed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';

const root = '/admin/integrations/webhooks';
const own = { 'sec-fetch-site': 'same-origin' };
let relay: PageRelay;
let cookie = '';
before(async () => {
  relay = await startPages('trouble');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

const get = async (path: string, by = cookie): Promise<string> =>
  (await fetch(relay.url + path, { headers: { cookie: by } })).text();
const post = (
  path: string,
  fields: readonly [string, string][] = [],
  headers: Record<string, string> = own,
): Promise<Response> =>
  fetch(relay.url + path, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) },
    headers: { cookie, ...headers },
  });
const rowOf = (id: string) =>
  relay.store.db.selectFrom('webhook').selectAll().where('id', '=', id).executeTakeFirst();

test('what is wrong is said beside its field, and what was typed stays', async () => {
  const answer = await post(`${root}/new`, [
    ['name', 'Ours <b>'],
    ['url', 'http://10.0.0.1/hook'],
    ['types[]', 'key.taken'],
    ['names', 'yes'],
  ]);
  const page = await answer.text();
  assert.match(page, /value="Ours &lt;b&gt;"/);
  assert.match(page, /must begin with https/);
  assert.match(page, /value="key\.taken" checked/);
  assert.doesNotMatch(page, /value="key\.returned" checked/);
  assert.match(
    await (
      await post(`${root}/new`, [
        ['name', 'Ours'],
        ['url', 'https://a.example/'],
      ])
    ).text(),
    /role="alert"/,
  );
});

test('one is added, its secret is shown once, it is tried, rolled, switched off and removed', async () => {
  const made = await post(`${root}/new`, [
    ['name', 'Ours'],
    ['url', 'https://hooks.example.org/in'],
    ['types[]', 'key.taken'],
    ['types[]', 'key.returned'],
    ['names', 'no'],
  ]);
  const page = await made.text();
  const secret = /whsec_[A-Za-z0-9+/=]+/.exec(page)?.[0];
  const here = new RegExp(`${root}/wh_[0-9a-z]+`).exec(page)?.[0] ?? '';
  assert.ok(secret && here);
  const id = here.slice(root.length + 1);
  assert.doesNotMatch(await get(here), /whsec_/);
  assert.equal((await rowOf(id))?.types, 'key.taken key.returned');
  assert.equal((await post(`${here}/test`)).headers.get('location'), here);
  assert.match(await get(here), /webhook\.test/);
  const rolled = /whsec_[A-Za-z0-9+/=]+/.exec(await (await post(`${here}/secret`)).text())?.[0];
  assert.ok(rolled && rolled !== secret);
  await post(`${here}/off`);
  assert.equal((await rowOf(id))?.state, 'off');
  assert.match(await (await post(`${here}/test`)).text(), /switched off/);
  assert.match(await get(`${here}/remove`), /Remove webhook/);
  assert.equal((await post(`${here}/remove`)).headers.get('location'), root);
  assert.equal(await rowOf(id), undefined);
});

test('a form of another site does nothing, nor does somebody who may only look; what is not there is said', async () => {
  const path = `${root}/wh_failing/off`;
  assert.equal((await post(path, [], { 'sec-fetch-site': 'cross-site' })).status, 403);
  const looking = await relay.cookie('read');
  assert.equal((await post(path, [], { ...own, cookie: looking })).status, 403);
  assert.equal((await rowOf('wh_failing'))?.state, 'on');
  assert.doesNotMatch(
    await get(`${root}/wh_failing`, looking),
    /<form method="post" action="\/admin\/integrations/,
  );
  assert.equal((await fetch(`${relay.url}${root}/nobody`, { headers: { cookie } })).status, 404);
});
