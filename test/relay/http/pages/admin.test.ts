/** Who may see and do what on the pages, by HTTP alone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { problemKinds } from '../../../../src/relay/core/problems/catalogue.ts';
import { problemPlace } from '../../../../src/relay/http/pages/problem-place.ts';
import { isForAll, pathsOf } from './every-page.ts';

let relay: PageRelay;
before(async () => {
  relay = await startPages('trouble');
});
after(() => relay.close());

const get = (path: string, cookie = ''): Promise<Response> =>
  fetch(relay.url + path, { headers: { cookie }, redirect: 'manual' });
const text = async (path: string, cookie: string): Promise<string> => await (await get(path, cookie)).text();

test('who is not signed in is led to where that is done, and a piece of a page is refused', async () => {
  for (const path of ['/admin/boxes', '/admin/problems', '/admin/events', '/admin/search?q=x']) {
    const { status, headers } = await get(path);
    assert.deepEqual([status, headers.get('location')], [303, '/admin/sign-in'], path);
  }
  assert.equal((await get('/admin/_/today')).status, 401);
  for (const cookie of ['', 'smartbox_admin=nonsense'])
    assert.equal((await get('/admin', cookie)).headers.get('location'), '/admin/sign-in');
  assert.match(await text('/admin/sign-in', ''), /name="token"/);
});

test('a page that needs more than somebody may says so, and shows nothing of it', async () => {
  const cookie = await relay.cookie('events:read');
  const answer = await get('/admin/boxes', cookie);
  const page = await answer.text();
  assert.equal(answer.status, 403);
  assert.match(page, /boxes:read/);
  assert.doesNotMatch(page, /Depot B/);
  const today = await text('/admin', cookie);
  assert.match(today, /Latest/);
  assert.doesNotMatch(today, /class="badge"|need a person|class="numbers"[^>]*>\s*<a/);
});

test('what costs most while nobody acts stands first, three of it on Today, each with whom it hurts and where it leads', async () => {
  const cookie = await relay.cookie('admin');
  const today = await text('/admin', cookie);
  const titles = (page: string) => [...page.matchAll(/<h[23]><span>([^<]+)</g)].map(([, title]) => title);
  const first = [
    'A box does not confirm its bookings',
    'An assignment waits for you',
    'A message did not arrive',
  ];
  assert.deepEqual(titles(today), first);
  assert.match(today, /2 bookings begin there soon, the first at/);
  assert.match(today, /href="\/admin\/integrations\/[^/"]+\/assignments\/801"><span>Create the booking</);
  assert.match(today, /<a href="\/admin\/problems">and 3 more</);
  const problems = titles(await text('/admin/problems', cookie));
  assert.deepEqual([problems.slice(0, 3), problems.length], [first, 6]);
  const looking = await text('/admin', await relay.cookie('problems:read'));
  assert.doesNotMatch(looking, /class="button" href|begin there soon/, 'what the viewer may not do or know');
});

test('each kind of Problem leads to a page that is there', () => {
  const pages = relay.served
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`));
  for (const kind of problemKinds)
    for (const subject of ['int_1/801', 'd_1/sms', 'b_1', 'acc_1/mail', 'x']) {
      const found = problemPlace({ kind, subject, box: null });
      if (found === null) continue;
      assert.ok(
        pages.some(page => page.test(found.href)),
        `${kind} of ${subject}: ${found.href}`,
      );
    }
});

test('all well is said with its evidence', async () => {
  const calm = await startPages('well');
  const page = await (
    await fetch(`${calm.url}/admin`, { headers: { cookie: await calm.cookie('admin') } })
  ).text();
  await calm.close();
  const said = /<section class="state well">.*?<\/section>/s.exec(page)?.[0].replaceAll(/<[^>]+>/g, '') ?? '';
  assert.match(said, /All 3 boxes have answered within a minute: .* 12 seconds ago/);
  assert.match(said, /The next booking, today 12:42 CET in 2 hours Van 1, is on its box\./);
});

test('a problem is acknowledged by a form of this relay and a token that may; it leaves the list, and the audit says who', async () => {
  const cookie = await relay.cookie('admin');
  const [, id = ''] =
    /action="\/admin\/problems\/([^/]+)\/acknowledge"/.exec(await text('/admin/problems', cookie)) ?? [];
  const post = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${relay.url}/admin/problems/${id}/acknowledge`, { method: 'POST', headers, redirect: 'manual' });
  assert.equal((await post({ cookie, 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await post({ cookie: await relay.cookie('read') })).status, 403);
  assert.match(await text('/admin/problems', cookie), new RegExp(id));
  const done = await post({ cookie, 'sec-fetch-site': 'same-origin' });
  assert.deepEqual([done.status, done.headers.get('location')], [303, '/admin/problems']);
  assert.doesNotMatch(await text('/admin/problems', cookie), new RegExp(id));
  const row = await relay.store.db
    .selectFrom('audit')
    .select('what')
    .where('subject', '=', id)
    .executeTakeFirstOrThrow();
  assert.equal(row.what, 'problem-acknowledged');
});

test('somebody in a browser reads a page, also where the relay refuses or fails; a program reads a document', async () => {
  const broken = await startPages('well');
  await broken.store.write(tx => tx.schema.dropTable('problem').execute());
  const cookie = await broken.cookie('admin');
  const asked = async (accept: string, path: string, init: RequestInit = {}): Promise<string> => {
    const answer = await fetch(broken.url + path, {
      ...init,
      headers: { cookie, accept, 'sec-fetch-site': 'cross-site' },
    });
    return `${answer.status} ${answer.headers.get('content-type')} ${await answer.text()}`;
  };
  const browser = 'text/html,*/*;q=0.8';
  assert.match(
    await asked(browser, '/admin/problems'),
    /^500 text\/html.*<p>the relay failed; nothing was changed\./s,
  );
  assert.match(await asked('*/*', '/admin/problems'), /^500 application\/problem\+json/);
  const post = { method: 'POST' };
  assert.match(
    await asked(browser, '/admin/sign-out', post),
    /^403 text\/html.*another site.*Open the page of the relay/s,
  );
  await broken.close();
});

