/** Tables as spreadsheets write and copy them (RFC 4180): commas, semicolons or tabs, quotes doubled within quotes, CRLF or LF. */

type CsvTable = { readonly rows: readonly CsvRow[] } | { readonly problem: string; readonly line: number };

export interface CsvRow {
  /** Line of the file where it begins, from 1. */
  readonly line: number;
  /** By the names in the first line, in lower case. */
  readonly cells: Readonly<Record<string, string>>;
}

interface CsvLimits {
  readonly rowsMax: number;
  /** Names that the first line may have; all others are a problem. */
  readonly columns: readonly string[];
}

/** Of a name that is none of them, so much is told. */
const shownMax = 40;

interface RawRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Empty lines are passed over, also those of separators alone; so are a byte-order mark, and a first line `sep=;`. */
export function readCsv(text: string, limits: CsvLimits): CsvTable {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  const [told = '', separator = separatorOf(plain)] = /^sep=([,;\t])(?=[\r\n])/i.exec(plain) ?? [];
  const begun = plain.slice(told.length);
  const raw = split(begun, separator, limits.rowsMax + 1);
  if ('problem' in raw) return raw;
  const [first, ...rows] = raw.rows;
  if (first === undefined) return { problem: 'is empty', line: 1 };
  const names = first.cells.map(name => name.trim().toLowerCase());
  const odd = names.find(name => !limits.columns.includes(name));
  if (odd !== undefined)
    return {
      problem: `has a column “${odd.slice(0, shownMax)}”; there are ${limits.columns.join(', ')}`,
      line: first.line,
    };
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return { problem: `has the column “${twice}” twice`, line: first.line };
  const wrong = rows.find(({ cells }) => cells.length !== names.length);
  if (wrong !== undefined)
    return { problem: `has ${wrong.cells.length} cells where ${names.length} are named`, line: wrong.line };
  return {
    rows: rows.map(({ line, cells }) => ({
      line,
      cells: Object.fromEntries(names.map((name, at) => [name, (cells[at] ?? '').trim()])),
    })),
  };
}

/** Whichever the first line has most of: spreadsheets of half of Europe write semicolons, and what is copied out of any has tabs. */
function separatorOf(text: string): string {
  const [first = ''] = /[^\s][^\r\n]*/.exec(text) ?? [];
  const count = (each: string): number => first.split(each).length;
  return [';', '\t'].reduce((most, each) => (count(each) > count(most) ? each : most), ',');
}

function split(
  text: string,
  separator: string,
  rowsMax: number,
): { readonly rows: readonly RawRow[] } | { readonly problem: string; readonly line: number } {
  const rows: RawRow[] = [];
  let cells: string[] = [];
  let line = 1;
  let began = 1;
  for (let at = 0; at < text.length || cells.length > 0; ) {
    const cell = cellAt(text, at, separator);
    if (cell === null)
      return { problem: 'has a quote in the middle of a cell, or one that is not closed', line };
    cells.push(cell.value);
    line += cell.lines;
    at = cell.next;
    if (!cell.isLast) continue;
    if (cells.some(each => each.trim() !== '')) rows.push({ line: began, cells });
    if (rows.length > rowsMax) return { problem: `has more than ${rowsMax - 1} rows`, line };
    cells = [];
    began = line;
  }
  return { rows };
}

interface Cell {
  readonly value: string;
  /** Where the next one begins. */
  readonly next: number;
  /** Whether its row ends with it. */
  readonly isLast: boolean;
  /** Line ends that it holds, its own included. */
  readonly lines: number;
}

/** Null: it has a quote where none may be. Each character is looked at once, whatever the cell holds. */
function cellAt(text: string, at: number, separator: string): Cell | null {
  const isQuoted = text[at] === '"';
  const end = isQuoted ? closingQuote(text, at + 1) : bareEnd(text, at, separator);
  if (end === null) return null;
  const value = isQuoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end);
  const after = isQuoted ? end + 1 : end;
  const sign = text.startsWith('\r\n', after) ? '\r\n' : (text[after] ?? '');
  if (!['', separator, '\n', '\r', '\r\n'].includes(sign)) return null;
  const ends = sign !== '' && sign !== separator ? 1 : 0;
  const lines = (isQuoted ? value.split(/\r\n|\r|\n/).length - 1 : 0) + ends;
  return { value, next: after + sign.length, isLast: sign !== separator, lines };
}

/** Where the quote is that is not doubled; null: nowhere. */
function closingQuote(text: string, from: number): number | null {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return null;
}

function bareEnd(text: string, from: number, separator: string): number {
  let end = from;
  while (end < text.length && ![separator, '"', '\r', '\n'].includes(text[end] ?? '')) end += 1;
  return end;
}
