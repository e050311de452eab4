/** Problems that keep fields from being written. */
import type { Reading } from '../../../domain/context.ts';
import type { ProblemTable } from '../../../store/tables-work.ts';

/** Of one assignment or of all of them, the nearest cause first. */
const kinds = [
  ...['fields-rejected', 'fields-missing', 'write-back-refused', 'fleetio-unauthorized'],
  ...['fleetio-limited', 'fleetio-unreachable', 'fleetio-strange'],
];

export type Hindrance = Pick<ProblemTable, 'kind' | 'detail'>;

/** Gives the one of each assignment; null: nothing that is known. */
export async function hindrancesOf(
  { tx, account }: Reading,
  integration: string,
  assignments: readonly string[],
): Promise<(assignment: string) => Hindrance | null> {
  const rows = await tx
    .selectFrom('problem')
    .select(['kind', 'subject', 'detail'])
    .where('account', '=', account)
    .where('kind', 'in', kinds)
    .where('subject', 'in', [integration, ...assignments.map(id => `${integration}/${id}`)])
    .where('cleared', 'is', null)
    .execute();
  const found = rows.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
  return id =>
    found.find(({ subject }) => subject === integration || subject === `${integration}/${id}`) ?? null;
}
