import type { Page, PageFrom } from '../../domain/checks.ts';
import { readCursor, writeCursor } from './cursor.ts';

interface PageQuery {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** The page that the domain is asked for: one row more than is shown says whether there are more. */
export function pageAsked({ limit, after }: PageQuery): Page {
  const position = readCursor(after, ['']);
  return { after: position?.[0] ?? null, limit: limit + 1 };
}

type Place = readonly (string | number)[];

/** The same of a list that is sorted by more than an id; `like` shows the types of its places. */
export const placeAsked = <Like extends Place>({ limit, after }: PageQuery, like: Like): PageFrom<Like> => ({
  after: readCursor(after, like),
  limit: limit + 1,
});

/** `place`: where a row stands in the list. */
export function placesShown<Row, Item>(
  rows: readonly Row[],
  { limit }: PageQuery,
  place: (row: Row) => Place,
  item: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? writeCursor(place(last)) : null;
  return { items: shown.map(item), next };
}

/** Rows whose `id` is their place in the list. */
export function pageShown<Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  query: PageQuery,
  item: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  return placesShown(rows, query, ({ id }) => [id], item);
}
