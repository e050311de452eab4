import {
  type BookingFacts,
  type BoxKnowledge,
  isInSet,
  needsCode,
  nextInstant,
} from '../core/booking-life.ts';
import { forChange } from '../store/for-change.ts';
import { keptQuery } from '../store/kept-query.ts';
import type { BookingTable, BoxTable } from '../store/tables.ts';
import { wiped } from './codes.ts';
import type { Context } from './context.ts';
import { notFound } from './faults.ts';
import { drop, include, nextRevision, touch } from './records.ts';
import { dropTimer, putTimer } from './timers.ts';

export const factsOf = (row: BookingTable): BookingFacts => ({
  start: row.start,
  end: row.end,
  reuse: row.reuse === 1,
  updated: row.updated,
  rev: row.rev,
  sent: row.sent,
  onBox: row.on_box,
  cancelled: row.cancelled,
  ended: row.ended,
  taken: row.taken,
  returned: row.returned,
  overdue: row.overdue,
});

export const knowledgeOf = (
  box: Pick<BoxTable, 'known_epoch' | 'known_rev' | 'known_at' | 'link' | 'link_since'>,
  relayEpoch: number,
): BoxKnowledge => ({
  relayEpoch,
  knownEpoch: box.known_epoch,
  knownRev: box.known_rev,
  knownAt: box.known_at,
  link: box.link,
  linkSince: box.link_since,
});

/**
 * To be changed.
 * @throws Fault `not-found`
 */
export async function bookingRow({ tx, account }: Context, id: string): Promise<BookingTable> {
  const [row] = await rowToChange(tx, id, account);
  if (row === undefined) throw notFound('booking', id);
  return row;
}

const rowToChange = keptQuery((tx, id: string, account: string) =>
  forChange(tx, tx.selectFrom('booking').selectAll().where('id', '=', id).where('account', '=', account)),
);

/** Bookings that a box has, or is to have, of a key, of a driver or of a box: to be changed. */
export async function liveBookings(
  { tx }: Context,
  of: { readonly key: string } | { readonly driver: string } | { readonly box: string },
): Promise<readonly BookingTable[]> {
  const query = tx
    .selectFrom('booking')
    .innerJoin('record', join =>
      join.onRef('record.box', '=', 'booking.box').onRef('record.id', '=', 'booking.id'),
    )
    .selectAll('booking')
    .where('record.dropped', '=', 0);
  if ('key' in of) return forChange(tx, query.where('key', '=', of.key)).execute();
  if ('box' in of) return forChange(tx, query.where('booking.box', '=', of.box)).execute();
  return forChange(tx, query.where('driver', '=', of.driver)).execute();
}

/**
 * Writes what has changed of a booking, and settles what follows: whether its code may still open anything, whether the box
 * is to have it, under which revision, and when it changes by itself. `content`: what the box is sent of it has changed.
 */
export async function saveBooking(
  context: Context,
  before: BookingTable,
  changed: BookingTable,
  change: { readonly content: boolean },
): Promise<BookingTable> {
  const { tx, now } = context;
  const after = needsCode(factsOf(changed)) ? changed : await wiped(context, changed);
  const due = nextInstant(factsOf(after), now);
  if (due === null) await dropTimer(tx, { kind: 'booking', subject: after.id });
  else await putTimer(tx, { kind: 'booking', subject: after.id, due });
  const saved = isInSet(factsOf(after), now)
    ? await put(context, after, change.content)
    : await away(context, after);
  const different = differences(before, saved);
  if (Object.keys(different).length > 0)
    await tx.updateTable('booking').set(different).where('id', '=', saved.id).execute();
  // Whoever made it wants to know what has become of it.
  if (saved.origin !== 'api') await putTimer(tx, { kind: saved.origin, subject: saved.id, due: now });
  return saved;
}

/** What is the same is not written: each column that is named costs its indexes a new entry, changed or not. */
function differences(before: BookingTable, after: BookingTable): Partial<BookingTable> {
  const names = Object.keys(after) as (keyof BookingTable)[];
  return Object.fromEntries(
    names.filter(name => after[name] !== before[name]).map(name => [name, after[name]]),
  );
}

async function put(context: Context, row: BookingTable, content: boolean): Promise<BookingTable> {
  const { tx } = context;
  const name = { kind: 'booking', subject: row.id } as const;
  const there = content ? null : await inSet(context, row);
  if (there) return row;
  if (row.driver !== null) await include(tx, row.box, { kind: 'driver', subject: row.driver });
  const rev = await touch(tx, row.box, [name]);
  return { ...row, rev, sent: null, on_box: null };
}

async function inSet({ tx }: Context, row: BookingTable): Promise<boolean> {
  const found = await tx
    .selectFrom('record')
    .select('id')
    .where('box', '=', row.box)
    .where('id', '=', row.id)
    .where('dropped', '=', 0)
    .executeTakeFirst();
  return found !== undefined;
}

async function away(context: Context, row: BookingTable): Promise<BookingTable> {
  await leaveSet(context, row);
  return row;
}

/** Out of the set of its box; and with its last booking there, its driver. */
export async function leaveSet({ tx }: Context, { id, box, driver }: BookingTable): Promise<void> {
  await drop(tx, box, [{ kind: 'booking', subject: id }]);
  if (driver === null) return;
  const another = await tx
    .selectFrom('booking')
    .innerJoin('record', join =>
      join.onRef('record.box', '=', 'booking.box').onRef('record.id', '=', 'booking.id'),
    )
    .select('booking.id')
    .where('booking.driver', '=', driver)
    .where('booking.box', '=', box)
    .where('booking.id', '!=', id)
    .where('record.dropped', '=', 0)
    .executeTakeFirst();
  if (another === undefined) await drop(tx, box, [{ kind: 'driver', subject: driver }]);
}

/** A new booking, in the set of its box from the start where it is to be there. */
export async function insertBooking(context: Context, row: BookingTable): Promise<BookingTable> {
  const { tx, now } = context;
  const rev = await nextRevision(tx, row.box);
  const saved = { ...row, rev };
  await tx.insertInto('booking').values(saved).execute();
  await touch(tx, row.box, [{ kind: 'booking', subject: row.id }]);
  if (row.driver !== null) await include(tx, row.box, { kind: 'driver', subject: row.driver });
  const due = nextInstant(factsOf(row), now);
  if (due !== null) await putTimer(tx, { kind: 'booking', subject: row.id, due });
  return saved;
}
