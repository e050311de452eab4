/** A page of a list costs what it shows, however much is kept behind it: no list reads a whole table, and none sorts all of one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kysely } from 'kysely';
import { bookingStates } from '../../../src/relay/core/booking-life.ts';
import { type AuditFilter, listAudit } from '../../../src/relay/domain/audit.ts';
import { type BookingFilter, bookingViews, listBookings } from '../../../src/relay/domain/booking-list.ts';
import { driverNames, keyDoors } from '../../../src/relay/domain/booking-names.ts';
import { deedLines, eventLines } from '../../../src/relay/domain/booking-story.ts';
import { phoneOpensSince, triesOf } from '../../../src/relay/domain/driver-tries.ts';
import { type EventFilter, eventsByTime } from '../../../src/relay/domain/event-list.ts';
import { freeKeys } from '../../../src/relay/domain/free-keys.ts';
import { goingLive } from '../../../src/relay/domain/going-live.ts';
import { custodyEvents } from '../../../src/relay/domain/key-custody.ts';
import { countKeys, keyPlaces, listKeys } from '../../../src/relay/domain/key-list.ts';
import { bookingsToCome, keyUses, keyVehicles } from '../../../src/relay/domain/key-uses.ts';
import { openProblems } from '../../../src/relay/domain/open-problems.ts';
import { personNames } from '../../../src/relay/domain/person-names.ts';
import { clearedProblems, listProblems } from '../../../src/relay/domain/problem-list.ts';
import { hurtBy } from '../../../src/relay/domain/problem-people.ts';
import { foundBookings } from '../../../src/relay/domain/search.ts';
import { matchingSubjects } from '../../../src/relay/domain/search-words.ts';
import { bookingsOfKeys, timelineKeys } from '../../../src/relay/domain/timeline.ts';
import { fleetioLines } from '../../../src/relay/integrations/fleetio/story.ts';
import { listWaitingWrites } from '../../../src/relay/integrations/fleetio/sync/waiting-writes.ts';
import { bookedVehicles } from '../../../src/relay/integrations/fleetio/vehicles/booked-vehicles.ts';
import { listVehicles, sameNames } from '../../../src/relay/integrations/fleetio/vehicles/vehicle-list.ts';
import { messageLines } from '../../../src/relay/messages/message-lines.ts';
import type { AtRest } from '../../../src/relay/secrets/at-rest.ts';
import type { Tables } from '../../../src/relay/store/tables.ts';
import type { ProblemTable } from '../../../src/relay/store/tables-work.ts';
import { isScan, isSort, onBothPlans, type PlanOf } from './plan-of.ts';

const account = 'a';
/** Nothing is found that could be opened. */
const atRest = {} as AtRest;

type Ask = Parameters<PlanOf>[0];

/** @param sorts what is sorted is few by itself: faults that stand, keys that are out */
async function mustSearch(planOf: PlanOf, name: string, ask: Ask, sorts = false): Promise<void> {
  const plan = await planOf(ask);
  assert.ok(plan.length > 0, `${name} asked nothing`);
  const wrong = plan.filter(step => isScan(step) || (!sorts && isSort(step)));
  assert.deepEqual(wrong, [], `${name}:\n${plan.join('\n')}`);
}

onBothPlans('plans of Problems', planOf => {
  const filters = [
    {},
    { awakeAt: 5 },
    { asleepAt: 5 },
    { severity: 'tidy-up' },
    { kind: 'jammed' },
    { kind: 'jammed', severity: 'tidy-up', awakeAt: 5 },
  ] as const;
  for (const open of [true, false])
    for (const filter of filters)
      test(`${open ? 'open' : 'all'} ${JSON.stringify(filter)}`, async () => {
        for (const after of [null, [1, 2, 'p'] as const])
          await mustSearch(
            planOf,
            JSON.stringify({ open, ...filter, after }),
            db => listProblems({ tx: db, account }, { open, ...filter }, { after, limit: 9 }),
            open && 'kind' in filter,
          );
      });
});

onBothPlans('plans of what needs a person first', planOf => {
  const row = { kind: 'box-lost', subject: 'b' } as ProblemTable;
  const rows = [row, { ...row, kind: 'overdue', subject: 'b_1' }, { ...row, kind: 'x', subject: 'd_1/sms' }];
  test('what stands is sorted, and whom it hurts is found by ids', async () => {
    const reading = (db: Kysely<Tables>) => ({ tx: db, account, now: 5 });
    await mustSearch(planOf, 'first', db => openProblems(reading(db), 3), true);
    await mustSearch(planOf, 'people', db => hurtBy(reading(db), rows));
  });

  test('what is over is read on from a place in it, and whoever took it off is found by id', async () => {
    for (const after of [null, [0, 2, 'p'] as const])
      await mustSearch(planOf, `cleared ${after}`, db =>
        clearedProblems({ tx: db, account }, {}, { after, limit: 9 }),
      );
    await mustSearch(planOf, 'names', db => personNames({ tx: db, account }, ['a', 'b']));
  });
});

