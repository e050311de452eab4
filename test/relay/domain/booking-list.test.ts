/** Lists of bookings, held against all that there are, looked at one by one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../../../scripts/rig/prng.ts';
import { bookingStates } from '../../../src/relay/core/booking-life.ts';
import {
  type BookingFilter,
  type BookingPlace,
  bookingPlace,
  bookingViews,
  listBookings,
} from '../../../src/relay/domain/booking-list.ts';
import { type BookingView, bookingView } from '../../../src/relay/domain/booking-views.ts';
import { createBooking } from '../../../src/relay/domain/bookings.ts';
import { changeBox } from '../../../src/relay/domain/boxes.ts';
import { createDriver } from '../../../src/relay/domain/drivers.ts';
import { raiseProblem, snoozeProblem } from '../../../src/relay/domain/problems.ts';
import { createSite } from '../../../src/relay/domain/sites.ts';
import type { BookingTable } from '../../../src/relay/store/tables.ts';
import { onBothStores, type StoreSource } from '../stores.ts';
import { boxWithKeys, type House, hourMs, houseOn } from './house.ts';

const seed = Number(process.env.SEED ?? 5);
const dayMs = 24 * hourMs;

interface World {
  readonly house: House;
  readonly site: string;
  readonly boxes: readonly string[];
  readonly keys: readonly string[];
  readonly drivers: readonly string[];
}

/** Columns of a booking of each state, at random. */
function stage(prng: Prng, now: number): Partial<BookingTable> {
  const of = [
    {},
    { sent: now },
    { rev: 9_999 },
    { taken: now },
    { taken: now, overdue: now },
    { taken: now - 2, returned: now - 1 },
    { cancelled: now },
    { cancelled: now, taken: now - 1 },
    { ended: now },
  ] as const;
  return of[prng.int(0, of.length - 1)] ?? {};
}

async function world(source: StoreSource): Promise<World> {
  const house = await houseOn(await source.fresh());
  const prng = new Prng(seed);
  const boxes: string[] = [];
  const keys: string[] = [];
  for (const id of ['depot-a', 'depot-b', 'depot-c']) {
    const made = await boxWithKeys(house, 2, { id });
    boxes.push(made.box);
    keys.push(...made.keys);
  }
  const { id: site } = await house.act(c =>
    createSite(c, { name: 'South', timezone: 'Europe/Amsterdam', language: 'nl' }),
  );
  for (const box of boxes.slice(1)) await house.act(c => changeBox(c, box, { site }));
  const drivers: string[] = [];
  for (const name of ['Ann', 'Ben']) drivers.push((await house.act(c => createDriver(c, { name }))).id);
  for (let count = 0; count < 60; count += 1) {
    const start = house.nowMs + prng.int(-30, 30) * 12 * hourMs;
    const end = [null, start + 4 * hourMs, start + 3 * dayMs, start + 20 * dayMs][prng.int(0, 3)] ?? null;
    const driver = [undefined, ...drivers][prng.int(0, 2)];
    const key = keys[prng.int(0, keys.length - 1)] ?? '';
    const origin = ['api', 'fleetio'][prng.int(0, 1)];
    const later = { start: house.nowMs, end: house.nowMs + hourMs };
    const { id } = await house.act(c => createBooking(c, { key, driver, origin, ...later }));
    const stood = { start, end, ...stage(prng, house.nowMs) };
    await house.store.write(tx => tx.updateTable('booking').set(stood).where('id', '=', id).execute());
  }
  await house.receipt('depot-b');
  await house.store.write(tx =>
    tx
      .updateTable('box')
      .set({ link: 'lost', link_since: house.nowMs })
      .where('id', '=', 'depot-c')
      .execute(),
  );
  return { house, site, boxes, keys, drivers };
}

async function all({ house }: World): Promise<readonly BookingView[]> {
  const ids = await house.store.db.selectFrom('booking').select('id').execute();
  const reading = { tx: house.store.db, account: 'main' };
  return await Promise.all(ids.map(({ id }) => bookingView(reading, id)));
}

const isOver = (state: BookingView['state']): boolean =>
  state === 'cancelled' || state === 'returned' || state === 'ended';
const isOut = (state: BookingView['state']): boolean => state === 'taken' || state === 'overdue';

