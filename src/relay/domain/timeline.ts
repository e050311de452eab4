/** Keys and whatever is booked of them within a window: so many keys a page, each booking found by its key. */
import { type SqlBool, sql } from 'kysely';
import { relayEpoch } from '../store/migrate.ts';
import { type BookingView, bookingViewOf, joinedBookings } from './booking-views.ts';
import { type Page, pageSize } from './checks.ts';
import type { Reading } from './context.ts';
import { siteView } from './sites.ts';

interface KeyName {
  readonly id: string;
  readonly name: string;
}

interface Place {
  readonly site?: string | undefined;
  readonly box?: string | undefined;
  readonly key?: string | undefined;
}

/** By id; a key that is in no box has no line. @throws Fault `not-found` where there is no such site */
export async function timelineKeys(
  reading: Reading,
  { site, box, key }: Place,
  page: Page,
): Promise<readonly KeyName[]> {
  const { tx, account } = reading;
  let query = tx
    .selectFrom('key')
    .select(['key.id', 'key.name'])
    .where('key.account', '=', account)
    .where('key.box', 'is not', null);
  if (site !== undefined) {
    await siteView(reading, site);
    const inSite = tx.selectFrom('box').select('box.id').where('box.site', '=', site);
    query = query.where('key.box', 'in', inSite);
  }
  if (box !== undefined) query = query.where('key.box', '=', box);
  if (key !== undefined) query = query.where('key.id', '=', key);
  if (page.after !== null) query = query.where('key.id', '>', page.after);
  return await query.orderBy('key.id').limit(pageSize(page)).execute();
}

/** Longer bookings have an index of their own, as booking_long_key says it. */
const longMs = 691_200_000;
const long = sql<SqlBool>`(booking."end" is null or booking."end" - booking.start > 691200000)`;
/** More of one page nobody can read. */
const bookingsMost = 400;

/** Those of these keys whose own time meets the window, by their start; cancelled ones take no place. */
export async function bookingsOfKeys(
  { tx, account }: Reading,
  keys: readonly string[],
  { from, until }: { readonly from: number; readonly until: number },
): Promise<readonly BookingView[]> {
  if (keys.length === 0) return [];
  const epoch = await relayEpoch(tx);
  const rows: BookingView[] = [];
  for (const isLong of [true, false]) {
    let query = joinedBookings(tx)
      .where('booking.key', 'in', keys)
      .where('booking.start', '<', until)
      .where(eb => eb.or([eb('booking.end', 'is', null), eb('booking.end', '>', from)]))
      .where(sql<SqlBool>`booking.account || '' = ${account}`)
      .where(sql<SqlBool>`(booking.cancelled is null or booking.taken is not null)`);
    query = isLong
      ? query.where(long).where('booking.start', '<', from - longMs)
      : query.where('booking.start', '>=', from - longMs);
    const found = await query.limit(bookingsMost).execute();
    rows.push(...found.map(row => bookingViewOf(row, epoch)));
  }
  return rows.toSorted((a, b) => a.start - b.start);
}
