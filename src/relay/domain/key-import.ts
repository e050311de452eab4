import { sql } from 'kysely';
import { Fault, WrongMember } from '../../base/fault.ts';
import { withoutMarks } from '../../base/plain-line.ts';
import { readTag } from '../../base/tag-number.ts';
import { type CsvRow, readCsv } from '../core/csv.ts';
import type { KeyTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import type { Context } from './context.ts';
import { changeKey, createKey } from './keys.ts';
import type { Warned } from './tags.ts';

/** Rows in one import: they are one transaction. */
const importRowsMax = 2_000;
const columns = ['name', 'box', 'slot', 'tag'] as const;

interface KeyImport {
  readonly created: number;
  readonly changed: number;
  /** Rows that say what is known already. */
  readonly same: number;
  /** Of rows that were taken; empty: nothing is odd. */
  readonly warnings: readonly string[];
  /** Each row, with what it is taken for. */
  readonly rows: readonly ImportedRow[];
}

interface ImportedRow {
  readonly line: number;
  readonly name: string;
  readonly box: string;
  readonly slot: number;
  readonly is: 'created' | 'changed' | 'same';
}

interface RowProblem {
  /** Line of the file, from 1. */
  readonly line: number;
  /** The cell that is wrong; null: the row as a whole. */
  readonly column: string | null;
  readonly problem: string;
}

/**
 * Keys from a table with the columns name, box, slot and, if wanted, tag. A name that its box has already changes that key; an
 * empty tag leaves the one that is known. A box is named by its id, or by a name that only one has. All or nothing.
 * @throws Fault `bad-input`; every bad row is in `problemsOf` it
 */
export async function importKeys(context: Context, csv: string): Promise<KeyImport> {
  const table = readCsv(csv, { rowsMax: importRowsMax, columns });
  if ('problem' in table) throw refused([{ ...table, column: null }]);
  const problems: RowProblem[] = [];
  const counts = { created: 0, changed: 0, same: 0 };
  const odd: string[] = [];
  const done: ImportedRow[] = [];
  const lines = new Map<string, number>();
  const named = await boxesByName(context);
  const rows = table.rows.map(row => withBoxId(row, named));
  await leavePlaces(context, rows);
  for (const row of rows) {
    const before = lines.get(keyOf(row));
    if (before !== undefined) {
      const problem = `names the same key of the same box as line ${before}`;
      problems.push({ line: row.line, column: 'name', problem });
      continue;
    }
    lines.set(keyOf(row), row.line);
    try {
      const { is, warnings = [] } = await importRow(context, row);
      counts[is] += 1;
      const { name = '', box = '', slot } = row.cells;
      done.push({ line: row.line, name, box, slot: Number(slot), is });
      odd.push(...warnings.map(warning => `line ${row.line}: ${warning}`));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const column = error instanceof WrongMember ? error.where : null;
      problems.push({ line: row.line, column, problem: error.message });
    }
  }
  if (problems.length > 0) throw refused(problems);
  await audit(context, 'keys-imported', context.account, `${counts.created} new, ${counts.changed} changed`);
  return { ...counts, warnings: odd, rows: done };
}

/** Says what an import would do and does nothing of it: faults and warnings are those of the import itself. */
export async function previewKeys(context: Context, csv: string): Promise<KeyImport> {
  await sql`savepoint preview`.execute(context.tx);
  try {
    return await importKeys(context, csv);
  } finally {
    await sql`rollback to savepoint preview`.execute(context.tx);
  }
}

async function boxesByName({ tx, account }: Context): Promise<ReadonlyMap<string, readonly string[]>> {
  const boxes = await tx.selectFrom('box').select(['id', 'name']).where('account', '=', account).execute();
  const named = new Map<string, string[]>();
  for (const { id, name } of boxes) named.set(name, [...(named.get(name) ?? []), id]);
  for (const { id } of boxes) named.set(id, [id]);
  return named;
}

function withBoxId(row: CsvRow, named: ReadonlyMap<string, readonly string[]>): CsvRow {
  const [only, another] = named.get(row.cells.box ?? '') ?? [];
  return only === undefined || another !== undefined ? row : { ...row, cells: { ...row.cells, box: only } };
}

/** One key a row: of two that differ nobody knows which is meant. */
const keyOf = ({ cells: { box = '', name = '' } }: CsvRow): string => JSON.stringify([box, name]);

/**
 * The table counts as a whole: a slot or tag that one row leaves is free for another, whichever comes first, also where two change
 * places.
 */
async function leavePlaces(context: Context, rows: readonly CsvRow[]): Promise<void> {
  for (const { cells } of rows) {
    const known = await keyIn(context, cells);
    if (known === undefined) continue;
    const left = {
      ...(known.slot === slotIn(cells) ? {} : { slot: null }),
      ...(isTagged(context, known, cells) ? {} : { tag_hash: null }),
    };
    if (Object.keys(left).length > 0)
      await context.tx.updateTable('key').set(left).where('id', '=', known.id).execute();
  }
}

type Known = Pick<KeyTable, 'id' | 'tag'>;

/** An empty cell leaves the tag that is known. */
function isTagged({ atRest }: Context, known: Known, { tag = '' }: CsvRow['cells']): boolean {
  return tag === '' || (known.tag !== null && isSame(tag, atRest.open('tag', known.id, known.tag)));
}

const slotIn = ({ slot = '' }: CsvRow['cells']): number =>
  /^\d{1,3}$/.test(slot) ? Number(slot) : Number.NaN;

/** The key that its box has already under the name of a row. */
async function keyIn({ tx, account }: Context, { name = '', box = '' }: CsvRow['cells']) {
  const alike = await tx
    .selectFrom('key')
    .select(['id', 'name', 'slot', 'tag'])
    .where('account', '=', account)
    .where('box', '=', box)
    .where('name', 'in', [name, withoutMarks(name)])
    .execute();
  return alike.find(key => key.name === name) ?? alike[0];
}

interface Imported extends Warned {
  readonly is: 'created' | 'changed' | 'same';
}

async function importRow(context: Context, { cells }: CsvRow): Promise<Imported> {
  const { name = '', box = '', tag = '' } = cells;
  const slot = slotIn(cells);
  const known = await keyIn(context, cells);
  if (known === undefined) {
    const made = await createKey(context, { name, box, slot, tag: tag === '' ? null : tag });
    return { ...made, is: 'created' };
  }
  if (known.slot === slot && isTagged(context, known, cells)) return { is: 'same' };
  const changed = await changeKey(context, known.id, { slot, ...(tag === '' ? {} : { tag }) });
  return { warnings: changed.warnings, is: 'changed' };
}

/** However the two are written. */
function isSame(tag: string, before: string): boolean {
  const [one, two] = [readTag(tag), readTag(before)];
  return one.is === 'read' && two.is === 'read' && one.number === two.number;
}

function refused(problems: readonly RowProblem[]): Fault {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new Fault(
    'bad-input',
    `line ${first?.line}: ${first?.problem}${more}`,
    'Nothing was imported: correct the rows and send all of them again.',
    { problems },
  );
}

/** Every bad row of a refused import; empty for any other error. */
export function problemsOf(error: unknown): readonly RowProblem[] {
  const cause = error instanceof Fault ? error.cause : null;
  if (typeof cause !== 'object' || cause === null || !('problems' in cause)) return [];
  return cause.problems as readonly RowProblem[];
}
