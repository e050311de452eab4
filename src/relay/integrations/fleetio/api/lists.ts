/** Lists of Fleetio's, in both of its shapes: cursors with `records`, or bare arrays with page numbers. */

import type * as v from 'valibot';
import type { HttpAnswer } from '../../../../base/http-call.ts';
import { FleetioError } from './errors.ts';
import type { ListPage, Malformed } from './port.ts';
import { parseRecord } from './records.ts';

/**
 * Records a page, first to last: a page that is too large is asked for in the next smaller size. Each divides the one before, so
 * that page numbers can be converted; Fleetio refuses pages of one.
 */
const pageSizes = [100, 50, 10, 2] as const;
type PageSize = (typeof pageSizes)[number];
/** A million records; a list that goes on is one that turns in circles. */
const pagesMax = 10_000;

export interface Listing<Schema extends v.GenericSchema> {
  readonly schema: Schema;
  /** The name of the list, for messages. */
  readonly what: string;
  /** One of them: `assignment`. */
  readonly kind: string;
  /** Filters and order. */
  readonly query: readonly (readonly [string, string])[];
  /** One page, in its turn. `isSmallest`: it cannot be asked for in smaller pieces, so that more bytes are taken. */
  readonly page: (
    query: URLSearchParams,
    isSmallest: boolean,
  ) => Promise<{ readonly heard: HttpAnswer; readonly json: unknown }>;
}

/**
 * @throws FleetioError `fleetio-strange` where an answer is neither kind of list, or a list comes back to a page that it has shown:
 * what lies behind that page cannot be read, so that such a list is never complete
 */
export async function* pagesOf<Schema extends v.GenericSchema>(
  listing: Listing<Schema>,
): AsyncIterable<ListPage<v.InferOutput<Schema>>> {
  const { schema, what, kind } = listing;
  const seen = new Set<string>();
  let position: Position = { cursor: null, index: 0 };
  let size: PageSize = pageSizes[0];
  let before: string | null = null;
  for (let pages = 1; pages <= pagesMax; pages += 1) {
    const { shape, text, size: taken } = await readPage(listing, position, size);
    // The same again: numbers of pages mean nothing there. Where it does not say how many there are, the first one was all.
    if (text === before && shape.pages === 'uncounted') return;
    if (text === before && shape.pages === 'counted') throw repeated(what);
    before = text;
    const page = splitRecords(schema, kind, shape.records);
    if (page.records.length > 0 || page.malformed.length > 0) yield page;
    if (shape.next === null) return;
    position = nextOf(position, taken, shape.next);
    size = grownSize(position, taken);
    const name = position.cursor ?? `page ${position.index}`;
    if (seen.has(name)) throw repeated(what);
    seen.add(name);
  }
  throw new FleetioError('fleetio-strange', `Fleetio’s list of ${what} has no end`);
}

/** Where a list goes on. */
interface Position {
  /** Null: at its beginning, or by page numbers. */
  readonly cursor: string | null;
  /** Records before it, as far as pages are numbered. */
  readonly index: number;
}

interface Shape {
  readonly records: readonly unknown[];
  /** The next page: a cursor, or the next page by number; null: that was all. */
  readonly next: { readonly cursor: string } | 'numbered' | null;
  /** Whether it says how many numbered pages there are; null: they go by cursors. */
  readonly pages: 'counted' | 'uncounted' | null;
}

async function readPage<Schema extends v.GenericSchema>(
  { what, query, page }: Listing<Schema>,
  position: Position,
  wanted: PageSize,
): Promise<{ readonly shape: Shape; readonly text: string; readonly size: PageSize }> {
  for (let at = pageSizes.indexOf(wanted); ; at += 1) {
    const size = pageSizes[at] ?? 2;
    const asked = new URLSearchParams({ per_page: String(size), ...Object.fromEntries(query) });
    if (position.cursor !== null) asked.set('start_cursor', position.cursor);
    else if (position.index > 0) asked.set('page', String(position.index / size + 1));
    const isSmallest = at >= pageSizes.length - 1;
    try {
      const { heard, json } = await page(asked, isSmallest);
      const shape = shapeOf({ heard, json, what, number: position.index / size + 1 });
      return { shape, text: heard.text, size };
    } catch (error) {
      if (isSmallest || !(error instanceof FleetioError) || error.code !== 'fleetio-too-large') throw error;
    }
  }
}

const nextOf = ({ index }: Position, size: PageSize, next: Exclude<Shape['next'], null>): Position =>
  next === 'numbered' ? { cursor: null, index: index + size } : { cursor: next.cursor, index: 0 };

/** Past what was too large, pages grow again, one size at a time. */
function grownSize({ index }: Position, size: PageSize): PageSize {
  const larger = pageSizes[pageSizes.indexOf(size) - 1];
  return larger !== undefined && index % larger === 0 ? larger : size;
}

function splitRecords<Schema extends v.GenericSchema>(
  schema: Schema,
  kind: string,
  values: readonly unknown[],
): ListPage<v.InferOutput<Schema>> {
  const records: v.InferOutput<Schema>[] = [];
  const malformed: Malformed[] = [];
  for (const value of values) {
    const parsed = parseRecord(schema, value, kind);
    if ('malformed' in parsed) malformed.push(parsed.malformed);
    else records.push(parsed.record);
  }
  return { records, malformed };
}

interface Page {
  readonly heard: HttpAnswer;
  readonly json: unknown;
  readonly what: string;
  /** Of the page, from 1. */
  readonly number: number;
}

function shapeOf({ heard, json, what, number }: Page): Shape {
  if (Array.isArray(json)) {
    const total = Number(heard.headers['x-pagination-total-pages'] ?? Number.NaN);
    const last = json.length === 0 || number >= (Number.isNaN(total) ? Number.POSITIVE_INFINITY : total);
    const pages = Number.isNaN(total) ? 'uncounted' : 'counted';
    return { records: json, next: last ? null : 'numbered', pages };
  }
  if (typeof json === 'object' && json !== null && 'records' in json && Array.isArray(json.records)) {
    const cursor = 'next_cursor' in json ? json.next_cursor : null;
    const isEnd = cursor === null || cursor === undefined || cursor === '';
    if (!isEnd && typeof cursor !== 'string' && typeof cursor !== 'number') throw strange(what);
    return { records: json.records, next: isEnd ? null : { cursor: String(cursor) }, pages: null };
  }
  throw strange(what);
}

const strange = (what: string): FleetioError =>
  new FleetioError('fleetio-strange', `Fleetio’s list of ${what} is neither an array nor “records”`);

const repeated = (what: string): FleetioError =>
  new FleetioError(
    'fleetio-strange',
    `Fleetio’s list of ${what} comes back to a page that it has shown already: what lies behind it cannot be read`,
  );
