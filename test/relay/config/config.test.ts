import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { sentenceOf } from '../../../src/base/config/problem.ts';
import { exampleConfig } from '../../../src/relay/app/verbs/setup.ts';
import { parseRelayConfig, readRelayConfig } from '../../../src/relay/config/config.ts';
import type { RelayConfig } from '../../../src/relay/config/model.ts';

const around = { folder: '/etc/smartbox', here: '/srv', data: null };

function configOf(text: string, data: string | null = null): RelayConfig {
  const parsed = parseRelayConfig(text, { ...around, data });
  assert.ok('config' in parsed, JSON.stringify(parsed));
  return parsed.config;
}

function problemsOf(text: string): readonly string[] {
  const parsed = parseRelayConfig(text, around);
  return 'problems' in parsed ? parsed.problems.map(sentenceOf) : [];
}

test('nothing said is what contracts.md §4 prints', () => {
  const config = readRelayConfig(null, null, '/srv');
  assert.equal(config.data, '/srv/smartbox-relay-data');
  assert.deepEqual(config.http.listen, { host: '127.0.0.1', port: 8080 });
  assert.deepEqual(config.mqtt?.listen, { host: '127.0.0.1', port: 1883 });
  assert.deepEqual(config.store, { kind: 'sqlite', file: '/srv/smartbox-relay-data/relay.db' });
  assert.equal(config.secrets.keyFile, '/srv/smartbox-relay-data/at-rest.key');
  assert.equal(config.broker, null);
  for (const empty of ['', '# nothing\n', '{}']) assert.deepEqual(configOf(empty), config, 'an empty file');
});

