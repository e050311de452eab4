/** People on the running program, as a browser without scripts meets it: the first one, invitations, sessions, roles, the audit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ada, FormBrowser, firstLinkIn } from '../../../scripts/rig/form-browser.ts';
import { type Answer, RelayRig, relayFor } from '../../../scripts/rig/relay-rig.ts';
import { until } from '../../../scripts/rig/until.ts';
import { serverWith } from '../messages/smtp-server.ts';

const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };
const other = 'another eight grey boats';

const leadsTo = ({ status, headers }: Answer): string => `${status} ${headers.get('location') ?? ''}`.trim();
const linkIn = (text: string): string => /(\/admin\/in\/[\w-]+)/.exec(text)?.[1] ?? '';
const idsIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\/admin\/people\/(per_\w+)/g)].map(([, id = '']) => id)),
];

async function begun(rig: RelayRig): Promise<FormBrowser> {
  const browser = new FormBrowser(rig, firefox);
  assert.equal(leadsTo(await browser.post(firstLinkIn(rig.relay.stdout), ada)), '303 /admin');
  return browser;
}

async function invited(
  rig: RelayRig,
  by: FormBrowser,
  fields: Readonly<Record<string, string>>,
): Promise<FormBrowser> {
  const { status, text } = await by.post('/admin/people/invite', fields);
  assert.equal(status, 200, text);
  const browser = new FormBrowser(rig);
  assert.equal(leadsTo(await browser.post(linkIn(text), { password: other })), '303 /admin');
  return browser;
}

async function placeOf(rig: RelayRig): Promise<readonly string[]> {
  const { body } = await rig.ask('GET', '/api/v1/settings', { token: await rig.token('admin') });
  const { region, settings } = body as {
    readonly region: string;
    readonly settings: { readonly timezone: string };
  };
  return [region, settings.timezone];
}

const deeds = async (rig: RelayRig, token: string): Promise<readonly string[]> => {
  const { body } = await rig.ask('GET', '/api/v1/audit?limit=500', { token });
  const { items } = body as { readonly items: readonly Record<string, string | null>[] };
  return items.map(({ who, name, what, detail }) => `${name ?? who} ${what} ${detail ?? ''}`.trim());
};

test('the first start’s link makes the first person and signs them in, once; looking at it burns nothing', async t => {
  const rig = await relayFor(t);
  const link = firstLinkIn(rig.relay.stdout);
  assert.match(link, /first\/[\w-]{32}$/);
  const browser = new FormBrowser(rig, firefox);
  assert.equal(leadsTo(await browser.get('/admin')), '303 /admin/sign-in');
  for (const _ of [1, 2]) assert.match((await browser.get(link)).text, /Nobody looks after this relay yet/);
  const dutch = new FormBrowser(rig, { 'accept-language': 'nl-BE,nl;q=0.9,en;q=0.5' });
  const asked = (await dutch.get(link)).text;
  assert.match(asked, /<html lang="nl">.*Nog niemand zorgt/s);
  assert.match(asked, /value="BE" selected.*value="Europe\/Brussels" selected/s);
  for (const [fields, said] of [
    [{ ...ada, password: 'too short' }, /at least 12 characters/],
    [{ ...ada, password: ada.email }, /is the name or the mail address/],
    [{ ...ada, email: 'ada' }, /is no mail address/],
    [{ ...ada, name: ' ' }, /is no name/],
    [{ ...ada, region: 'XX' }, /is no country/],
    [{ ...ada, zone: 'Mars/Olympus' }, /is no time zone/],
  ] as const) {
    const { status, text } = await browser.post(link, fields);
    assert.equal(status, 400);
    assert.match(text, said);
    if (fields.password !== fields.email)
      assert.ok(!text.includes(fields.password), 'a password is not shown again');
  }
  const foreign = new FormBrowser(rig, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
  assert.equal((await foreign.post(link, ada)).status, 403);
  const placed = { ...ada, region: 'BE', zone: 'Europe/Brussels' };
  assert.equal(leadsTo(await browser.post(link, placed)), '303 /admin');
  assert.match(
    browser.setCookie,
    /^smartbox_admin=[\w-]{43}; Path=\/admin; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
  );
  assert.match((await browser.get('/admin')).text, /Ada Moreno/);
  assert.equal((await browser.post(link, ada)).status, 410);
  const [, secret = ''] = browser.cookie.split('=');
  assert.equal(
    (await rig.ask('GET', '/api/v1/boxes', { token: secret })).status,
    401,
    'the cookie is no token',
  );
  assert.deepEqual(await placeOf(rig), ['BE', 'Europe/Brussels']);
  await rig.stop();
  await rig.start();
  assert.equal(firstLinkIn(rig.relay.stdout), '', 'there is somebody already');
  assert.equal((await browser.get('/admin')).status, 200, 'still signed in');
  assert.doesNotMatch(rig.relay.stderr + rig.relay.stdout, new RegExp(`${secret}|${ada.password}`));
});

test('one signs in by mail and password, and out; wrong and unknown are the same page, and a try of many', async t => {
  const rig = await relayFor(t);
  await begun(rig);
  const browser = new FormBrowser(rig, firefox);
  const wrong = await browser.post('/admin/sign-in', { email: ada.email, password: other });
  const unknown = await browser.post('/admin/sign-in', { email: 'eve@example.org', password: other });
  assert.deepEqual([wrong.status, unknown.status], [403, 403]);
  assert.equal(wrong.text.replaceAll(ada.email, ''), unknown.text.replaceAll('eve@example.org', ''));
  const right = { email: ' ADA@example.org ', password: ada.password };
  assert.equal(leadsTo(await browser.post('/admin/sign-in', right)), '303 /admin');
  const before = browser.cookie;
  assert.equal(leadsTo(await browser.post('/admin/sign-out')), '303 /admin/sign-in');
  assert.equal(browser.cookie, '');
  browser.cookie = before;
  assert.equal(
    leadsTo(await browser.get('/admin')),
    '303 /admin/sign-in',
    'also whoever has kept the cookie',
  );
  const statuses: number[] = [];
  for (let at = 0; at < 12; at += 1)
    statuses.push((await browser.post('/admin/sign-in', { email: ada.email, password: other })).status);
  assert.equal(statuses.at(-1), 429);
  const late = await browser.post('/admin/sign-in', right);
  assert.match(late.headers.get('retry-after') ?? '', /^\d+$/);
  assert.match(late.text, /That was often/);
});

test('an administrator invites, gives roles, shuts out; each sees and does what the role says', async t => {
  const rig = await relayFor(t);
  const admin = await begun(rig);
  const token = await rig.token('admin');
  const auditor = { name: 'Ben <b>', email: 'ben@example.org', role: 'auditor', language: 'nl', mail: 'yes' };
  const ben = await invited(rig, admin, auditor);
  const list = (await admin.get('/admin/people')).text;
  assert.match(list, /Ben &lt;b&gt;/);
  assert.equal(idsIn(list).length, 2);
  assert.match((await ben.get('/admin')).text, /<html lang="nl">.*Vandaag/s);
  assert.match((await ben.get('/admin/people')).text, /ada@example.org/, 'an auditor sees who there is');
  for (const path of ['/admin/people/invite', ...idsIn(list).map(id => `/admin/people/${id}`)])
    assert.equal((await ben.get(path)).status, 403, path);
  assert.equal((await ben.post('/admin/people/invite', { ...auditor, email: 'x@example.org' })).status, 403);
  const again = await admin.post('/admin/people/invite', auditor);
  assert.deepEqual([again.status, /has this mail address already/.test(again.text)], [400, true]);
  const people = (await rig.ask('GET', '/api/v1/people', { token })).body as {
    readonly items: readonly { readonly id: string; readonly name: string; readonly state: string }[];
  };
  const [first, second] = [people.items[0]?.id, people.items[1]?.id];
  const last = await admin.post(`/admin/people/${first}`, { disabled: 'yes' });
  assert.deepEqual([last.status, /last administrator/.test(last.text)], [400, true]);
  assert.equal(
    leadsTo(await admin.post(`/admin/people/${second}`, { role: 'operator' })),
    '303 /admin/people',
  );
  assert.equal((await ben.get('/admin/people')).status, 403, 'the new role holds at once');
  assert.equal(
    leadsTo(await admin.post(`/admin/people/${second}`, { disabled: 'yes' })),
    '303 /admin/people',
  );
  assert.equal(leadsTo(await ben.get('/admin')), '303 /admin/sign-in');
  assert.equal((await ben.post('/admin/sign-in', { email: 'ben@example.org', password: other })).status, 403);
  assert.equal((await admin.get('/admin/people/per_nobody')).status, 404);
  const said = await deeds(rig, token);
  for (const deed of [
    'Ada Moreno person-created auditor',
    'Ada Moreno person-changed role=operator',
    'Ben <b> signed-in',
  ])
    assert.ok(said.includes(deed), `${deed} in ${said.join('\n')}`);
});

test('sessions are listed, ended one by one and everywhere, and nobody ends another’s', async t => {
  const rig = await relayFor(t);
  const one = await begun(rig);
  const two = new FormBrowser(rig, {
    'user-agent': 'Mozilla/5.0 (iPhone; CPU) AppleWebKit/605 Version/17 Safari/604.1',
  });
  await two.post('/admin/sign-in', ada);
  const { text } = await one.get('/admin/sessions');
  assert.match(text, /Safari, iPhone/);
  assert.match(text, /Firefox, Linux/);
  const [, end = ''] = /action="(\/admin\/sessions\/ses_\w+\/end)"/.exec(text) ?? [];
  const ben = await invited(rig, one, {
    ...{ name: 'Ben', email: 'ben@example.org', role: 'operator', language: 'en' },
  });
  assert.equal((await ben.post(end)).status, 404);
  assert.equal((await two.get('/admin')).status, 200);
  assert.equal(leadsTo(await one.post(end)), '303 /admin/sessions');
  assert.equal(leadsTo(await two.get('/admin')), '303 /admin/sign-in');
  await two.post('/admin/sign-in', ada);
  assert.equal(leadsTo(await one.post('/admin/sessions/end-all')), '303 /admin/sign-in');
  for (const each of [one, two]) assert.equal(leadsTo(await each.get('/admin')), '303 /admin/sign-in');
  assert.equal((await ben.get('/admin')).status, 200);
});

test('who has a token gets a session with what it may do, which ends with it', async t => {
  const rig = await relayFor(t);
  await begun(rig);
  const token = await rig.token('boxes:read', 'people:read');
  const browser = new FormBrowser(rig);
  assert.equal((await browser.post('/admin/login', { token: 'x' })).status, 403);
  assert.equal(leadsTo(await browser.post('/admin/login', { token })), '303 /admin');
  assert.ok(!browser.cookie.includes('smartbox_admin=smartbox_'));
  const { text } = await browser.get('/admin');
  assert.match(text, /Boxes connected|There is no box yet|Your first box/);
  assert.doesNotMatch(text, /<h2>Bookings<\/h2>/);
  assert.equal((await browser.get('/admin/people')).status, 200);
  assert.equal((await browser.get('/admin/people/invite')).status, 403);
  assert.match((await browser.get('/admin/sessions')).text, /by a token/);
  await rig.must(['token', 'revoke', /^smartbox_([0-9a-f]+)_/.exec(token)?.[1] ?? '']);
  assert.equal(leadsTo(await browser.get('/admin')), '303 /admin/sign-in');
});

test('people by the command line: made, listed, and a link for another password, which ends the sessions of now', async t => {
  const rig = await relayFor(t);
  const link = linkIn(await rig.must(['person', 'create', '--mail', 'Cas@example.org', '--name', 'Cas']));
  const browser = new FormBrowser(rig);
  assert.match((await browser.get(link)).text, /Welcome.*cas@example\.org/s);
  assert.equal((await browser.post(link, { password: 'short' })).status, 400);
  assert.equal(leadsTo(await browser.post(link, { password: other })), '303 /admin');
  assert.equal((await browser.post(link, { password: other })).status, 410);
  assert.match(
    await rig.must(['person', 'list']),
    /^per_\w+\tCas\tcas@example\.org\tadministrator\tactive\there /,
  );
  const reset = linkIn(await rig.must(['person', 'reset', 'CAS@example.org']));
  assert.equal((await browser.get('/admin')).status, 200, 'until it is used');
  const fresh = new FormBrowser(rig);
  assert.match((await fresh.get(reset)).text, /Choose another password/);
  assert.equal(leadsTo(await fresh.post(reset, { password: ada.password })), '303 /admin');
  assert.equal(leadsTo(await browser.get('/admin')), '303 /admin/sign-in');
  const wrong: readonly (readonly [args: readonly string[], code: number, said: RegExp])[] = [
    [['person', 'create', '--mail', 'a@example.org'], 2, /needs --name/],
    [
      ['person', 'create', '--mail', 'a@example.org', '--name', 'A', '--role', 'boss'],
      2,
      /no role boss.*auditor/s,
    ],
    [['person', 'create', '--mail', 'a', '--name', 'A'], 1, /email: /],
    [['person', 'create', '--mail', 'cas@example.org', '--name', 'A'], 1, /has this mail address/],
    [['person', 'reset', 'nobody@example.org'], 1, /no such person/],
    [['person', 'two-step-off', 'nobody@example.org'], 1, /no such person/],
    [['person', 'two-step-off', 'cas@example.org'], 1, /second factor/],
    [['person', 'remove'], 2, /person create, person list, person reset, person two-step-off/],
  ];
  for (const [args, exit, said] of wrong) {
    const { code, stderr } = await rig.verb(args);
    assert.deepEqual([code, said.test(stderr)], [exit, true], `${args.join(' ')}: ${stderr}`);
  }
});

test('a lost password: the same answer whether somebody has the address; the mail comes to whoever has it', async t => {
  const smtp = await serverWith({ disabledCommands: ['STARTTLS', 'AUTH'] });
  t.after(smtp.close);
  const rig = new RelayRig({
    mail: { url: `smtp://127.0.0.1:${smtp.port}`, from: 'Keys <keys@example.org>' },
  });
  t.after(() => rig.dispose());
  await rig.start();
  const admin = await begun(rig);
  const made = await admin.post('/admin/people/invite', {
    ...{ name: 'Ben', email: 'ben@example.org', role: 'operator', language: 'nl', mail: 'yes' },
  });
  assert.match(made.text, /on its way by mail too/);
  await until('the invitation', async () => smtp.got.length === 1, 30_000);
  assert.deepEqual(smtp.got[0]?.to, ['ben@example.org']);
  assert.match(smtp.got[0]?.text ?? '', /^Subject: .*uitgenodigd/m);
  const browser = new FormBrowser(rig);
  const known = await browser.post('/admin/lost', { email: ada.email });
  const unknown = await browser.post('/admin/lost', { email: 'eve@example.org' });
  assert.deepEqual([known.status, known.text], [unknown.status, unknown.text]);
  await until('the mail', async () => smtp.got.length === 2, 30_000);
  const text = (smtp.got[1]?.text ?? '').replaceAll('=\r\n', '');
  assert.equal(leadsTo(await browser.post(linkIn(text), { password: other })), '303 /admin');
  const token = await rig.token('admin');
  const messages = (await rig.ask('GET', '/api/v1/messages', { token })).text;
  assert.ok(!messages.includes('/admin/in/'), messages);
});
