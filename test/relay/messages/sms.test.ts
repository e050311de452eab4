/** SMS by HTTP, to providers that behave in every way, and what they call back with. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import type { Channel, Outcome, OutgoingMessage } from '../../../src/relay/messages/channels/channel.ts';
import {
  type HttpSmsOptions,
  headerLines,
  httpSmsChannel,
} from '../../../src/relay/messages/channels/http-sms.ts';
import { isTwilioSignature, twilioChannel } from '../../../src/relay/messages/channels/twilio.ts';

interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Provider {
  readonly url: string;
  readonly asked: Asked[];
  replies: Reply[];
}

async function provider(t: TestContext): Promise<Provider> {
  const state: Provider = { url: '', asked: [], replies: [] };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    state.asked.push({
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    const { status, body = '', headers = {} } = state.replies.shift() ?? { status: 200 };
    if (status === 0) return void request.socket.destroy();
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

const message: OutgoingMessage = {
  id: 'm_7',
  to: '+31612345678',
  content: 'Code "4071 8265" & more\n#',
  language: 'en',
};
const send = (channel: Channel, some: Partial<OutgoingMessage> = {}): Promise<Outcome> =>
  channel.send({ ...message, ...some }, new AbortController().signal);

test('any provider: the body is written in its own language, whatever stands in the text', async t => {
  const there = await provider(t);
  const json: HttpSmsOptions = {
    url: `${there.url}/send`,
    headers: headerLines('Authorization: Bearer made-up\nX-Sender: Keys\n\n'),
    contentType: 'application/json',
    body: '{"messages":[{"to":"{to}","text":"{text}","ref":"{id}"}]}',
  };
  assert.deepEqual(await send(httpSmsChannel(json)), { is: 'sent', providerId: null });
  const form = {
    ...json,
    contentType: 'application/x-www-form-urlencoded' as const,
    body: 'to={to}&body={text}',
  };
  await send(httpSmsChannel(form));
  const [first, second] = there.asked;
  assert.deepEqual(JSON.parse(first?.body ?? ''), {
    messages: [{ to: message.to, text: message.content, ref: 'm_7' }],
  });
  assert.deepEqual([first?.headers.authorization, first?.headers['x-sender']], ['Bearer made-up', 'Keys']);
  assert.deepEqual(
    [...new URLSearchParams(second?.body)],
    [
      ['to', message.to],
      ['body', message.content],
    ],
  );
  assert.throws(
    () => headerLines('Authorization: x\nsecret-without-a-name'),
    error => !String(error).includes('secret'),
  );
});

const answers: readonly (readonly [reply: Reply, outcome: Partial<Outcome>])[] = [
  [{ status: 202 }, { is: 'sent' }],
  [{ status: 400 }, { is: 'refused' }],
  [{ status: 422 }, { is: 'refused' }],
  [{ status: 401 }, { is: 'later', whole: true }],
  [
    { status: 429, headers: { 'retry-after': '7' } },
    { is: 'later', waitMs: 7_000 },
  ],
  [
    {
      status: 503,
      headers: { 'retry-after': 'Tue, 01 Dec 2026 08:05:00 GMT', date: 'Tue, 01 Dec 2026 08:00:00 GMT' },
    },
    { is: 'later', waitMs: 300_000 },
  ],
  [{ status: 500 }, { is: 'later', whole: true }],
  [
    { status: 302, headers: { location: 'http://169.254.169.254/' } },
    { is: 'later', whole: true },
  ],
  [{ status: 0 }, { is: 'later', whole: true }],
  [{ status: 200, body: 'x'.repeat(1_000_000) }, { is: 'sent' }],
];

test('any provider: what each answer means; redirects are not followed', async t => {
  const there = await provider(t);
  const channel = httpSmsChannel({
    url: there.url,
    headers: {},
    contentType: 'application/json',
    body: '"{to}{text}"',
  });
  for (const [reply, outcome] of answers) {
    there.replies = [reply];
    const got = await send(channel);
    assert.deepEqual({ ...got, ...outcome }, got, `${reply.status}: ${JSON.stringify(got)}`);
    assert.doesNotMatch(JSON.stringify(got), /4071|\+316/);
  }
  const nowhere = httpSmsChannel({
    url: 'http://127.0.0.1:9',
    headers: {},
    contentType: 'application/json',
    body: '""',
  });
  assert.equal((await send(nowhere)).is, 'later');
});

test('Twilio: the form, the credentials, the id; its errors by their numbers', async t => {
  const there = await provider(t);
  const options = {
    ...{ url: there.url, accountSid: 'AC1', authToken: new Secret('made-up'), from: '+15005550006' },
    ...{ messagingService: null, callbackUrl: 'https://keys.example.org/webhooks/twilio' },
  };
  const channel = twilioChannel(options);
  there.replies = [{ status: 201, body: '{"sid":"SM1","status":"queued"}' }];
  assert.deepEqual(await send(channel), { is: 'sent', providerId: 'SM1' });
  const [asked] = there.asked;
  assert.equal(asked?.path, '/2010-04-01/Accounts/AC1/Messages.json');
  assert.equal(asked?.headers.authorization, `Basic ${Buffer.from('AC1:made-up').toString('base64')}`);
  const form = Object.fromEntries(new URLSearchParams(asked?.body));
  assert.deepEqual(form, {
    To: message.to,
    From: '+15005550006',
    Body: message.content,
    StatusCallback: `${options.callbackUrl}?message=m_7`,
  });
  const errors: readonly (readonly [code: number | null, is: Outcome['is']])[] = [
    [21_610, 'opted-out'],
    [21_211, 'refused'],
    [21_614, 'refused'],
    [21_603, 'later'],
    [null, 'later'],
  ];
  for (const [code, is] of errors) {
    there.replies = [
      {
        status: 400,
        body: code === null ? 'no JSON' : JSON.stringify({ code, message: `To ${message.to}` }),
      },
    ];
    const outcome = await send(channel);
    assert.equal(outcome.is, is, `${code}`);
    assert.doesNotMatch(JSON.stringify(outcome), /\+316/);
  }
  await send(
    twilioChannel({ ...options, from: null, messagingService: 'MG1', callbackUrl: 'http://127.0.0.1/x' }),
  );
  const last = Object.fromEntries(new URLSearchParams(there.asked.at(-1)?.body));
  assert.deepEqual(Object.keys(last).toSorted(), ['Body', 'MessagingServiceSid', 'To']);
});

test('Twilio’s signature: over address and sorted form; nothing else will do', () => {
  // As Twilio's documentation writes it down: the address, then each name with its value, in the order of the names.
  const authToken = new Secret('12345');
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
  const form = new URLSearchParams({
    CallSid: 'CA1',
    Caller: '+14158675309',
    Digits: '1234',
    From: '+1',
    To: '+18005551212',
  });
  const text = `${url}CallSidCA1Caller+14158675309Digits1234From+1To+18005551212`;
  const signature = createHmac('sha1', '12345').update(text).digest('base64');
  const shuffled = new URLSearchParams([...form].toReversed());
  assert.ok(isTwilioSignature(authToken, { url, form: shuffled, signature }));
  const wrong: readonly Partial<Parameters<typeof isTwilioSignature>[1]>[] = [
    { signature: '' },
    { signature: signature.slice(0, -2) },
    { signature: signature.toLowerCase() },
    { url: url.replace('https', 'http') },
    { form: new URLSearchParams([...form, ['Extra', '1']]) },
  ];
  for (const some of wrong) assert.ok(!isTwilioSignature(authToken, { url, form, signature, ...some }));
  assert.ok(!isTwilioSignature(new Secret('12346'), { url, form, signature }));
});
