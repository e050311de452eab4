import type { Expression, ExpressionBuilder, SqlBool, Transaction } from 'kysely';
import { gradeOf, type ProblemKind } from '../core/problems/catalogue.ts';
import type { operatorProblems } from '../core/problems/operator.ts';
import { noteNews } from '../store/commit-effects.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { Tables } from '../store/tables.ts';
import type { ProblemTable } from '../store/tables-work.ts';
import { audit } from './audit.ts';
import { text } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { badInput, conflict, notFound } from './faults.ts';
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
  ...{ snoozed_until: null, snoozed_why: null, snoozed_by: null },
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
  const grade = gradeOf(name.kind);
  const row = {
    ...plainProblem,
    id,
    account,
    ...name,
    ...place,
    since: now,
    detail: cutDetail(detail),
    grade,
  };
  const raised = await tx
    .insertInto('problem')
    .values(row)
    .onConflict(on =>
      on
        .columns(['account', 'kind', 'subject'])
        .where('cleared', 'is', null)
        .doUpdateSet(graver(name.kind))
        .where('problem.grade', '>', grade),
    )
    .returning('id')
    .execute();
  if (raised.length > 0) noteNews(tx, account, 'problems');
}

/** As `raiseProblem`; the detail of one that stands already is how it is now. */
export async function restateProblem(context: Context, name: ProblemName, said: string): Promise<void> {
  const { tx, account } = context;
  await raiseProblem(context, name, said);
  const detail = cutDetail(said);
  const told = await tx
    .updateTable('problem')
    .set({ detail })
    .where('account', '=', account)
    .where('kind', '=', name.kind)
    .where('subject', '=', name.subject)
    .where('cleared', 'is', null)
    .where('detail', '!=', detail)
    .returning('id')
    .execute();
  if (told.length > 0) noteNews(tx, account, 'problems');
}

/** One that is told anew and is worse than it was held to be: nobody has put that off. */
export const graver = (kind: string) => ({ grade: gradeOf(kind), snoozed_until: null });

export const cutDetail = (detail: string): string => detail.slice(0, detailMax);

export async function clearProblem(
  { tx, account, now }: Context,
  { kind, subject }: ProblemName,
): Promise<void> {
  const gone = await clear(tx, now, account, kind, subject);
  if (gone.length > 0) noteNews(tx, account, 'problems');
}

const clear = preparedQuery((tx, now: number, account: string, kind: ProblemKind, subject: string) =>
  tx
    .updateTable('problem')
    .set({ cleared: now })
    .where('account', '=', account)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('cleared', 'is', null)
    .returning('id'),
);

/** Clears every open Problem about subjects that are gone, since nobody can put them right any more. */
export async function clearProblemsOf(
  { tx, account, now }: Context,
  subjects: readonly string[],
): Promise<void> {
  await clearOpen(tx, now, eb => eb.and([eb('account', '=', account), eb('subject', 'in', subjects)]));
}

type Fits = (eb: ExpressionBuilder<Tables, 'problem'>) => Expression<SqlBool>;

/** Those that fit and stand are over; open pages of their accounts hear of it. Gives how many they were. */
export async function clearOpen(tx: Transaction<Tables>, now: number, fits: Fits): Promise<number> {
  const gone = await tx
    .updateTable('problem')
    .set({ cleared: now })
    .where(fits)
    .where('cleared', 'is', null)
    .returning('account')
    .execute();
  for (const account of new Set(gone.map(row => row.account))) noteNews(tx, account, 'problems');
  return gone.length;
}

/**
 * An administrator has looked, and takes it off although nothing had told that it is over. What is found again is raised again.
 * Acknowledging what is over already changes nothing.
 * @throws Fault `not-found`
 */
export async function acknowledgeProblem(context: Context, id: string): Promise<ProblemTable> {
  const { tx, now, who } = context;
  const before = await problemRow(context, id);
  if (before.cleared !== null) return before;
  await tx
    .updateTable('problem')
    .set({ cleared: now, acknowledged: who })
    .where('id', '=', id)
    .where('cleared', 'is', null)
    .execute();
  noteNews(tx, context.account, 'problems');
  await audit(context, 'problem-acknowledged', id, `${before.kind} ${before.subject}`);
  return await problemRow(context, id);
}

/** @throws Fault `not-found` */
export async function problemRow({ tx, account }: Reading, id: string): Promise<ProblemTable> {
  const own = tx.selectFrom('problem').selectAll().where('account', '=', account).where('id', '=', id);
  const row = await own.executeTakeFirst();
  if (row === undefined) throw notFound('problem', id);
  return row;
}

/** As long as what is over is looked back on: what is to rest longer is acknowledged. */
const snoozeMaxMs = 90 * 86_400_000;

/**
 * “Not now, because …”: it is left out of what wants somebody until then, or until it is told anew and is worse. It stays what it is
 * to boxes and drivers.
 * @throws Fault `not-found`, `bad-input`; `conflict` where it is over
 */
export async function snoozeProblem(
  context: Context,
  id: string,
  { until, why }: { readonly until: number; readonly why: string },
): Promise<ProblemTable> {
  const { now, who } = context;
  if (until <= now) throw badInput('until', 'lies in the past');
  if (until > now + snoozeMaxMs) throw badInput('until', 'lies more than 90 days ahead');
  const reason = text('why', why, 200);
  const row = await openRow(context, id);
  await put(context, id, { snoozed_until: until, snoozed_why: reason, snoozed_by: who });
  const detail = `${row.kind} ${row.subject} until ${new Date(until).toISOString()}: ${reason}`;
  await audit(context, 'problem-snoozed', id, detail);
  return await problemRow(context, id);
}

/** It wants somebody again. One that nobody put off stays as it is. @throws Fault `not-found`; `conflict` where it is over */
export async function wakeProblem(context: Context, id: string): Promise<ProblemTable> {
  const row = await openRow(context, id);
  await put(context, id, { snoozed_until: null, snoozed_why: null, snoozed_by: null });
  await audit(context, 'problem-woken', id, `${row.kind} ${row.subject}`);
  return await problemRow(context, id);
}

async function openRow(context: Context, id: string): Promise<ProblemTable> {
  const row = await problemRow(context, id);
  if (row.cleared !== null) throw conflict('this Problem is over', 'Nothing need be done about it.');
  return row;
}

type Snooze = Pick<ProblemTable, 'snoozed_until' | 'snoozed_why' | 'snoozed_by'>;

const put = ({ tx, account }: Context, id: string, snooze: Snooze): Promise<unknown> => {
  noteNews(tx, account, 'problems');
  return tx.updateTable('problem').set(snooze).where('id', '=', id).execute();
};
