/** Keys as they are used: out, late, missing, brought back by another; drivers who were refused. */
import { createBooking } from '../../src/relay/domain/bookings.ts';
import { createDriver } from '../../src/relay/domain/drivers.ts';
import type { FollowedContext } from '../../src/relay/domain/followers.ts';
import { createKey } from '../../src/relay/domain/keys.ts';
import { storeEvents } from './store-events.ts';

const minuteMs = 60_000;
const box = 'box-3';

export async function keysInUse(context: FollowedContext): Promise<void> {
  const { tx, now } = context;
  await tx.updateTable('box').set({ slots: '1 2 3 4 5 6 7 8' }).where('id', '=', box).execute();
  const [ann, ben] = [
    await driver(context, 'Ann Bos', '+31612344071'),
    await driver(context, 'Ben Kok', '+31612344072'),
  ];
  const late = await key(context, 'Van 12', 3, { place: 'out', place_since: now - 300 * minuteMs });
  const out = await key(context, 'Van 15', 4, { place: 'out', place_since: now - 60 * minuteMs });
  await key(context, 'Van 17', 5, { place: 'missing', place_since: now - 90 * minuteMs });
  await key(context, 'Van 18', 6, { place: 'in', place_slot: 6, place_since: now - 1_500 * minuteMs });
  const used = { taken: now - 60 * minuteMs, on_box: now - 400 * minuteMs };
  const lateBooking = await booking(context, late, ann, [-300, -130]);
  await tx
    .updateTable('booking')
    .set({ ...used, taken: now - 300 * minuteMs, overdue: now - 130 * minuteMs })
    .where('id', '=', lateBooking)
    .execute();
  const outBooking = await booking(context, out, ben, [-70, 300]);
  await tx.updateTable('booking').set(used).where('id', '=', outBooking).execute();
  await booking(context, late, ben, [200, 400]);
  // Beyond the numbers of those that were put there by hand.
  await tx.updateTable('account').set({ events: 1_000 }).execute();
  await told(context, [
    [2_000, 'key-taken', 'Van 12', ben, null],
    [1_900, 'overdue', 'Van 12', null, null],
    [1_800, 'key-returned', 'Van 12', ann, null, { slot: 3, reason: 'returned-by-other' }],
    [300, 'key-taken', 'Van 12', ann, lateBooking],
    [130, 'overdue', 'Van 12', null, lateBooking],
    [75, 'denied', 'Van 15', ben, outBooking, { reason: 'too-early', slot: 4 }],
    [60, 'granted', 'Van 15', ben, outBooking, { slot: 4 }],
    [60, 'key-taken', 'Van 15', ben, outBooking, { slot: 4 }],
    [3, 'denied', undefined, null, null, { reason: 'unknown', by: 'code' }],
  ]);
}

/** With an id that an address can name. */
async function driver(context: FollowedContext, name: string, phone: string): Promise<string> {
  const { tx } = context;
  const email = `${name.slice(0, 3)}@example.org`.toLowerCase();
  const { id: made } = await createDriver(context, { name, phone, email, phoneOpens: true });
  const id = `d_${name.slice(0, 3).toLowerCase()}`;
  await tx.updateTable('driver').set({ id }).where('id', '=', made).execute();
  await tx.updateTable('word').set({ subject: id }).where('subject', '=', made).execute();
  return id;
}

async function key(context: FollowedContext, name: string, slot: number, place: object): Promise<string> {
  const { id } = await createKey(context, { name, box, slot, tag: slot === 3 ? '0009284071' : null });
  await context.tx.updateTable('key').set(place).where('id', '=', id).execute();
  return id;
}

async function booking(
  context: FollowedContext,
  keyId: string,
  who: string,
  [from, until]: readonly [number, number],
): Promise<string> {
  const window = { start: context.now + from * minuteMs, end: context.now + until * minuteMs };
  const future = { ...window, end: Math.max(window.end, context.now + 1) };
  const { id } = await createBooking(context, { key: keyId, driver: who, ...future });
  await context.tx.updateTable('booking').set(window).where('id', '=', id).execute();
  return id;
}

type Told = readonly [
  minutesAgo: number,
  type: string,
  key: string | undefined,
  who: string | null,
  booking: string | null,
  more?: object,
];

const told = ({ tx, account, now }: FollowedContext, events: readonly Told[]): Promise<unknown> =>
  storeEvents(
    tx,
    { account, box, enrolment: 1 },
    events.map(([minutesAgo, type, name, who, bookingId, more = {}], at) => {
      const ms = now - minutesAgo * minuteMs;
      const event = { at: new Date(ms).toISOString(), type, key: name, who, booking: bookingId, ...more };
      return {
        ...{ epoch: 1, seq: at + 1, at: ms, stored: ms + 2_000, type, booking: bookingId },
        ...{ line: JSON.stringify(event), ...(name === undefined ? {} : { key: name }) },
        ...(who === null ? {} : { driver: who }),
      };
    }),
  );
