/** The help desk: whoever is refused is found, told why, and whoever looked stands in the audit. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { tryWords } from '../../../../src/relay/http/pages/drivers/tries-texts.ts';
import { denialReasons } from '../../../../src/wire/journal.ts';

let relay: PageRelay;
let cookie = '';
before(async () => {
  relay = await startPages('in-use');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

const get = async (path: string, as = cookie): Promise<Response> =>
  await fetch(relay.url + path, { headers: { cookie: as } });
const text = async (path: string, as = cookie): Promise<string> => await (await get(path, as)).text();

test('a driver is found by name, by the end of the number, and by the whole number however it is typed', async () => {
  for (const typed of ['ben', '4072', '06 12 34 40 72', '%2B31612344072'])
    assert.match(await text(`/admin/drivers?refused=${typed}`), /\/admin\/drivers\/d_ben\/tries/, typed);
  for (const typed of ['9072', '06 99 34 40 72', '%25', '<q>'])
    assert.match(await text(`/admin/drivers?refused=${typed}`), /No driver is called so/, typed);
  assert.match(
    await text('/admin/_/drivers?refused=ann'),
    /^<ul class="found"><li><a href="\/admin\/drivers\/d_ann\/tries">/,
  );
  assert.equal((await get('/admin/_/drivers?refused=ann', await relay.cookie('keys:read'))).status, 403);
});

test('the last tries say the reason and what to say, by the clock of the box, and are audited', async () => {
  const page = await text('/admin/drivers/d_ben/tries');
  assert.match(page, /too early/);
  assert.match(page, /It opens from today 09:32 CET at the latest/);
  assert.match(page, /nobody has that code/);
  const { what } = await relay.store.db
    .selectFrom('audit')
    .select('what')
    .where('subject', '=', 'd_ben')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  assert.equal(what, 'tries-read');
  assert.equal((await get('/admin/drivers/nobody/tries')).status, 404);
  assert.equal((await get('/admin/drivers/d_ben/tries', await relay.cookie('drivers:read'))).status, 403);
});

test('the page of a driver says since when the number opens, and which keys are theirs', async () => {
  await relay.act(c =>
    c.tx
      .insertInto('audit')
      .values({
        ...{ id: 'a_1', account: c.account, at: c.now - 60_000, who: 'driver-page', what: 'driver-changed' },
        ...{ subject: 'd_ben', detail: 'phone phoneOpens' },
      })
      .execute(),
  );
  const page = await text('/admin/drivers/d_ben');
  assert.match(page, /verified by the driver .*today 10:41/);
  assert.match(page, /<bdi>Van 15<\/bdi><\/a> · out/);
  assert.match(page, /<bdi>Van 12<\/bdi><\/a> · /);
});

test('each reason has its words in each language', () => {
  for (const language of ['en', 'nl'] as const)
    for (const reason of denialReasons) {
      const { refused, advice } = tryWords(language);
      assert.ok(refused[reason].length > 3 && advice[reason].length > 10, `${language} ${reason}`);
    }
});
