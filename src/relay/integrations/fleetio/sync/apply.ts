/** Takes in what was heard of an assignment: note, judge, carry out. One transaction each. */
import type { AssignmentTable } from '../../../store/tables-fleetio.ts';
import type { Assignment } from '../api/port.ts';
import { clearMalformed } from '../malformed.ts';
import type { Connection, SyncContext } from './context.ts';
import { awaitFields } from './fields.ts';
import { assignmentToChange } from './follow-booking.ts';
import { reconcileBooking } from './reconcile-booking.ts';
import { type Gone, noteDeleted, noteReading, type Reading, readingOf } from './rows.ts';

interface Applied {
  readonly row: AssignmentTable;
  /** It is another one than was known. */
  readonly isNew: boolean;
}

export async function applyReading(context: SyncContext, reading: Reading): Promise<Applied> {
  if (reading.deleted) return { row: await applyDeleted(context, reading.id, 'told'), isNew: true };
  const known = await assignmentToChange(context, reading.id);
  const { row, isNew } = await noteReading(context, known, reading);
  return { row: await reconcileBooking(context, row), isNew };
}

/** A whole record, read from Fleetio: what stands in its fields is seen too. */
export async function applyRecord(
  context: SyncContext,
  record: Assignment,
  { settings }: Pick<Connection, 'settings'>,
): Promise<Applied> {
  await clearMalformed(context, 'assignment', record.id);
  const { row, isNew } = await applyReading(context, readingOf(record, 'fleetio'));
  return { row: await awaitFields(context, { row, record, settings }), isNew };
}

/** An assignment that was deleted there never comes back, whatever is heard of it later; one that was not found may. */
export async function applyDeleted(
  context: SyncContext,
  id: string,
  gone: Gone = 'not-found',
): Promise<AssignmentTable> {
  await clearMalformed(context, 'assignment', id);
  const known = await assignmentToChange(context, id);
  return await reconcileBooking(context, await noteDeleted(context, known, { id, gone }));
}
