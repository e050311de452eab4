/** Bookings made, changed and told of by forms alone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../../scripts/rig/page-relay.ts';

let relay: PageRelay;
let cookie: string;
before(async () => {
  relay = await startPages('bookings');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

const list = '/admin/bookings';
const get = async (path: string, as = cookie): Promise<string> =>
  await (await fetch(relay.url + path, { headers: { cookie: as } })).text();

async function post(path: string, form: Readonly<Record<string, string>>, as = cookie) {
  const headers = { cookie: as, 'sec-fetch-site': 'same-origin' };
  const init = { method: 'POST', headers, body: new URLSearchParams(form), redirect: 'manual' } as const;
  const answer = await fetch(relay.url + path, init);
  return { status: answer.status, to: answer.headers.get('location') ?? '', text: await answer.text() };
}

/** Fields that a form of a page would send without anybody touching it. */
const hidden = (page: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')],
    ),
  );

const bookingsOf = (key: string) =>
  relay.store.db
    .selectFrom('booking')
    .selectAll()
    .where('key', '=', key)
    .where('cancelled', 'is', null)
    .execute();
const messages = (booking: string) =>
  relay.store.db.selectFrom('message').select(['kind', 'channel']).where('booking', '=', booking).execute();

const when = 'start=2026-12-05T09%3A00&end=2026-12-05T17%3A00&reuse=';

test('when, a key that is free then, who, and what will happen: then it is booked, and its driver told', async () => {
  const keys = await get(`${list}/new?${when}`);
  assert.doesNotMatch(keys, /<bdi>Van 2 b<\/bdi>/, 'booked until changed');
  const [, href = ''] = /href="([^"]+key=[^"]+)"[^>]*>.{0,90}<bdi>Van 3 b</s.exec(keys) ?? [];
  const who = await get(`${href.replaceAll('&amp;', '&')}&match=kim`);
  const [, driver = ''] = /name="driver" value="(d_[^"]+)"/.exec(who) ?? [];
  const checked = await post(`${list}/new/check`, { ...hidden(who), driver, by: 'mail' });
  assert.match(checked.text, /Van 3 b is booked for Kim de Vries, Sat 5 Dec 09:00–17:00 CET\./);
  assert.match(checked.text, /Then Kim de Vries is told, by e-mail\./);
  const key = hidden(checked.text).key ?? '';
  const before = (await bookingsOf(key)).length;
  const booked = await post(`${list}/new`, hidden(checked.text));
  assert.match(booked.to, /\/admin\/bookings\/b_/);
  assert.equal((await bookingsOf(key)).length, before + 1);
  const kinds = (await messages(booked.to.split('/').at(-1) ?? '')).map(({ kind }) => kind);
  assert.ok(kinds.includes('access'), kinds.join());
  assert.equal((await post(`${list}/new`, hidden(checked.text))).to, booked.to, 'sent twice is booked once');
  const { once: _, ...another } = hidden(checked.text);
  const busy = await post(`${list}/new`, another);
  assert.match(busy.text, /Van 3 b is not free for all of that time/);
  assert.equal((await bookingsOf(key)).length, before + 1);
  await post(`${list}/new`, hidden(busy.text));
  assert.equal((await bookingsOf(key)).length, before + 2, 'unless somebody wants it so');
});

test('somebody new is booked for by name and address; without either the form is shown again', async () => {
  const keys = await get(`${list}/new?${when.replaceAll('12-05', '12-06')}`);
  const [, href = ''] = /href="([^"]+key=[^"]+)"[^>]*>.{0,90}<bdi>Van 1</s.exec(keys) ?? [];
  const kept = hidden(await get(href.replaceAll('&amp;', '&')));
  assert.match((await post(`${list}/new/check`, kept)).text, /Give a name, or choose somebody/);
  const bad = await post(`${list}/new`, { ...kept, name: 'Zoë', email: 'nowhere' });
  assert.match(bad.text, /id="email-problem"/);
  const done = await post(`${list}/new`, { ...kept, name: 'Zoë <b>', email: 'zoe@example.org' });
  assert.match(done.to, /b_/);
  assert.match(await get(done.to), /<bdi>Zoë &lt;b&gt;<\/bdi>/);
  const nobody = await post(`${list}/new/check`, { ...kept, nobody: 'yes' });
  assert.match(nobody.text, /for whoever has the code/);
});

