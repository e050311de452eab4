/** Settings by mouse: each topic saves alone, says what is wrong where it is wrong, and leaves a row in the audit. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { hostile } from '../../../../scripts/rig/page-fixture.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { accountView, type Settings } from '../../../../src/relay/domain/accounts.ts';
import { listSites } from '../../../../src/relay/domain/sites.ts';
import { bodyOf, readSetting, typedOf } from '../../../../src/relay/http/pages/settings/setting-fields.ts';

interface Page {
  readonly status: number;
  readonly location: string;
  readonly text: string;
  readonly type: string;
}

describe('settings', () => {
  let relay: PageRelay;
  let admin = '';
  before(async () => {
    relay = await startPages('well');
    admin = await relay.cookie('person');
  });
  after(() => relay.close());

  const ask = async (
    path: string,
    form: Readonly<Record<string, string>> | null,
    cookie = admin,
  ): Promise<Page> => {
    const answer = await fetch(relay.url + path, {
      redirect: 'manual',
      headers: { cookie },
      ...(form === null ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    const { headers, status } = answer;
    return {
      ...{ status, location: headers.get('location') ?? '', text: await answer.text() },
      type: headers.get('content-type') ?? '',
    };
  };
  const get = (path: string, cookie = admin): Promise<Page> => ask(path, null, cookie);
  const settings = async (): Promise<Settings> => (await relay.act(accountView)).settings;

  test('a topic saves what it has, and nothing of the others', async () => {
    const before = await settings();
    const saved = await ask('/admin/settings/retention', {
      ...{ 'settings.driverDays': '90', 'settings.eventDays': '', 'settings.auditDays': '400' },
    });
    assert.equal(saved.location, '/admin/settings/retention?saved=1');
    assert.deepEqual(await settings(), { ...before, driverDays: 90, auditDays: 400 });
    assert.match((await get(saved.location)).text, /role="status">Saved\./);
  });

  test('what is wrong is said at its field, in the form as it was typed; nothing is saved', async () => {
    const before = await settings();
    const wrong = await ask('/admin/settings/messages', {
      ...{
        'settings.notify.channels': 'mail',
        'settings.notify.reminderH': 'soon',
        'settings.notify.quiet': '22-6',
      },
      ...{
        'settings.notify.smsLink': 'no',
        'settings.notify.faults': 'off',
        'settings.notify.perDay': '99999999',
      },
      ...{ 'settings.notify.perPhoneDay': '5', 'settings.notify.admins': '' },
    });
    assert.match(wrong.text, /id="settings-notify-reminderH-hint"><span class="bad">/);
    assert.match(
      wrong.text,
      /id="settings-notify-quiet-hint"><span class="bad">must be a time such as 22:00/,
    );
    assert.match(wrong.text, /value="soon"/);
    assert.deepEqual(await settings(), before);
  });

  test('who may look at settings and not change them has no button, and no deed', async () => {
    const looking = await relay.cookie('settings:read');
    assert.match((await get('/admin/settings/rules', looking)).text, /<fieldset disabled/);
    assert.equal((await ask('/admin/settings/rules', { 'settings.sameCode': 'yes' }, looking)).status, 403);
    assert.equal((await settings()).sameCode, false);
    assert.equal((await get('/admin/settings/tokens', looking)).status, 403);
  });

  test('the zone of the account is one that there is, and pages go by it', async () => {
    const fields = { name: 'Acme', region: 'GB', 'settings.notify.language': 'en' };
    const odd = await ask('/admin/settings/account', { ...fields, 'settings.timezone': 'Mars/Olympus' });
    assert.match(odd.text, /is no zone such as Europe\/Amsterdam/);
    await ask('/admin/settings/account', { ...fields, 'settings.timezone': 'Asia/Tokyo' });
    assert.match((await get('/admin/settings/audit')).text, /18:42 GMT\+9/);
    await ask('/admin/settings/account', { ...fields, 'settings.timezone': '' });
    assert.match((await get('/admin/settings/audit')).text, /10:42 CET/);
  });

  test('a site is made, changed and taken away; a point that is none is said to be so', async () => {
    const depot = {
      name: 'Utrecht',
      timezone: 'Europe/Amsterdam',
      language: 'nl',
      region: '',
      phone: '',
      address: '',
    };
    for (const point of ['52', 'here', '91, 4', '52.1 5.1 0'])
      assert.match(
        (await ask('/admin/settings/sites/new', { ...depot, point })).text,
        /must be two numbers/,
        point,
      );
    const made = await ask('/admin/settings/sites/new', {
      ...depot,
      point: '52.0907, 5.1214',
      address: 'Kade 1',
    });
    const [path = ''] = made.location.split('?');
    assert.match((await get(path)).text, /value="52.0907, 5.1214"/);
    assert.equal((await ask(path, { ...depot, point: '' })).location, `${path}?saved=1`);
    const sites = await relay.act(c => listSites(c, { after: null, limit: 9 }));
    assert.deepEqual(sites.find(({ name }) => name === 'Utrecht')?.point, null);
    const inUse = sites.find(({ name }) => name === 'Depot A')?.id ?? '';
    assert.match((await ask(`/admin/settings/sites/${inUse}/remove`, {})).text, /is in this site/);
    assert.equal((await ask(`${path}/remove`, {})).location, '/admin/settings/sites');
    assert.equal((await get(path)).status, 404);
  });

  test('a token is shown once, does what it may, and nothing once it is revoked', async () => {
    const made = await ask('/admin/settings/tokens/new', {
      name: 'Night script',
      role: 'auditor',
      'keys:write': 'yes',
    });
    const token = /<code class="secret">([^<]+)</.exec(made.text)?.[1] ?? '';
    assert.notEqual(token, '');
    const list = (await get('/admin/settings/tokens')).text;
    assert.ok(list.includes('Night script') && !list.includes(token));
    const tokens = relay.store.db.selectFrom('token').select(['id', 'scopes']);
    const { id, scopes } = await tokens.where('name', '=', 'Night script').executeTakeFirstOrThrow();
    assert.ok(
      scopes.includes('keys:write') && scopes.includes('audit:read') && !scopes.includes('codes:read'),
    );
    assert.equal((await ask(`/admin/settings/tokens/${id}/revoke`, {})).location, '/admin/settings/tokens');
    assert.match((await get('/admin/settings/tokens')).text, /revoked/);
    const little = await relay.cookie('tokens:write tokens:read');
    const more = await ask('/admin/settings/tokens/new', { name: 'x', 'keys:write': 'yes' }, little);
    assert.match(more.text, /would allow more than you may do yourself/);
    assert.match((await ask('/admin/settings/tokens/new', { name: 'x' })).text, /role="alert"/);
  });

  test('the audit is filtered by links, and taken home as a file that computes nothing', async () => {
    const all = await get('/admin/settings/audit');
    assert.match(all.text, /href="\/admin\/settings\/audit\?deed=site-created"/);
    const sites = (await get('/admin/settings/audit?deed=site-created')).text;
    assert.ok(
      sites.includes('<table') && sites.includes('>Site added</a>') && !sites.includes('>Box added</a>'),
    );
    assert.match(sites, /<option value="site-created" selected>Site added<\/option>/);
    assert.match(sites, />deed Site added/, 'the chip');
    const odd = (await get('/admin/settings/audit?deed=%3Cb%3Eodd')).text;
    assert.match(odd, /<option value="&lt;b&gt;odd" selected>&lt;b&gt;odd<\/option>/, 'of another program');
    assert.match((await get('/admin/settings/audit?from=2026-12-01')).text, /Nothing matches/);
    assert.match((await get('/admin/settings/audit?until=2026-11-30&from=nonsense')).text, /<table/);
    await relay.store.write(tx => tx.updateTable('person').set({ name: '=HYPERLINK("x")' }).execute());
    const csv = await get('/admin/settings/audit/audit.csv?deed=account-changed');
    assert.match(csv.type, /^text\/csv/);
    assert.match(
      csv.text,
      /^at,who,name,what,subject,detail,id\r\n.*"'=HYPERLINK\(""x""\)",account-changed,/s,
    );
    const lines = (await get('/admin/settings/audit/audit.jsonl')).text.trimEnd().split('\n');
    assert.ok(lines.length > 20 && lines.every(line => typeof JSON.parse(line).what === 'string'));
    const few = await relay.cookie('boxes:read');
    assert.equal((await get('/admin/settings/audit/audit.csv', few)).location, '/admin/settings/audit');
  });

  test('hostile text stays text', async () => {
    for (const text of [...hostile, 'a\0b', 'x'.repeat(10_000)]) {
      const answers = await Promise.all([
        ask('/admin/settings/account', {
          name: text,
          region: 'NL',
          'settings.notify.language': 'en',
          'settings.timezone': text,
        }),
        ask('/admin/settings/tokens/new', { name: text, role: text }),
        ask('/admin/settings/sites/new', { name: text, timezone: text, language: text, point: text }),
        ask('/admin/settings/messages/access/en', { deed: 'save', subject: text, text, sms: text }),
        get(`/admin/settings/audit?by=${encodeURIComponent(text.slice(0, 300))}`),
      ]);
      for (const { status, text: page } of answers) {
        assert.ok(status < 500, `${status} for ${text.slice(0, 40)}`);
        assert.doesNotMatch(page, /<script>|<img|' onfocus/);
      }
    }
  });
});

test('a setting is sent as the API takes it', () => {
  const cases = [
    ['number', '2,5', 2.5],
    ['number', '', ''],
    ['number', '1e9', '1e9'],
    ['number-or-none', ' ', null],
    ['flag', 'yes', true],
    ['flag', '', false],
    ['list', 'a@b.c, d@e.f;g@h.i', ['a@b.c', 'd@e.f', 'g@h.i']],
    ['hours', '22:00 – 06:30', { from: '22:00', to: '06:30' }],
    ['hours', '', null],
    ['zone', '', null],
  ] as const;
  const name = 'settings.notify.quiet';
  for (const [kind, typed, value] of cases) {
    assert.deepEqual(readSetting({ name, kind }, typed), value);
    if (kind === 'hours' && typed !== '')
      assert.equal(typedOf({ name, kind }, bodyOf([[name, value]])), '22:00-06:30');
  }
  assert.deepEqual(
    bodyOf([
      ['name', 'x'],
      ['settings.notify.perDay', 1],
      ['settings.notify.smsLink', true],
    ]),
    { name: 'x', settings: { notify: { perDay: 1, smsLink: true } } },
  );
});

test('going live ticks itself from facts, is hidden and shown again, and is not for whoever can do nothing about it', async t => {
  const relay = await startPages('well');
  t.after(() => relay.close());
  const cookie = await relay.cookie('person');
  const text = async (path: string, as = cookie): Promise<string> =>
    (await fetch(relay.url + path, { headers: { cookie: as } })).text();
  const post = (deed: string): Promise<Response> =>
    fetch(`${relay.url}/admin/settings/live`, {
      ...{ method: 'POST', headers: { cookie }, body: new URLSearchParams({ deed }), redirect: 'manual' },
    });
  const left = async (): Promise<number> =>
    [...(await text('/admin')).matchAll(/<span class="tag">to do</g)].length;
  const { db } = relay.store;
  await relay.store.write(async tx => {
    await tx.updateTable('booking').set({ on_box: null }).execute();
    await tx.updateTable('box').set({ link: 'never' }).execute();
    await tx.updateTable('key').set({ place: 'never-stocked', tag_hash: null }).execute();
    await tx.updateTable('vehicle').set({ key: null }).execute();
    await tx.updateTable('integration').set({ state: 'disabled' }).execute();
    await tx.updateTable('message').set({ state: 'waiting' }).execute();
    await tx.updateTable('person').set({ password: null }).execute();
  });
  assert.equal(await left(), 9);
  await relay.store.write(tx =>
    tx.updateTable('box').set({ link: 'lost' }).where('id', '=', 'box-1').execute(),
  );
  assert.equal(await left(), 8, 'the first box called');
  await relay.store.write(tx =>
    tx.updateTable('key').set({ place: 'in' }).where('box', '=', 'box-1').execute(),
  );
  await relay.store.write(tx => tx.updateTable('person').set({ password: 'x' }).execute());
  assert.equal(await left(), 6, 'a key was seen, somebody has a password');
  assert.equal((await post('mail')).headers.get('location'), '/admin/settings/live');
  assert.equal(await left(), 6, 'a mail that waits proves nothing');
  await relay.store.write(tx => tx.updateTable('message').set({ state: 'sent', sent: 1 }).execute());
  await relay.store.write(tx => tx.updateTable('booking').set({ on_box: 1 }).execute());
  assert.equal(await left(), 4, 'what is left is Fleetio’s');
  assert.doesNotMatch(await text('/admin', await relay.cookie('read')), /Going live/);
  await post('hidden');
  assert.doesNotMatch(await text('/admin'), /Going live/);
  assert.match(await text('/admin/settings/live'), /Show it on Today again/);
  await post('shown');
  assert.equal(await left(), 4);
  assert.ok(
    (await db.selectFrom('audit').select('id').where('what', '=', 'account-changed').execute()).length === 2,
  );
});
