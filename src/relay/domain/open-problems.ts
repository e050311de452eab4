/** Problems that stand now and are not put off, for whoever looks at all of them: those that stop people first. */
import type { ProblemTable } from '../store/tables-work.ts';
import type { Reading } from './context.ts';
import { listProblems } from './problem-list.ts';

/** Of each severity the oldest first. */
export const openProblems = (
  reading: Reading & { readonly now: number },
  limit: number,
): Promise<readonly ProblemTable[]> =>
  listProblems(reading, { open: true, awakeAt: reading.now }, { after: null, limit });

/** How many stand, and beyond `most` only that there are more: nobody waits for a look at them all. */
export async function countOpenProblems(
  { tx, account, now }: Reading & { readonly now: number },
  most: number,
): Promise<number> {
  const rows = await tx
    .selectFrom('problem')
    .select('id')
    .where('account', '=', account)
    .where('cleared', 'is', null)
    .where(eb => eb.or([eb('snoozed_until', 'is', null), eb('snoozed_until', '<=', now)]))
    .limit(most + 1)
    .execute();
  return rows.length;
}