/** @param known ids of bookings with a Problem */
function fits(row: BookingView, filter: BookingFilter, at: World, known: ReadonlySet<string>): boolean {
  const { nowMs } = at.house;
  const { box, site, key, driver, origin, state, view, needs, from = -Infinity, until = Infinity } = filter;
  const isSilent = row.box === 'depot-c' && !isOut(row.state) && !isOver(row.state);
  const wants = row.state === 'overdue' || known.has(row.id) || (isSilent && row.start < nowMs + dayMs);
  const views = {
    'needs-you': wants,
    'out-now': isOut(row.state),
    today: true,
    coming: !isOut(row.state) && !isOver(row.state) && row.start > nowMs,
    past: isOver(row.state),
  };
  return (
    (box === undefined || row.box === box) &&
    (site === undefined || row.box !== 'depot-a') &&
    (key === undefined || row.key.id === key) &&
    (driver === undefined || row.driver === driver) &&
    (origin === undefined || row.origin === origin) &&
    (state === undefined || row.state === state) &&
    (needs === undefined || wants) &&
    (view === undefined || views[view]) &&
    row.start < until &&
    (row.end ?? Infinity) > from
  );
}

async function listed(
  { house }: World,
  filter: BookingFilter,
  limit: number,
): Promise<readonly BookingView[]> {
  const reading = { tx: house.store.db, account: 'main', now: house.nowMs };
  const found: BookingView[] = [];
  let after: BookingPlace | null = null;
  for (;;) {
    const rows = await listBookings(reading, filter, { after, limit });
    found.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return found;
    after = bookingPlace(last);
  }
}

const inOrder = (a: BookingView, b: BookingView): number => a.start - b.start || (a.id < b.id ? -1 : 1);

function* filters({ house: { nowMs }, site, keys, drivers }: World): Iterable<BookingFilter> {
  const own: readonly BookingFilter[] = [
    ...[{}, { box: 'depot-b' }, { site }, { key: keys[2] }, { driver: drivers[0] }, { origin: 'api' }],
    ...[
      { driver: drivers[1], box: 'depot-b' },
      { site, origin: 'fleetio' },
    ],
  ];
  const times: readonly BookingFilter[] = [
    {},
    { from: nowMs, until: nowMs + dayMs },
    { from: nowMs - 3 * dayMs },
    { until: nowMs - 10 * dayMs },
  ];
  for (const one of own)
    for (const time of times) {
      for (const view of [undefined, ...bookingViews]) yield { ...one, ...time, view };
      yield { ...one, ...time, needs: 'person' };
    }
  for (const state of bookingStates) for (const one of own) yield { ...one, state };
}

onBothStores('lists of bookings', source => {
  test(`hold all that fits, in order, on pages of any size (seed ${seed})`, async () => {
    const at = await world(source);
    const rows = await all(at);
    const [first, second, third] = rows.filter(({ state }) => state === 'on-box' || state === 'not-sent');
    const known = new Set<string>();
    for (const row of [first, second, third]) {
      assert.ok(row);
      known.add(row.id);
      await at.house.act(c => raiseProblem(c, { kind: 'no-address', subject: row.id }, 'Nobody was told.'));
    }
    const problems = await at.house.store.db.selectFrom('problem').select(['id', 'subject']).execute();
    const off = problems.find(({ subject }) => subject === second?.id);
    const until = at.house.nowMs + hourMs;
    await at.house.act(c => snoozeProblem(c, off?.id ?? '', { until, why: 'on leave' }));
    known.delete(second?.id ?? '');
    let count = 0;
    for (const filter of filters(at)) {
      const right = rows.filter(row => fits(row, filter, at, known)).toSorted(inOrder);
      const isEarliestFirst = filter.view !== undefined && filter.view !== 'past';
      const expected = (isEarliestFirst ? right : right.toReversed()).map(({ id }) => id);
      count += expected.length;
      for (const limit of [7, 100])
        assert.deepEqual(
          (await listed(at, filter, limit)).map(({ id }) => id),
          expected,
          `${JSON.stringify(filter)} by ${limit}`,
        );
    }
    assert.ok(count > 500, `${count} rows in all lists`);
  });

  test('a site that is not there is not found, and one without boxes has no bookings', async () => {
    const at = await world(source);
    await assert.rejects(listed(at, { site: 's_none' }, 9), { code: 'not-found' });
    const empty = { name: 'North', timezone: 'UTC', language: 'en' };
    const { id } = await at.house.act(c => createSite(c, empty));
    assert.deepEqual(await listed(at, { site: id }, 9), []);
  });
});
