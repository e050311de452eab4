/** What an assignment says of its key, written to where its people look: one PATCH, read back. */
import { wall } from '../../../base/brand.ts';
import { isOut } from '../../core/booking-life.ts';
import { accountView } from '../../domain/accounts.ts';
import { factsOf } from '../../domain/booking-rows.ts';
import { clearProblem, raiseProblem } from '../../domain/problems.ts';
import type { Fields } from '../../notify/fields.ts';
import type { AssignmentTable } from '../../store/tables-fleetio.ts';
import { FleetioError } from '../client/errors.ts';
import type { Assignment, AssignmentChange } from '../port.ts';
import { applyDeleted, applyRecord } from './apply.ts';
import { fieldNames, fieldsToSend, notTaken } from './fields.ts';
import { type Connection, type Desk, type EngineParts, subjectOf, write } from './parts.ts';
import { assignmentRow, save } from './rows.ts';
import { fieldsNow, hashOfFields } from './settle.ts';
import { connectionProblem, connectionWorks } from './troubles.ts';

/** Tries again after so long, doubled each time. */
const againFirstMs = 30_000;
const againMostMs = 6 * 3_600_000;
/** Where it does not depend on the one assignment: nobody needs to be asked for each of them. */
const heldMs = 15 * 60_000;
/** A moment more or less is the same moment: Fleetio's people set quarters of an hour. */
const sameMomentMs = 60_000;

interface Draft {
  readonly row: AssignmentTable;
  readonly fields: Fields;
  readonly hash: string;
  /** Start and end follow the key, where the account has it so. */
  readonly followed: Pick<AssignmentChange, 'started' | 'ended'>;
}

/** Assignments whose fields are due, soonest booking first. */
export async function dueFields(
  { store, time }: EngineParts,
  { id }: Connection,
  limit: number,
): Promise<readonly { readonly id: string; readonly start: number | null }[]> {
  const rows = await store.db
    .selectFrom('assignment')
    .leftJoin('booking', 'booking.id', 'assignment.booking')
    .select(['assignment.id', 'booking.start'])
    .where('integration', '=', id)
    .where('fields_due', '<=', time.wall())
    .orderBy('booking.start')
    .limit(limit)
    .execute();
  return rows;
}

export async function writeBack(parts: EngineParts, connection: Connection, id: string): Promise<void> {
  const draft = await write(parts, connection, desk => draftOf(desk, id));
  if (draft === null) return;
  const { keys, missing } = fieldNames(connection.settings);
  if (keys.size === 0) {
    await write(parts, connection, desk => fieldsMissing(desk, draft.row, missing));
    return;
  }
  const start = wall(draft.row.started ?? draft.row.first_seen);
  try {
    const { record, sent } = await patch(connection, draft, start);
    await write(parts, connection, async desk => {
      await connectionWorks(desk);
      if (record === 'gone') await applyDeleted(desk, id);
      else await written(desk, connection, { draft, record, sent });
    });
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    if (error.code === 'fleetio-stopped') return;
    await write(parts, connection, desk => refused(desk, id, error));
  }
}

/** Null: there is nothing to write any more. */
async function draftOf(desk: Desk, id: string): Promise<Draft | null> {
  const row = await assignmentRow(desk, id);
  if (row === null || row.fields_due === null) return null;
  if (row.deleted === 1) {
    await save(desk, row, { fields_due: null });
    return null;
  }
  const fields = await fieldsNow(desk, row);
  const { followKey } = (await accountView(desk)).settings.assignments;
  const followed = followKey ? await followedOf(desk, row) : {};
  return { row, fields, hash: hashOfFields(desk, fields), followed };
}

async function followedOf({ tx }: Desk, row: AssignmentTable): Promise<Draft['followed']> {
  const booking = await tx.selectFrom('booking').selectAll().where('id', '=', row.booking).executeTakeFirst();
  if (booking === undefined) return {};
  const { taken, returned, reuse } = booking;
  const isMoved = (there: number | null, here: number): boolean =>
    there === null || Math.abs(there - here) > sameMomentMs;
  const started = taken !== null && isMoved(row.started, taken) ? { started: wall(taken) } : {};
  const isBack = returned !== null && reuse === 0 && !isOut(factsOf(booking));
  return { ...started, ...(isBack && isMoved(row.ended, returned) ? { ended: wall(returned) } : {}) };
}

