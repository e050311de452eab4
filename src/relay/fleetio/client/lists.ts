/** Lists of Fleetio's, in both of its shapes: cursors with `records`, or bare arrays with page numbers. */
import type * as v from 'valibot';
import { FleetioError } from './errors.ts';
import type { Heard } from './http.ts';
import { readRecord } from './records.ts';

export const perPage = 100;
/** A million records; a list that goes on is one that turns in circles. */
const pagesMax = 10_000;

export interface Listing<Schema extends v.GenericSchema> {
  readonly schema: Schema;
  /** What is listed, for messages. */
  readonly what: string;
  /** Filters and order. */
  readonly query: readonly (readonly [string, string])[];
  /** One page, in its turn. */
  readonly page: (query: URLSearchParams) => Promise<{ readonly heard: Heard; readonly json: unknown }>;
}

/** @throws FleetioError `fleetio-strange` where an answer is neither kind of list */
export async function* pagesOf<Schema extends v.GenericSchema>(
  listing: Listing<Schema>,
): AsyncIterable<readonly v.InferOutput<Schema>[]> {
  const { schema, what, query, page } = listing;
  let next: readonly [string, string] | null = null;
  for (let pages = 1; pages <= pagesMax; pages += 1) {
    const asked = new URLSearchParams({ per_page: String(perPage), ...Object.fromEntries(query) });
    if (next !== null) asked.set(...next);
    const { heard, json } = await page(asked);
    const { records, more } = shapeOf({ heard, json, pages, what });
    if (records.length > 0) yield records.map(record => readRecord(schema, record, what));
    if (more === null || (next !== null && more[1] === next[1])) return;
    next = more;
  }
  throw new FleetioError('fleetio-strange', `Fleetio’s list of ${what} has no end`);
}

interface Page {
  readonly heard: Heard;
  readonly json: unknown;
  readonly pages: number;
  readonly what: string;
}

interface Shape {
  readonly records: readonly unknown[];
  /** The query that asks for what follows; null: that was all. */
  readonly more: readonly [string, string] | null;
}

function shapeOf({ heard, json, pages, what }: Page): Shape {
  if (Array.isArray(json)) {
    const total = Number(heard.headers['x-pagination-total-pages'] ?? Number.NaN);
    const last = json.length === 0 || pages >= (Number.isNaN(total) ? Number.POSITIVE_INFINITY : total);
    return { records: json, more: last ? null : ['page', String(pages + 1)] };
  }
  if (typeof json === 'object' && json !== null && 'records' in json && Array.isArray(json.records)) {
    const cursor = 'next_cursor' in json ? json.next_cursor : null;
    const isEnd = cursor === null || cursor === undefined || cursor === '';
    if (!isEnd && typeof cursor !== 'string' && typeof cursor !== 'number') throw strange(what);
    return { records: json.records, more: isEnd ? null : ['start_cursor', String(cursor)] };
  }
  throw strange(what);
}

const strange = (what: string): FleetioError =>
  new FleetioError('fleetio-strange', `Fleetio’s list of ${what} is neither an array nor “records”`);
