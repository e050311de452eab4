/** Rows of assignments: what was last read of each, and what is known here of where it stands. */
import { newId } from '../../domain/ids.ts';
import { putTimer } from '../../domain/timers.ts';
import { forChange } from '../../store/for-change.ts';
import type { AssignmentTable, VehicleTable } from '../../store/tables-fleetio.ts';
import type { Assignment } from '../port.ts';
import { type Desk, subjectOf } from './parts.ts';

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
  { tx, integration, account }: Desk,
  id: string,
): Promise<AssignmentTable | null> {
  const query = tx
    .selectFrom('assignment')
    .selectAll()
    .where('integration', '=', integration)
    .where('id', '=', id)
    .where('account', '=', account);
  return (await forChange(tx, query).executeTakeFirst()) ?? null;
}

export const vehicleRow = async ({ tx, integration }: Desk, id: string): Promise<VehicleTable | null> =>
  (await tx
    .selectFrom('vehicle')
    .selectAll()
    .where('integration', '=', integration)
    .where('id', '=', id)
    .executeTakeFirst()) ?? null;

/** Gives the row as it is then. */
export async function save(
  { tx }: Desk,
  row: AssignmentTable,
  change: Partial<Omit<AssignmentTable, 'integration' | 'id' | 'account'>>,
): Promise<AssignmentTable> {
  if (Object.keys(change).length === 0) return row;
  await tx
    .updateTable('assignment')
    .set(change)
    .where('integration', '=', row.integration)
    .where('id', '=', row.id)
    .execute();
  return { ...row, ...change };
}

/**
 * Takes note of what was read: the newest reading counts, whatever comes in which order, and what was deleted stays deleted.
 * `isNew`: it is another one than before, or read from Fleetio for the first time.
 */
export async function noteReading(
  desk: Desk,
  reading: Reading,
): Promise<{ readonly row: AssignmentTable; readonly isNew: boolean }> {
  const before = (await assignmentRow(desk, reading.id)) ?? (await insert(desk, reading));
  if (before.deleted === 1 || reading.deleted) return { row: before, isNew: false };
  const isRead = reading.from === 'fleetio';
  const updated = reading.updated ?? before.updated;
  if (updated < before.updated) return { row: before, isNew: false };
  const isOther = reading.vehicle !== before.vehicle || reading.contact !== before.contact;
  const row = await save(desk, before, {
    ...{ vehicle: reading.vehicle, contact: reading.contact, started: reading.started, ended: reading.ended },
    updated,
    // What an event alone has told is still to be read.
    ...(isRead ? { checked: desk.now } : updated > before.updated ? { checked: null } : {}),
    // An administrator was asked about something else.
    ...(isOther ? { prompted: null } : {}),
  });
  return { row, isNew: updated > before.updated || (isRead && before.checked === null) };
}

/** Also of one that was never heard of: what is late about it is to find that it is gone. */
export async function noteDeleted(desk: Desk, id: string): Promise<AssignmentTable> {
  const unknown = { id, vehicle: '', contact: '', started: null, ended: null, updated: null };
  const before =
    (await assignmentRow(desk, id)) ?? (await insert(desk, { ...unknown, deleted: true, from: 'webhook' }));
  return save(desk, before, { deleted: 1, checked: desk.now });
}

async function insert(desk: Desk, reading: Reading): Promise<AssignmentTable> {
  const { tx, integration, account, now } = desk;
  const row: AssignmentTable = {
    ...{ integration, id: reading.id, account, vehicle: reading.vehicle, contact: reading.contact },
    ...{ started: reading.started, ended: reading.ended, updated: reading.updated ?? 0 },
    ...{ deleted: 0, first_seen: now, checked: null, trace: newId('t', desk) },
    ...{ booking: null, booked_contact: null, booked_key: null, prompted: null, adjusted: null },
    ...{ contact_by: null, telling: null, fields_wanted: null, fields_written: null, fields_due: null },
    ...{ fields_tries: 0, fields_restored: 0, open: 0 },
  };
  await tx
    .insertInto('assignment')
    .values(row)
    .onConflict(on => on.columns(['integration', 'id']).doNothing())
    .execute();
  return (await assignmentRow(desk, reading.id)) ?? row;
}

/** It is judged again at that instant, whatever happens until then. */
export const judgeAt = (desk: Desk, id: string, due: number): Promise<void> =>
  putTimer(desk.tx, { kind: 'assignment', subject: subjectOf(desk.integration, id), due });
