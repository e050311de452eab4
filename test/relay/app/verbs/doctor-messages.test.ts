/** What doctor says of a way by which it sent one message, to servers that take it, refuse it, or are not there. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { SMTPServerOptions } from 'smtp-server';
import type { MailAddress } from '../../../../src/base/mail-address.ts';
import type { PhoneNumber } from '../../../../src/base/phone-number.ts';
import { ofMessages } from '../../../../src/relay/app/verbs/doctor-messages.ts';
import type { Finding } from '../../../../src/relay/app/verbs/finding.ts';
import type { MailConfig, SmsConfig } from '../../../../src/relay/config/model.ts';
import { serverWith } from '../../messages/smtp-server.ts';

const mailTo = 'boss@example.org' as MailAddress;
const smsTo = '+31612345678' as PhoneNumber;
const nobody = { mail: null, sms: null };

const mailAt = (port: number, more: Partial<MailConfig> = {}): MailConfig => ({
  url: { host: '127.0.0.1', port, tls: false, user: null },
  from: { name: 'Keys', address: 'keys@example.org' as MailAddress },
  ...{ passwordFile: null, caFile: null, bounces: null },
  ...more,
});

const jsonBody = {
  headersFile: null,
  contentType: 'application/json' as const,
  body: '{"to":"{to}","text":"{text}"}',
};

const line = (found: Finding | undefined): string =>
  `${found?.level}: ${found?.text}${found?.hint === undefined ? '' : ` | ${found.hint}`}`;

async function mailFinding(config: MailConfig | null, to: MailAddress | null = mailTo): Promise<string> {
  const [mail] = await ofMessages({ mail: config, sms: null }, { mail: to, sms: null });
  return line(mail);
}

async function smsFinding(config: SmsConfig | null, to: PhoneNumber | null = smsTo): Promise<string> {
  const [, sms] = await ofMessages({ mail: null, sms: config }, { mail: null, sms: to });
  return line(sms);
}

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'smartbox-doctor-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

test('what nobody asked to be tried is said not to have been tried, and sends nothing', async t => {
  const server = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(server.close);
  assert.match(
    await mailFinding(mailAt(server.port), null),
    /^note: mail was not tried \| --mail-to ADDRESS/,
  );
  const sms: SmsConfig = { provider: 'http', url: 'http://127.0.0.1:9/', ...jsonBody };
  assert.match(await smsFinding(sms, null), /^note: SMS was not tried \| --sms-to NUMBER/);
  const [mail, text] = await ofMessages({ mail: null, sms: null }, nobody);
  assert.match(
    line(mail),
    /^note: mail is not set up: relay\.yaml has no section mail, and it was not tried/,
  );
  assert.match(line(text), /^note: SMS is not set up: relay\.yaml has no section sms, and it was not tried/);
  assert.equal(server.got.length, 0);
});

test('to be tried without a section is bad, and names the section', async () => {
  assert.match(
    await mailFinding(null),
    /^bad: mail is not set up: .*no section mail, so .* \| .*section mail;/,
  );
  assert.match(await smsFinding(null), /^bad: SMS is not set up: .*no section sms, so .* \| .*section sms;/);
});

test('one mail goes to the one address, and doctor says what that does not prove', async t => {
  const server = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(server.close);
  assert.match(
    await mailFinding(mailAt(server.port)),
    /^good: the mail server took the test message \| Look whether it arrives\..*mail\.from.* not read/,
  );
  assert.equal(server.got.length, 1);
  const [mail] = server.got;
  assert.deepEqual([mail?.from, mail?.to], ['keys@example.org', ['boss@example.org']]);
  assert.match(mail?.text ?? '', /^Subject: Test message of SmartBox\r$/m);
});

const refusing = (code: number, text: string): SMTPServerOptions => ({
  onRcptTo: (_, __, done) => done(Object.assign(new Error(text), { responseCode: code })),
});

const mailRows: readonly (readonly [name: string, options: SMTPServerOptions, said: RegExp])[] = [
  ['an unknown receiver', refusing(550, '5.1.1 unknown user'), /refused it \(550.*\| .*try another/],
  [
    'a sender that is blocked',
    refusing(554, '5.7.1 blocked'),
    /refuses mail from this relay.*\| .*mail\.url/,
  ],
  ['a full mailbox of today', refusing(452, '4.2.2 full'), /did not take it.*\| .*try again later/],
];

test('a mail server that refuses is bad, with what to look at; the address is not repeated', async t => {
  for (const [name, options, said] of mailRows) {
    const server = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'], ...options });
    t.after(server.close);
    const found = await mailFinding(mailAt(server.port));
    assert.match(found, /^bad: the test message by mail was not sent: /, name);
    assert.match(found, said, name);
    assert.doesNotMatch(found, /boss@/, name);
  }
});

test('a mail server that is not there, a wrong password and a password file that is missing are bad', async t => {
  const gone = await serverWith({});
  await gone.close();
  assert.match(await mailFinding(mailAt(gone.port)), /^bad: .*\| Look at mail\.url/);
  const strict = await serverWith({
    ...{ authOptional: false, disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    onAuth: (_, __, done) => done(new Error('no')),
  });
  t.after(strict.close);
  const passwordFile = join(folder(t), 'mail.password');
  const url = { host: '127.0.0.1', port: strict.port, tls: false, user: 'keys' };
  const locked = mailAt(strict.port, { url, passwordFile });
  assert.match(await mailFinding(locked), /^bad: mail\.passwordFile: cannot read .*\| It must be there/);
  writeFileSync(passwordFile, 'made-up-password');
  const wrong = await mailFinding(locked);
  assert.match(wrong, /^bad: .*535.*\| .*mail\.passwordFile/);
  assert.doesNotMatch(wrong, /made-up-password/);
  assert.equal(strict.got.length, 0);
});

test('one SMS goes to the one number by either kind of provider, and what it answers is said', async t => {
  const asked: string[] = [];
  const replies: { status: number; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push(Buffer.concat(chunks).toString());
    const { status, body } = replies.shift() ?? { status: 200, body: '{"sid":"SM1"}' };
    response.writeHead(status).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authTokenFile = join(folder(t), 'twilio.token');
  writeFileSync(authTokenFile, 'made-up-token\n');
  const http: SmsConfig = { provider: 'http', url, ...jsonBody };
  const twilio: SmsConfig = {
    ...{ provider: 'twilio', accountSid: 'AC1', authTokenFile, from: '+15005550006' },
    ...{ messagingService: null, url },
  };
  for (const config of [http, twilio])
    assert.match(await smsFinding(config), /^good: the SMS provider took the test message \| Look whether/);
  assert.deepEqual(JSON.parse(asked[0] ?? '').to, '+31612345678');
  const form = new URLSearchParams(asked[1]);
  assert.deepEqual([form.get('To'), form.get('StatusCallback')], ['+31612345678', null]);
  const rows: readonly (readonly [SmsConfig, number, string, RegExp])[] = [
    [http, 401, '', /answered 401 \| Look at sms\.url, sms\.headersFile/],
    [twilio, 401, '', /answered 401 \| Look at sms\.accountSid, sms\.authTokenFile/],
    [http, 422, '', /refused it \(422\) \| .*section sms/],
    [twilio, 400, '{"code":21211}', /Twilio error 21211 \| .*try another/],
    [twilio, 400, '{"code":21610}', /Twilio error 21610 \| .*no more messages/],
  ];
  for (const [config, status, body, said] of rows) {
    replies.push({ status, body });
    const found = await smsFinding(config);
    assert.match(found, /^bad: the test message by SMS was not sent: /);
    assert.match(found, said);
  }
  rmSync(authTokenFile);
  assert.match(await smsFinding(twilio), /^bad: sms\.authTokenFile: cannot read/);
  assert.equal(asked.length, 2 + rows.length);
});
