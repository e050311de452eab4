/** The line of time: which columns a booking takes, what stands below what, and a page of it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type PageRelay, startPages } from '../../../../../scripts/rig/page-relay.ts';
import type { BookingView } from '../../../../../src/relay/domain/booking-views.ts';
import { cellsOf, heldUntil, lanesOf } from '../../../../../src/relay/http/pages/bookings/timeline-view.ts';

const booking = (start: number, end: number | null, more: Partial<BookingView> = {}): BookingView =>
  ({ id: `b_${start}`, state: 'on-box', start, end, returned: null, ...more }) as BookingView;

const scale = { from: 100, until: 200, stepMs: 10, perHead: 2, head: String };
const drawn = (lane: readonly BookingView[], now = 0): string =>
  cellsOf(lane, scale, now)
    .map(({ columns, booking: of }) => (of === null ? '.' : '#').repeat(columns))
    .join('|');

test('a row has all columns, each booking at least one, and what begins before it or ends after it is cut', () => {
  assert.equal(drawn([]), '..........');
  assert.equal(drawn([booking(120, 150)]), '..|###|.....');
  assert.equal(drawn([booking(121, 122), booking(123, 140)]), '..|#|#|......');
  assert.equal(drawn([booking(0, 110), booking(190, null)]), '#|........|#');
  assert.equal(drawn([booking(0, null)]), '##########');
  assert.equal(drawn([booking(198, 199), booking(199, 300)]), '.........|#');
});

test('one that is late holds its key until now; one that came back early no longer', () => {
  assert.equal(heldUntil(booking(100, 120, { state: 'overdue' }), 150), 150);
  assert.equal(heldUntil(booking(100, 190, { state: 'returned', returned: 130 }), 150), 130);
  assert.equal(drawn([booking(100, 120, { state: 'overdue' })], 150), '#####|.....');
});

test('bookings that overlap stand one below the other, those that meet end to end in one row', () => {
  const [a, b, c, d] = [booking(100, 150), booking(120, 130), booking(130, 160), booking(150, null)];
  assert.deepEqual(
    lanesOf([a, b, c, d], 0).map(lane => lane.map(({ start }) => start)),
    [
      [100, 150],
      [120, 130],
    ],
  );
  assert.deepEqual(lanesOf([], 0), [[]]);
});

let relay: PageRelay;
let cookie: string;
before(async () => {
  relay = await startPages('bookings');
  cookie = await relay.cookie('admin');
});
after(() => relay.close());
const text = async (query: string): Promise<string> =>
  await (await fetch(`${relay.url}/admin/bookings${query}`, { headers: { cookie } })).text();

test('a day names who overlaps whom, has the line of now, and every row the same number of columns', async () => {
  const page = await text('?show=timeline');
  assert.match(page, /now 10:42/);
  assert.match(page, /at the same time as nobody named/);
  assert.doesNotMatch(page, /style=/);
  for (const [, row = ''] of page.matchAll(/<tbody>(.*?)<\/tbody>/gs))
    for (const line of row.split('</tr>').filter(each => each.includes('<tr>'))) {
      const wide = [...line.matchAll(/colspan="(\d+)"/g)].reduce((sum, [, n]) => sum + Number(n), 0);
      assert.equal(wide, 48, line);
    }
  assert.match(await text('?show=timeline&day=2026-12-04'), /Fri 4 Dec/);
  assert.doesNotMatch(await text('?show=timeline&day=2026-12-04'), /class="at"/);
});

test('days of 23 and 25 hours have so many columns, and a week seven days', async () => {
  for (const [day, columns] of [
    ['2026-03-29', 46],
    ['2026-10-25', 50],
  ] as const)
    assert.equal((await text(`?show=timeline&day=${day}`)).match(/<col>/g)?.length, columns, day);
  const week = await text('?show=timeline&span=week');
  assert.equal(week.match(/<col>/g)?.length, 56);
  assert.match(week, /Mon,? 30 Nov – Sun,? 6 Dec/);
});

test('it keeps the chips: what is sought by whom or by state stands on the lines of its keys', async () => {
  const page = await text('?show=timeline&state=overdue');
  assert.equal(page.match(/<tbody>/g)?.length, 1);
  assert.match(page, /Ben Kok/);
  assert.match(page, /href="\/admin\/bookings\?state=overdue"/);
  assert.equal((await text('?show=timeline&box=box-1')).match(/<tbody>/g)?.length, 2);
});

test('keys are turned 25 at a time, and a long booking is on its line years later', async () => {
  const key = await relay.store.db.selectFrom('key').selectAll().limit(1).executeTakeFirstOrThrow();
  const more = Array.from({ length: 60 }, (_, at) => ({
    ...{ ...key, id: `k_${String(at).padStart(3, '0')}`, name: `Bus ${at}`, tag: null, tag_hash: null },
    slot: 100 + at,
  }));
  await relay.store.write(tx => tx.insertInto('key').values(more).execute());
  const row = await relay.store.db.selectFrom('booking').selectAll().limit(1).executeTakeFirstOrThrow();
  const old = {
    id: 'b_old',
    key: 'k_001',
    box: key.box ?? '',
    code: null,
    code_hash: null,
    start: 1,
    end: null,
  };
  await relay.store.write(tx =>
    tx
      .insertInto('booking')
      .values({ ...row, ...old })
      .execute(),
  );
  const seen: string[] = [];
  let path: string | undefined = '?show=timeline&box=box-1';
  while (path !== undefined) {
    const page: string = await text(path);
    seen.push(...[...page.matchAll(/<bdi>(Bus \d+)<\/bdi><\/th>/g)].map(([, name = '']) => name));
    assert.ok(page.length < 60_000);
    path = /rel="next" href="\/admin\/bookings([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&');
  }
  assert.equal(new Set(seen).size, 60);
  assert.match(await text('?show=timeline&key=k_001&day=2031-01-01'), /b_old/);
});
