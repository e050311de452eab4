/** Lists of bookings by their own start: each begins at the index that leaves the fewest to look at (schema-booking-lists.ts). */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { BookingState } from '../core/booking-life.ts';
import { relayEpoch } from '../store/migrate.ts';
import { cancelled, ended, inState, late, needsPerson, out, over, waiting } from './booking-states.ts';
import { type BookingView, bookingViewOf, joinedBookings } from './booking-views.ts';
import { type PageFrom, pageSize } from './checks.ts';
import type { Reading } from './context.ts';
import { siteView } from './sites.ts';

/** Of which there are tabs. */
export const bookingViews = ['needs-you', 'out-now', 'today', 'coming', 'past'] as const;

export interface BookingFilter {
  readonly box?: string | undefined;
  /** Bookings at all boxes that are in it now. */
  readonly site?: string | undefined;
  readonly key?: string | undefined;
  readonly driver?: string | undefined;
  /** `api`, `fleetio`. */
  readonly origin?: string | undefined;
  readonly state?: BookingState | undefined;
  /** `today`: its window meets `from` to `until`. */
  readonly view?: (typeof bookingViews)[number] | undefined;
  /** Only those about which somebody must do something. */
  readonly needs?: 'person' | undefined;
  /** Its own time meets this one. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

export type BookingPlace = readonly [start: number, id: string];
export const bookingPlace = ({ start, id }: BookingView): BookingPlace => [start, id];

type Condition = RawBuilder<SqlBool>;

/** The list that is asked for, with the boxes of the site and the epoch looked up. */
interface Asked extends BookingFilter {
  readonly account: string;
  readonly now: number;
  readonly epoch: number;
  readonly boxes: readonly string[] | null;
}

/** The latest first; but of what is still to do or to come, the earliest. */
const isEarliestFirst = ({ view }: BookingFilter): boolean => view !== undefined && view !== 'past';

/** @throws Fault `not-found` where there is no such site */
export async function listBookings(
  reading: Reading & { readonly now: number },
  filter: BookingFilter,
  page: PageFrom<BookingPlace>,
): Promise<readonly BookingView[]> {
  const { tx, account, now } = reading;
  const boxes = filter.site === undefined ? null : await boxesIn(reading, filter.site);
  if (boxes?.length === 0) return [];
  const epoch = await relayEpoch(tx);
  const asked: Asked = { ...filter, account, now, epoch, boxes };
  const way = isEarliestFirst(filter) ? 'asc' : 'desc';
  const beyond = sql.raw(way === 'asc' ? '>' : '<');
  const rows: BookingView[] = [];
  for (const part of partsOf(asked, way)) {
    let query = joinedBookings(tx);
    for (const condition of part) query = query.where(condition);
    if (page.after !== null) {
      const [start, id] = page.after;
      query = query.where(sql<SqlBool>`(booking.start, booking.id) ${beyond} (${start}, ${id})`);
    }
    const left = pageSize(page) - rows.length;
    const sorted = query.orderBy('booking.start', way).orderBy('booking.id', way).limit(left);
    rows.push(...(await sorted.execute()).map(row => bookingViewOf(row, epoch)));
    if (rows.length === page.limit) break;
  }
  return rows;
}

async function boxesIn({ tx, account }: Reading, site: string): Promise<readonly string[]> {
  await siteView({ tx, account }, site);
  const rows = await tx.selectFrom('box').select('id').where('site', '=', site).execute();
  return rows.map(({ id }) => id);
}

/** Longer bookings have an index of their own, so that what meets a window is sought near it: as booking_long says it. */
const longMs = 691_200_000;
const long = sql<SqlBool>`(booking."end" is null or booking."end" - booking.start > 691200000)`;

/** Conditions of the statements that give the list, one after the other. */
function partsOf(asked: Asked, way: 'asc' | 'desc'): readonly (readonly Condition[])[] {
  const { from } = asked;
  const lead = leadOf(asked);
  const all = [...led(asked, lead), ...states(asked), ...window(asked)];
  if (from === undefined || few.has(lead)) return [all];
  const near = [...all, sql<SqlBool>`booking.start >= ${from - longMs}`];
  const before = [...led(asked, 'account'), long, ...states(asked), ...window(asked)];
  const longer = [...before, sql<SqlBool>`booking.start < ${from - longMs}`];
  return way === 'asc' ? [longer, near] : [near, longer];
}

/** By which of its conditions a list is found. */
type Lead = 'person' | 'driver' | 'key' | 'out' | 'box' | 'state' | 'site' | 'origin' | 'account';

/** Few by themselves, so that they need not be sought near a time. */
const few: ReadonlySet<Lead> = new Set(['person', 'driver', 'key', 'out']);

/** Boxes of a site that are looked up one by one; with more, enough bookings are found by going along all of the account. */
const boxesFew = 20;

function leadOf({ view, needs, state, driver, key, box, boxes, origin }: Asked): Lead {
  if (view === 'needs-you' || needs === 'person') return 'person';
  if (driver !== undefined) return 'driver';
  if (key !== undefined) return 'key';
  if (view === 'out-now' || state === 'taken' || state === 'overdue') return 'out';
  if (box !== undefined) return 'box';
  if ((view !== undefined && view !== 'today') || state !== undefined) return 'state';
  if (boxes !== null && boxes.length <= boxesFew) return 'site';
  return origin === undefined ? 'account' : 'origin';
}

const columns = ['driver', 'key', 'box', 'origin'] as const;

/** The columns of what leads as its index has them; all others as none has them, so that no engine takes another way. */
function led(asked: Asked, lead: Lead): readonly Condition[] {
  const ofAccount: readonly Lead[] = ['out', 'state', 'origin', 'account'];
  const is = (name: 'account' | (typeof columns)[number], isIndexed: boolean): Condition => {
    const column = sql.ref(`booking.${name}`);
    return isIndexed ? sql`${column} = ${asked[name]}` : sql`${column} || '' = ${asked[name]}`;
  };
  const given = columns.filter(name => asked[name] !== undefined).map(name => is(name, name === lead));
  const found = [is('account', ofAccount.includes(lead)), ...given];
  if (lead === 'person') found.push(needsPerson(asked));
  if (asked.boxes === null) return found;
  const box = lead === 'site' ? sql`booking.box` : sql`booking.box || ''`;
  return [...found, sql<SqlBool>`${box} in (${sql.join(asked.boxes)})`];
}

/** In the words of the indexes, so that theirs are the parts that are read. */
function states({ view, state, now, epoch }: Asked): readonly Condition[] {
  const found: Condition[] = [];
  if (view === 'out-now') found.push(...out);
  if (view === 'coming') found.push(...waiting, sql<SqlBool>`booking.start > ${now}`);
  if (view === 'past')
    found.push(over, sql<SqlBool>`(booking.taken is null or booking.returned is not null)`);
  if (state === undefined) return found;
  const parts: Readonly<Partial<Record<BookingState, readonly Condition[]>>> = {
    ...{ taken: out, overdue: late, cancelled: [cancelled], returned: [over], ended },
  };
  return [...found, ...(parts[state] ?? waiting), inState(state, epoch)];
}

function window({ from, until }: Asked): readonly Condition[] {
  return [
    ...(until === undefined ? [] : [sql<SqlBool>`booking.start < ${until}`]),
    ...(from === undefined ? [] : [sql<SqlBool>`(booking."end" is null or booking."end" > ${from})`]),
  ];
}
