import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { EventTable } from '../store/tables.ts';
import { type PageFrom, pageSize } from './checks.ts';
import type { Reading } from './context.ts';
import { notFound } from './faults.ts';

/** When it happened, and its number among all. */
export type EventPlace = readonly [at: number, number: number];

type HappenedView = Pick<
  EventTable,
  'number' | 'box' | 'enrolment' | 'epoch' | 'seq' | 'at' | 'line' | 'stored'
>;

export const eventPlace = ({ at, number }: HappenedView): EventPlace => [at, number];

export interface EventFilter {
  readonly box?: string | undefined;
  readonly booking?: string | undefined;
  readonly type?: string | undefined;
  /** Id of a key. */
  readonly key?: string | undefined;
  /** Id of a driver whom the event names. */
  readonly driver?: string | undefined;
  /** Of a box. */
  readonly slot?: number | undefined;
  /** When it happened: from then on, and before then. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * By when it happened, as far as the boxes know; what came late stands where it belongs.
 * @throws Fault `not-found` where there is no such key
 */
export async function eventsByTime(
  reading: Reading,
  filter: EventFilter,
  page: PageFrom<EventPlace>,
  order: 'newest' | 'oldest',
): Promise<readonly HappenedView[]> {
  const key = filter.key === undefined ? null : await keyAtBoxes(reading, filter.key);
  if (key !== null && key.boxes.length === 0) return [];
  let query = reading.tx
    .selectFrom('event')
    .select(['number', 'box', 'enrolment', 'epoch', 'seq', 'at', 'line', 'stored'])
    .where('account', '=', reading.account);
  for (const condition of conditions(filter, key?.name)) query = query.where(condition);
  if (key !== null) query = query.where(plain('box'), 'in', key.boxes);
  const { from, until } = filter;
  if (from !== undefined) query = query.where('at', '>=', from);
  if (until !== undefined) query = query.where('at', '<', until);
  if (page.after !== null) {
    const [at, number] = page.after;
    const beyond = sql.raw(order === 'newest' ? '<' : '>');
    query = query.where(sql<boolean>`(at, number) ${beyond} (${at}, ${number})`);
  }
  const way = order === 'newest' ? 'desc' : 'asc';
  return await query.orderBy('at', way).orderBy('number', way).limit(pageSize(page)).execute();
}

type Column = 'booking' | 'driver' | 'key' | 'box' | 'type';

/** The one that leaves the fewest stands first: its index leads, and the others are looked at in what it finds. */
const leads: readonly Column[] = ['booking', 'driver', 'key', 'box', 'type'];

/** The column, but as no index has it. */
const plain = (column: Column) => sql<string>`${sql.ref(column)} || ''`;

function conditions(
  { slot, ...filter }: EventFilter,
  key: string | undefined,
): readonly RawBuilder<SqlBool>[] {
  const wanted = leads.flatMap(column => {
    const value = column === 'key' ? key : filter[column];
    return value === undefined ? [] : [{ column, value }];
  });
  const found = wanted.map(({ column, value }, at) =>
    at === 0 ? sql<SqlBool>`${sql.ref(column)} = ${value}` : sql<SqlBool>`${plain(column)} = ${value}`,
  );
  const slots = slot === undefined ? [] : [sql<SqlBool>`slot = ${slot}`];
  return [...found, ...slots];
}

/** Events name a key as their box does: under its name, at the boxes in which it is or was booked. */
export async function keyAtBoxes(
  { tx, account }: Reading,
  id: string,
): Promise<{ readonly name: string; readonly boxes: readonly string[] }> {
  const key = await tx
    .selectFrom('key')
    .select(['name', 'box'])
    .where('account', '=', account)
    .where('id', '=', id)
    .executeTakeFirst();
  if (key === undefined) throw notFound('key', id);
  const booked = await tx.selectFrom('booking').select('box').distinct().where('key', '=', id).execute();
  const boxes = new Set([...booked.map(({ box }) => box), ...(key.box === null ? [] : [key.box])]);
  return { name: key.name, boxes: [...boxes] };
}

/** Where the last event of a box before that instant stands in the order of arrival; 0: there is none. */
export async function arrivedBefore({ tx, account }: Reading, box: string, at: number): Promise<number> {
  const row = await tx
    .selectFrom('event')
    .select('number')
    .where(sql<SqlBool>`account || '' = ${account}`)
    .where('box', '=', box)
    .where('at', '<', at)
    .orderBy('at', 'desc')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number ?? 0;
}

/** How many have come since that one, no further than `most`. */
export async function countArrived(
  { tx, account }: Reading,
  filter: EventFilter,
  since: number,
  most: number,
): Promise<number> {
  let query = tx
    .selectFrom('event')
    .select('number')
    .where('account', '=', account)
    .where('number', '>', since);
  for (const column of ['type', 'box', 'driver'] as const) {
    const value = filter[column];
    if (value !== undefined) query = query.where(sql<SqlBool>`${plain(column)} = ${value}`);
  }
  const rows = await query.orderBy('number').limit(most).execute();
  return rows.length;
}

/** The last that has come to the account; 0: none has. */
export async function lastArrived({ tx, account }: Reading): Promise<number> {
  const row = await tx.selectFrom('account').select('events').where('id', '=', account).executeTakeFirst();
  return row?.events ?? 0;
}
