/** Which table of ours a row is of, by its shape alone: the pages say nothing of it where the tree above them is gone. */

import { parseForeign } from '../../../base/foreign-json.ts';
import { hashEvent } from '../../../wire/chain.ts';
import type { JournalEvent } from '../../../wire/journal.ts';
import { metaNames } from './meta.ts';
import { pagesOf } from './pages.ts';
import { type Cell, type Row, rowsOf } from './records.ts';

export interface FoundRows {
  /** Complete rows, in the order of the columns. */
  readonly booking: (readonly Cell[])[];
  readonly use: (readonly Cell[])[];
  readonly spent: (readonly Cell[])[];
  readonly tag: (readonly Cell[])[];
  readonly event: (readonly Cell[])[];
  readonly part: Map<string, string>;
  /** A name and a number: a key and its home, or the id of a booking and its row. Only the whole can tell. */
  readonly named: Map<string, number>;
  /** The indexes know this much of bookings, by row number. */
  readonly byRid: Map<number, { code?: Buffer; key?: string; start?: number; end?: number }>;
}

const bookingColumns = 15;
const lives = ['fresh', 'granted', 'out', 'used'];

const isMeta = (name: string): boolean => metaNames.some(each => each === name);
const isText = (cell: Cell | undefined): cell is string => typeof cell === 'string';
const isNumber = (cell: Cell | undefined): cell is number => typeof cell === 'number';
const isPrint = (cell: Cell | undefined): cell is Buffer => Buffer.isBuffer(cell) && cell.length === 32;

const parsed = (text: string): object | null => {
  try {
    const value: unknown = parseForeign(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
};

/** No checksum guards a row, but what it says twice must agree. */
function isUse(booking: string, life: string, body: string): boolean {
  const use = parsed(body) as { booking?: unknown; life?: unknown } | null;
  return lives.includes(life) && use?.life === life && use.booking === booking;
}

/** Everything of `box` that stands in a page that can be read. */
export function findRows(file: string, box: string): FoundRows {
  const found: FoundRows = {
    ...{ booking: [], use: [], spent: [], tag: [], event: [] },
    ...{ part: new Map(), named: new Map(), byRid: new Map() },
  };
  for (const { number, page } of pagesOf(file))
    for (const row of rowsOf(page, number)) {
      if (row.rowid === null) indexed(found, row.cells);
      else numbered(found, row, row.rowid, box);
    }
  return found;
}

/** Of the tables with row numbers: bookings and events. */
function numbered({ booking, event }: FoundRows, { cells }: Row, rowid: number, box: string): void {
  const [, second, third, fourth] = cells;
  if (
    cells.length >= bookingColumns - 1 &&
    cells.length <= bookingColumns &&
    isText(second) &&
    isText(third)
  ) {
    const rest = cells.slice(1);
    booking.push([rowid, ...rest, ...(cells.length < bookingColumns ? [null] : [])]);
  } else if (cells.length === 4 && isNumber(second) && isText(fourth) && isOurs(fourth, rowid, box))
    event.push([rowid, second, third ?? null, fourth]);
}

function isOurs(body: string, seq: number, box: string): boolean {
  const event = parsed(body) as JournalEvent | null;
  return event?.box === box && event.seq === seq && hashEvent(event) === event.hash;
}

/** Of the tables without row numbers, and of the indexes. */
function indexed(found: FoundRows, cells: readonly Cell[]): void {
  const [a, b, c, d] = cells;
  if (cells.length === 2) pair(found, a, b);
  else if (cells.length === 3 && isPrint(a) && isText(b) && isNumber(c)) found.spent.push(cells);
  else if (cells.length !== 4 || !isText(a)) return;
  else if (isText(b) && isText(d) && isUse(a, b, d)) found.use.push(cells);
  else if (isNumber(b) && isNumber(c) && isNumber(d)) note(found, d, { key: a, start: b, end: c });
}

function pair(found: FoundRows, a: Cell | undefined, b: Cell | undefined): void {
  if (isPrint(a) && isText(b)) found.tag.push([a, b]);
  else if (isText(a) && isPrint(b)) found.tag.push([b, a]);
  else if (isPrint(a) && isNumber(b)) note(found, b, { code: a });
  else if (isText(a) && isText(b) && parsed(b) !== null) found.part.set(a, b);
  else if (isText(a) && isNumber(b) && !isMeta(a)) found.named.set(a, b);
}

const note = ({ byRid }: FoundRows, rid: number, what: object): void =>
  void byRid.set(rid, { ...byRid.get(rid), ...what });
