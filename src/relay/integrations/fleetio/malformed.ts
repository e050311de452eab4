/**
 * Records of Fleetio's that cannot be used. Each is skipped and stands in a Problem by its id until it is read well, or is gone: one
 * bad record stops nothing else, and is never forgotten because something else went well.
 */
import type { Context, Reading } from '../../domain/context.ts';
import { clearProblem, restateProblem } from '../../domain/problems.ts';
import type { FleetioError } from './api/errors.ts';
import type { Malformed } from './api/port.ts';
import { sayMalformed } from './api/records.ts';

const problem = 'fleetio-record-malformed' as const;
/** Asked for again in one round; the others in the next. */
const askedMax = 50;

export type RecordKind = 'assignment' | 'contact' | 'vehicle';

interface Owned extends Context {
  readonly integration: string;
}

/** Those without an id have one Problem for each kind: only a list shows whether they are still there. */
const noId = '?';
const nameOf = (integration: string, kind: string, id: string | null) => ({
  kind: problem,
  subject: `${integration}/${kind}/${id ?? noId}`,
});

const consequence: Readonly<Record<string, string>> = {
  assignment: 'It is skipped; a booking that was made of it stays as it was',
  contact: 'What was known of them before is used',
  vehicle: 'It is skipped; a key that is linked to it stays linked',
};

/** Says what is wrong now, where the record was bad in another way before. */
export async function noteMalformed(context: Owned, malformed: Malformed): Promise<void> {
  const { kind, id } = malformed;
  const name = nameOf(context.integration, kind, id);
  const said = `${sayMalformed(malformed)}. ${consequence[kind] ?? 'It is skipped'}, and all others go on. Put it right in Fleetio`;
  await restateProblem(context, name, said);
}

/** The record was read well, or is gone; `id` null: a whole list shows none without an id. */
export const clearMalformed = (context: Owned, kind: RecordKind, id: string | null): Promise<void> =>
  clearProblem(context, nameOf(context.integration, kind, id));

/** By kind: ids of records that are to be looked at again. */
export async function openMalformed(
  { tx, account }: Reading,
  integration: string,
): Promise<readonly { readonly kind: string; readonly id: string }[]> {
  const rows = await tx
    .selectFrom('problem')
    .select('subject')
    .where('account', '=', account)
    .where('kind', '=', problem)
    .where('cleared', 'is', null)
    .where('subject', 'like', `${integration}/%`)
    .orderBy('since')
    .limit(askedMax)
    .execute();
  return rows
    .map(({ subject }) => {
      const [kind = '', id = ''] = subject.slice(integration.length + 1).split('/');
      return { kind, id };
    })
    .filter(({ id }) => id !== noId);
}

/** A record by whose fault a call failed though others went well. */
export const malformedBy = (error: FleetioError, kind: RecordKind, id: string): Malformed =>
  error.malformed ?? { kind, id, why: error.message };
