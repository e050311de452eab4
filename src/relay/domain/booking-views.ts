import type { SelectQueryBuilder } from 'kysely';
import { sql } from 'kysely';
import { Fault } from '../../base/fault.ts';
import { type BookingState, bookingLife, isOut, isProven } from '../core/booking-life.ts';
import { epochIn, relayEpoch } from '../store/migrate.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { BookingTable, Tables } from '../store/tables.ts';
import { audit } from './audit.ts';
import { factsOf, knowledgeOf } from './booking-rows.ts';
import { type Page, pageSize } from './checks.ts';
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

type Joined = BookingTable & {
  readonly key_name: string;
  readonly known_epoch: number;
  readonly known_rev: number;
  readonly known_at: number | null;
  readonly link: 'never' | 'up' | 'lost';
  readonly link_since: number | null;
};

const joined = ({ tx, account }: Reading) =>
  tx
    .selectFrom('booking')
    .innerJoin('key', 'key.id', 'booking.key')
    .innerJoin('box', 'box.id', 'booking.box')
    .selectAll('booking')
    .select(['key.name as key_name', 'known_epoch', 'known_rev', 'known_at', 'link', 'link_since'])
    .where('booking.account', '=', account);

const one = preparedQuery((tx, account: string, id: string) =>
  joined({ tx, account }).select(epochIn).where('booking.id', '=', id),
);

async function joinedRow(
  { tx, account }: Reading,
  id: string,
): Promise<{ readonly row: Joined; readonly epoch: number }> {
  const [row] = await one(tx, account, id);
  if (row === undefined) throw notFound('booking', id);
  return { row, epoch: Number(row.relay_epoch ?? 1) };
}

export async function bookingView(reading: Reading, id: string): Promise<BookingView> {
  const { row, epoch } = await joinedRow(reading, id);
  return viewOf(row, epoch);
}

function viewOf(row: Joined, epoch: number): BookingView {
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

interface BookingFilter {
  readonly box?: string | undefined;
  readonly key?: string | undefined;
  readonly driver?: string | undefined;
  readonly state?: BookingState | undefined;
}

/** Newest first; `page.after` is the last id of the page before. */
export async function listBookings(
  reading: Reading,
  filter: BookingFilter,
  page: Page,
): Promise<readonly BookingView[]> {
  const epoch = await relayEpoch(reading.tx);
  let query = joined(reading);
  if (filter.box !== undefined) query = query.where('booking.box', '=', filter.box);
  if (filter.key !== undefined) query = query.where('booking.key', '=', filter.key);
  if (filter.driver !== undefined) query = query.where('booking.driver', '=', filter.driver);
  if (filter.state !== undefined) query = inState(query, filter.state, epoch);
  if (page.after !== null) query = query.where('booking.id', '<', page.after);
  const rows = await query.orderBy('booking.id', 'desc').limit(pageSize(page)).execute();
  return rows.map(row => viewOf(row, epoch));
}

type Query = SelectQueryBuilder<Tables, 'booking' | 'key' | 'box', Joined>;

/** `bookingLife`, as a condition. */
function inState(query: Query, state: BookingState, epoch: number): Query {
  const out = sql<boolean>`(booking.taken is not null and booking.returned is null)`;
  const over = sql<boolean>`(booking.cancelled is not null or booking.returned is not null or booking.ended is not null)`;
  const proven = sql<boolean>`(booking.rev > 0 and box.known_epoch = ${epoch} and box.known_rev >= booking.rev)`;
  const waits = sql<boolean>`not ${out} and not ${over} and not ${proven}`;
  const conditions: Readonly<Record<BookingState, typeof out>> = {
    taken: sql`${out} and booking.overdue is null`,
    overdue: sql`${out} and booking.overdue is not null`,
    cancelled: sql`not ${out} and booking.cancelled > coalesce(booking.returned, -1)`,
    returned: sql`booking.returned >= coalesce(booking.cancelled, -1)`,
    ended: sql`not ${out} and booking.ended is not null and booking.cancelled is null and booking.returned is null`,
    'on-box': sql`not ${out} and not ${over} and ${proven}`,
    'box-unreachable': sql`${waits} and box.link = 'lost'`,
    sent: sql`${waits} and box.link <> 'lost' and booking.sent is not null`,
    'not-sent': sql`${waits} and box.link <> 'lost' and booking.sent is null`,
  };
  return query.where(conditions[state]);
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
