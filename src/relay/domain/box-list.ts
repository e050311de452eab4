/** Boxes as somebody looks through them: by where they stand, and those that want somebody by themselves. */
import { type SqlBool, sql } from 'kysely';
import type { BoxTable } from '../store/tables.ts';
import type { BoxView } from './boxes.ts';
import { shownBox } from './boxes.ts';
import { type PageFrom, pageSize } from './checks.ts';
import type { Reading } from './context.ts';

/** `trouble`: it is not connected, or a Problem of it stands. */
export const boxViews = ['trouble'] as const;
type View = (typeof boxViews)[number];

export type ListedBox = BoxView & { readonly site_name: string };

type BoxListPlace = readonly [site: string, name: string, id: string];
export const boxListPlace = ({ site_name, name, id }: ListedBox): BoxListPlace => [site_name, name, id];

const siteName = sql<string>`coalesce(site.name, '')`;

const isTroubled = sql<SqlBool>`(box.link <> 'up' or exists (
  select 1 from problem where problem.box = box.id and problem.cleared is null))`;

interface BoxFilter {
  readonly view?: View | undefined;
  /** Somewhere in its name or its site's, in any case. */
  readonly match?: string | undefined;
}

/** All of an account's boxes are looked at: they are a thousand at most, and sorted by the name of another table. */
export async function boxesBySite(
  { tx, account }: Reading,
  { view, match }: BoxFilter,
  page: PageFrom<BoxListPlace>,
): Promise<readonly ListedBox[]> {
  let query = tx
    .selectFrom('box')
    .leftJoin('site', 'site.id', 'box.site')
    .selectAll('box')
    .select(siteName.as('site_name'))
    .where('box.account', '=', account);
  if (view === 'trouble') query = query.where(isTroubled);
  if (match !== undefined) query = query.where(isCalled(match));
  if (page.after !== null) {
    const [site, name, id] = page.after;
    query = query.where(sql<SqlBool>`(${siteName}, box.name, box.id) > (${site}, ${name}, ${id})`);
  }
  const sorted = query.orderBy(siteName).orderBy('box.name').orderBy('box.id').limit(pageSize(page));
  const rows: readonly (BoxTable & { site_name: string })[] = await sorted.execute();
  return rows.map(({ site_name, ...row }) => ({ ...shownBox(row), site_name }));
}

function isCalled(typed: string) {
  const like = `%${typed.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql<SqlBool>`(lower(box.name) like ${like} escape '\\' or lower(${siteName}) like ${like} escape '\\')`;
}

/** No further than `most`: more are not counted. */
export async function countTroubled({ tx, account }: Reading, most: number): Promise<number> {
  const rows = await tx
    .selectFrom('box')
    .select('box.id')
    .where('box.account', '=', account)
    .where(isTroubled)
    .limit(most)
    .execute();
  return rows.length;
}
