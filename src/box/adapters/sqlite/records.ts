/** The rows in one page, whatever table it belongs to: SQLite's record format, read without believing anything. */
import { fileHeaderBytes, pageBytes } from './pages.ts';

export type Cell = string | number | Buffer | null;

/** Rows of a table with a rowid, which is given; or entries of an index, as which tables without one are kept. */
export interface Row {
  readonly rowid: number | null;
  readonly cells: readonly Cell[];
}

const leafTable = 0x0d;
const leafIndex = 0x0a;
const innerIndex = 0x02;

/** A row that is longer goes on in other pages: nothing of ours that matters is. */
const localMaxBytes = {
  table: pageBytes - 35,
  index: Math.floor(((pageBytes - 12) * 64) / 255) - 23,
} as const;

/** Most columns of any table of ours, and more. */
const columnsMax = 32;

/** Reads the rows of a page, and leaves out those that cannot be read. */
export function rowsOf(page: Buffer, number: number): readonly Row[] {
  const start = number === 1 ? fileHeaderBytes : 0;
  const kind = page[start];
  if (kind !== leafTable && kind !== leafIndex && kind !== innerIndex) return [];
  const count = page.readUInt16BE(start + 3);
  const pointers = start + (kind === innerIndex ? 12 : 8);
  const rows: Row[] = [];
  for (let n = 0; n < count && pointers + 2 * n + 2 <= pageBytes; n += 1) {
    const row = rowAt(page, page.readUInt16BE(pointers + 2 * n), kind);
    if (row !== null) rows.push(row);
  }
  return rows;
}

/** Null where it makes no sense, or goes on in other pages. */
function rowAt(page: Buffer, at: number, kind: number): Row | null {
  try {
    const reader = new Reader(page, kind === innerIndex ? at + 4 : at);
    const length = reader.varint();
    if (length > localMaxBytes[kind === leafTable ? 'table' : 'index']) return null;
    const rowid = kind === leafTable ? reader.varint() : null;
    return { rowid, cells: record(page, reader.at, length) };
  } catch {
    return null;
  }
}

/** A varint never reads past the page: a byte that is not there is a RangeError. */
class Reader {
  readonly #page: Buffer;
  at: number;

  constructor(page: Buffer, at: number) {
    this.#page = page;
    this.at = at;
  }

  varint(): number {
    let value = 0n;
    for (let n = 0; n < 9; n += 1) {
      const byte = this.#page.readUInt8(this.at);
      this.at += 1;
      if (n === 8) return Number(BigInt.asIntN(64, (value << 8n) | BigInt(byte)));
      value = (value << 7n) | BigInt(byte & 0x7f);
      if (byte < 0x80) break;
    }
    return Number(value);
  }
}

/** @throws RangeError */
function record(page: Buffer, from: number, length: number): readonly Cell[] {
  const end = from + length;
  if (end > pageBytes) throw new RangeError('goes on elsewhere');
  const header = new Reader(page, from);
  const body = from + header.varint();
  const types: number[] = [];
  while (header.at < body) {
    types.push(header.varint());
    if (types.length > columnsMax) throw new RangeError('too many columns');
  }
  let at = body;
  const cells = types.map(type => {
    const { cell, bytes } = cellAt(page, at, type);
    at += bytes;
    return cell;
  });
  if (at !== end) throw new RangeError('does not fill its place');
  return cells;
}

const integerBytes = [0, 1, 2, 3, 4, 6, 8] as const;

function cellAt(page: Buffer, at: number, type: number): { readonly cell: Cell; readonly bytes: number } {
  const bytes = integerBytes[type];
  if (type === 0) return { cell: null, bytes: 0 };
  if (bytes === 8) return { cell: Number(page.readBigInt64BE(at)), bytes };
  if (bytes !== undefined) return { cell: page.readIntBE(at, bytes), bytes };
  if (type === 7) return { cell: page.readDoubleBE(at), bytes: 8 };
  if (type === 8 || type === 9) return { cell: type - 8, bytes: 0 };
  if (type < 12) throw new RangeError('no such type');
  const size = (type - 12) >> 1;
  if (at + size > pageBytes) throw new RangeError('goes on elsewhere');
  const content = page.subarray(at, at + size);
  return { cell: type % 2 === 0 ? Buffer.from(content) : content.toString('utf8'), bytes: size };
}
