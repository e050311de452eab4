/** Rows of assignments: what was last read of each, and what is known here of where it stands. */
import { newId } from '../../../domain/ids.ts';
import { preparedQuery, preparedUpdate } from '../../../store/prepared-query.ts';
import { selectForUpdate } from '../../../store/select-for-update.ts';
import type { AssignmentTable, VehicleTable } from '../../../store/tables-fleetio.ts';
import { putWork } from '../../../work/queue.ts';
import type { Assignment } from '../api/port.ts';
import { type SyncContext, subjectOf } from './context.ts';

export type Reading = Pick<Assignment, 'id' | 'vehicle' | 'contact' | 'started' | 'ended'> & {
  readonly updated: number | null;
  readonly deleted: boolean;
  /** `fleetio`: read from there just now; `webhook`: as a signed event told it. */
  readonly from: 'fleetio' | 'webhook';
};

export const readingOf = (assignment: Assignment, from: Reading['from']): Reading => {
  const { id, vehicle, contact, started, ended, updated, deleted } = assignment;
  return { id, vehicle, contact, started, ended, updated, deleted, from };
};

/** To be changed; null: never heard of. */
export async function assignmentRow(
  { tx, integration, account }: SyncContext,
  id: string,
): Promise<AssignmentTable | null> {
  const [row] = await assignment(tx, integration, id, account);
  return row ?? null;
}

const assignment = preparedQuery((tx, integration: string, id: string, account: string) =>
  selectForUpdate(
    tx,
    tx
      .selectFrom('assignment')
      .selectAll()
      .where('integration', '=', integration)
      .where('id', '=', id)
      .where('account', '=', account),
  ),
);

export async function vehicleRow({ tx, integration }: SyncContext, id: string): Promise<VehicleTable | null> {
  const [row] = await vehicle(tx, integration, id);
  return row ?? null;
}

const vehicle = preparedQuery((tx, integration: string, id: string) =>
  tx.selectFrom('vehicle').selectAll().where('integration', '=', integration).where('id', '=', id),
);

/** How far Fleetio's clock may be ahead of ours. */
const clockSlackMs = 3_600_000;

/** A time of change that lies ahead is a slip: it is no reason to believe nothing that comes until then. */
const updatedOf = ({ updated }: Pick<Reading, 'updated'>, now: number): number | null =>
  updated !== null && updated > now + clockSlackMs ? now : updated;

/** Gives the row as it is then. */
export async function save(
  { tx, now }: SyncContext,
  row: AssignmentTable,
  given: Partial<Omit<AssignmentTable, 'integration' | 'id' | 'account' | 'fields_since'>>,
): Promise<AssignmentTable> {
  if (Object.keys(given).length === 0) return row;
  const change = { ...given, ...waitChanged(row, given.fields_due, now) };
  await update(tx, [row.integration, row.id], change);
  return { ...row, ...change };
}

/** A wait begins once, however often the next try is put off. */
function waitChanged(
  { fields_due: before }: AssignmentTable,
  due: number | null | undefined,
  now: number,
): Partial<Pick<AssignmentTable, 'fields_since'>> {
  if (due === undefined || (due === null) === (before === null)) return {};
  return { fields_since: due === null ? null : now };
}

const update = preparedUpdate('assignment', 'integration', 'id');

/**
 * Takes note of what was read of an assignment, null where it was never heard of: the newest reading counts, whatever comes in which order, and what
 * was deleted stays deleted.
 * `isNew`: it is another one than before, or read from Fleetio for the first time.
 */
