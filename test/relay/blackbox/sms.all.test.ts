/** SMS of the running relay at Twilio, played: whom they go to, what they say, and what follows from what Twilio tells later. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { textOf } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { serverWith } from '../messages/smtp-server.ts';
import { type SmsProvider, smsProvider } from './sms-provider.ts';
import { becomes, enrolled, type Whole } from './stage.ts';

interface Texting {
  readonly whole: Whole;
  readonly sms: SmsProvider;
  readonly mails: readonly { readonly to: readonly string[] }[];
}

/** A box whose keys can be booked for whoever is given, in an account that nobody has given a region. */
async function texting(t: TestContext): Promise<Texting> {
  const sms = await smsProvider(t);
  const smtp = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(smtp.close);
  const mail = { url: `smtp://127.0.0.1:${smtp.port}`, from: 'Keys <keys@example.org>' };
  const whole = await enrolled(t, { ...sms.sections, mail }, sms.prepare);
  const { relay, token, id } = whole;
  for (const slot of [1, 2])
    await relay.ask('POST', '/api/v1/keys', { token, body: { name: `Van ${slot}`, box: id, slot } });
  return { whole, sms, mails: smtp.got };
}

interface Person {
  readonly name: string;
  readonly phone: string;
  readonly email?: string;
}

let hoursAhead = 0;
/** Booked, on the box, and told by SMS. */
async function told({ relay, token, ...rest }: Whole, contact: Person, slot = 1): Promise<string> {
  hoursAhead += 1;
  const [start, end] = [hoursAhead, hoursAhead + 1].map(hours => new Date(Date.now() + hours * 3_600_000));
  const body = { key: `Van ${slot}`, contact, start: start?.toISOString(), end: end?.toISOString() };
  const booking = textOf(await relay.ask('POST', '/api/v1/bookings', { token, body }), 'id');
  await becomes({ relay, token, ...rest }, booking, 'on-box');
  const asked = await relay.ask('POST', '/api/v1/messages', { token, body: { booking, by: 'sms' } });
  assert.equal(asked.status, 202, asked.text);
  return booking;
}

const arrives = ({ sms }: Texting, count: number): Promise<void> =>
  until(`SMS ${count}`, async () => sms.got.length >= count, 60_000);

/** Of what was said of a booking's code, newest first; reminders are others. */
async function states({ relay, token }: Whole, booking: string): Promise<readonly string[]> {
  const { body } = await relay.ask('GET', `/api/v1/messages?booking=${booking}`, { token });
  const { items } = body as {
    readonly items: readonly { readonly kind: string; readonly channel: string; readonly state: string }[];
  };
  return items.filter(({ kind }) => kind !== 'reminder').map(({ channel, state }) => `${channel} ${state}`);
}

/** The box in a place; the region of its numbers follows. */
async function stands({ relay, token, id }: Whole, timezone: string): Promise<void> {
  const body = { name: timezone, timezone, language: 'en' };
  const site = textOf(await relay.ask('POST', '/api/v1/sites', { token, body }), 'id');
  assert.equal((await relay.ask('PATCH', `/api/v1/boxes/${id}`, { token, body: { site } })).status, 200);
}

/** As people write their numbers at home, and where the SMS must go. */
const countries = [
  ['Europe/Brussels', '0471 23 45 67', '+32471234567'],
  ['Europe/Paris', '06 12 34 56 78', '+33612345678'],
  ['Europe/Warsaw', '512 345 678', '+48512345678'],
  ['America/Mexico_City', '+52 1 55 1234 5678', '+525512345678'],
  ['Africa/Porto-Novo', '97 12 34 56', '+2290197123456'],
  ['Africa/Abidjan', '07 12 34 56', '+2250707123456'],
] as const;

test('an SMS goes to the number as it is read where the key is', async t => {
  const all = await texting(t);
  for (const [at, [timezone, phone, number]] of countries.entries()) {
    await stands(all.whole, timezone);
    await told(all.whole, { name: `Driver ${at}`, phone });
    await arrives(all, at + 1);
    assert.equal(all.sms.got[at]?.to, number, timezone);
  }
});

