/** Problems that stand now, for whoever looks at all of them: those that stop people first. */
import { sql } from 'kysely';
import { problemFacts, problemKinds } from '../core/problems/catalogue.ts';
import type { ProblemTable } from '../store/tables-work.ts';
import type { Reading } from './context.ts';

const kindsOf = (severity: 'urgent' | 'warning'): readonly string[] =>
  problemKinds.filter(kind => problemFacts(kind).severity === severity);

/** A kind of another version of the relay counts as one to tidy up. */
const rank = sql<number>`case when kind in (${sql.join(kindsOf('urgent'))}) then 0
  when kind in (${sql.join(kindsOf('warning'))}) then 1 else 2 end`;

/** Of each severity the newest first. */
export async function openProblems(
  { tx, account }: Reading,
  limit: number,
): Promise<readonly ProblemTable[]> {
  return await tx
    .selectFrom('problem')
    .selectAll()
    .where('account', '=', account)
    .where('cleared', 'is', null)
    .orderBy(rank)
    .orderBy('since', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** How many stand, and beyond `most` only that there are more: nobody waits for a look at them all. */
export async function countOpenProblems({ tx, account }: Reading, most: number): Promise<number> {
  const rows = await tx
    .selectFrom('problem')
    .select('id')
    .where('account', '=', account)
    .where('cleared', 'is', null)
    .limit(most + 1)
    .execute();
  return rows.length;
}
