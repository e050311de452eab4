/** Forms that make something, sent by a double click or on a slow line: made once, and both lead to it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nowMs } from '../../../../scripts/rig/page-clock.ts';
import { type PageRelay, startPages } from '../../../../scripts/rig/page-relay.ts';
import { localTime } from '../../../../src/base/local-time.ts';
import { utc } from '../../../../src/base/time-zone.ts';

let relay: PageRelay;
let cookie = '';
before(async () => {
  relay = await startPages('well');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

type Fields = Readonly<Record<string, string>>;

const ask = (path: string, fields: Fields | null = null): Promise<Response> =>
  fetch(relay.url + path, {
    ...(fields === null ? {} : { method: 'POST', body: new URLSearchParams(fields) }),
    ...{ redirect: 'manual', headers: { cookie, 'sec-fetch-site': 'same-origin' } },
  });

const hidden = (page: string): Fields =>
  Object.fromEntries(
    [...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );

const rows = async (table: 'site' | 'driver' | 'token' | 'webhook' | 'booking'): Promise<number> =>
  (await relay.store.db.selectFrom(table).select('id').execute()).length;

/** Where both lead, and how many rows are there then more than before. */
async function twice(path: string, fields: Fields, table: Parameters<typeof rows>[0]): Promise<unknown> {
  const first = await rows(table);
  const answers = await Promise.all([ask(path, fields), ask(path, fields)]);
  const [one, two] = answers.map(each => `${each.status} ${each.headers.get('location') ?? ''}`);
  assert.equal(one, two);
  const more = (await rows(table)) - first;
  assert.equal((await ask(path, fields)).status, answers[0]?.status, 'and later once more');
  assert.equal((await rows(table)) - first, more);
  return more;
}

const url = 'http://127.0.0.1:1/hook';
const forms: readonly (readonly [string, Fields, Parameters<typeof rows>[0]])[] = [
  ['/admin/drivers/new', { name: 'Ann Bos', email: 'ann.bos@example.org' }, 'driver'],
  ['/admin/settings/sites/new', { name: 'Yard', timezone: 'Europe/Brussels', language: 'nl' }, 'site'],
  ['/admin/settings/tokens/new', { name: 'a script', 'keys:read': 'yes' }, 'token'],
  ['/admin/integrations/webhooks/new', { name: 'Ours', url, 'types[]': 'key.taken', names: 'no' }, 'webhook'],
];
for (const [path, typed, table] of forms)
  test(`${path} makes one`, async () => {
    const fields = { ...hidden(await (await ask(path)).text()), ...typed };
    assert.match(fields.once ?? '', /^form-/);
    assert.equal(await twice(path, fields, table), 1);
  });

test('a booking is made once, its driver is told once, and the key is not said to be taken by it', async () => {
  const day = 86_400_000;
  const [start, end] = [nowMs + 20 * day, nowMs + 21 * day].map(at => localTime(at, utc)) as [string, string];
  const { id: key } = await relay.store.db.selectFrom('key').select('id').limit(1).executeTakeFirstOrThrow();
  const who = { name: 'Ben Kok', email: 'ben.kok@example.org' };
  const page = await (await ask('/admin/bookings/new/check', { start, end, key, ...who })).text();
  assert.equal(await twice('/admin/bookings/new', hidden(page), 'booking'), 1);
  const told = relay.store.db.selectFrom('message').select('kind').where('kind', '=', 'access');
  assert.equal((await told.where('created', '=', nowMs).execute()).length, 1);
});
