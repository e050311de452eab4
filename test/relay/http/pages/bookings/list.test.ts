/** The list of bookings: its views, its filters in the address, and what stands in a row. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../../scripts/rig/page-relay.ts';

let relay: PageRelay;
let cookie: string;
before(async () => {
  relay = await startPages('bookings');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());

const list = '/admin/bookings';
const text = async (path: string, as = cookie): Promise<string> =>
  await (await fetch(relay.url + path, { headers: { cookie: as } })).text();
/** Each row without its markup. */
const rowsOf = (page: string): readonly string[] =>
  [...page.matchAll(/<tr><th scope="row".*?<\/tr>/gs)].map(([row]) =>
    row
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
const rows = async (query: string, as = cookie): Promise<readonly string[]> =>
  rowsOf(await text(`${list}${query}`, as));
const hrefs = (page: string): readonly string[] =>
  [...page.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&'));

test('each view shows its own, and needs-you says how many', async () => {
  const page = await text(list);
  assert.match(page, /Needs you <span class="count">1</);
  const [one] = await rows('?view=needs-you');
  assert.match(one ?? '', /^Van 1 b late since .*Ben Kok today 06:42–08:42 CET Depot A · door 2 by hand/);
  assert.equal((await rows('?view=out-now')).length, 2);
  assert.ok((await rows('?view=past')).every(row => /returned|ended|cancelled/.test(row)));
  assert.ok((await rows('?view=coming')).every(row => !/returned|ended|cancelled| out | late /.test(row)));
  const today = await rows('?view=today');
  assert.ok(today.length > 5 && today.every(row => !row.includes('tomorrow')));
});

test('a row that follows an assignment has the plate, and leads to where the assignment stands', async () => {
  const page = await text(`${list}?origin=fleetio`);
  assert.equal(rowsOf(page).length, 1);
  assert.match(rowsOf(page)[0] ?? '', /^Van 1 KX-204-B out since .*Ann Bos/);
  assert.ok(hrefs(page).includes('/admin/integrations/int_1/vehicles/301#assignments'));
});

test('filters stand in the address: each chip takes off itself and nothing else, and each tab keeps them', async () => {
  const page = await text(`${list}?view=today&state=taken&box=box-1&from=2026-11-30`);
  assert.equal(rowsOf(page).length, 1);
  const found = hrefs(page).filter(href => href.startsWith(`${list}?`));
  for (const wanted of [
    ...['view=today&box=box-1&from=2026-11-30', 'view=today&state=taken&from=2026-11-30'],
    ...['view=today&state=taken&box=box-1', 'view=past&state=taken&box=box-1&from=2026-11-30'],
  ]) {
    const sorted = [...new URLSearchParams(wanted)].sort().join();
    const has = found.some(href => [...new URLSearchParams(href.split('?')[1])].sort().join() === sorted);
    assert.ok(has, `${wanted}: ${found.join('\n')}`);
  }
  assert.match(page, /box Depot A/);
});

test('days count to their midnight at the place', async () => {
  assert.equal((await rows('?from=2026-12-01&until=2026-12-01')).length, 1);
  assert.equal((await rows('?until=2026-11-29')).length, 0);
  assert.match(await text(`${list}?until=2026-11-29`), /Nothing matches.*“to 2026-11-29”/s);
  assert.ok((await rows('?from=2026-02-31')).length > 10, 'no day is no filter');
});

test('a key, a driver or a box is found by how its name begins', async () => {
  const page = await text(`${list}?view=today&match=ann`);
  const [href = ''] = hrefs(page).filter(each => each.includes('driver='));
  assert.match(href, /view=today/);
  assert.deepEqual((await rowsOf(await text(href))).length, 1);
  assert.match(await text(`${list}?match=nobody`), /Nothing begins with “nobody”/);
});

test('whoever may see bookings alone sees no names, vehicles or deeds', async () => {
  const page = await text(list, await relay.cookie('bookings:read'));
  assert.doesNotMatch(page, /Ann Bos|KX-204|Book a key|\/cancel"/);
  assert.match(page, /\/copy"/);
  assert.doesNotMatch(await text(`${list}?match=ann`, await relay.cookie('bookings:read')), /Ann Bos/);
});

test('pages are turned within the filters', async () => {
  const key = await relay.store.db.selectFrom('booking').selectAll().limit(1).executeTakeFirstOrThrow();
  const more = Array.from({ length: 120 }, (_, at) => ({
    ...{ ...key, id: `b_more${at}`, code: null, code_hash: null, start: 1_000 + at, end: 2_000 + at },
    origin: 'script',
  }));
  await relay.store.write(tx => tx.insertInto('booking').values(more).execute());
  const seen = new Set<string>();
  let path: string | undefined = `${list}?origin=script`;
  for (let turns = 0; path !== undefined && turns < 5; turns += 1) {
    const page: string = await text(path);
    assert.ok(page.length < 60_000, `${page.length}`);
    for (const [, id = ''] of page.matchAll(/id="m-(b_more\d+)"/g)) seen.add(id);
    path = /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');
    assert.ok(path === undefined || path.includes('origin=script'));
  }
  assert.equal(seen.size, 120);
});
