/** Mail to a real SMTP server that behaves well, refuses, stumbles, hangs up, and speaks TLS. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SMTPServerOptions } from 'smtp-server';
import type { MailAddress } from '../../../src/base/mail-address.ts';
import { Secret } from '../../../src/base/secret.ts';
import type { Outcome, OutgoingMessage } from '../../../src/relay/messages/channels/channel.ts';
import { type SmtpOptions, smtpChannel } from '../../../src/relay/messages/channels/smtp.ts';
import { cert, serverWith } from './smtp-server.ts';

const message: OutgoingMessage = {
  id: 'm_1',
  to: 'bea@example.org',
  content: { subject: 'Ihr Schlüssel für Van 1', text: 'Grüße\n', html: '<p>Grüße</p>' },
  language: 'de',
};

const plain = (port: number): SmtpOptions => ({
  ...{
    host: 'localhost',
    port,
    tls: false,
    startTls: false,
    user: null,
    password: null,
    ca: null,
    wantsReports: false,
  },
  from: { name: 'Keys, Inc.', address: 'keys@example.org' as MailAddress },
});

async function send(options: SmtpOptions, some: Partial<OutgoingMessage> = {}): Promise<Outcome> {
  const channel = smtpChannel(options);
  try {
    return await channel.send({ ...message, ...some }, new AbortController().signal);
  } finally {
    channel.close();
  }
}

const failure = (message: string, responseCode: number): Error =>
  Object.assign(new Error(message), { responseCode });

test('a mail arrives whole, with the same Message-ID each time it is tried', async t => {
  const server = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(server.close);
  assert.deepEqual(await send(plain(server.port)), { is: 'sent', providerId: null });
  assert.deepEqual(await send(plain(server.port)), { is: 'sent', providerId: null });
  const odd = { to: "T.O'Brien+van@XN--MNCHEN-3YA.example" };
  assert.deepEqual(await send(plain(server.port), odd), { is: 'sent', providerId: null });
  assert.deepEqual(server.got[2]?.to, ["t.o'brien+van@münchen.example"]);
  const [mail, again] = server.got;
  assert.deepEqual([mail?.from, mail?.to], ['keys@example.org', ['bea@example.org']]);
  for (const got of [mail, again]) assert.match(got?.text ?? '', /^Message-ID: <m_1@example\.org>\r$/m);
  const text = mail?.text ?? '';
  assert.match(text, /^From: "Keys, Inc\." <keys@example\.org>\r$/m);
  assert.match(text, /^Auto-Submitted: auto-generated\r$/m);
  assert.match(text, /^Content-Language: de\r$/m);
  assert.match(text, /multipart\/alternative/);
  assert.doesNotMatch(text, /List-Unsubscribe|X-Mailer/i);
});

test('no name and no subject adds a header, a receiver or a mail', async t => {
  const server = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(server.close);
  const evil = 'x\r\nBcc: evil@example.net\r\n\r\nHello';
  await send(plain(server.port), { content: { subject: evil, text: 't', html: 'h' } });
  const from = { name: evil, address: 'keys@example.org' as MailAddress };
  await send({ ...plain(server.port), from });
  await send(plain(server.port), { language: evil });
  await send(plain(server.port), { to: 'bea@example.org\r\nRCPT TO:<evil@example.net>' });
  await send(plain(server.port), { to: 'bea@example.org, evil@example.net' });
  for (const { to, text } of server.got) {
    assert.ok(to.length === 1 && !to.includes('evil@example.net'), `${to}`);
    assert.doesNotMatch(text, /^(?:Bcc|To|Cc): .*evil/im);
  }
});

const refusals: readonly (readonly [
  name: string,
  options: SMTPServerOptions,
  is: Outcome['is'],
  whole: boolean | null,
])[] = [
  [
    '550 for the receiver',
    { onRcptTo: (_, __, done) => done(failure('5.1.1 <bea@example.org> unknown', 550)) },
    'refused',
    null,
  ],
  [
    '554 for the mail',
    {
      onData: (stream, _, done) => {
        stream.resume();
        stream.on('end', () => done(failure('5.7.1 looks like spam', 554)));
      },
    },
    'later',
    true,
  ],
  [
    '554 5.7.1 for a receiver, of a sender that is blocked',
    { onRcptTo: (_, __, done) => done(failure('5.7.1 Service unavailable; client blocked', 554)) },
    'later',
    true,
  ],
  ['550 5.2.1', { onRcptTo: (_, __, done) => done(failure('5.2.1 mailbox disabled', 550)) }, 'refused', null],
  [
    '550 without a status',
    { onRcptTo: (_, __, done) => done(failure('No such user here', 550)) },
    'refused',
    null,
  ],
  ['550 in words', { onRcptTo: (_, __, done) => done(failure('listed by a DNSBL', 550)) }, 'later', true],
  [
    '450 for the receiver',
    { onRcptTo: (_, __, done) => done(failure('4.2.1 greylisted', 450)) },
    'later',
    false,
  ],
  ['421 at the greeting', { onConnect: (_, done) => done(failure('too busy', 421)) }, 'later', true],
  [
    '550 for the sender',
    { onMailFrom: (_, __, done) => done(failure('5.7.1 not yours', 550)) },
    'later',
    true,
  ],
];

for (const [name, options, is, whole] of refusals)
  test(`${name} is ${is}, in words without an address`, async t => {
    const server = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'], ...options });
    t.after(server.close);
    const outcome = await send(plain(server.port));
    assert.equal(outcome.is, is, JSON.stringify(outcome));
    assert.equal(outcome.is === 'later' ? outcome.whole : null, whole, JSON.stringify(outcome));
    // Told for good that nothing goes: no second try finds out more.
    const isCertain = outcome.is === 'later' && outcome.isCertain === true;
    assert.equal(isCertain, whole === true && name.startsWith('5'), JSON.stringify(outcome));
    assert.doesNotMatch(JSON.stringify(outcome), /bea@|example/);
  });

test('a server that is away, or hangs up in the middle, is tried again', async t => {
  const gone = await serverWith({});
  await gone.close();
  const away = await send(plain(gone.port));
  assert.deepEqual([away.is, away.is === 'later' && away.whole], ['later', true]);
  let hangUp = (): void => {};
  const server = await serverWith({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: stream => void stream.once('data', () => hangUp()),
  });
  t.after(server.close);
  hangUp = server.hangUp;
  const cut = await send(plain(server.port));
  assert.equal(cut.is, 'later');
});

test('TLS from the first byte, or by STARTTLS before anything is said; a stranger’s certificate is not believed', async t => {
  const users: string[] = [];
  const onAuth: SMTPServerOptions['onAuth'] = ({ username, password }, session, done) => {
    users.push(`${username} ${password} ${session.secure}`);
    if (password === 'right') return done(null, { user: username });
    return done(failure('no', 535));
  };
  const [implicit, upgraded] = [await serverWith({ secure: true, onAuth }), await serverWith({ onAuth })];
  t.after(implicit.close);
  t.after(upgraded.close);
  const named = { user: 'keys', password: new Secret('right'), ca: cert };
  assert.equal((await send({ ...plain(implicit.port), ...named, tls: true })).is, 'sent');
  assert.equal((await send({ ...plain(upgraded.port), ...named, startTls: true })).is, 'sent');
  assert.deepEqual(users, ['keys right true', 'keys right true']);
  assert.ok([...implicit.got, ...upgraded.got].every(({ secure }) => secure));
  const wrong = await send({ ...plain(implicit.port), ...named, password: new Secret('wrong'), tls: true });
  assert.deepEqual([wrong.is, wrong.is === 'later' && wrong.whole], ['later', true]);
  users.length = 0;
  for (const [port, tls] of [
    [implicit.port, true],
    [upgraded.port, false],
  ] as const) {
    const strange = await send({ ...plain(port), ...named, ca: null, tls, startTls: !tls });
    assert.deepEqual([strange.is, strange.is === 'later' && strange.whole], ['later', true]);
  }
  const bare = await serverWith({ disabledCommands: ['STARTTLS'], onAuth });
  t.after(bare.close);
  assert.equal((await send({ ...plain(bare.port), ...named, startTls: true })).is, 'later');
  assert.deepEqual([users, bare.got], [[], []], 'no name and no password without TLS');
});
