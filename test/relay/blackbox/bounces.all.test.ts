/** A driver whose mail comes back: the running relay reads that at a real IMAP server, and the code comes by SMS. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { RelayRig } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { dovecot, imapUser, withoutDovecot } from '../messages/bounces/dovecot.ts';
import { bounceOf } from '../messages/bounces/reports.ts';
import { serverWith } from '../messages/smtp-server.ts';
import { smsProvider } from './sms-provider.ts';
import { becomes, booked, enrolled } from './stage.ts';

interface Items {
  readonly items: readonly { readonly channel: string; readonly state: string; readonly kind: string }[];
}

/** A mail server that takes all, a mailbox to which it comes back, and SMS. */
async function mailAndBack(t: TestContext) {
  const [imap, smtp, sms] = [
    await dovecot(),
    await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] }),
    await smsProvider(t),
  ];
  t.after(imap.dispose);
  t.after(smtp.close);
  const address = `${encodeURIComponent(imapUser)}@127.0.0.1:${imap.tlsPort}`;
  const { passwordFile, caFile } = imap;
  const mail = {
    ...{ url: `smtp://127.0.0.1:${smtp.port}`, from: 'Keys <keys@example.org>' },
    bounces: { url: `imaps://${address}/INBOX`, passwordFile, caFile },
  };
  return { imap, smtp, sms, mail };
}

test('a mail that comes back is an SMS at once, a Problem, and never a second one', {
  skip: withoutDovecot,
}, async t => {
  const { imap, smtp, sms, mail } = await mailAndBack(t);
  const whole = await enrolled(t, { ...sms.sections, mail }, sms.prepare);
  const { relay, token } = whole;
  const ann = { name: 'Ann', email: 'ann@example.org', phone: '+31612345678' };
  const driver = await relay.ask('POST', '/api/v1/drivers', { token, body: ann });
  assert.equal(driver.status, 201, driver.text);
  const booking = await booked(whole, 1);
  await becomes(whole, booking, 'on-box');
  await relay.ask('POST', '/api/v1/messages', { token, body: { booking } });
  await until('the mail', async () => smtp.got.length > 0, 60_000);
  const [, id = ''] = /^Message-ID: <(m_\w+)@example\.org>\r$/m.exec(smtp.got[0]?.text ?? '') ?? [];
  imap.deliver(bounceOf({ id, to: 'eve@example.org' }));
  imap.deliver(
    bounceOf({ id, to: 'ann@example.org', diagnostic: '550 5.1.1 <ann@example.org>: no such user' }),
  );
  await until('the SMS', async () => sms.got.length > 0, 90_000);
  assert.equal(sms.got[0]?.to, '+31612345678');
  assert.match(sms.got[0]?.text ?? '', /\d{4} \d{4}/);
  const listed = await relay.ask('GET', `/api/v1/messages?booking=${booking}`, { token });
  assert.deepEqual(
    (listed.body as Items).items.map(({ channel, state }) => `${channel} ${state}`),
    ['sms sent', 'mail refused'],
  );
  assert.match((await relay.ask('GET', '/api/v1/problems', { token })).text, /"message-refused"/);
  await relay.stop();
  await relay.start();
  imap.deliver(bounceOf({ id, to: 'ann@example.org' }));
  await until(
    'all is read',
    async () => imap.flags().every(flags => flags.includes('$SmartBoxRead')),
    90_000,
  );
  assert.deepEqual([sms.got.length, smtp.got.length], [1, 1]);
  const said = relay.relay.stderr + relay.relay.stdout;
  for (const secret of ['ann@example.org', 'imap-password', 'no such user'])
    assert.ok(!said.includes(secret), `the log holds ${secret}`);
});

test('doctor tries the mailbox, or says that nobody reads it', { skip: withoutDovecot }, async t => {
  const { imap, sms, mail } = await mailAndBack(t);
  const relay = new RelayRig({ ...sms.sections, mail });
  t.after(() => relay.dispose());
  await sms.prepare(relay);
  imap.deliver(bounceOf({ id: 'm_1' }));
  const good = await relay.verb(['doctor']);
  assert.match(good.stdout, /^good: the mailbox of mail\.bounces opens; mails in it: 1$/m);
  const elsewhere = {
    ...mail,
    bounces: { ...mail.bounces, url: mail.bounces.url.replace('INBOX', 'Nowhere') },
  };
  relay.configure({ ...sms.sections, mail: elsewhere });
  const bad = await relay.verb(['doctor']);
  assert.match(
    bad.stdout,
    /^bad: mail\.bounces: there is no such folder\n {2}Correct the folder in mail\.bounces\.url/m,
  );
  relay.configure({ ...sms.sections, mail: { ...mail, bounces: null } });
  const none = await relay.verb(['doctor']);
  assert.match(none.stdout, /^note: mail that comes back to keys@example\.org is not read: /m);
});
