/** Pages that live, over HTTP: the stream names what is new, and a piece that has not changed costs a few bytes. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { orderCommand } from '../../../../src/relay/domain/commands.ts';

let relay: PageRelay;
before(async () => {
  relay = await startPages('trouble');
});
after(() => relay.close());

const get = (path: string, headers: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(relay.url + path, { headers, redirect: 'manual' });

const order = () =>
  relay.act(context =>
    orderCommand(context, { box: 'box-1', order: { verb: 'open', slot: 2 }, who: 'Ada', why: 'a test' }),
  );

/** What a stream says until it has said that. */
async function until(reader: ReadableStreamDefaultReader<Uint8Array>, wanted: RegExp): Promise<string> {
  let text = '';
  while (!wanted.test(text)) {
    const { done, value } = await reader.read();
    assert.equal(done, false, `it ended after ${text}`);
    text += Buffer.from(value ?? []).toString('utf8');
  }
  return text;
}

test('the stream says that a box has something new, to whoever may see boxes', async () => {
  const stop = new AbortController();
  const open = async (scopes: string) => {
    const cookie = await relay.cookie(scopes);
    const answer = await fetch(`${relay.url}/admin/_/live`, { headers: { cookie }, signal: stop.signal });
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.ok(answer.body !== null);
    const reader = answer.body.getReader();
    await until(reader, /retry: /);
    return reader;
  };
  const reader = await open('boxes:read');
  await order();
  assert.match(await until(reader, /box-1\ndata/), /^event: box-box-1\ndata:\n\n$/);
  stop.abort();
});

test('nobody who is not signed in has a stream or a piece, and a scope is asked for', async () => {
  for (const path of ['/admin/_/live', '/admin/_/boxes', '/admin/_/boxes/box-1', '/admin/_/today'])
    assert.equal((await get(path, {})).status, 401, path);
  const cookie = await relay.cookie('events:read');
  for (const path of ['/admin/_/boxes', '/admin/_/boxes/box-1/commands'])
    assert.equal((await get(path, { cookie })).status, 403, path);
  const admin = await relay.cookie('admin');
  assert.equal((await get('/admin/_/boxes/nobody', { cookie: admin })).status, 404);
});

test('a piece that a browser has already is not sent again, until something in it is new', async () => {
  const cookie = await relay.cookie('admin');
  const piece = '/admin/_/boxes/box-1/commands';
  const first = await get(piece, { cookie });
  const tag = first.headers.get('etag') ?? '';
  const text = await first.text();
  assert.ok(text.includes(`data-tag=${tag}`), 'the page itself has it, for its first question');
  const again = await get(piece, { cookie, 'if-none-match': tag });
  assert.deepEqual([again.status, await again.text()], [304, '']);
  await order();
  const changed = await get(piece, { cookie, 'if-none-match': tag });
  assert.equal(changed.status, 200);
  assert.match(await changed.text(), /waiting for the box/);
});

test('a stream ends with its session, at once', async () => {
  const cookie = await relay.cookie('admin');
  const answer = await get('/admin/_/live', { cookie });
  assert.ok(answer.body !== null);
  const reader = answer.body.getReader();
  await until(reader, /retry: /);
  const out = { cookie, 'sec-fetch-site': 'same-origin' };
  await fetch(`${relay.url}/admin/sign-out`, { method: 'POST', headers: out, redirect: 'manual' });
  for (let done = false; !done; ) ({ done } = await reader.read());
});

test('a relay that stops lets no stream hold it up', async () => {
  const own = await startPages('empty');
  const answer = await fetch(`${own.url}/admin/_/live`, { headers: { cookie: await own.cookie('admin') } });
  assert.ok(answer.body !== null);
  const reader = answer.body.getReader();
  await until(reader, /retry: /);
  await own.close();
  assert.equal((await reader.read()).done, true);
});
