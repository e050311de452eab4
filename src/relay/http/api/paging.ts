import type { Page } from '../../domain/checks.ts';
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

/** Rows whose `id` is their place in the list. */
export function pageShown<Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  { limit }: PageQuery,
  item: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? writeCursor([last.id]) : null;
  return { items: shown.map(item), next };
}
