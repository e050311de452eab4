import { sql } from 'kysely';
import {
  type BookingFacts,
  type BoxKnowledge,
  isInSet,
  isOut,
  needsCode,
  nextInstant,
} from '../core/booking-life.ts';
import { noteNews } from '../store/commit-effects.ts';
import { preparedInsert, preparedQuery, preparedUpdate } from '../store/prepared-query.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { BookingTable, BoxTable } from '../store/tables.ts';
import { dropWork, putWork } from '../work/queue.ts';
import { noteFact } from './booking-facts.ts';
import { wiped } from './codes.ts';
import type { Context } from './context.ts';
import { notFound } from './faults.ts';
import { noteBooking } from './news.ts';
import { lateChanged } from './overdue.ts';
import { drop, include, nextRevision, putRecords } from './records.ts';

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

const rowToChange = preparedQuery((tx, id: string, account: string) =>
  selectForUpdate(
    tx,
    tx.selectFrom('booking').selectAll().where('id', '=', id).where('account', '=', account),
  ),
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
  if ('key' in of) return selectForUpdate(tx, query.where('key', '=', of.key)).execute();
  if ('box' in of) return selectForUpdate(tx, query.where('booking.box', '=', of.box)).execute();
  return selectForUpdate(tx, query.where('driver', '=', of.driver)).execute();
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
  if (due === null) await dropWork(tx, { kind: 'booking', subject: after.id });
  else await putWork(tx, { kind: 'booking', subject: after.id, due });
  const saved = isInSet(factsOf(after), now)
    ? await put(context, after, change.content)
    : await away(context, after);
  const different = differences(before, saved);
  if (Object.keys(different).length > 0) await updateRow(tx, [saved.id], different);
  if (isLate(before) !== isLate(saved)) await lateChanged(context, saved);
  await noteFact(context, 'booking-changed', saved);
  noteNews(tx, context.account, 'bookings');
  return saved;
}

/** Who booked a key hears that it is away, or back: what their fleet's own system says of the booking is another then. */
export async function noteKeyMoved(context: Context, key: string): Promise<void> {
  const rows = await context.tx
    .selectFrom('booking')
    .select(['id', 'origin', 'account'])
    .where('key', '=', key)
    .where('origin', '!=', 'api')
    // As the index booking_ahead says it.
    .where(sql<boolean>`cancelled is null and ended is null and (returned is null or reuse = 1)`)
    .execute();
  for (const row of rows) await noteFact(context, 'booking-changed', row);
}

const isLate = (row: BookingTable): boolean => isOut(factsOf(row)) && row.overdue !== null;

/** Columns that are the same are not written: each column that is named costs its indexes a new entry, changed or not. */
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
  const rev = await putRecords(tx, row.box, [name]);
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

const insertRow = preparedInsert('booking');
const updateRow = preparedUpdate('booking', 'id');

/** A new booking, in the set of its box from the start where it is to be there. */
export async function insertBooking(context: Context, row: BookingTable): Promise<BookingTable> {
  const { tx, now } = context;
  const rev = await nextRevision(tx, row.box);
  const saved = { ...row, rev };
  await insertRow(tx, saved);
  await putRecords(tx, row.box, [{ kind: 'booking', subject: row.id }]);
  if (row.driver !== null) await include(tx, row.box, { kind: 'driver', subject: row.driver });
  const due = nextInstant(factsOf(row), now);
  if (due !== null) await putWork(tx, { kind: 'booking', subject: row.id, due });
  noteNews(tx, context.account, 'bookings');
  await noteBooking(context, row);
  return saved;
}
