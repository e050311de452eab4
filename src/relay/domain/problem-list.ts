import { sql } from 'kysely';
import { type Severity, severities } from '../core/problems/facts.ts';
import type { ProblemTable } from '../store/tables-work.ts';
import { type PageFrom, pageSize } from './checks.ts';
import type { Reading } from './context.ts';

/** Where a Problem stands in a list. */
export type ProblemPlaceInList = readonly [grade: number, since: number, id: string];

export const placeInList = ({ grade, since, id }: ProblemTable): ProblemPlaceInList => [grade, since, id];

interface ProblemFilter {
  /** Only those that are still there: the gravest first, and of these the oldest. Otherwise all, the newest first. */
  readonly open: boolean;
  readonly severity?: Severity | undefined;
  readonly kind?: string | undefined;
  /** Those that were put off beyond this instant are left out. */
  readonly awakeAt?: number | undefined;
  /** Only those that were put off beyond this instant. */
  readonly asleepAt?: number | undefined;
}

export function listProblems(
  { tx, account }: Reading,
  { open, severity, kind, awakeAt, asleepAt }: ProblemFilter,
  page: PageFrom<ProblemPlaceInList>,
): Promise<readonly ProblemTable[]> {
  let query = tx.selectFrom('problem').selectAll().where('account', '=', account);
  if (open) query = query.where('cleared', 'is', null);
  if (severity !== undefined) query = query.where('grade', '=', severities.indexOf(severity));
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (awakeAt !== undefined)
    query = query.where(eb => eb.or([eb('snoozed_until', 'is', null), eb('snoozed_until', '<=', awakeAt)]));
  if (asleepAt !== undefined) query = query.where('snoozed_until', '>', asleepAt);
  if (page.after !== null) {
    const [grade, since, id] = page.after;
    query = query.where(
      open
        ? sql<boolean>`(grade, since, id) > (${grade}, ${since}, ${id})`
        : sql<boolean>`(since, id) < (${since}, ${id})`,
    );
  }
  const sorted = open
    ? query.orderBy('grade').orderBy('since').orderBy('id')
    : query.orderBy('since', 'desc').orderBy('id', 'desc');
  return sorted.limit(pageSize(page)).execute();
}

/** The same shape as of the others, so that one kind of cursor does for all: the grade says nothing there. */
export const placeInCleared = ({ cleared, id }: ProblemTable): ProblemPlaceInList => [0, cleared ?? 0, id];

/** Those that are over, as long as they are kept: what was over last comes first. */
export function clearedProblems(
  { tx, account }: Reading,
  { severity, kind }: Pick<ProblemFilter, 'severity' | 'kind'>,
  page: PageFrom<ProblemPlaceInList>,
): Promise<readonly ProblemTable[]> {
  let query = tx
    .selectFrom('problem')
    .selectAll()
    .where('account', '=', account)
    .where('cleared', 'is not', null);
  if (severity !== undefined) query = query.where('grade', '=', severities.indexOf(severity));
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (page.after !== null) {
    const [, cleared, id] = page.after;
    query = query.where(sql<boolean>`(cleared, id) < (${cleared}, ${id})`);
  }
  return query.orderBy('cleared', 'desc').orderBy('id', 'desc').limit(pageSize(page)).execute();
}
