/** States of bookings as conditions, in the words of their indexes (store/schema-booking-lists.ts). */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { BookingState } from '../core/booking-life.ts';

type Condition = RawBuilder<SqlBool>;

const taken = sql<SqlBool>`booking.taken is not null`;
const notReturned = sql<SqlBool>`booking.returned is null`;
const isEnded = sql<SqlBool>`booking.ended is not null`;
const notCancelled = sql<SqlBool>`booking.cancelled is null`;
const notTaken = sql<SqlBool>`booking.taken is null`;

/** Each is a term of its own: the engines find a part of an index by its terms. */
export const out: readonly Condition[] = [taken, notReturned];
export const late: readonly Condition[] = [...out, sql<SqlBool>`booking.overdue is not null`];
export const waiting: readonly Condition[] = [
  ...[notCancelled, sql<SqlBool>`booking.ended is null`],
  ...[notTaken, notReturned],
];
export const cancelled = sql<SqlBool>`booking.cancelled is not null`;
export const ended: readonly Condition[] = [isEnded, notCancelled, notTaken, notReturned];
export const over = sql<SqlBool>`(booking.cancelled is not null or booking.ended is not null or booking.returned is not null)`;

/** `bookingLife`, as a condition. */
export function inState(state: BookingState, epoch: number): Condition {
  const isOut = sql`(booking.taken is not null and booking.returned is null)`;
  // Not as an index has it: that one would leave all of a box to be sorted.
  const proven = sql`(booking.rev + 0 > 0 and box.known_epoch = ${epoch} and box.known_rev >= booking.rev + 0)`;
  const waits = sql`not ${isOut} and not ${over} and not ${proven}`;
  const conditions: Readonly<Record<BookingState, Condition>> = {
    taken: sql`${isOut} and booking.overdue is null`,
    overdue: sql`${isOut} and booking.overdue is not null`,
    cancelled: sql`not ${isOut} and booking.cancelled > coalesce(booking.returned, -1)`,
    returned: sql`booking.returned >= coalesce(booking.cancelled, -1)`,
    ended: sql`not ${isOut} and booking.ended is not null and booking.cancelled is null and booking.returned is null`,
    'on-box': sql`not ${isOut} and not ${over} and ${proven}`,
    'box-unreachable': sql`${waits} and box.link = 'lost'`,
    sent: sql`${waits} and box.link <> 'lost' and booking.sent is not null`,
    'not-sent': sql`${waits} and box.link <> 'lost' and booking.sent is null`,
  };
  return conditions[state];
}

/** A box that is silent matters to a booking that begins so soon. */
const soonMs = 86_400_000;

/**
 * A key that is late; a booking that begins within a day at a box that is silent and does not have it; and one that has a Problem
 * which nobody has put off.
 */
export const needsPerson = ({
  account,
  now,
  epoch,
}: {
  readonly account: string;
  readonly now: number;
  readonly epoch: number;
}): Condition => sql<SqlBool>`booking.id in (
  select id from booking where account = ${account}
    and taken is not null and returned is null and overdue is not null
  union all select subject from problem where account = ${account} and cleared is null
    and (snoozed_until is null or snoozed_until <= ${now})
  union all select silent.id from box
    join booking silent on silent.box = box.id and silent.cancelled is null and silent.ended is null
      and silent.taken is null and silent.returned is null and silent.start < ${now + soonMs}
      and (box.known_epoch <> ${epoch} or box.known_rev < silent.rev)
    where box.account = ${account} and box.link = 'lost')`;