export async function noteReading(
  context: SyncContext,
  known: AssignmentTable | null,
  reading: Reading,
): Promise<{ readonly row: AssignmentTable; readonly isNew: boolean }> {
  const before = known ?? (await insert(context, reading));
  if (reading.deleted) return { row: before, isNew: false };
  const isRead = reading.from === 'fleetio';
  if (before.deleted === 1)
    return isRead && mayReturn(before)
      ? await returned(context, before, reading)
      : { row: before, isNew: false };
  const updated = updatedOf(reading, context.now) ?? before.updated;
  if (updated < before.updated) return { row: before, isNew: false };
  const isOther = reading.vehicle !== before.vehicle || reading.contact !== before.contact;
  const row = await save(context, before, {
    ...{ vehicle: reading.vehicle, contact: reading.contact, started: reading.started, ended: reading.ended },
    updated,
    // What an event alone has told is still to be read.
    ...(isRead ? { checked: context.now } : updated > before.updated ? { checked: null } : {}),
    // An administrator was asked about something else.
    ...(isOther ? { prompted: null } : {}),
  });
  return { row, isNew: updated > before.updated || (isRead && before.checked === null) };
}

/** `not-found` is Fleetio's answer to a question, which a server of it may have given that was behind; `told` is its word. */
export type Gone = 'told' | 'not-found';

/** Whether it was not found a first time, so that it is asked for once more; see {@link noteDeleted}. */
const mayReturn = ({ deleted, open }: AssignmentTable): boolean => deleted === 1 && open === 1;

/** It was only not found, and there it is: its booking is cancelled, so that it has none. */
async function returned(
  context: SyncContext,
  row: AssignmentTable,
  reading: Reading,
): Promise<{ readonly row: AssignmentTable; readonly isNew: boolean }> {
  const booking = { booking: null, booked_contact: null, booked_key: null, adjusted: null, telling: null };
  const live = await save(context, row, { ...booking, deleted: 0, open: 0, prompted: null, checked: null });
  return noteReading(context, live, reading);
}

/**
 * Also of one that was never heard of: what is late about it is to find that it is gone. One that was read before and is now not found
 * stays open, so that the next round asks once more; not found again, it is gone for good.
 */
export async function noteDeleted(
  context: SyncContext,
  known: AssignmentTable | null,
  { id, gone }: { readonly id: string; readonly gone: Gone },
): Promise<AssignmentTable> {
  const unknown = { id, vehicle: '', contact: '', started: null, ended: null, updated: null };
  const before = known ?? (await insert(context, { ...unknown, deleted: true, from: 'webhook' }));
  const isDoubted = gone === 'not-found' && before.deleted === 0 && before.checked !== null;
  return save(context, before, { deleted: 1, checked: context.now, open: isDoubted ? 1 : 0 });
}

async function insert(context: SyncContext, reading: Reading): Promise<AssignmentTable> {
  const { tx, integration, account, now } = context;
  const row: AssignmentTable = {
    ...{ integration, id: reading.id, account, vehicle: reading.vehicle, contact: reading.contact },
    ...{ started: reading.started, ended: reading.ended, updated: updatedOf(reading, now) ?? 0 },
    ...{ deleted: 0, first_seen: now, checked: null, trace: newId('t', context) },
    ...{ booking: null, booked_contact: null, booked_key: null, prompted: null, adjusted: null },
    ...{ contact_by: null, telling: null, fields_wanted: null, fields_written: null, fields_due: null },
    ...{ fields_since: null, fields_at: null, fields_tries: 0, fields_restored: 0, open: 0 },
  };
  await tx
    .insertInto('assignment')
    .values(row)
    .onConflict(on => on.columns(['integration', 'id']).doNothing())
    .execute();
  return (await assignmentRow(context, reading.id)) ?? row;
}

/** How its driver is told, where somebody has chosen that for this one. */
export const waysOf = ({ contact_by }: AssignmentTable) => (contact_by === null ? {} : { by: contact_by });

/** The assignment's own window: as long as that stays, so does the one that an administrator has set. */
export const windowOf = ({ started, ended }: AssignmentTable): string => JSON.stringify([started, ended]);

/** It is judged again at that instant, whatever happens until then. */
export const judgeAt = (context: SyncContext, id: string, due: number): Promise<void> =>
  putWork(context.tx, { kind: 'assignment', subject: subjectOf(context.integration, id), due });