test('who changes a booking that somebody else has changed meanwhile sees who, when and both versions, and loses nothing', async () => {
  const page = await get(`${list}/b_sent`);
  const form = { ...hidden(page), start: '2026-11-30T12:42', end: '2026-11-30T15:00' };
  const first = await post(`${list}/b_sent`, { ...form, end: '2026-11-30T16:00', reuse: 'yes' });
  assert.equal(first.status, 303);
  // The rig's clock stands; another deed has another instant.
  await relay.store.write(tx =>
    tx.updateTable('booking').set({ updated: 1 }).where('id', '=', 'b_sent').execute(),
  );
  const second = await post(`${list}/b_sent`, form);
  assert.match(second.text, /changed this at/);
  const blind = await relay.cookie('bookings:read bookings:write');
  const unknown = await post(`${list}/b_sent`, form, blind);
  assert.match(unknown.text, />Somebody changed this at/, 'who it was is in the audit');
  assert.match(second.text, /As it is now<\/h3><p><bdi>Van 2<\/bdi>, today 12:42–16:00 CET, works often/);
  assert.match(second.text, /As you wanted it<\/h3><p>today 12:42–15:00 CET, works once/);
  assert.match(second.text, /name="end" type="datetime-local" value="2026-11-30T15:00"/);
  const again = await post(`${list}/b_sent`, { ...hidden(second.text), start: form.start, end: form.end });
  assert.equal(again.status, 303);
  assert.ok((await messages('b_sent')).some(({ kind }) => kind === 'moved'));
});

test('another key is one that is free; another driver is told, and the old one is not', async () => {
  assert.match(await get(`${list}/b_sent/key`), /No key is free then/);
  const page = await get(`${list}/b_open/key`);
  const [, key = ''] = /name="key" value="([^"]+)"/.exec(page) ?? [];
  const other = await post(`${list}/b_open/key`, { key });
  assert.equal(other.to, `${list}/b_open`, /role="alert".*?<\/p>/s.exec(other.text)?.[0]);
  const row = await relay.store.db
    .selectFrom('booking')
    .selectAll()
    .where('id', '=', 'b_open')
    .executeTakeFirstOrThrow();
  assert.equal(row.key, key);
  assert.match((await post(`${list}/b_sent/driver`, { name: '' })).text, /Give a name/);
  assert.equal((await post(`${list}/b_sent/driver`, { name: 'Lee', email: 'lee@example.org' })).status, 303);
  assert.match(await get(`${list}/b_sent`), /<bdi>Lee<\/bdi>/);
  assert.match((await post(`${list}/b_out/driver`, { name: 'Lee' })).text, /the key is out/);
});

test('instructions are sent again where the box has the booking; else the page says why not', async () => {
  const open = await post(`${list}/b_sent/send`, {});
  assert.match(open.text, /the box does not have this booking yet.*The driver is told by itself/s);
  assert.match((await post(`${list}/b_out/send`, {})).text, /the driver has the key/);
  assert.match((await post(`${list}/b_open/send`, {})).text, /of nobody who could be told/);
  assert.equal((await post(`${list}/b_late/send`, {})).to, `${list}/b_late`);
  assert.deepEqual(await messages('b_late'), [{ kind: 'overdue', channel: 'mail' }]);
  const deed = await relay.store.db
    .selectFrom('audit')
    .select('what')
    .where('subject', '=', 'b_late')
    .execute();
  assert.deepEqual(
    deed.map(({ what }) => what).filter(what => what.includes('again')),
    ['instructions-sent-again'],
  );
  assert.equal((await post(`${list}/b_nowhere/send`, {})).status, 404);
  assert.equal((await post(`${list}/b_late/send`, {}, await relay.cookie('bookings:read'))).status, 403);
});

test('a booking made by hand that is cancelled has its driver told', async () => {
  assert.equal((await post(`${list}/b_ready/cancel`, {})).status, 303);
  assert.deepEqual(await messages('b_ready'), [{ kind: 'cancelled', channel: 'mail' }]);
  await post(`${list}/b_ready/cancel`, {});
  assert.equal((await messages('b_ready')).length, 1, 'once');
});

test('a message that never came is sent again from its line, once; the story is a file, with its raw lines', async () => {
  const page = await get(`${list}/b_out`);
  assert.match(page, /<summary>Raw events \(5\)<\/summary>/);
  assert.doesNotMatch(page, /Send it again/, 'the driver has the key');
  await relay.store.write(tx =>
    tx.updateTable('message').set({ kind: 'cancelled' }).where('id', '=', 'm_1').execute(),
  );
  assert.equal((await get(`${list}/b_out`)).split('Send it again').length, 2);
  assert.doesNotMatch(
    await get(`${list}/b_out`, await relay.cookie('bookings:read messages:read')),
    /Send it/,
  );
  assert.equal((await post(`${list}/b_out/resend`, { message: 'm_1' })).status, 303);
  assert.equal((await messages('b_out')).length, 2);
  assert.doesNotMatch(await get(`${list}/b_out`), /Send it again/);
  assert.equal((await post(`${list}/b_out/resend`, { message: 'nothing' })).status, 404);
  const file = await fetch(`${relay.url}${list}/b_out/story.json`, { headers: { cookie } });
  assert.match(file.headers.get('content-disposition') ?? '', /^attachment; filename="booking-story.json"$/);
  const { items } = (await file.json()) as { readonly items: readonly { readonly kind: string }[] };
  assert.equal(items.filter(({ kind }) => kind === 'event').length, 5);
  assert.equal((await fetch(`${relay.url}${list}/b_none/story.json`, { headers: { cookie } })).status, 404);
});

