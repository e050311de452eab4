/** Pages of boxes, by HTTP alone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nowMs } from '../../../../scripts/rig/page-clock.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { wall } from '../../../../src/base/brand.ts';
import { newSession } from '../../../../src/relay/domain/sessions.ts';
import { readToken } from '../../../../src/relay/http/api/token.ts';

let relay: PageRelay;
let cookie: string;
before(async () => {
  relay = await startPages('trouble');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

const text = async (path: string, as = cookie): Promise<string> =>
  await (await fetch(relay.url + path, { headers: { cookie: as } })).text();

const post = async (path: string, fields: Readonly<Record<string, string>>, more: object = {}) =>
  await fetch(relay.url + path, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) },
    headers: { cookie, 'sec-fetch-site': 'same-origin', ...more },
  });

const commands = () => relay.store.db.selectFrom('command').selectAll().orderBy('id').execute();

test('trouble is shown first where there is any, and only that', async () => {
  const page = await text('/admin/boxes');
  assert.match(page, /aria-current="page">Trouble <span class="count">3</);
  assert.ok(page.includes('Depot B') && !page.includes('Airport'));
  assert.match(await text('/admin/boxes?view=all'), /Airport/);
});

test('boxes are found by a text in their name or site, in any case, and the address keeps it', async () => {
  const page = await text('/admin/boxes?match=AIRP');
  assert.ok(page.includes('Airport') && !page.includes('Depot B'));
  assert.match(page, /hx-get="\/admin\/_\/boxes\?view=all&amp;match=AIRP"/);
  assert.match(page, /href="\/admin\/boxes\?view=trouble&amp;match=AIRP"/);
  assert.match(await text('/admin/boxes?match=depot+a'), /Airport/, 'by its site');
  assert.match(await text('/admin/boxes?view=all&match=%25'), /Nothing matches/);
  assert.match(await text('/admin/_/boxes?view=all&match=airp'), /Airport/);
});

test('a box tells what is proven of its doors, and hatched what it has only told', async () => {
  const page = await text('/admin/boxes/box-1');
  assert.match(page, /class="door in"/);
  assert.match(page, /class="told">Told: Van 8 inside/);
  assert.match(page, /class="told">Told: door open/);
  assert.match(page, /all takes until today 19:42 CET are there \(2 bookings\)/);
  assert.match(await text('/admin/boxes/box-2'), /1 change waits/);
});

test('what a box holds is marked as there only where its receipt reaches', async () => {
  assert.match(await text('/admin/boxes/box-1/who'), /there, proven/);
  assert.match(await text('/admin/boxes/box-2/who'), /on its way/);
});

test('a door is opened from afar with a reason, once, however often the form is sent', async () => {
  const path = '/admin/boxes/box-1/commands';
  const form = await text(`${path}/new?verb=open&slot=2`);
  assert.match(form, /<option value="2" selected>/);
  const once = /name="once" value="(form-[0-9a-f]{32})"/.exec(form)?.[1] ?? '';
  const before = (await commands()).length;
  const filled = { verb: 'open', slot: '2', why: 'the driver stands there', validS: '60', once };
  for (let sent = 0; sent < 2; sent += 1)
    assert.equal((await post(path, filled)).headers.get('location'), path);
  assert.equal((await commands()).length, before + 1);
  assert.match(await text(path), /waiting for the box, until/);
});

test('without a reason nothing is asked of a box, and what was typed stands there still', async () => {
  const before = (await commands()).length;
  const answer = await post('/admin/boxes/box-1/commands', { verb: 'open', slot: '3', why: ' ' });
  const page = await answer.text();
  assert.match(page, /id="why-problem"/);
  assert.match(page, /<option value="3" selected>/);
  assert.equal((await commands()).length, before);
});

test('whoever proved themselves long ago is asked for it in the middle of the deed, and nothing typed is lost', async () => {
  const token = await relay.token('admin');
  const secret = await relay.act(context =>
    newSession({ ...context, now: wall(0) }, { person: null, token: readToken(token)?.id ?? '', agent: 'x' }),
  );
  await relay.store.write(tx =>
    tx.updateTable('session').set({ used: nowMs, created: nowMs }).where('proved', '=', 0).execute(),
  );
  const old = { cookie: `smartbox_admin=${secret}` };
  const path = '/admin/boxes/box-1/commands';
  const before = (await commands()).length;
  const typed = { verb: 'lockdown', why: 'a "stolen" <key>', until: '', validS: '300' };
  const asked = await post(path, typed, old);
  assert.equal(asked.status, 403);
  const page = await asked.text();
  assert.match(page, /name="why" value="a &quot;stolen&quot; &lt;key&gt;"/);
  assert.match(page, new RegExp(`name="prove-to" value="${path}"`));
  const again = { ...typed, 'prove-to': path };
  const wrong = await post('/admin/prove', { ...again, password: 'no' }, old);
  assert.deepEqual([wrong.status, (await wrong.text()).includes('name="why" value="a &quot;')], [403, true]);
  assert.equal((await commands()).length, before);
  const evil = { ...again, 'prove-to': 'https://evil.example/admin', password: token };
  assert.equal((await post('/admin/prove', evil, old)).headers.get('location'), '/admin');
  const right = await post('/admin/prove', { ...again, password: token }, old);
  assert.deepEqual([right.status, right.headers.get('location')], [307, path]);
  // So a browser sends the same form on.
  assert.equal((await post(path, { ...again, password: token }, old)).headers.get('location'), path);
  assert.ok((await commands()).some(({ why }) => why === typed.why));
});

test('a box is added, and its claim counts down until its computer calls', async () => {
  const made = await post('/admin/boxes/new', { name: 'Quay', site: '' });
  const path = made.headers.get('location') ?? '';
  assert.match(path, /^\/admin\/boxes\/quay-\w+\/enrol$/);
  const page = await text(path);
  assert.match(page, /smartbox enroll --relay http:\/\/127\.0\.0\.1 --claim [\w-]{30,}/);
  assert.match(page, /<svg class="qr"/);
  const looking = await relay.cookie('read');
  assert.doesNotMatch(await text(path, looking), /--claim/);
  assert.match(await (await post('/admin/boxes/new', { name: '' })).text(), /id="name-problem"/);
});

test('retiring says what it does, wants to know why, and leaves that in the audit', async () => {
  const path = '/admin/boxes/box-1/retire';
  assert.match(await text(path), /void at once/);
  assert.equal(
    (await post(path, { why: 'stolen on Sunday' })).headers.get('location'),
    '/admin/boxes/box-1/enrol',
  );
  const rows = await relay.store.db
    .selectFrom('audit')
    .selectAll()
    .where('what', '=', 'box-retired')
    .execute();
  assert.deepEqual(
    rows.map(({ subject, detail }) => [subject, detail]),
    [['box-1', 'stolen on Sunday']],
  );
  assert.match(await text('/admin/boxes/box-1/enrol'), /No computer is this box yet/);
});

test('another account’s box, and one that never was, are not there', async () => {
  for (const tab of ['', '/who', '/events', '/commands', '/settings', '/enrol', '/retire', '/commands/new'])
    assert.equal(
      (await fetch(`${relay.url}/admin/boxes/nobody${tab}`, { headers: { cookie } })).status,
      404,
      tab,
    );
});
