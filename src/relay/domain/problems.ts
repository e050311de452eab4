import { keptQuery } from '../store/kept-query.ts';
import type { ProblemTable } from '../store/tables-work.ts';
import { type Page, pageSize } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { newId } from './ids.ts';

/** What an administrator must see: a word of ours, and the id of what has it. */
export interface ProblemName {
  /** `journal-fork`, `re-enrol`, `no-code-free` … */
  readonly kind: string;
  /** Id of a box, key or booking. */
  readonly subject: string;
}

/** Raised once, however often it is found; `detail` says what was found first. */
export async function raiseProblem(context: Context, name: ProblemName, detail: string): Promise<void> {
  const { tx, account, now } = context;
  const row = {
    id: newId('p', context),
    account,
    ...name,
    detail: detail.slice(0, 500),
    since: now,
    cleared: null,
  };
  await tx
    .insertInto('problem')
    .values(row)
    .onConflict(on => on.columns(['account', 'kind', 'subject']).where('cleared', 'is', null).doNothing())
    .execute();
}

export async function clearProblem(
  { tx, account, now }: Context,
  { kind, subject }: ProblemName,
): Promise<void> {
  await clear(tx, now, account, kind, subject);
}

const clear = keptQuery((tx, now: number, account: string, kind: string, subject: string) =>
  tx
    .updateTable('problem')
    .set({ cleared: now })
    .where('account', '=', account)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('cleared', 'is', null),
);

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
