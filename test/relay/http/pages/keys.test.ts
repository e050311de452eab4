/** Pages of keys: what their forms do, and what they say. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';

let relay: PageRelay;
let cookie = '';
before(async () => {
  relay = await startPages('in-use');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

const text = async (path: string, headers: Record<string, string> = {}): Promise<string> =>
  await (await fetch(relay.url + path, { headers: { cookie, ...headers } })).text();

async function post(
  path: string,
  body: URLSearchParams | FormData,
): Promise<{ status: number; to: string; text: string }> {
  const answer = await fetch(relay.url + path, {
    ...{ method: 'POST', redirect: 'manual', body },
    headers: { cookie, 'sec-fetch-site': 'same-origin' },
  });
  return { status: answer.status, to: answer.headers.get('location') ?? '', text: await answer.text() };
}

const keyAt = async (name: string): Promise<string> => {
  const { id } = await relay.store.db
    .selectFrom('key')
    .select('id')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return `/admin/keys/${id}`;
};

const form = (fields: Readonly<Record<string, string>>): FormData => {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
};

test('the list says where each key is, by tabs, and whose it is next', async () => {
  const late = await text('/admin/keys?place=late');
  assert.match(late, /out with Ann Bos/);
  assert.match(late, /Ben Kok<\/bdi><\/a> .*today 14:02/);
  assert.doesNotMatch(late, /Van 15/);
  assert.match(late, /Late <span class="count">1</);
  assert.match(await text('/admin/keys', { 'accept-language': 'nl' }), /bij Ben Kok/);
});

test('a late key has its own picture in its box and in the list of boxes, until the box tells that it is back', async () => {
  const box = await text('/admin/boxes/box-3');
  assert.match(box, /class="door late"><h2>.*#i-clock.*<span>late<\/span><\/h2>\s*<p>.*Van 12<.*Ann Bos/);
  assert.match(box, /out since <span class="when"><time.*due back <span class="when"><time/);
  assert.match(box, /class="door out"><h2>.*<span>out<\/span><\/h2>\s*<p>.*Van 15</);
  const list = '/admin/boxes?view=all';
  assert.match(await text(list), /<path class="late" d="M21 1h8v8h-8zm4 1.5v2.5h2">.*<span>1 late<\/span>/s);
  assert.match(
    await text(list),
    /<path class="fault" d="M[^"]*zm3 1\.2h2v/,
    'no door that hangs full looks like it',
  );
  assert.match(await text(list, { 'accept-language': 'nl' }), /<span>1 te laat<\/span>/);
  await toldInside('Van 12');
  const back = await text(list);
  assert.match(back, /told otherwise/);
  assert.doesNotMatch(back, /class="late"/);
});

/** Behind the door of the key that is late. */
async function toldInside(key: string): Promise<void> {
  const of = relay.store.db.selectFrom('box_state').select('document').where('box', '=', 'box-3');
  const state = JSON.parse((await of.executeTakeFirstOrThrow()).document);
  state.slots[2].key = key;
  const document = JSON.stringify(state);
  await relay.store.write(tx =>
    tx.updateTable('box_state').set({ document }).where('box', '=', 'box-3').execute(),
  );
}

test('the page of a key names who had it, and hides from whoever may not know', async () => {
  const page = await text('/admin/keys/Van%2012');
  assert.match(page, /returned by somebody else<\/span><\/span> by <bdi>Ann Bos/);
  const little = await relay.cookie('keys:read');
  const seen = await (
    await fetch(`${relay.url}/admin/keys/Van%2012`, { headers: { cookie: little } })
  ).text();
  assert.doesNotMatch(seen, /Ann Bos|Ben Kok|Replace the tag/);
});

test('a tag is replaced, a key renamed before it was seen, and a refusal is told on the page', async () => {
  const bare = await text(await keyAt('Van 1'));
  assert.match(bare, /Give it a tag/);
  assert.doesNotMatch(bare, /Replace the tag/);
  assert.equal(
    (await post(`${await keyAt('Van 1')}/tag`, new URLSearchParams({ tag: '0001112223' }))).status,
    303,
  );
  const tagged = await text('/admin/keys/Van%201');
  assert.match(tagged, /ends in 2223.*Replace the tag/s);
  assert.doesNotMatch(tagged, /Give it a tag/);
  const { text: said } = await post(`${await keyAt('Van 1')}/tag`, new URLSearchParams({ tag: 'x' }));
  assert.match(said, /role="alert"/);
  const { text: no } = await post(`${await keyAt('Van 18')}/rename`, new URLSearchParams({ name: 'Bus' }));
  assert.match(no, /has been in a box under this name/);
});