test('events turn their pages by a place in the list, and a place that is none is said to be none', async () => {
  const cookie = await relay.cookie('admin');
  const row = {
    box: 'box-1',
    enrolment: 1,
    epoch: 1,
    account: 'main',
    type: 'booted',
    booking: null,
  } as const;
  for (let number = 100; number < 160; number += 1)
    await relay.store.write(tx =>
      tx
        .insertInto('event')
        .values({
          ...row,
          seq: number,
          number,
          at: Date.UTC(2027, 0, 1) + number,
          stored: number,
          line: '{"type":"booted"}',
        })
        .execute(),
    );
  const page = await text('/admin/events', cookie);
  const [, older = ''] = /rel="next" href="([^"]+)"/.exec(page) ?? [];
  assert.match(page, /id="e-159"/);
  const next = await text(older, cookie);
  assert.match(next, /id="e-109"/);
  assert.match(next, /id="e-1"/);
  assert.doesNotMatch(next, /id="e-110"|rel="next"/);
  const wrong = await get('/admin/events?after=nonsense', cookie);
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /“after” is no “next” of this list/);
});

test('search finds keys and boxes by how they begin, and bookings by id', async () => {
  const cookie = await relay.cookie('admin');
  assert.match(await text('/admin/search?q=van%202', cookie), /<bdi>Van 2<\/bdi>/);
  assert.match(await text('/admin/search?q=AIR', cookie), /<bdi>Airport<\/bdi>/);
  const { id } = await relay.store.db.selectFrom('booking').select('id').executeTakeFirstOrThrow();
  assert.match(await text(`/admin/search?q=${id}`, cookie), new RegExp(`<code>${id}</code>`));
  for (const none of ['%25', '_', 'nobody', '%00', encodeURIComponent('<q>')])
    assert.match(await text(`/admin/search?q=${none}`, cookie), /Nothing matches|Type a part/, none);
  assert.doesNotMatch(await text('/admin/search?q=van', await relay.cookie('events:read')), /<bdi>Van/);
});

test('a form of another site does nothing, whichever is registered and whoever is signed in', async () => {
  const cookie = await relay.cookie('admin');
  const keys = await text('/admin/keys', cookie);
  const paths = pathsOf(relay, 'POST');
  assert.ok(paths.length > 30, 'forms are registered');
  for (const path of paths)
    for (const foreign of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
    ]) {
      const answer = await fetch(relay.url + path.replaceAll(/:\w+/g, 'any'), {
        ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams({ name: 'theirs' }) },
        headers: { cookie, ...foreign },
      });
      assert.equal(answer.status, 403, `${path} ${JSON.stringify(foreign)}`);
      assert.match(await answer.text(), /another site/, path);
    }
  assert.equal(await text('/admin/keys', cookie), keys);
});

test('a form without a session does nothing', async () => {
  for (const path of pathsOf(relay, 'POST').filter(each => !isForAll(each))) {
    const answer = await fetch(relay.url + path.replaceAll(/:\w+/g, 'any'), {
      ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams({ name: 'theirs' }) },
    });
    assert.equal(`${answer.status} ${answer.headers.get('location')}`, '303 /admin/sign-in', path);
  }
});