onBothPlans('plans of events', planOf => {
  const filters: readonly EventFilter[] = [
    {},
    { from: 3, until: 9 },
    { box: 'b' },
    { box: 'b', type: 'denied', from: 3 },
    { box: 'b', slot: 4, until: 9 },
    { type: 'denied' },
    { type: 'denied', from: 3, until: 9 },
    { driver: 'd_1' },
    { driver: 'd_1', type: 'denied', box: 'b' },
  ];
  for (const filter of filters)
    test(JSON.stringify(filter), async () => {
      for (const after of [null, [5, 7] as const])
        for (const order of ['newest', 'oldest'] as const)
          await mustSearch(planOf, JSON.stringify({ after, order }), db =>
            eventsByTime({ tx: db, account }, filter, { after, limit: 9 }, order),
          );
    });

  test('those of one booking are few: they may be sorted', async () => {
    await mustSearch(
      planOf,
      'booking',
      db => eventsByTime({ tx: db, account }, { booking: 'b_1' }, { after: null, limit: 9 }, 'newest'),
      true,
    );
  });
});

onBothPlans('plans of bookings', planOf => {
  const own: readonly BookingFilter[] = [
    ...[{}, { box: 'b' }, { key: 'k' }, { driver: 'd' }, { origin: 'api' }, { box: 'b', origin: 'api' }],
    { from: 5, until: 9 },
    { from: 5, until: 9, box: 'b' },
  ];
  const ways: readonly BookingFilter[] = [
    {},
    { needs: 'person' },
    ...bookingViews.map(view => ({ view })),
    ...bookingStates.map(state => ({ state })),
  ];
  for (const way of ways)
    test(JSON.stringify(way), async () => {
      for (const one of own)
        for (const after of [null, [5, 'b_1'] as const]) {
          const filter = { ...one, ...way };
          const isFew = filter.needs !== undefined || filter.view === 'needs-you';
          const ask: Ask = db => listBookings({ tx: db, account, now: 7 }, filter, { after, limit: 9 });
          await mustSearch(planOf, JSON.stringify({ ...filter, after }), ask, isFew);
        }
    });

  test('each view begins at the part of an index that is made for it', async () => {
    const parts = { 'out-now': 'booking_away', coming: 'booking_waiting', past: 'booking_over' } as const;
    for (const [view, index] of Object.entries(parts)) {
      const filter = { view: view as keyof typeof parts };
      const plan = await planOf(db =>
        listBookings({ tx: db, account, now: 7 }, filter, { after: null, limit: 9 }),
      );
      assert.ok(plan.join('\n').includes(index), `${view}: ${plan.join('\n')}`);
    }
  });
});

onBothPlans('plans of the line of time', planOf => {
  const reading = (db: Kysely<Tables>) => ({ tx: db, account });
  test('keys a page, and bookings by their keys', async () => {
    for (const place of [{}, { box: 'b' }, { key: 'k' }])
      for (const after of [null, 'k'])
        await mustSearch(planOf, JSON.stringify({ place, after }), db =>
          timelineKeys(reading(db), place, { after, limit: 26 }),
        );
    const window = { from: 1e9, until: 2e9 };
    const plan = await planOf(db => bookingsOfKeys(reading(db), ['k_1', 'k_2'], window));
    assert.deepEqual(plan.filter(isScan), []);
    for (const index of ['booking_key', 'booking_long_key'])
      assert.ok(plan.join('\n').includes(index), plan.join('\n'));
  });
});

onBothPlans('plans of what stands beside bookings', planOf => {
  const reading = (db: Kysely<Tables>) => ({ tx: db, account });
  test('names, doors and vehicles are found by their ids', async () => {
    await mustSearch(planOf, 'drivers', db => driverNames(reading(db), ['d_1', 'd_2', null]));
    await mustSearch(planOf, 'doors', db => keyDoors(reading(db), ['k_1', 'k_2']));
    await mustSearch(planOf, 'vehicles', db => bookedVehicles(reading(db), ['b_1', 'b_2']));
  });
});