test('of a message that never came the story says that nobody was told, and what to do; in Dutch too', async () => {
  const page = await get(`${list}/b_sent`);
  const said =
    /<strong class="bad">Nobody was told<\/strong> <bdi>“The code follows later”, by SMS: it did not arrive<\/bdi> <bdi lang="en">\(mailbox full\)<\/bdi>/;
  assert.match(page, said);
  assert.match(page, /The driver does not know\. Mend their address and send it again, or call them\./);
  assert.doesNotMatch(page, /Driver told/);
  const out = await get(`${list}/b_out`);
  assert.match(out, /<strong>Nobody was told<\/strong>/);
  assert.match(out, /<strong>Booked<\/strong> <bdi>from Fleetio<\/bdi>/);
  const dutch = await relay.cookie('person-nl');
  const gezegd = await get(`${list}/b_sent`, dutch);
  assert.match(
    gezegd,
    /<strong class="bad">Niemand heeft bericht<\/strong> <bdi>‘De code komt later’, per sms: niet aangekomen/,
  );
  assert.match(gezegd, /De bestuurder weet van niets\./);
  const looking = await get(`${list}/b_sent`, await relay.cookie('bookings:read messages:read'));
  assert.match(looking, /The driver does not know/, 'also for who may not send');
});

test('fields that wait to be written are written now from their line; what does not wait is refused in words', async () => {
  const due = async () =>
    await relay.store.db
      .selectFrom('assignment')
      .select(['fields_due', 'fields_tries'])
      .where('booking', '=', 'b_out')
      .executeTakeFirstOrThrow();
  const page = await get(`${list}/b_out`);
  assert.match(page, /Fields wait to be written in Fleetio/);
  assert.match(page, /action="\/admin\/bookings\/b_out\/write-fields"/);
  const later = (await due()).fields_due ?? 0;
  assert.equal(
    (await post(`${list}/b_out/write-fields`, {}, await relay.cookie('bookings:read'))).status,
    403,
  );
  assert.equal((await post(`${list}/b_out/write-fields`, {})).status, 303);
  const now = await due();
  assert.ok((now.fields_due ?? 0) < later, 'sooner than it would have been');
  assert.equal(now.fields_tries, 0);
  assert.equal((await post(`${list}/b_nowhere/write-fields`, {})).status, 404);
  assert.match((await post(`${list}/b_late/write-fields`, {})).text, /follows no assignment of Fleetio/);
  await relay.store.write(tx => tx.updateTable('integration').set({ state: 'disabled' }).execute());
  assert.match((await post(`${list}/b_out/write-fields`, {})).text, /Switch it on first/);
  const off = await post('/admin/integrations/int_1/write-fields', {});
  assert.match(off.text, /Switch it on first/);
  await relay.store.write(tx => tx.updateTable('integration').set({ state: 'connected' }).execute());
  const about = await get('/admin/integrations/int_1/about');
  assert.match(about, /Write the fields now/);
  assert.match(about, /Writes that wait.*b_out.*assignment.*Next try/s);
  assert.match(
    await get('/admin/integrations/int_1/about', await relay.cookie('person-nl')),
    /Wat nog geschreven moet worden.*toewijzing.*Wacht sinds/s,
  );
  assert.equal((await post('/admin/integrations/int_1/write-fields', {})).status, 303);
  await relay.store.write(tx => tx.updateTable('assignment').set({ fields_due: null }).execute());
  assert.match((await post(`${list}/b_out/write-fields`, {})).text, /nothing of the booking waits/);
  assert.doesNotMatch(await get('/admin/integrations/int_1/about'), /Write the fields now/);
  const deeds = await relay.store.db
    .selectFrom('audit')
    .select('subject')
    .where('what', '=', 'fields-asked')
    .execute();
  assert.deepEqual(
    deeds.map(({ subject }) => subject),
    ['b_out', 'int_1'],
  );
});

test('who was let in and took nothing: the story says where it ended', async () => {
  const seen = relay.store.write(tx =>
    tx.updateTable('booking').set({ taken: null }).where('id', '=', 'b_out').execute(),
  );
  await seen;
  assert.doesNotMatch(await get(`${list}/b_out`), /but not seen/);
  await relay.store.write(tx =>
    tx.deleteFrom('event').where('type', 'in', ['door-opened', 'key-taken']).execute(),
  );
  assert.match(await get(`${list}/b_out`), /Let in, but not seen: Door opened, Key taken\./);
});
