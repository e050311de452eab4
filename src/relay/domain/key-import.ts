import { Fault } from '../../base/fault.ts';
import { type CsvRow, readCsv } from '../core/csv.ts';
import { audit } from './audit.ts';
import type { Context } from './context.ts';
import { changeKey, createKey } from './keys.ts';

/** Rows in one import: they are one transaction. */
export const importRowsMax = 2_000;
const columns = ['name', 'box', 'slot', 'tag'] as const;

export interface KeyImport {
  readonly created: number;
  readonly changed: number;
  /** Rows that say what is known already. */
  readonly same: number;
}

export interface RowProblem {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly problem: string;
}

/**
 * Keys from a table with the columns name, box, slot and, if wanted, tag. A name that its box has already changes that key; an
 * empty tag leaves the one that is known. All or nothing.
 * @throws Fault `bad-input`; every bad row is in `problemsOf` it
 */
export async function importKeys(context: Context, csv: string): Promise<KeyImport> {
  const table = readCsv(csv, { rowsMax: importRowsMax, columns });
  if ('problem' in table) throw refused([table]);
  const problems: RowProblem[] = [];
  const counts = { created: 0, changed: 0, same: 0 };
  for (const row of table.rows) {
    try {
      counts[await importRow(context, row)] += 1;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      problems.push({ line: row.line, problem: error.message });
    }
  }
  if (problems.length > 0) throw refused(problems);
  await audit(context, 'keys-imported', context.account, `${counts.created} new, ${counts.changed} changed`);
  return counts;
}

async function importRow(context: Context, { cells }: CsvRow): Promise<keyof KeyImport> {
  const { name = '', box = '', tag = '' } = cells;
  const slot = /^\d{1,3}$/.test(cells.slot ?? '') ? Number(cells.slot) : Number.NaN;
  const { tx, account, atRest } = context;
  const known = await tx
    .selectFrom('key')
    .select(['id', 'slot', 'tag'])
    .where('account', '=', account)
    .where('box', '=', box)
    .where('name', '=', name)
    .executeTakeFirst();
  if (known === undefined) {
    await createKey(context, { name, box, slot, tag: tag === '' ? null : tag });
    return 'created';
  }
  const before = known.tag === null ? '' : atRest.open('tag', known.id, known.tag);
  if (known.slot === slot && (tag === '' || tag === before)) return 'same';
  await changeKey(context, known.id, { slot, ...(tag === '' ? {} : { tag }) });
  return 'changed';
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