onBothPlans('plans of the story of a booking', planOf => {
  const parts = { deedLines, eventLines, messageLines, fleetioLines };
  for (const [name, lines] of Object.entries(parts))
    test(name, async () => {
      await mustSearch(planOf, name, db => lines({ tx: db, account }, { id: 'b', trace: 't' }, 9));
    });
});

onBothPlans('plans of keys that are free', planOf => {
  test('each is looked at by its index', async () => {
    for (const until of [9, null])
      for (const after of [null, 'k'])
        await mustSearch(planOf, `until ${until}`, db =>
          freeKeys({ tx: db, account, atRest }, { from: 5, until }, { after, limit: 9 }),
        );
  });
});

onBothPlans('plans of keys', planOf => {
  test('all, those of a box, and those in one place', async () => {
    for (const place of [undefined, ...keyPlaces])
      for (const box of [undefined, 'b'])
        for (const after of [null, ['van', 'k'] as const])
          await mustSearch(
            planOf,
            JSON.stringify({ place, box, after }),
            db => listKeys({ tx: db, account, atRest }, { place, box }, { after, limit: 9 }),
            // Keys of one box and keys that are late are few.
            box !== undefined || place === 'late',
          );
    for (const place of keyPlaces)
      await mustSearch(planOf, `how many ${place}`, db => countKeys({ tx: db, account }, place, 9), true);
  });

  test('who has them, who is next, what vehicle they are of, and who had one', async () => {
    const reading = (db: Parameters<Ask>[0]) => ({ tx: db, account });
    await mustSearch(planOf, 'uses', db => keyUses(reading(db), ['k', 'l']));
    await mustSearch(planOf, 'vehicles', db => keyVehicles(reading(db), ['k', 'l']));
    await mustSearch(planOf, 'ahead', db => bookingsToCome(reading(db), 'k', 9));
    for (const after of [null, [5, 7] as const])
      await mustSearch(planOf, 'custody', db =>
        custodyEvents(reading(db), { name: 'van', boxes: ['b'] }, { after, limit: 9 }),
      );
  });
});

onBothPlans('plans of what is left until a driver takes a key', planOf => {
  test('each part is found by an index', async () => {
    await mustSearch(planOf, 'going live', db => goingLive({ tx: db, account }));
  });
});

onBothPlans('plans of the audit', planOf => {
  const filters: readonly AuditFilter[] = [
    {},
    { from: 3, until: 9 },
    { who: 'per_1' },
    { what: 'signed-in', from: 3 },
    { subject: 'b_1' },
    { who: 'per_1', what: 'signed-in', until: 9 },
  ];
  for (const filter of filters)
    test(JSON.stringify(filter), async () => {
      for (const after of [null, [5, 'a_1'] as const])
        await mustSearch(planOf, JSON.stringify({ after }), db =>
          listAudit({ tx: db, account }, { after, limit: 9 }, filter),
        );
    });
});

onBothPlans('plans of what a driver tried', planOf => {
  test('by the driver, and by the boxes of their bookings', async () => {
    await mustSearch(planOf, 'tries', db => triesOf({ tx: db, account, now: 9 }, 'd'));
    await mustSearch(planOf, 'phone', db => phoneOpensSince({ tx: db, account }, 'd'));
  });
});

onBothPlans('plans of a search', planOf => {
  test('words are found by how they begin', async () => {
    for (const typed of [['van'], ['van', 'kx']])
      await mustSearch(
        planOf,
        typed.join(' '),
        db => matchingSubjects({ tx: db, account }, 'driver', typed, 9),
        true,
      );
    await mustSearch(planOf, 'booking', db => foundBookings({ tx: db, account, atRest }, 'b_1'));
  });
});

onBothPlans('plans of vehicles', planOf => {
  const reading = { account } as const;
  const filters = [{}, { linked: true }, { linked: false }, { mode: 'prompt' }, { match: 'van' }] as const;
  for (const filter of filters)
    test(JSON.stringify(filter), async () => {
      for (const after of [null, ['Van', 'v'] as const])
        await mustSearch(planOf, JSON.stringify({ ...filter, after }), db =>
          listVehicles({ tx: db, ...reading }, 'int', filter, { after, limit: 9 }),
        );
    });
  test('writes that wait', async () => {
    for (const after of [null, [5, 'a'] as const])
      await mustSearch(planOf, 'waiting writes', db =>
        listWaitingWrites({ tx: db, ...reading }, 'int', { after, limit: 9 }),
      );
  });
  test('those that have a key of their name', async () => {
    for (const after of [null, ['Van', 'v'] as const])
      await mustSearch(planOf, 'same names', db =>
        sameNames({ tx: db, ...reading }, 'int', { after, limit: 9 }),
      );
  });
});
