import type { ProblemKind } from '../core/problems/catalogue.ts';
import type { operatorProblems } from '../core/problems/operator.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { ProblemTable } from '../store/tables-work.ts';
import { audit } from './audit.ts';
import { type Page, pageSize } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { notFound } from './faults.ts';
import { newId } from './ids.ts';

/** Kinds that a relay has itself, and no box, driver or booking. */
export type OperatorProblemKind = keyof typeof operatorProblems;

/** The name of a Problem: its kind, and the id of what has it. */
export interface ProblemName {
  readonly kind: ProblemKind;
  /** Id of a box, key or booking. */
  readonly subject: string;
}

/** Of which box it is, where it is a box's; and what there has it. */
type ProblemPlace = Pick<ProblemTable, 'box'> & Partial<Pick<ProblemTable, 'slot' | 'key' | 'device'>>;

/** Members of a row that only faults of a box fill. */
export const plainProblem = {
  ...{ cleared: null, box: null, slot: null, key: null, device: null },
  ...{ count: 1, fades: null, told: null, acknowledged: null },
} as const;

/** Longest detail, in characters. */
const detailMax = 500;

/** Raised once, however often it is found; `detail` says what was found first. */
export async function raiseProblem(
  context: Context,
  name: ProblemName,
  detail: string,
  place: ProblemPlace = { box: null },
): Promise<void> {
  const { tx, account, now } = context;
  const id = newId('p', context);
  const row = { ...plainProblem, id, account, ...name, ...place, since: now, detail: cutDetail(detail) };
  await tx
    .insertInto('problem')
    .values(row)
    .onConflict(on => on.columns(['account', 'kind', 'subject']).where('cleared', 'is', null).doNothing())
    .execute();
}

export const cutDetail = (detail: string): string => detail.slice(0, detailMax);

export async function clearProblem(
  { tx, account, now }: Context,
  { kind, subject }: ProblemName,
): Promise<void> {
  await clear(tx, now, account, kind, subject);
}

const clear = preparedQuery((tx, now: number, account: string, kind: ProblemKind, subject: string) =>
  tx
    .updateTable('problem')
    .set({ cleared: now })
    .where('account', '=', account)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('cleared', 'is', null),
);

/** Clears every open Problem about subjects that are gone, since nobody can put them right any more. */
export async function clearProblemsOf(
  { tx, account, now }: Context,
  subjects: readonly string[],
): Promise<void> {
  await tx
    .updateTable('problem')
    .set({ cleared: now })
    .where('account', '=', account)
    .where('subject', 'in', subjects)
    .where('cleared', 'is', null)
    .execute();
}

/** Newest first; only those that are still there, or all. */
export function listProblems(
  { tx, account }: Reading,
  filter: { readonly open: boolean },
  page: Page,
): Promise<readonly ProblemTable[]> {
  let query = tx.selectFrom('problem').selectAll().where('account', '=', account);
  if (filter.open) query = query.where('cleared', 'is', null);
  if (page.after !== null) query = query.where('id', '<', page.after);
  return query.orderBy('id', 'desc').limit(pageSize(page)).execute();
}

/**
 * An administrator has looked, and takes it off although nothing had told that it is over. What is found again is raised again.
 * Acknowledging what is over already changes nothing.
 * @throws Fault `not-found`
 */
export async function acknowledgeProblem(context: Context, id: string): Promise<ProblemTable> {
  const { tx, account, now, who } = context;
  const own = tx.selectFrom('problem').selectAll().where('account', '=', account).where('id', '=', id);
  const before = await own.executeTakeFirst();
  if (before === undefined) throw notFound('problem', id);
  if (before.cleared !== null) return before;
  await tx
    .updateTable('problem')
    .set({ cleared: now, acknowledged: who })
    .where('id', '=', id)
    .where('cleared', 'is', null)
    .execute();
  await audit(context, 'problem-acknowledged', id, `${before.kind} ${before.subject}`);
  return await own.executeTakeFirstOrThrow();
}
