/** What a relay is asked with a token or a link, as hostile hands ask it: each refused or told, on the running program. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { RelayRig, textOf } from '../../../scripts/rig/relay-rig.ts';
import { serverWith } from '../messages/smtp-server.ts';

const rig = new RelayRig();
let token = '';

before(async () => {
  await rig.start();
  token = await rig.token('admin');
});
after(() => rig.dispose());

const list = async (path: string): Promise<readonly Record<string, unknown>[]> => {
  const { body } = await rig.ask('GET', `/api/v1${path}`, { token });
  return (body as { readonly items: readonly Record<string, unknown>[] }).items;
};
const deeds = async (): Promise<readonly string[]> =>
  (await list('/audit')).map(({ who, what, detail }) => `${who} ${what} ${detail ?? ''}`.trim());

test('tokens made and revoked, sign-ins and backups are in the audit, and no token is', async () => {
  const made = await rig.token('read');
  const id = /^smartbox_([0-9a-f]+)_/.exec(made)?.[1] ?? '';
  const form = { raw: new URLSearchParams({ token: made }).toString() };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.equal((await rig.ask('POST', '/admin/login', { ...form, headers })).status, 303);
  assert.equal((await rig.ask('POST', '/admin/login', { raw: 'token=x', headers })).status, 403);
  await rig.must(['token', 'revoke', id]);
  await rig.must(['backup', `${rig.dir}/copy`, '--passphrase-file', '-'], 'a long enough passphrase\n');
  const all = await deeds();
  const mine = all.filter(deed => /token-|signed-in|backup/.test(deed));
  assert.deepEqual(
    mine.slice(0, 3).map(deed => deed.split(' ').slice(0, 3).join(' ')),
    ['command line backup-made', 'command line token-revoked', `${id} signed-in`],
  );
  assert.equal(mine.filter(deed => deed.includes('token-created')).length, 2);
  assert.ok(!JSON.stringify(await list('/audit')).includes(made));
});

test('a test message that was sent, and the files of a broker, are in the audit, and no address is', async t => {
  const server = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(server.close);
  const folder = mkdtempSync(join(tmpdir(), 'smartbox-deeds-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // Mosquitto has a user of its own.
  chmodSync(folder, 0o755);
  rig.configure({ mail: { url: `smtp://127.0.0.1:${server.port}`, from: 'Keys <keys@example.org>' } });
  await rig.verb(['doctor']);
  await rig.verb(['doctor', '--sms-to', '+31612345678']);
  await rig.verb(['doctor', '--mail-to', 'boss@example.org']);
  await rig.must(['broker-config', 'mosquitto', '--folder', join(folder, 'mosquitto')]);
  assert.equal(server.got.length, 1);
  const mine = (await deeds()).filter(deed => /test-message|broker-config/.test(deed));
  assert.deepEqual(mine, ['command line broker-config-written', 'command line test-message mail']);
  assert.ok(!JSON.stringify(await list('/audit')).includes('boss@'));
});

test('a PIN that is trivial, or part of the phone, is refused wherever the API takes one', async () => {
  const made = await rig.ask('POST', '/api/v1/drivers', {
    token,
    body: { name: 'A', phone: '+31612395678', phoneOpens: true, pin: '271828' },
  });
  const id = textOf(made, 'id');
  for (const pin of ['0000', '12345678', '8765', '474747', '9567', '06123'])
    for (const [method, path, body] of [
      ['POST', '/drivers', { name: 'B', phone: '+31612395678', pin }],
      ['PATCH', `/drivers/${id}`, { pin }],
      ['PUT', `/drivers/${id}/pin`, { pin }],
    ] as const) {
      const { status, text } = await rig.ask(method, `/api/v1${path}`, { token, body });
      assert.ok(status === 400 || (method === 'POST' && status === 409), `${method} ${pin}: ${status}`);
      assert.ok(!text.includes(`"${pin}"`), 'a refusal does not repeat it');
    }
  assert.equal(
    (await rig.ask('PUT', `/api/v1/drivers/${id}/pin`, { token, body: { pin: '4711' } })).status,
    204,
  );
});

test('bodies that would be taken for something else are refused by name; what is too long is told in words', async () => {
  const sent = async (type: string, body: Buffer, path = '/api/v1/keys/import') => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    const answer = await fetch(`${rig.url}${path}`, { method: 'POST', headers, body: new Uint8Array(body) });
    return `${answer.status} ${await answer.text()}`;
  };
  const latin = Buffer.from('name,box,slot\nCaf\u00e9,b,1\n', 'latin1');
  assert.match(await sent('text/csv', latin), /^400 .*bad-encoding.*not UTF-8.*CSV UTF-8/);
  const json = Buffer.from('{"name":"Caf\u00e9"}', 'latin1');
  assert.match(await sent('application/json', json, '/api/v1/boxes'), /^400 .*bad-encoding/);
  const form = Buffer.from('name=Depot');
  const asForm = await sent('application/x-www-form-urlencoded', form, '/api/v1/boxes');
  assert.match(asForm, /^415 .*the body is a form.*Send application\/json/);
  const long = await rig.ask('POST', '/api/v1/boxes', { token, body: { name: 'x'.repeat(3_000) } });
  assert.match(long.text, /name: must have at most \d+ characters/);
});

test('a browser that is left where only a form leads is led to the pages', async () => {
  for (const path of ['/admin/', '/admin/login', '/admin/logout', '/admin/sign-out']) {
    const { status, headers } = await rig.ask('GET', path, { headers: { accept: 'text/html' } });
    assert.deepEqual([status, headers.get('location')], [303, '/admin'], path);
  }
});

test('the name of a token is one line', async () => {
  for (const name of ['a\nb', 'x'.repeat(101), ' ', 'ci \u202e']) {
    const { code, stdout, stderr } = await rig.verb(['token', 'create', '--scope', 'read', '--name', name]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /name: (?:holds a control character|has 101 characters|is empty|holds U\+202E)/);
  }
});

const soon = new Date(Date.now() + 3_600_000).toISOString();
const made = async (path: string, body: object): Promise<string> =>
  textOf(await rig.ask('POST', `/api/v1${path}`, { token, body }), 'id');

test('a name that hides something, or turns the line, is refused wherever the API takes one', async () => {
  const box = await made('/boxes', { name: 'Depot' });
  const key = await made('/keys', { name: 'Van 9', box, slot: 1 });
  const window = { key, start: soon, end: null };
  const places: readonly (readonly [string, string, string, (name: string) => object])[] = [
    ['POST', '/boxes', 'name', name => ({ name })],
    ['PATCH', `/boxes/${box}`, 'name', name => ({ name })],
    ['POST', '/keys', 'name', name => ({ name, box, slot: 2 })],
    ['PATCH', `/keys/${key}`, 'name', name => ({ name })],
    [
      'POST',
      '/sites',
      'name',
      name => ({ name, timezone: 'Europe/Amsterdam', region: 'NL', language: 'nl' }),
    ],
    ['POST', '/drivers', 'name', name => ({ name })],
    ['POST', '/bookings', 'contact.name', name => ({ ...window, contact: { name } })],
    ['PATCH', '/settings', 'name', name => ({ name })],
    ['POST', `/boxes/${box}/commands`, 'why', why => ({ verb: 'open', slot: 1, why })],
  ];
  for (const hidden of ['\u202e', '\u2066', '\u200b', '\ufeff', '\u{e0041}', '\u2028', '\u0085', '\ud800'])
    for (const [method, path, where, body] of places) {
      const { status, text } = await rig.ask(method, `/api/v1${path}`, {
        token,
        body: body(`Anna ${hidden}1`),
      });
      assert.equal(status, 400, `${method} ${path} ${escape(hidden)}: ${text}`);
      assert.match(text, new RegExp(`${where}: holds `));
    }
});

test('names as people write them are kept; a direction mark is no part of one', async () => {
  for (const name of ['علی\u200cرضا', 'ශ්\u200dරී', 'Crew 👩\u200d🔧']) {
    const id = await made('/drivers', { name });
    assert.equal(textOf(await rig.ask('GET', `/api/v1/drivers/${id}`, { token }), 'name'), name);
  }
  const box = await made('/boxes', { name: 'Depot' });
  const key = await made('/keys', { name: '\u200eVan 1', box, slot: 1 });
  assert.equal(textOf(await rig.ask('GET', `/api/v1/keys/${key}`, { token }), 'name'), 'Van 1');
  await made('/bookings', { key: 'Van 1\u200f', start: soon, end: null, contact: { name: 'Anna' } });
});

test('a time that nobody means is refused by its name, and a lock-down ends within a year', async () => {
  const box = await made('/boxes', { name: 'Depot' });
  const key = await made('/keys', { name: 'Van 3', box, slot: 3 });
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const lockdown = (until: unknown): object => ({ verb: 'lockdown', on: true, until, why: 'x' });
  const booking = (end: unknown): object => ({ key, start: soon, end, contact: { name: 'A' } });
  const bad: readonly (readonly [string, unknown, RegExp])[] = [
    ...['9999', '20260301', '2026-03-01T08:00', 1_800_000_000_000, '', 'tomorrow'].map(
      text => ['bookings', text, /"end: /] as const,
    ),
    ['bookings', '9999-12-31T00:00:00Z', /end: lies after the year 2199/],
    ['bookings', '0000-01-01T00:00:00Z', /end: /],
    ['commands', inDays(-1), /until: is over already/],
    ['commands', inDays(367), /until: lies more than 366 days ahead/],
    ['commands', '9999', /until: is no ISO 8601/],
  ];
  for (const [route, value, message] of bad) {
    const [path, body] =
      route === 'bookings' ? ['/bookings', booking(value)] : [`/boxes/${box}/commands`, lockdown(value)];
    const { status, text } = await rig.ask('POST', `/api/v1${path}`, { token, body });
    assert.equal(status, 400, `${value}: ${text}`);
    assert.match(text, message);
  }
  await made(`/boxes/${box}/commands`, lockdown(inDays(300)));
});
