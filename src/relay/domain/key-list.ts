/** Lists of keys: all of them, those of one box, and those in one place. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { KeyTable } from '../store/tables.ts';
import { late } from './booking-states.ts';
import { type PageFrom, pageSize } from './checks.ts';
import type { OpenReading, Reading } from './context.ts';
import { type KeyView, shownKey } from './keys.ts';

/** Where a key is; late is one that is out and was due. */
export const keyPlaces = ['in', 'out', 'late', 'missing', 'never-stocked'] as const;
export type KeyPlaceAsked = (typeof keyPlaces)[number];

interface KeyFilter {
  readonly box?: string | undefined;
  /** Those that were taken away are in none. */
  readonly place?: KeyPlaceAsked | undefined;
}

/** Where a key stands in a list. */
export type KeyPlaceInList = readonly [name: string, id: string];
export const keyPlaceInList = ({ name, id }: KeyView): KeyPlaceInList => [name, id];

/** By name. */
export async function listKeys(
  context: OpenReading,
  { box, place }: KeyFilter,
  page: PageFrom<KeyPlaceInList>,
): Promise<readonly KeyView[]> {
  let query = context.tx.selectFrom('key').selectAll('key');
  for (const condition of placed(context, place, box !== undefined)) query = query.where(condition);
  if (box !== undefined) query = query.where('key.box', '=', box);
  if (page.after !== null) {
    const [name, id] = page.after;
    query = query.where(sql<SqlBool>`(key.name, key.id) > (${name}, ${id})`);
  }
  const sorted = query.orderBy('key.name').orderBy('key.id');
  const rows: readonly KeyTable[] = await sorted.limit(pageSize(page)).execute();
  return rows.map(row => shownKey(context, row));
}

/** How many are there, and beyond `most` only that there are more. */
export async function countKeys(reading: Reading, place: KeyPlaceAsked, most: number): Promise<number> {
  let query = reading.tx.selectFrom('key').select('key.id');
  for (const condition of placed(reading, place, false)) query = query.where(condition);
  return (await query.limit(most + 1).execute()).length;
}

/** Keys of one box are few: they are found by that, and looked at. */
function placed(
  { account }: Reading,
  place: KeyPlaceAsked | undefined,
  isOfBox: boolean,
): readonly RawBuilder<SqlBool>[] {
  const own = isOfBox ? sql<SqlBool>`key.account || '' = ${account}` : sql<SqlBool>`key.account = ${account}`;
  if (place === undefined) return [own];
  if (place === 'late')
    return [
      sql<SqlBool>`key.account || '' = ${account}`,
      sql<SqlBool>`key.id in (select booking.key from booking where booking.account = ${account} and ${sql.join(late, sql` and `)})`,
    ];
  const is = isOfBox ? sql`key.place || ''` : sql`key.place`;
  return [own, sql<SqlBool>`${is} = ${place}`, sql<SqlBool>`key.box is not null`];
}
