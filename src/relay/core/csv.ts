/** Tables as spreadsheets write them (RFC 4180): commas or semicolons, quotes doubled within quotes, CRLF or LF. */

export type CsvTable =
  | { readonly rows: readonly CsvRow[] }
  | { readonly problem: string; readonly line: number };

export interface CsvRow {
  /** Line of the file where it begins, from 1. */
  readonly line: number;
  /** By the names in the first line, in lower case. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface CsvLimits {
  readonly rowsMax: number;
  /** Names that the first line may have; all others are a problem. */
  readonly columns: readonly string[];
}

interface RawRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Empty lines are passed over; a byte-order mark too. */
export function readCsv(text: string, limits: CsvLimits): CsvTable {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  const raw = split(plain, separatorOf(plain), limits.rowsMax + 1);
  if ('problem' in raw) return raw;
  const [first, ...rows] = raw.rows;
  if (first === undefined) return { problem: 'is empty', line: 1 };
  const names = first.cells.map(name => name.trim().toLowerCase());
  const odd = names.find(name => !limits.columns.includes(name));
  if (odd !== undefined)
    return { problem: `has a column “${odd}”; there are ${limits.columns.join(', ')}`, line: first.line };
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

/** What the first line has more of, as spreadsheets of half of Europe write semicolons. */
function separatorOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  return first.split(';').length > first.split(',').length ? ';' : ',';
}

function split(
  text: string,
  separator: string,
  rowsMax: number,
): { readonly rows: readonly RawRow[] } | { readonly problem: string; readonly line: number } {
  const rows: RawRow[] = [];
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r\\n|\\n|\\r|$)`,
    'y',
  );
  let cells: string[] = [];
  let line = 1;
  let began = 1;
  for (let at = 0; at < text.length || cells.length > 0; ) {
    cell.lastIndex = at;
    const match = cell.exec(text);
    if (match === null)
      return { problem: 'has a quote in the middle of a cell, or one that is not closed', line };
    const [whole, quoted, bare = '', end] = match;
    cells.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    at += whole.length;
    if (end === separator) continue;
    if (cells.length > 1 || cells[0] !== '') rows.push({ line: began, cells });
    if (rows.length > rowsMax) return { problem: `has more than ${rowsMax - 1} rows`, line };
    cells = [];
    began = line;
  }
  return { rows };
}