test('news that an SMS failed may come before the answer to its sending, and its driver has mail', async t => {
  const all = await texting(t);
  const { whole, sms, mails } = all;
  const failed = { MessageStatus: 'failed', ErrorCode: '30007' };
  sms.before = async each => assert.equal(await sms.call(whole.relay, each, failed), 200);
  const first = await told(whole, { name: 'Ann', phone: '+31612345678', email: 'ann@example.org' });
  const both = 'mail sent, sms undelivered';
  await until(both, async () => [...(await states(whole, first))].sort().join(', ') === both, 60_000);
  assert.equal(mails.length, 1);
  sms.before = async () => {};
  const second = await told(whole, { name: 'Bo', phone: '+31687654321', email: 'bo@example.org' }, 2);
  await until('the SMS', async () => (await states(whole, second)).includes('sms sent'), 60_000);
  assert.equal(mails.length, 1);
  const sent = sms.got.at(-1);
  assert.ok(sent !== undefined);
  assert.equal(
    await sms.call(whole.relay, { ...sent, callback: `${sent.callback}x` }, failed),
    200,
    'another message',
  );
  assert.equal(await sms.call(whole.relay, sent, { ...failed, MessageStatus: 'undelivered' }), 200);
  await until('the mail', async () => mails.length > 1, 60_000);
  assert.deepEqual(mails[1]?.to, ['bo@example.org']);
  assert.equal(sms.got.length, 2, 'no SMS goes twice');
});

test('a text holds a link unless the account wants none, and digits are bound to our page', async t => {
  const all = await texting(t);
  const { whole, sms } = all;
  const { relay, token } = whole;
  const booking = await told(whole, { name: 'Ann', phone: '+31612345678' });
  await arrives(all, 1);
  const [, link = ''] = /(\/a\/[\w-]{22})/.exec(sms.got[0]?.text ?? '') ?? [];
  assert.notEqual(link, '', sms.got[0]?.text);
  const check = await relay.ask('POST', link, {
    raw: new URLSearchParams({ do: 'phone', phone: '+31 6 8765 4321' }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.ok(check.status < 400, `${check.status} ${check.text.slice(0, 300)}`);
  await until('the digits', async () => sms.got.some(({ to }) => to === '+31687654321'), 60_000);
  const { text = '' } = sms.got.find(({ to }) => to === '+31687654321') ?? {};
  const [, digits = ''] = /\n@keys\.example\.org #(\d{6})$/.exec(text) ?? [];
  assert.ok(digits !== '' && /code/i.test(text) && text.indexOf(digits) < text.lastIndexOf(digits), text);
  const settings = { notify: { smsLink: false } };
  assert.equal(
    (await relay.ask('PATCH', '/api/v1/settings', { token, body: { settings } })).status < 300,
    true,
  );
  const before = sms.got.length;
  await relay.ask('POST', '/api/v1/messages', { token, body: { booking, by: 'sms' } });
  await arrives(all, before + 1);
  assert.doesNotMatch(sms.got.at(-1)?.text ?? '', /https?:|\/a\//);
  assert.match(sms.got.at(-1)?.text ?? '', /\d{4} \d{4}/);
});

test('where neither mailbox nor number takes anything, each is tried once, and no SMS is paid for again and again', async t => {
  const sms = await smsProvider(t);
  sms.refuses = true;
  const asked: string[] = [];
  const smtp = await serverWith({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) => {
      asked.push(address);
      done(Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 }));
    },
  });
  t.after(smtp.close);
  const mail = { url: `smtp://127.0.0.1:${smtp.port}`, from: 'Keys <keys@example.org>' };
  const whole = await enrolled(t, { ...sms.sections, mail }, sms.prepare);
  const { relay, token, id } = whole;
  await relay.ask('POST', '/api/v1/keys', { token, body: { name: 'Van 1', box: id, slot: 1 } });
  const booking = await told(whole, { name: 'Ann', phone: '+31612345678', email: 'ann@example.org' });
  const both = 'mail refused,sms refused';
  await until(both, async () => [...(await states(whole, booking))].sort().join() === both, 60_000);
  // Six turns of the outbox: where the ways took turns, each turn would be one more.
  await new Promise(resolve => setTimeout(resolve, 6_000));
  assert.deepEqual([sms.got.length, asked.length], [1, 1]);
  assert.deepEqual([...(await states(whole, booking))].sort(), both.split(','));
});