test('a move says what it does to bookings, and does it', async () => {
  const page = await text('/admin/keys/Van%203/move?box=box-1');
  assert.match(page, /1 booking to come/);
  assert.match(page, /new code/);
  const { status } = await post(
    `${await keyAt('Van 3')}/move`,
    new URLSearchParams({ box: 'box-1', slot: '3' }),
  );
  assert.equal(status, 303);
  assert.match(await text('/admin/keys/Van%203'), /Depot A · door 3/);
  const { text: taken } = await post(
    `${await keyAt('Van 3')}/move`,
    new URLSearchParams({ box: 'box-1', slot: '1' }),
  );
  assert.match(/role="alert">(.*?)</.exec(taken)?.[1] ?? '', /is the home of/);
});

test('a table is checked, each bad row named, and taken whole or not at all, pasted or as a file', async () => {
  const bad = 'name,box,slot\nBus 1,Depot B,x\nBus 2,nowhere,3\n';
  const refused = await post('/admin/keys/import', form({ table: bad }));
  assert.match(refused.text, /2 rows cannot be taken/);
  assert.match(refused.text, /<code>slot<\/code>/);
  assert.match(refused.text, /Bus 2,nowhere,3/);
  const file = new FormData();
  file.set('table', '');
  file.set(
    'file',
    new Blob([new Uint8Array(Buffer.from('name;box;slot\r\nBus Zoë;Depot B;4\r\n', 'latin1'))]),
    'k.csv',
  );
  const checked = await post('/admin/keys/import', file);
  assert.match(checked.text, /1 new key/);
  assert.doesNotMatch(await text('/admin/keys?match=bus'), /Bus Zoë/);
  const copied = await post(
    '/admin/keys/import',
    form({ table: 'name\tbox\tslot\nBus 7\tDepot B\t4\n\t\t\n' }),
  );
  assert.match(copied.text, /1 new key/);
  const unicode = new FormData();
  unicode.set(
    'file',
    new Blob([new Uint8Array(Buffer.from('\ufeffname\tbox\tslot\r\nŽuk 7\tDepot B\t4\r\n', 'utf16le'))]),
    'k.txt',
  );
  assert.match((await post('/admin/keys/import', unicode)).text, /<bdi>Žuk 7</);
  const csv = 'name;box;slot\r\nBus Zoë;Depot B;4\r\n';
  const done = await post('/admin/keys/import', form({ table: csv, sure: 'yes' }));
  assert.deepEqual([done.status, done.to], [303, '/admin/keys']);
  assert.match(await text('/admin/keys?match=zoe'), /Bus Zoë/);
  const hostile = await post(
    '/admin/keys/import',
    form({ table: 'name,box,slot\n</textarea><script>,x,1\n' }),
  );
  assert.doesNotMatch(hostile.text, /<\/textarea><script>/);
});

test('a form that is too large leads back with a word, and no other page takes such a form', async () => {
  const large = await post('/admin/keys/import', form({ table: 'x'.repeat(300_000) }));
  assert.deepEqual([large.status, large.to], [303, '/admin/keys/import?large=1']);
  assert.equal((await post('/admin/keys/new', form({ name: 'x' }))).status, 415);
  assert.match((await post('/admin/keys/import', form({ table: ' ' }))).text, /nothing in it yet/);
});

test('a key leads to where its vehicle is linked, whoever may look there; nobody else sees a link', async () => {
  const { key, id, integration } = await relay.store.db
    .selectFrom('vehicle')
    .select(['key', 'id', 'integration'])
    .where('key', 'is not', null)
    .executeTakeFirstOrThrow();
  const link = `href="/admin/integrations/${integration}/vehicles/${id}"`;
  assert.ok((await text(`/admin/keys/${key}`)).includes(link));
  assert.equal(
    (await fetch(`${relay.url}/admin/integrations/${integration}/vehicles/${id}`, { headers: { cookie } }))
      .status,
    200,
  );
  const few = await relay.cookie('keys:read');
  const page = await text(`/admin/keys/${key}`, { cookie: few });
  assert.ok(!page.includes(link) && page.includes('<bdi>Van 1</bdi>'));
});
