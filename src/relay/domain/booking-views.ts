import { Fault } from '../../base/fault.ts';
import { type BookingState, bookingLife, isOut, isProven } from '../core/booking-life.ts';
import { epochIn } from '../store/migrate.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { BookingTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import { factsOf, knowledgeOf } from './booking-rows.ts';
import type { Context, Reading } from './context.ts';
import { conflict, notFound } from './faults.ts';

export interface BookingView {
  readonly id: string;
  readonly state: BookingState;
  /** When that state began. */
  readonly since: number;
  readonly key: { readonly id: string; readonly name: string };
  readonly box: string;
  readonly driver: string | null;
  readonly start: number;
  readonly end: number | null;
  readonly reuse: boolean;
  readonly origin: string;
  readonly trace: string;
  readonly created: number;
  readonly updated: number;
  /** Since when the box is known to have its present content; null: not known to. */
  readonly onBox: number | null;
  readonly taken: number | null;
  readonly returned: number | null;
  readonly overdue: number | null;
  readonly cancelled: number | null;
}

type JoinedBooking = BookingTable & {
  readonly key_name: string;
  readonly known_epoch: number;
  readonly known_rev: number;
  readonly known_at: number | null;
  readonly link: 'never' | 'up' | 'lost';
  readonly link_since: number | null;
};

/** Bookings with what is known of their keys and boxes. */
export const joinedBookings = (tx: Reading['tx']) =>
  tx
    .selectFrom('booking')
    .innerJoin('key', 'key.id', 'booking.key')
    .innerJoin('box', 'box.id', 'booking.box')
    .selectAll('booking')
    .select(['key.name as key_name', 'known_epoch', 'known_rev', 'known_at', 'link', 'link_since']);

const one = preparedQuery((tx, account: string, id: string) =>
  joinedBookings(tx).select(epochIn).where('booking.account', '=', account).where('booking.id', '=', id),
);

async function joinedRow(
  { tx, account }: Reading,
  id: string,
): Promise<{ readonly row: JoinedBooking; readonly epoch: number }> {
  const [row] = await one(tx, account, id);
  if (row === undefined) throw notFound('booking', id);
  return { row, epoch: Number(row.relay_epoch ?? 1) };
}

export async function bookingView(reading: Reading, id: string): Promise<BookingView> {
  const { row, epoch } = await joinedRow(reading, id);
  return bookingViewOf(row, epoch);
}

export function bookingViewOf(row: JoinedBooking, epoch: number): BookingView {
  const facts = factsOf(row);
  const box = knowledgeOf(row, epoch);
  const proven = isProven(facts, box);
  return {
    id: row.id,
    ...bookingLife(facts, box),
    key: { id: row.key, name: row.key_name },
    ...{ box: row.box, driver: row.driver, start: row.start, end: row.end, reuse: facts.reuse },
    ...{ origin: row.origin, trace: row.trace, created: row.created, updated: row.updated },
    onBox: proven ? (row.on_box ?? row.known_at) : null,
    ...{ taken: row.taken, returned: row.returned, overdue: row.overdue, cancelled: row.cancelled },
  };
}

/**
 * The code, once a receipt proves that the box has it: until then nobody can stand before a box that does not know it.
 * @throws Fault `not-on-box`; `conflict` where there is no code any more
 */
export async function bookingCode(context: Context, id: string): Promise<{ readonly code: string }> {
  const { row, epoch } = await joinedRow(context, id);
  const facts = factsOf(row);
  const box = knowledgeOf(row, epoch);
  const { state } = bookingLife(facts, box);
  if (row.code === null) throw conflict(`the code is gone: the booking is ${state}`, 'Make a new booking.');
  if (!isProven(facts, box) && !isOut(facts))
    throw new Fault(
      'not-on-box',
      `the box does not have this booking yet (${state})`,
      'Ask again when it is on-box.',
    );
  await audit(context, 'code-read', id);
  return { code: context.atRest.open('code', id, row.code) };
}
