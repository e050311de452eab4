/** Pages of events, over HTTP: filters in the address, files out, and files in to be judged. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { chainReady } from '../../../../src/wire/chain.ts';
import { chainOf, exported } from '../../../wire/export-lines.ts';

let relay: PageRelay;
let cookie: string;
let lines: readonly string[];
before(async () => {
  await chainReady;
  lines = exported(chainOf(1, 200));
  relay = await startPages('trouble');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

const get = (path: string, as = cookie): Promise<Response> =>
  fetch(relay.url + path, { headers: { cookie: as }, redirect: 'manual' });
const text = async (path: string): Promise<string> => await (await get(path)).text();

const rows = (page: string): number => [...page.matchAll(/<tr><th scope="row"/g)].length;

test('filters stand in the address, by names that people type, and each can be taken off', async () => {
  const all = rows(await text('/admin/events'));
  const denied = await text('/admin/events?type=denied&box=Depot+A');
  assert.ok(rows(denied) > 0 && rows(denied) < all);
  assert.match(denied, /Refused: too early/);
  assert.match(denied, /class="chip" href="\/admin\/events\?box=Depot\+A"><bdi>What: Refused/);
  assert.equal(rows(await text('/admin/events?box=box-1&slot=1')), all);
  assert.equal(rows(await text('/admin/events?from=2026-11-30T10:30')), 1);
  for (const wrong of ['key=nobody', 'box=nobody', 'driver=d_x', 'slot=1', 'box=box-1&slot=x', 'type=%00'])
    assert.ok(rows(await text(`/admin/events?${wrong}`)) === (wrong === 'type=%00' ? all : 0), wrong);
});

test('what has come is counted above the first page, and only of what is looked for', async () => {
  const page = await text('/admin/events?type=denied');
  const address = /hx-get="(\/admin\/_\/events\?[^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
  assert.match(address, /type=denied&since=\d+/);
  assert.match(await text(address.replace(/since=\d+/, 'since=0')), /1 new event/);
  assert.match(await text('/admin/_/events?since=0'), /8 new events/);
  assert.doesNotMatch(await text('/admin/_/events?since=8'), /new event/);
});

test('events are exported as lines and as a table, by whoever may see them', async () => {
  const jsonl = await get('/admin/events/export?format=jsonl&type=denied');
  assert.match(jsonl.headers.get('content-disposition') ?? '', /attachment; filename="events-all\.jsonl"/);
  assert.equal((await jsonl.text()).trim().split('\n').length, 1);
  const csv = await text('/admin/events/export?format=csv');
  assert.match(csv, /^box,epoch,seq,at/);
  assert.equal(csv.trim().split('\n').length, 9);
  const until = await text('/admin/events/export?format=csv&box=box-1&until=2026-11-30T10:30');
  assert.equal(until.trim().split('\n').length, 8, 'a table ends where the time does');
  const untilLines = await text('/admin/events/export?format=jsonl&box=box-1&until=2026-11-30T10:30');
  assert.match(untilLines, /^(?:.*\n){7}.*"checkpoint":null,.*"type":"range"\}\n$/);
  assert.equal((await get('/admin/events/export', await relay.cookie('boxes:read'))).status, 403);
  assert.equal((await get('/admin/events/export?box=nobody')).status, 404);
  assert.equal((await get('/admin/events/export', '')).headers.get('location'), '/admin/sign-in');
});

async function judged(content: string, field = 'file'): Promise<string> {
  const form = new FormData();
  if (field === 'file') form.set('file', new Blob([content]), 'journal.jsonl');
  else {
    form.set('file', new Blob([]), '');
    form.set(field, content);
  }
  const headers = { cookie, 'sec-fetch-site': 'same-origin' };
  const answer = await fetch(`${relay.url}/admin/events/verify`, { method: 'POST', headers, body: form });
  const [, said] = /role="(?:status|alert)">(?:<h2>.*?<span>)?(.*?)</.exec(await answer.text()) ?? [];
  return said ?? '';
}

const file = (all: readonly string[]): string => `${all.join('\n')}\n`;

test('a file is told whole, or what was done to it and where', async () => {
  const edited = lines.with(4, (lines[4] ?? '').replace(/"type":"\w/, '"type":"x'));
  assert.equal(await judged(file(lines)), 'Whole');
  assert.equal(await judged(file(lines), 'text'), 'Whole', 'pasted, with other ends of lines');
  assert.equal(await judged(file(edited)), 'Edited at line 5');
  assert.match(await judged(file(lines.toSpliced(6, 1))), /^Cut at line/);
  assert.match(await judged(file(lines.slice(0, -1))), /^Truncated at line/);
  assert.match(
    await judged(file(lines.with(7, lines[8] ?? '').with(8, lines[7] ?? ''))),
    /^Re-ordered at line/,
  );
  assert.equal(await judged('<script>alert(1)</script>'), 'Not a journal');
  assert.equal(await judged(''), 'Choose a file, or paste its lines.');
});

test('twenty megabytes are judged piece by piece, and a form that breaks off is told so', async () => {
  const long = file(exported(chainOf(1, 2_000)));
  const foreign = `${long}${'x'.repeat(20_000_000)}\n{}\n`;
  assert.match(await judged(foreign), /^Edited at line/);
  const headers = {
    cookie,
    'content-type': 'multipart/form-data; boundary=b',
    'sec-fetch-site': 'same-origin',
  };
  for (const body of ['', '--b', '--b\r\ncontent-disposition: form-data; name="file"\r\n\r\n{}'])
    assert.match(
      await (await fetch(`${relay.url}/admin/events/verify`, { method: 'POST', headers, body })).text(),
      /did not come to its end/,
      body,
    );
  const foreigner = { ...headers, 'sec-fetch-site': 'cross-site' };
  const answer = await fetch(`${relay.url}/admin/events/verify`, {
    method: 'POST',
    headers: foreigner,
    body: '--b--',
  });
  assert.equal(answer.status, 403);
});
