/** The driver's page, asked over HTTP as a telephone does. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { bookingCode } from '../../../../../src/relay/domain/booking-views.ts';
import { cancelBooking, changeBooking } from '../../../../../src/relay/domain/bookings.ts';
import { createDriver, driverView } from '../../../../../src/relay/domain/drivers.ts';
import { grouped } from '../../../../../src/relay/messages/access.ts';
import { tellDriver } from '../../../../../src/relay/messages/tell.ts';
import type { DriverRecord } from '../../../../../src/wire/records.ts';
import { hourMs } from '../../../domain/house.ts';
import { onSqliteOrBoth } from '../../../stores.ts';
import { httpUrl, type Site, siteOn } from './site.ts';

const smsTo = (s: Site, number: string): string =>
  String(s.sms.letters.findLast(({ to }) => to === number)?.content ?? '');

const checkIn = (text: string): string => /\b(\d{6})\b/.exec(text)?.[1] ?? '';

onSqliteOrBoth('the driver’s page', source => {
  const site = async (t: TestContext): Promise<Site> => siteOn(t, await source.fresh());

  test('shows everything but the code, which comes after a tap, once the box has it', async t => {
    const s = await site(t);
    const id = await s.book();
    const link = await s.link(id);
    assert.equal(await s.link(id), link, 'one address for every message');
    const waiting = await s.get(link);
    assert.match(waiting.text, /Your key is booked/);
    assert.match(waiting.text, /<form method="get"><button class="second">Look again<\/button>/);
    assert.doesNotMatch(waiting.text, /http-equiv/);
    assert.doesNotMatch((await s.post(link, { do: 'code' })).text, /class="code"/);
    await s.house.receipt(s.box);
    const { code } = await s.house.act(c => bookingCode(c, id));
    const ready = await s.get(link);
    for (const part of [
      'Your key is ready for you, from',
      'van 1',
      'Depot A',
      'Utrecht Noord',
      '+31 20 123 4567',
      'Door 1 opens',
    ])
      assert.ok(ready.text.includes(part), part);
    assert.ok(!ready.text.includes(grouped(code)) && !ready.text.includes(code));
    const tapped = await s.post(link, { do: 'code' });
    const digits = grouped(code)
      .split(' ')
      .map(part => `<span>${part}</span> `);
    assert.ok(tapped.text.includes(`<p class="code">${digits.join('')}</p>`));
    for (const { headers } of [ready, tapped]) {
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.match(headers.get('x-robots-tag') ?? '', /noindex/);
      assert.equal(headers.get('referrer-policy'), 'no-referrer');
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'; style-src 'sha256-/);
    }
    const rows = JSON.stringify(await s.house.store.db.selectFrom('link').selectAll().execute());
    assert.ok(!rows.includes(link.slice(3)), 'only hash and ciphertext are kept');
    const audit = await s.house.store.db
      .selectFrom('audit')
      .select('who')
      .where('what', '=', 'code-read')
      .execute();
    assert.deepEqual(
      audit.map(({ who }) => who),
      ['test', 'driver-page'],
    );
  });

  test('follows the key: taken, overdue, back; and is over a day after the end', async t => {
    const s = await site(t);
    const id = await s.book();
    await s.house.receipt(s.box);
    const link = await s.link(id);
    await s.house.events(s.box, { type: 'key-taken', key: 'van 1', booking: id, slot: 1 });
    assert.match((await s.get(link)).text, /You have the key/);
    const next = await s.book();
    await s.house.receipt(s.box);
    const away = (await s.get(await s.link(next))).text;
    assert.match(away, /Your key is not back yet/);
    assert.match(away, /Look again/);
    assert.doesNotMatch(away, /It waits for you/);
    assert.match((await s.post(await s.link(next), { do: 'code' })).text, /class="code"/);
    s.pass(10 * hourMs);
    await s.house.events(s.box, { type: 'overdue', key: 'van 1', booking: id });
    assert.match((await s.get(link)).text, /Please bring the key back/);
    await s.house.events(s.box, { type: 'key-returned', key: 'van 1', booking: id, slot: 1 });
    assert.match((await s.get(link)).text, /The key is back/);
    assert.match((await s.get(await s.link(next))).text, /This booking is over|Your key is ready/);
    assert.doesNotMatch((await s.post(link, { do: 'code' })).text, /class="code"/);
    s.pass(24 * hourMs);
    const over = await s.get(link, { 'accept-language': 'nl' });
    assert.deepEqual([over.status, /Deze link is voorbij/.test(over.text)], [410, true]);
    assert.doesNotMatch(over.text, /van 1|Depot|Bea|Main/);
  });

  test('in its last hour the key is asked back by its time, and a site with a point has a map', async t => {
    const s = await site(t);
    const id = await s.book();
    await s.house.receipt(s.box);
    const link = await s.link(id);
    assert.doesNotMatch((await s.get(link)).text, /Open map/);
    const point = { latitude: 52_090_700, longitude: 5_121_400 };
    await s.house.store.write(tx => tx.updateTable('site').set(point).execute());
    assert.match((await s.get(link)).text, /#map=17\/52\.0907\/5\.1214"[^>]*>Open map/);
    await s.house.events(s.box, { type: 'key-taken', key: 'van 1', booking: id, slot: 1 });
    const end = s.house.nowMs + hourMs / 2;
    await s.house.store.write(tx =>
      tx
        .updateTable('booking')
        .set({ start: end - 2 * hourMs, end })
        .where('id', '=', id)
        .execute(),
    );
    const due = (await s.get(link)).text;
    assert.match(due, /Please bring the key back soon/);
    assert.ok(Buffer.byteLength(due) < 14_000);
  });

  test('is dead for whoever had it: cancelled, another driver’s, never there', async t => {
    const s = await site(t);
    const cancelled = await s.book();
    const first = await s.link(cancelled);
    await s.house.act(c => cancelBooking(c, cancelled));
    const moved = await s.book();
    const second = await s.link(moved);
    const { id: carl } = await s.house.act(c => createDriver(c, { name: 'Carl' }));
    await s.house.act(c => changeBooking(c, moved, { driver: carl }));
    const third = await s.link(moved);
    assert.notEqual(third, second);
    for (const path of [first, second, `/a/${'A'.repeat(22)}`, '/a/x', `/a/${'A'.repeat(200)}`])
      assert.equal((await s.get(path)).status, 410, path);
    assert.equal((await s.post(second, { do: 'code' })).status, 410);
    assert.equal((await s.get(third)).status, 200);
  });

  test('speaks the driver’s language, else the browser’s, else the place’s', async t => {
    const s = await site(t);
    const id = await s.book();
    const link = await s.link(id);
    assert.match(
      (await s.get(link, { 'accept-language': 'fr-CH, en;q=0.4' })).text,
      /lang="fr"[\s\S]*Votre clé est réservée/,
    );
    assert.match((await s.get(link, { 'accept-language': 'fi' })).text, /lang="en"/);
    await s.house.store.write(tx =>
      tx.updateTable('driver').set({ language: 'de' }).where('id', '=', s.driver).execute(),
    );
    assert.match((await s.get(link, { 'accept-language': 'fr' })).text, /lang="de"/);
  });

  test('a number opens once the SMS came back, with a PIN; whoever had it before has it no more', async t => {
    const s = await site(t);
    const id = await s.book();
    const link = await s.link(id);
    const { id: carl } = await s.house.act(c =>
      createDriver(c, { name: 'Carl', phone: '+31687654321', phoneOpens: true }),
    );
    assert.match((await s.post(link, { do: 'phone', phone: 'twelve' })).text, /That is no phone number/);
    const asked = await s.post(link, { do: 'phone', phone: '06 8765 4321' });
    assert.match(asked.text, /six digits to \+31687654321/);
    assert.match((await s.post(link, { do: 'phone', phone: '06 8765 4321' })).text, /just sent one/);
    await s.turn();
    const check = checkIn(smsTo(s, '+31687654321'));
    const old = checkIn(smsTo(s, '+31612345678'));
    assert.equal(check.length, 6);
    const wrong = String((Number(check) + 1) % 1_000_000).padStart(6, '0');
    assert.match(
      (await s.post(link, { do: 'check', check: wrong, old, pin: '2580' })).text,
      /not the digits/,
    );
    assert.match((await s.post(link, { do: 'check', check, old, pin: '' })).text, /A PIN has 4 to 8 digits/);
    assert.match(
      (await s.post(link, { do: 'check', check, old, pin: '12' })).text,
      /A PIN has 4 to 8 digits/,
    );
    assert.match(
      (await s.post(link, { do: 'check', check, old, pin: '2580' })).text,
      /from now on \+31687654321 opens/,
    );
    const [bea, former] = [
      await s.house.act(c => driverView(c, s.driver)),
      await s.house.act(c => driverView(c, carl)),
    ];
    assert.deepEqual([bea.phone, bea.phoneOpens, bea.pin], ['+31687654321', true, true]);
    assert.deepEqual([former.phone, former.phoneOpens], [null, false]);
    const set = await s.house.set(s.box);
    const record = set.put.find(
      (each): each is DriverRecord => each.kind === 'driver' && each.driver === s.driver,
    );
    assert.equal(record?.phone, '+31687654321', 'the box is told');
    assert.match(record?.pin ?? '', /^r1\$/);
    assert.ok(!s.lines.join('\n').includes(check));
    const rows = JSON.stringify(await s.house.store.db.selectFrom('message').selectAll().execute());
    assert.ok(!rows.includes(check));
  });

  test('six digits are guessed five times at most, and die after ten minutes', async t => {
    const s = await site(t);
    const link = await s.link(await s.book());
    await s.post(link, { do: 'phone', phone: '+31687654321' });
    await s.turn();
    const check = checkIn(smsTo(s, '+31687654321'));
    const old = checkIn(smsTo(s, '+31612345678'));
    for (let guess = 0; guess < 5; guess += 1) {
      const wrong = String((Number(check) + 1 + guess) % 1_000_000).padStart(6, '0');
      await s.post(link, { do: 'check', check: wrong, old, pin: '2580' });
    }
    assert.match((await s.post(link, { do: 'check', check, old, pin: '2580' })).text, /no longer good/);
    s.pass(2 * 60_000);
    await s.post(link, { do: 'phone', phone: '+31687654321' });
    await s.turn();
    s.pass(10 * 60_000);
    const late = checkIn(smsTo(s, '+31687654321'));
    assert.match((await s.post(link, { do: 'check', check: late, old, pin: '2580' })).text, /no longer good/);
    assert.equal((await s.house.act(c => driverView(c, s.driver))).phoneOpens, false);
  });

  test('who asks again after the end is a Problem and a mail to administrators, once', async t => {
    const s = await site(t);
    await s.settings({ admins: ['boss@example.org'] });
    const id = await s.book({ start: s.house.nowMs, end: s.house.nowMs + hourMs });
    const link = await s.link(id);
    assert.doesNotMatch((await s.get(link)).text, /Ask for access again/);
    s.pass(2 * hourMs);
    await s.house.store.write(tx =>
      tx.updateTable('booking').set({ ended: s.house.nowMs }).where('id', '=', id).execute(),
    );
    assert.match((await s.get(link)).text, /Ask for access again/);
    for (let each = 0; each < 3; each += 1)
      assert.match((await s.post(link, { do: 'again' })).text, /We have asked/);
    await s.turn();
    assert.deepEqual(await s.problems(), ['access-asked']);
    assert.equal(s.mail.letters.length, 1);
    assert.match(s.mail.last, /^Bea Bakker asks for the key of van 1 again\n/);
  });

  test('many at once are told to wait, each caller and each page for itself', async t => {
    const s = await site(t);
    const link = await s.link(await s.book());
    const statuses: number[] = [];
    for (let each = 0; each < 25; each += 1) statuses.push((await s.post(link, { do: 'code' })).status);
    assert.deepEqual([statuses[0], statuses.at(-1)], [200, 429]);
    const from = { 'x-forwarded-for': '198.51.100.1' };
    const looks: number[] = [];
    for (let each = 0; each < 65; each += 1) looks.push((await s.get('/a/nothing', from)).status);
    assert.deepEqual([looks[0], looks.at(-1)], [410, 429]);
    const busy = await s.get('/a/nothing', { ...from, 'accept-language': 'nl' });
    assert.match(
      busy.text,
      /<h1>Een ogenblik<\/h1><p role="status">[^<]*Uw code staat ook in uw bericht\.<\/p>/,
    );
    assert.match(busy.text, /<form method="get"><button class="second">/, 'one looks again by a button');
    assert.equal((await s.get(link)).status, 200);
  });

  test('Twilio is believed when it has signed, and nobody else', async t => {
    const s = await site(t);
    await s.settings({ channels: 'sms', reminderH: null });
    const id = await s.book();
    await s.house.receipt(s.box);
    await s.house.act(c => tellDriver(c, { booking: id, kind: 'access' }));
    await s.turn();
    const path = `/webhooks/twilio?message=${s.sms.letters[0]?.id}`;
    await s.house.store.write(tx => tx.updateTable('message').set({ provider_id: null }).execute());
    const news = { MessageSid: 'sid-1', MessageStatus: 'undelivered', ErrorCode: '30003' };
    const signed = (form: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
      const members = Object.entries(form).toSorted(([a], [b]) => (a < b ? -1 : 1));
      const text = `${httpUrl}${path}${members.map(([name, value]) => name + value).join('')}`;
      return { 'x-twilio-signature': createHmac('sha1', 'made-up').update(text).digest('base64') };
    };
    for (const headers of [{}, { 'x-twilio-signature': 'AAAA' }, signed({ ...news, MessageSid: 'x' })])
      assert.equal((await s.post(path, news, headers)).status, 403);
    assert.deepEqual(await s.problems(), []);
    assert.equal((await s.post(path, news, signed(news))).status, 200);
    assert.deepEqual(await s.problems(), ['message-undelivered']);
    const stop = { MessageSid: 'SM9', From: '+31612345678', To: '+1', Body: ' stop ' };
    await s.post(path, stop, signed(stop));
    assert.deepEqual((await s.problems()).toSorted(), ['message-opted-out', 'message-undelivered']);
  });
});
