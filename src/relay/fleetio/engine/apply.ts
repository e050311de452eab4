/** What was heard of an assignment, taken in: note, judge, carry out. One transaction each. */
import type { AssignmentTable } from '../../store/tables-fleetio.ts';
import type { Assignment } from '../port.ts';
import { decide } from './decide.ts';
import { awaitFields } from './fields.ts';
import type { Connection, Desk } from './parts.ts';
import { noteDeleted, noteReading, type Reading, readingOf } from './rows.ts';

export interface Applied {
  readonly row: AssignmentTable;
  /** It is another one than was known. */
  readonly isNew: boolean;
}

export async function applyReading(desk: Desk, reading: Reading): Promise<Applied> {
  if (reading.deleted) return { row: await applyDeleted(desk, reading.id), isNew: true };
  const { row, isNew } = await noteReading(desk, reading);
  return { row: await decide(desk, row), isNew };
}

/** A whole record, read from Fleetio: what stands in its fields is seen too. */
export async function applyRecord(
  desk: Desk,
  record: Assignment,
  { settings }: Pick<Connection, 'settings'>,
): Promise<Applied> {
  const { row, isNew } = await applyReading(desk, readingOf(record, 'fleetio'));
  return { row: await awaitFields(desk, { row, record, settings }), isNew };
}

/** What is gone there never comes back, whatever is heard of it later. */
export async function applyDeleted(desk: Desk, id: string): Promise<AssignmentTable> {
  return await decide(desk, await noteDeleted(desk, id));
}
