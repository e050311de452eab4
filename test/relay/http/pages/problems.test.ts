/** Problems on their page: what is put off and shown again, what is over, and in whose words. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nowMs } from '../../../../scripts/rig/page-clock.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { raiseProblem } from '../../../../src/relay/domain/problems.ts';

let relay: PageRelay;
let cookie = '';
before(async () => {
  relay = await startPages('trouble');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

const list = '/admin/problems';
const text = async (path: string, language = 'en'): Promise<string> =>
  await (await fetch(relay.url + path, { headers: { cookie, 'accept-language': language } })).text();
const post = (path: string, fields: Readonly<Record<string, string>>, as = cookie): Promise<Response> =>
  fetch(relay.url + path, {
    ...{ method: 'POST', redirect: 'manual' as const, body: new URLSearchParams(fields) },
    headers: { cookie: as, 'sec-fetch-site': 'same-origin' },
  });
const rowOf = (kind: string) =>
  relay.store.db.selectFrom('problem').selectAll().where('kind', '=', kind).executeTakeFirstOrThrow();

test('one is put off with a reason and until when, and shown again; both stand in the audit', async () => {
  const { id } = await rowOf('door-forced');
  const form = `${list}/${id}/not-now`;
  assert.match(await text(list), new RegExp(`href="${form}"`));
  const why = 'the "workshop" <b>has it</b>';
  const done = await post(form, { for: 'day', why });
  assert.deepEqual([done.status, done.headers.get('location')], [303, list]);
  assert.equal((await rowOf('door-forced')).snoozed_until, nowMs + 86_400_000);
  assert.doesNotMatch(await text(list), new RegExp(id));
  const putOff = await text(`${list}?view=not-now`);
  assert.match(putOff, /the &quot;workshop&quot; &lt;b&gt;has it/);
  assert.match(putOff, new RegExp(`action="${list}/${id}/show-again"`));
  const woken = await post(`${list}/${id}/show-again`, {});
  assert.equal(woken.headers.get('location'), `${list}?view=not-now`);
  assert.match(await text(list), new RegExp(id));
  const deeds = await relay.store.db.selectFrom('audit').select('what').where('subject', '=', id).execute();
  assert.deepEqual(deeds.map(({ what }) => what).sort(), ['problem-snoozed', 'problem-woken']);
});

test('a form without a reason or an end is asked again, and who may not is told so', async () => {
  const { id } = await rowOf('door-forced');
  const form = `${list}/${id}/not-now`;
  const empty = await (await post(form, { why: ' ', for: 'ever' })).text();
  assert.match(empty, /Say why, in one line/);
  assert.match(empty, /Choose until when/);
  const long = await (await post(form, { why: 'x'.repeat(201), for: 'week' })).text();
  assert.match(long, /Say why, in one line/);
  assert.match(long, /value="week" checked/);
  assert.equal((await rowOf('door-forced')).snoozed_until, null);
  assert.equal((await post(form, { why: 'so', for: 'day' }, await relay.cookie('read'))).status, 403);
  assert.equal((await post(`${list}/p_none/not-now`, { why: 'so', for: 'day' })).status, 404);
  assert.match(await (await post(`${list}/p_over/not-now`, { why: 'so', for: 'day' })).text(), /is over/);
});

test('what is over stands in a list of its own, which is read on from a place in it', async () => {
  assert.match(await text(`${list}?view=cleared`), /todo-p_over/);
  assert.doesNotMatch(await text(list), /todo-p_over/);
  const made = await rowOf('vehicle-unused');
  const more = Array.from({ length: 50 }, (_, at) => ({ ...made, id: `p_x${at}`, cleared: nowMs - at }));
  await relay.store.write(tx => tx.insertInto('problem').values(more).execute());
  const page = await text(`${list}?view=cleared`);
  assert.equal(page.match(/class="problem"/g)?.length, 50);
  const [, next = ''] = /rel="next" href="([^"]+)"/.exec(page) ?? [];
  const second = await text(next.replaceAll('&amp;', '&'));
  assert.deepEqual(second.match(/todo-p_\w+/g), ['todo-p_over']);
});

test('in Dutch the sentence of the catalogue comes first, and the relay’s own words are marked as English', async () => {
  const page = await text(list, 'nl');
  assert.match(page, /Zoals de relay het zei<\/summary><p lang="en">Door 2 is open/);
  assert.doesNotMatch(page, /<p>Door 2 is open/);
  assert.match(await text(list), /<p>Door 2 is open/);
});

test('a box that is known by the subject alone has its name and its link', async () => {
  await relay.act(c => raiseProblem(c, { kind: 'box-dark', subject: 'box-3' }, 'silent'));
  assert.match(await text(list), /<bdi>Airport<\/bdi>.*href="\/admin\/boxes\/box-3"><span>See the box/s);
});
