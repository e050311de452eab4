/** Words of messages: a form, and how they look as a mail and as an SMS. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../../scripts/rig/page-relay.ts';

let relay: PageRelay;
let admin = '';
before(async () => {
  relay = await startPages('well');
  admin = await relay.cookie('person');
});
after(() => relay.close());

async function ask(path: string, form: Readonly<Record<string, string>> | null, cookie = admin) {
  const answer = await fetch(relay.url + path, {
    redirect: 'manual',
    headers: { cookie },
    ...(form === null ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  return { location: answer.headers.get('location') ?? '', text: await answer.text() };
}
const get = (path: string) => ask(path, null);

test('words of a message are shown as they will be read, and not taken where they would be worth nothing', async () => {
  const path = '/admin/settings/messages/access/nl';
  assert.match((await get(path)).text, /1234 5678.*\d parts?, \d+ characters/s);
  const without = await ask(path, { deed: 'save', subject: '', text: '', sms: 'Sleutel {vehicle}' });
  assert.match(without.text, /must hold \{code\}/);
  const saved = await ask(path, {
    deed: 'save',
    subject: '',
    text: '',
    sms: 'Sleutel {vehicle}: {code} <b>',
  });
  assert.equal(saved.location, `${path}?saved=1`);
  assert.match(
    (await get(path)).text,
    /<li><span lang="nl">Sleutel Van 3: 1234 5678 &lt;b&gt;<\/span><\/li><\/ul>\s*<p class="soft">1 part, \d+ characters/,
  );
  assert.match(
    (await get(path)).text,
    /<div class="letter"><h3 lang="nl">.*Van 3.*<p class="soft">SmartBox stuurt dit voor /s,
  );
  const long = `{code} ${'a'.repeat(150)} <i> ${'b'.repeat(40)}`;
  await ask(path, { deed: 'save', subject: '', text: '', sms: long });
  assert.match(
    (await get(path)).text,
    /part 1 of 2<\/span> <span lang="nl">1234 5678 a+<\/span><\/li><li><span class="tag">part 2 of 2<\/span> <span lang="nl">a* &lt;i&gt; b+</,
  );
  assert.match((await get('/admin/settings/messages')).text, /own words/);
  assert.equal((await ask(path, { deed: 'send' })).location, `${path}?sent=1`);
  const rows = await relay.store.db.selectFrom('message').select(['kind', 'channel', 'state']).execute();
  assert.deepEqual(rows, [{ kind: 'access', channel: 'mail', state: 'waiting' }]);
  const token = await relay.cookie('admin');
  assert.match((await ask(path, { deed: 'send' }, token)).text, /has no mail address/);
});

test('the mail stands there as it is sent, in a frame in which nothing runs', async () => {
  const path = '/admin/settings/messages/access/en';
  const words = '<img src=x onerror=alert(1)> {vehicle}\n\n{code}';
  await ask(path, { deed: 'save', subject: '', text: words, sms: '' });
  const page = await fetch(relay.url + path, { headers: { cookie: admin } });
  const [, src = ''] = /<iframe src="([^"]+)" title="[^"]+" sandbox>/.exec(await page.text()) ?? [];
  assert.match(page.headers.get('content-security-policy') ?? '', /frame-src 'self'/);
  const frame = async (cookie: string, at = src): Promise<Response> =>
    await fetch(relay.url + at, { headers: { cookie } });
  const mail = await frame(admin);
  const policy = mail.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none';.* sandbox;.* frame-ancestors 'self'/);
  assert.doesNotMatch(policy, /script-src|allow-/);
  assert.equal(mail.headers.get('x-frame-options'), 'SAMEORIGIN');
  assert.match(
    await mail.text(),
    /<p style="[^"]+">&lt;img src=x onerror=alert\(1\)&gt; Van 3<\/p>.*1234 5678/s,
  );
  assert.equal((await frame('')).status, 401);
  assert.equal((await frame(await relay.cookie('keys:read'))).status, 403);
  assert.equal((await frame(admin, src.replace('access', 'nonsense'))).status, 400);
});
