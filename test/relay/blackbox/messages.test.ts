/** A driver who knows nothing but the mail: from the booking to the key in their hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../scripts/rig/until.ts';
import { serverWith } from '../messages/smtp-server.ts';
import { becomes, booked, bookedFor, enrolled, through } from './stage.ts';

/** Quoted-printable, as mail has it. */
const plainText = (mail: string): string =>
  mail
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

test('the mail comes when the box has the code; it opens; the page tells the same', async t => {
  const smtp = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(smtp.close);
  const mail = { url: `smtp://127.0.0.1:${smtp.port}`, from: 'Keys <keys@example.org>' };
  const whole = await enrolled(t, { mail });
  const { relay, token } = whole;
  const booking = await booked(whole, 1);
  const told = await relay.ask('POST', '/api/v1/messages', { token, body: { booking } });
  assert.equal(told.status, 202, told.text);
  await until('the mail', async () => smtp.got.length > 0, 30_000);
  const [got] = smtp.got;
  assert.deepEqual(got?.to, ['ann@example.org']);
  const text = plainText(got?.text ?? '');
  const code = /^(\d{4} \d{4})\r$/m.exec(text)?.[1] ?? '';
  const link = /(\/a\/[\w-]{22})\r$/m.exec(text)?.[1] ?? '';
  assert.match((await relay.ask('GET', link)).text, /Your key is ready/);
  const tapped = await relay.ask('POST', link, {
    raw: 'do=code',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.ok(code !== '' && tapped.text.replaceAll(/<[^>]*>/g, '').includes(code));
  await through(whole, code.replace(' ', ''), 1, 'out');
  await becomes(whole, booking, 'taken');
  // The booking ends within the hour.
  assert.match((await relay.ask('GET', link)).text, /bring the key back soon/);
  const { body } = await relay.ask('GET', `/api/v1/messages?booking=${booking}`, { token });
  const { items } = body as { readonly items: readonly { readonly kind: string; readonly state: string }[] };
  assert.deepEqual(
    items.map(({ kind, state }) => `${kind} ${state}`),
    ['access sent'],
  );
  const bo = { name: 'Bo', email: 'bo@example.org' };
  const next = await bookedFor(whole, bo, 1);
  await becomes(whole, next, 'on-box');
  assert.equal((await relay.ask('POST', '/api/v1/messages', { token, body: { booking: next } })).status, 202);
  await until('the mail to who is next', async () => smtp.got.length > 1, 30_000);
  assert.deepEqual(smtp.got[1]?.to, ['bo@example.org']);
  assert.match(plainText(smtp.got[1]?.text ?? ''), /It is ready when it is back/);
  await through(whole, code.replace(' ', ''), 1, 'in');
  await until('the mail that it is back', async () => smtp.got.length > 2, 60_000);
  assert.match(plainText(smtp.got[2]?.text ?? ''), /The key is back in the box\. It is ready for you\./);
  const said = relay.relay.stderr + relay.relay.stdout;
  for (const secret of [code, code.replace(' ', ''), link.slice(3), 'ann@example.org'])
    assert.ok(!said.includes(secret), `the log holds ${secret}`);
});