test('what setup writes says nothing else, also where its comments count', () => {
  const text = exampleConfig('/srv/smartbox-relay-data');
  assert.deepEqual(configOf(text), readRelayConfig(null, null, '/srv'));
  const said = text
    .replace(/^( *)# (?=\w+: )/gm, '$1')
    .replace(/^# (?=broker:| {2}\w)/gm, '')
    .replace(/^#( {3})/gm, '$1');
  const both = problemsOf(said);
  assert.deepEqual(both, [
    'broker: and mqtt are both here: for a broker outside remove the section mqtt, for the one inside remove broker',
  ]);
});

test('paths are meant from the file’s folder; --data from where it is typed, and wins', () => {
  const text = 'data: state\nsecrets: { keyFile: key }\n';
  assert.equal(configOf(text).data, '/etc/smartbox/state');
  const moved = configOf(text, 'here');
  assert.equal(moved.data, '/srv/here');
  assert.equal(moved.secrets.keyFile, '/etc/smartbox/key');
  assert.deepEqual(moved.store, { kind: 'sqlite', file: '/srv/here/relay.db' });
});

test('a broker outside takes the place of the one inside; boxes reach it as the relay does unless told', () => {
  const { mqtt, broker } = configOf(
    'broker: { url: "mqtts://b.example", caFile: ca.pem, mosquitto: { folder: m } }',
  );
  assert.equal(mqtt, null);
  assert.deepEqual(broker?.boxes, { url: 'mqtts://b.example', caFile: '/etc/smartbox/ca.pem' });
  assert.equal(broker?.username, 'smartbox_relay');
  assert.deepEqual(broker?.mosquitto?.listen, { host: '0.0.0.0', port: 8883 });
  const apart = configOf('broker: { url: mqtt://127.0.0.1:1884, boxes: { url: "mqtts://b.example:8883" } }');
  assert.equal(apart.broker?.boxes.url, 'mqtts://b.example:8883');
});

test('addresses: IPv6, any port, paths of a public URL, PostgreSQL by socket', () => {
  const { http, store } = configOf(
    'http: { listen: "[::1]:0", url: "https://a.example/keys/" }\nstore: { url: "postgres://u@/db?host=/run/pg" }',
  );
  for (const url of ['postgres://u@db.example:5433/keys', 'postgresql://db/keys?sslmode=require'])
    assert.equal(configOf(`store: { url: "${url}" }`).store.kind, 'postgres');
  assert.deepEqual(http.listen, { host: '::1', port: 0 });
  assert.equal(http.url, 'https://a.example/keys');
  assert.equal(store.kind, 'postgres');
});

test('mqtt:// to another machine only where the file says so; on this one as it comes', () => {
  assert.equal(
    configOf('mqtt: { url: "mqtt://keys.example", plain: true }').mqtt?.url,
    'mqtt://keys.example',
  );
  assert.equal(configOf('broker: { url: "mqtt://b.example", plain: true }').broker?.url, 'mqtt://b.example');
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.3.2.1'])
    assert.equal(configOf(`mqtt: { url: "mqtt://${host}" }`).mqtt?.url, `mqtt://${host}`);
});

test('Home Assistant: what is left out is as it comes there', () => {
  const said = 'homeAssistant: { url: "mqtts://home.example", username: smartbox, passwordFile: p }';
  assert.equal(configOf('{}').homeAssistant, null);
  assert.deepEqual(configOf(said).homeAssistant, {
    ...{ url: 'mqtts://home.example', caFile: null, username: 'smartbox', passwordFile: '/etc/smartbox/p' },
    ...{ prefix: 'homeassistant', topic: 'smartbox', account: null },
  });
});

const wrong: readonly (readonly [text: string, said: RegExp])[] = [
  ['htp: {}', /^htp: unknown key – did you mean "http"\?/],
  ['http: { listen: 8080 }', /^http\.listen: must be an address with a port/],
  ['http: { listen: "127.0.0.1:70000" }', /^http\.listen/],
  ['http: { url: "ftp://a" }', /^http\.url/],
  ['http: { url: "https://u:p@a" }', /^http\.url: must be host, port and path only/],
  ['mqtt: { url: "mqtt://u:p@a" }', /^mqtt\.url: must not hold a name or password/],
  ['mqtt: { url: "mqtt://keys.example" }', /^mqtt\.url: is mqtt:\/\/ to another machine.*plain: true/],
  ['mqtt: { url: "mqtt://192.168.1.4" }', /^mqtt\.url: is mqtt:\/\/ to another machine/],
  ['broker: { url: "mqtt://b.example" }', /^broker\.url: is mqtt:\/\/ to another machine/],
  [
    'broker: { url: "mqtt://127.0.0.1", boxes: { url: "mqtt://b.example" } }',
    /^broker\.boxes\.url: is mqtt:\/\/ to another machine/,
  ],
  ['mqtt: { tls: { certFile: a } }', /^mqtt\.tls\.keyFile: is missing/],
  [
    'homeAssistant: { url: "mqtt://192.168.1.4", username: u, passwordFile: p }',
    /^homeAssistant\.url: is mqtt:\/\/ to another machine/,
  ],
  [
    'homeAssistant: { url: "mqtts://h", username: u, passwordFile: p, topic: a/+ }',
    /^homeAssistant\.topic: must be letters/,
  ],
  [
    'homeAssistant: { url: "mqtts://h", username: u, passwordFile: p, prefix: "a/#" }',
    /^homeAssistant\.prefix: must be a topic/,
  ],
  ['homeAssistant: { url: "mqtts://h", username: u }', /^homeAssistant\.passwordFile: is missing/],
  ['broker: {}', /^broker\.url: is missing/],
  ['store: { url: "mysql://a" }', /^store\.url/],
  ...['u:secret@h/db', 'u:sec@ret@h/db', 'u:se/cret@h/db', 'u@h/db?password=secret', ':secret@h'].map(
    rest => [`store: { url: "postgres://${rest}" }`, /^store\.url: must not hold the password/] as const,
  ),
  ['log: loud', /^log: "loud" is not possible/],
  ['[]', /must be a mapping/],
];

for (const [text, said] of wrong)
  test(`one mistake, one problem: ${text}`, () => {
    const problems = problemsOf(text);
    assert.equal(problems.length, 1, problems.join('; '));
    assert.match(problems[0] ?? '', said);
  });

test('no text makes it throw', () => {
  const prng = new Prng(3);
  const parts = [
    'http',
    'mqtt',
    'broker',
    'store',
    ':',
    ' ',
    '\n',
    '{',
    '}',
    '[',
    '"',
    'listen',
    '*a',
    '&a',
    '1',
    '!x',
    '\t',
    '-',
  ];
  for (let round = 0; round < 500; round += 1) {
    const text = Array.from({ length: prng.int(0, 30) }, () => parts[prng.int(0, parts.length - 1)]).join('');
    parseRelayConfig(text, around);
  }
});

test('mail and SMS: passwords have files, and every mistake is told where it is', () => {
  const { mail, sms } = configOf(
    'mail: { url: "smtps://keys%40example.org@mail.example.org", from: "Keys <keys@example.org>", passwordFile: p }\n' +
      'sms: { provider: twilio, accountSid: AC1, authTokenFile: t, from: "+15005550006" }\n',
  );
  assert.deepEqual(mail?.url, { host: 'mail.example.org', port: 465, tls: true, user: 'keys@example.org' });
  assert.deepEqual(mail?.from, { name: 'Keys', address: 'keys@example.org' });
  assert.equal(mail?.passwordFile, '/etc/smartbox/p');
  assert.equal(sms?.provider === 'twilio' ? sms.url : null, 'https://api.twilio.com');
  const plain = configOf('mail: { url: "smtp://127.0.0.1:1025", from: keys@example.org }').mail;
  assert.deepEqual([plain?.url.port, plain?.url.tls, plain?.from.name], [1025, false, '']);
  const bounces = (url: string): string =>
    `mail: { url: "smtps://b", from: a@b, bounces: { url: "${url}", passwordFile: p } }`;
  assert.deepEqual(
    configOf(bounces('imaps://keys%40example.org@mail.example.org/Back%20again')).mail?.bounces,
    {
      url: { host: 'mail.example.org', port: 993, tls: true, user: 'keys@example.org', folder: 'Back again' },
      ...{ passwordFile: '/etc/smartbox/p', caFile: null },
    },
  );
  assert.deepEqual(configOf(bounces('imap://me@[::1]:1143')).mail?.bounces?.url, {
    ...{ host: '::1', port: 1143, tls: false, user: 'me', folder: 'INBOX' },
  });
  const wrong: readonly (readonly [text: string, path: string])[] = [
    ...['imaps://b/INBOX', 'imaps://a:secret@b', 'https://a@b', 'imaps://a@b/%', 'imaps://a@b/x?y'].map(
      url => [bounces(url), 'mail.bounces.url'] as const,
    ),
    ['mail: { url: "smtps://a", from: a@b, bounces: { url: "imaps://a@b" } }', 'mail.bounces.passwordFile'],
    ['mail: { url: "smtps://a:secret@b", from: a@b }', 'mail.url'],
    ['mail: { url: "smtps://50%@b", from: a@b }', 'mail.url'],
    ['mail: { url: "smtps://a%0d%0ab@b", from: a@b }', 'mail.url'],
    ['mail: { url: "https://b", from: a@b }', 'mail.url'],
    ['mail: { url: "smtps://b", from: "a" }', 'mail.from'],
    ['mail: { url: "smtps://b", from: "A <a@b>, c@d" }', 'mail.from'],
    ['sms: { url: "https://b" }', 'sms.provider'],
    ['sms: { provider: pigeon }', 'sms.provider'],
    ['sms: { provider: http, url: "https://b", body: "{to}" }', 'sms.body'],
    [`sms: { provider: http, url: "https://b", body: '{"to":{to},"text":"{text}"}' }`, 'sms.body'],
    ['sms: { provider: twilio, accountSid: AC1, authTokenFile: t }', 'sms'],
    ['sms: { provider: twilio, accountSid: "AC 1/x", authTokenFile: t, from: "+1" }', 'sms.accountSid'],
  ];
  for (const [text, path] of wrong) {
    const problems = problemsOf(text);
    assert.ok(problems.length === 1 && problems[0]?.startsWith(`${path}: `), `${text}: ${problems}`);
    assert.ok(!problems.join().includes('secret'));
  }
});

test('trustProxy: this machine, or networks of proxies; nothing that lets everybody choose an address', () => {
  const of = (text: string): readonly string[] => configOf(`http: { trustProxy: ${text} }`).http.trustProxy;
  assert.deepEqual(of('true'), ['127.0.0.0/8', '::1']);
  assert.deepEqual(of('false'), []);
  assert.deepEqual(of('10.1.2.3'), ['10.1.2.3']);
  assert.deepEqual(of('[10.1.0.0/16, "fd00::/8", "::1"]'), ['10.1.0.0/16', 'fd00::/8', '::1']);
  for (const bad of [
    '0.0.0.0/0',
    '"::/0"',
    '[10.1.2.3/33]',
    'proxy.example',
    '[7]',
    '[10.1.2.3/8/8]',
    '"fe80::1%eth0"',
    '10.0.0.0/08',
  ])
    assert.match(problemsOf(`http: { trustProxy: ${bad} }`).join(), /http\.trustProxy: must be true/, bad);
});