interface Patched {
  readonly record: Assignment | 'gone';
  readonly sent: Readonly<Record<string, string | null>>;
}

/** What Fleetio refuses is tried with less: without moving the assignment, and with a dash where a field must not be empty. */
async function patch(
  { client, settings }: Connection,
  { row, fields, followed }: Draft,
  start: ReturnType<typeof wall>,
): Promise<Patched> {
  const names = fieldNames(settings);
  const blank = { fields: fieldsToSend(fields, names, null) };
  const isMoved = Object.keys(followed).length > 0;
  const hasBlanks = Object.values(blank.fields).includes(null);
  const tries = [
    ...(isMoved ? [{ ...blank, ...followed }] : []),
    blank,
    ...(hasBlanks ? [{ fields: fieldsToSend(fields, names, '–') }] : []),
  ];
  let refusal: FleetioError | null = null;
  for (const change of tries)
    try {
      const record = await client.patchAssignment(row.id, change, { for: 'write-back', start });
      return { record, sent: change.fields };
    } catch (error) {
      if (!(error instanceof FleetioError) || error.code !== 'fleetio-rejected') throw error;
      // The one that asks for least says best what is wrong.
      refusal = error;
    }
  throw refusal ?? new Error('nothing was tried');
}

async function written(
  desk: Desk,
  connection: Connection,
  { draft, record, sent }: Patched & { readonly draft: Draft; readonly record: Assignment },
): Promise<void> {
  const { row } = await applyRecord(desk, record, connection);
  await clearProblem(desk, rejected(desk, row.id));
  await clearProblem(desk, mayNot(desk));
  const missing = notTaken(record, sent, connection.settings);
  if (missing.length > 0) {
    await fieldsMissing(desk, row, missing);
    return;
  }
  await clearProblem(desk, { kind: 'fields-missing', subject: desk.integration });
  const isAll = row.fields_wanted === draft.hash;
  await save(desk, row, {
    ...{ fields_written: draft.hash, fields_tries: 0 },
    ...(isAll ? { fields_due: null } : { fields_due: desk.now }),
  });
}

async function fieldsMissing(desk: Desk, row: AssignmentTable, missing: readonly string[]): Promise<void> {
  const labels = missing.map(label => `“${label}”`).join(', ');
  const said = `these fields are missing in Fleetio or took no text: ${labels}. Create them there (Custom fields, record type Vehicle assignment, data type Text), then test the integration`;
  await raiseProblem(desk, { kind: 'fields-missing', subject: desk.integration }, said);
  await hold(desk);
  await save(desk, row, { fields_due: desk.now + heldMs });
}

/** All of them wait. */
async function hold({ tx, integration, now }: Desk): Promise<void> {
  await tx
    .updateTable('assignment')
    .set({ fields_due: now + heldMs })
    .where('integration', '=', integration)
    .where('fields_due', '<', now + heldMs)
    .execute();
}

const rejected = ({ integration }: Desk, id: string) => ({
  kind: 'fields-rejected',
  subject: subjectOf(integration, id),
});

const mayNot = ({ integration }: Desk) => ({ kind: 'write-back-refused', subject: integration });

async function refused(desk: Desk, id: string, error: FleetioError): Promise<void> {
  const said = `${error.message}. ${error.hint}`;
  if (error.code === 'fleetio-rejected') await raiseProblem(desk, rejected(desk, id), said);
  else if (error.code === 'fleetio-forbidden') await raiseProblem(desk, mayNot(desk), said);
  else await connectionProblem(desk, error);
  const isLasting = error.code === 'fleetio-unauthorized' || error.code === 'fleetio-forbidden';
  if (isLasting) await hold(desk);
  const row = await assignmentRow(desk, id);
  if (row === null || isLasting || row.fields_due === null) return;
  const wait = Math.min(againMostMs, againFirstMs * 2 ** Math.min(row.fields_tries, 12));
  await save(desk, row, {
    fields_due: desk.now + Math.max(wait, error.retryAfterMs ?? 0),
    fields_tries: row.fields_tries + 1,
  });
}
