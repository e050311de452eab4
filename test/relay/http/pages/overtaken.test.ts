/** Two people who save one setting: the second hears what the first has saved, and nothing of either is lost. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fleet } from '../../../../scripts/rig/fleet-fixture.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { withWebhooks } from '../../../../scripts/rig/page-webhooks.ts';
import { accountView, changeAccount, type Settings } from '../../../../src/relay/domain/accounts.ts';
import { listSites } from '../../../../src/relay/domain/sites.ts';

interface Page {
  readonly status: number;
  readonly text: string;
}

type Form = Readonly<Record<string, string>>;

/** @param action how the address of its form ends */
const versionIn = (page: string, action = ''): string =>
  new RegExp(
    `action="[^"]*${action}"[^>]*>(?:<h2>[^<]*</h2>)?<input type="hidden" name="version" value="([^"]+)"`,
  ).exec(page)?.[1] ?? '';

describe('settings that two people save', () => {
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
    return { status: answer.status, text: await answer.text() };
  };
  const get = (path: string): Promise<Page> => ask(path, null);
  const settings = async (): Promise<Settings> => (await relay.act(accountView)).settings;

  test('of two who save one topic the second sees what the first saved, and keeps what was typed', async () => {
    const path = '/admin/settings/retention';
    const read = versionIn((await get(path)).text);
    const form = (driverDays: string) => ({
      ...{ 'settings.driverDays': driverDays, 'settings.eventDays': '', 'settings.auditDays': '400' },
    });
    const ben = await relay.cookie('person');
    assert.equal((await ask(path, { ...form('91'), version: read }, ben)).status, 303);
    const other = await ask('/admin/settings/rules', { version: 'nothing' });
    assert.match(other.text, /Ada Moreno changed this at/, 'a version of nothing is an old one');
    const second = await ask(path, { ...form('92'), version: read });
    assert.equal(second.status, 200);
    assert.match(second.text, /<h2>.*Ada Moreno changed this at today 10:42 CET/s);
    assert.match(second.text, /As it is now<\/h3><dl><dt class="soft">[^<]+<\/dt><dd><bdi>91<\/bdi>/);
    assert.match(second.text, /As you wanted it<\/h3><dl><dt class="soft">[^<]+<\/dt><dd><bdi>92<\/bdi>/);
    assert.match(second.text, /name="settings\.driverDays" value="92"/);
    assert.equal((await settings()).driverDays, 91);
    const few = await relay.cookie('settings:read settings:write');
    assert.match((await ask(path, { ...form('92'), version: read }, few)).text, />Somebody changed this at/s);
    // Somebody who saves another topic is no reason to ask.
    await relay.act(context => changeAccount(context, { name: 'Acme' }));
    assert.equal((await ask(path, { ...form('92'), version: versionIn(second.text) })).status, 303);
    assert.equal((await settings()).driverDays, 92);
  });

  test('so do two who change one site, and two who word one message', async () => {
    const [site] = await relay.act(context => listSites(context, { after: '', limit: 1 }));
    assert.ok(site);
    const path = `/admin/settings/sites/${site.id}`;
    const read = versionIn((await get(path)).text);
    const form = { name: site.name, timezone: site.timezone, language: site.language, version: read };
    assert.equal((await ask(path, { ...form, address: 'Havenweg 12' })).status, 303);
    const late = await ask(path, { ...form, address: 'Havenweg 21' });
    assert.match(
      late.text,
      /As it is now<\/h3><dl><dt class="soft">Address<\/dt><dd><bdi>Havenweg 12<\/bdi>/,
    );
    assert.match(late.text, /name="address" type="text" value="Havenweg 21"/);
    const again = { ...form, address: 'Havenweg 21', version: versionIn(late.text) };
    assert.equal((await ask(path, again)).status, 303);
    const texts = '/admin/settings/messages/moved/en';
    const words = { deed: 'save', subject: '', sms: '', version: versionIn((await get(texts)).text) };
    assert.equal((await ask(texts, { ...words, text: 'Moved: {start}' })).status, 303);
    const other = await ask(texts, { ...words, text: 'Other: {start}' });
    assert.match(other.text, /<bdi>Moved: \{start\}<\/bdi>/);
    assert.match(other.text, />Other: \{start\}<\/textarea>/);
  });

  /** Two who have read the same form: the first saves, the second is shown both, and then saves too. */
  async function twoSave(
    path: string,
    form: Form,
    [member, first, second]: readonly [string, string, string],
  ) {
    const typed = (value: string, page: Page): Form => ({
      ...{ ...form, [member]: value, version: versionIn(page.text, path) },
    });
    const read = await get(path);
    assert.equal((await ask(path, typed(first, read))).status, 303, path);
    const late = await ask(path, typed(second, read));
    assert.equal(late.status, 200, path);
    const said = />[^<]+changed this at[^<]+/.exec(late.text)?.[0] ?? late.text.slice(-3_000);
    assert.match(said, /changed this at today 10:42 CET/, path);
    const [, theirs = '', yours = ''] =
      /As it is now<\/h3>(.*)As you wanted it<\/h3>(.*?)<\/div>/s.exec(late.text) ?? [];
    assert.ok(theirs.includes(`<bdi>${first}</bdi>`) && !theirs.includes(second), `${path}: ${theirs}`);
    assert.ok(yours.includes(`<bdi>${second}</bdi>`) && !yours.includes(first), `${path}: ${yours}`);
    assert.ok(
      late.text.includes(`name="${member}" type="text" value="${second}"`) ||
        late.text.includes(`value="${second}"`),
    );
    assert.equal((await ask(path, typed(second, late))).status, 303, path);
    assert.ok((await get(path)).text.includes(second), path);
  }

  test('so do two who change one box, one person, one webhook', async () => {
    const box = '/admin/boxes/box-1/settings';
    const site = /<option value="([^"]+)" selected>/.exec((await get(box)).text)?.[1] ?? '';
    await twoSave(box, { site }, ['name', 'North gate', 'South gate']);
    const people = (await get('/admin/people')).text;
    const person = /href="(\/admin\/people\/[^"]+)"><bdi>/.exec(people)?.[1] ?? '';
    await twoSave(person, { role: 'administrator', language: 'en' }, ['name', 'Ada M.', 'A. Moreno']);
    await relay.act(context => withWebhooks(context, 'Our fleet system'));
    const hook = { url: 'https://example.org/hook', 'types[]': 'key.taken', names: 'no' };
    await twoSave('/admin/integrations/webhooks/wh_fresh', hook, ['name', 'Our planner', 'Our planning']);
  });

  test('so do two who change one driver', async () => {
    const made = await ask('/admin/drivers/new', { name: 'Kim', phoneOpens: 'no' });
    assert.equal(made.status, 303);
    const row = relay.store.db.selectFrom('driver').select('id').where('name', '=', 'Kim');
    const { id } = await row.executeTakeFirstOrThrow();
    await twoSave(`/admin/drivers/${id}`, { phoneOpens: 'no' }, ['name', 'Kim de Vries', 'Kim Jansen']);
  });

  test('so do two who name the fields of Fleetio otherwise', async () => {
    const about = `/admin/integrations/${fleet}/about`;
    const read = await get(about);
    const form = (code: string, page: Page): Form => ({
      ...{ instructions: 'How', link: 'Where', code, version: versionIn(page.text, '/fields') },
    });
    const path = `/admin/integrations/${fleet}/fields`;
    assert.doesNotMatch((await ask(path, form('Code', read))).text, /changed this at/);
    const late = await ask(path, form('Number', read));
    assert.match(late.text, /<dt class="soft">Code<\/dt><dd><bdi>Number<\/bdi>/);
    assert.match(late.text, /name="code" type="text" value="Number"/);
    assert.match(late.text, /<code>Code<\/code>/, 'nothing of it was saved');
  });
});
