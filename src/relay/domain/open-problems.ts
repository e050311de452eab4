/** Problems that stand now and are not put off, for whoever looks at all of them: those first that cost most while nobody acts. */
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { kindsOf, type Urgency, urgencies } from '../core/problems/urgency.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { ProblemTable } from '../store/tables-work.ts';
import { waiting } from './booking-states.ts';
import type { Reading } from './context.ts';

type Now = Reading & { readonly now: number };

/** A booking that begins within that time hurts by a box that cannot be told of it. */
export const soonMs = 4 * 3_600_000;

/** Of one urgency those first that are graver, and of these the oldest. */
export async function openProblems(reading: Now, limit: number): Promise<readonly ProblemTable[]> {
  return await standing(reading)
    .selectAll()
    .orderBy(rank(reading.now))
    .orderBy('grade')
    .orderBy('since')
    .orderBy('id')
    .limit(limit)
    .execute();
}

const standing = ({ tx, account, now }: Now) =>
  tx
    .selectFrom('problem')
    .where('account', '=', account)
    .where('cleared', 'is', null)
    .where(eb => eb.or([eb('snoozed_until', 'is', null), eb('snoozed_until', '<=', now)]));

const ranked: Readonly<Record<Urgency, RawBuilder<SqlBool>>> = Object.fromEntries(
  urgencies.map(urgency => [urgency, sql`problem.kind in (${sql.join(kindsOf(urgency).map(sql.lit))})`]),
) as Record<Urgency, RawBuilder<SqlBool>>;

/** Where it stands in the order; a kind that this version does not know comes last. */
function rank(now: number): RawBuilder<number> {
  const soon = sql`exists (select 1 from booking where booking.box = problem.subject
    and booking.start > ${now} and booking.start <= ${now + soonMs} and ${sql.join([...waiting], sql` and `)})`;
  const place = (urgency: Urgency): RawBuilder<unknown> => sql.lit(urgencies.indexOf(urgency));
  const cases = urgencies.map(urgency =>
    urgency === 'unreachable'
      ? sql`when ${ranked.unreachable} then case when ${soon} then ${place(urgency)} else ${place('box')} end`
      : sql`when ${ranked[urgency]} then ${place(urgency)}`,
  );
  return sql<number>`case ${sql.join(cases, sql` `)} else ${sql.lit(urgencies.length)} end`;
}

/** How many stand, and beyond `most` only that there are more: nobody waits for a look at them all. */
export async function countOpenProblems(reading: Now, most: number): Promise<number> {
  const { tx, account, now } = reading;
  return (await standingIds(tx, account, now, most + 1)).length;
}

const standingIds = preparedQuery((tx, account: string, now: number, limit: number) =>
  standing({ tx, account, now }).select('id').limit(limit),
);
