/**
 * Facts about bookings, for whoever follows a booking that they have made, such as a fleet's own system: rows of the queue, written
 * in the transaction that makes them so. The domain does not know who hears of them, and nobody who changes a booking has to.
 */
import { type MarkRow, markOnBox } from '../store/box-writes.ts';
import type { BookingTable } from '../store/tables.ts';
import { putWork } from '../work/queue.ts';
import type { Context } from './context.ts';
import { noteBooking } from './news.ts';

/** In the order in which they are heard where several wait for one booking. */
export const bookingFacts = [
  /** Somebody has given it another driver or another key. */
  'booking-reassigned',
  /** Somebody has given it another code. */
  'booking-recoded',
  /** Somebody has set its window. */
  'booking-moved',
  /** Anything of it is another than before: taken, returned, late, over; or its key is away, or back. */
  'booking-changed',
  'booking-cancelled',
  /** A receipt proves that its box has it as it is now. */
  'booking-on-box',
] as const;
export type BookingFact = (typeof bookingFacts)[number];

/** Bookings that were made here have no follower. */
export const ownOrigin = 'api';

/** Whoever made the booking need not be told what they do to it themselves; whoever follows the account is. */
export async function noteFact(
  context: Pick<Context, 'tx' | 'who' | 'now'>,
  fact: BookingFact,
  booking: Pick<BookingTable, 'id' | 'origin' | 'account'>,
): Promise<void> {
  const { tx, who, now } = context;
  const { id, origin } = booking;
  await noteBooking(context, booking);
  if (origin === ownOrigin || origin === who) return;
  await putWork(tx, { kind: fact, subject: id, due: now });
}

/** Receipts prove that boxes have their sets up to these revisions. */
export async function bookingsOnBox(
  context: Pick<Context, 'tx' | 'who' | 'now'>,
  rows: readonly MarkRow[],
): Promise<void> {
  for (const booking of await markOnBox(context.tx, rows)) await noteFact(context, 'booking-on-box', booking);
}
