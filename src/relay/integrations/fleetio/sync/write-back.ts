/** Writes the state of an assignment's key to where its people look: one PATCH, read back. */

import { wall } from '../../../../base/brand.ts';
import { retryMs } from '../../../../base/retry.ts';
import { isOut } from '../../../core/booking-life.ts';
import { accountView } from '../../../domain/accounts.ts';
import { factsOf } from '../../../domain/booking-rows.ts';
import { clearProblem, type ProblemName, raiseProblem } from '../../../domain/problems.ts';
import type { Fields } from '../../../messages/fields.ts';
import type { AssignmentTable } from '../../../store/tables-fleetio.ts';
import { FleetioError } from '../api/errors.ts';
import type { Assignment, AssignmentChange } from '../api/port.ts';
import { applyDeleted, applyRecord } from './apply.ts';
import { connectionProblem, connectionWorks } from './connection-problems.ts';
import { type Connection, type EngineDeps, type SyncContext, subjectOf, write } from './context.ts';
import { fieldsNow, hashOfFields } from './derive-fields.ts';
import { fieldNames, fieldsToSend, notTaken } from './fields.ts';
import { assignmentRow, save } from './rows.ts';

/** Tries again after so long, doubled each time. */
const again = { firstMs: 30_000, mostMs: 6 * 3_600_000 } as const;
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
  { store, time }: EngineDeps,
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

export async function writeBack(deps: EngineDeps, connection: Connection, id: string): Promise<void> {
  const draft = await write(deps, connection, context => draftOf(context, id));
  if (draft === null) return;
  const { keys, missing } = fieldNames(connection.settings);
  if (keys.size === 0) {
    await write(deps, connection, context => fieldsMissing(context, draft.row, missing));
    return;
  }
  const start = wall(draft.row.started ?? draft.row.first_seen);
  try {
    const { record, sent } = await patch(connection, draft, start);
    await write(deps, connection, async context => {
      await connectionWorks(context);
      if (record === 'gone') await applyDeleted(context, id);
      else await written(context, connection, { draft, record, sent });
    });
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    if (error.code === 'fleetio-stopped') return;
    await write(deps, connection, context => refused(context, id, error));
  }
}

/** Null: there is nothing to write any more. */
async function draftOf(context: SyncContext, id: string): Promise<Draft | null> {
  const row = await assignmentRow(context, id);
  if (row === null || row.fields_due === null) return null;
  if (row.deleted === 1) {
    await save(context, row, { fields_due: null });
    return null;
  }
  const fields = await fieldsNow(context, row);
  const { followKey } = (await accountView(context)).settings.assignments;
  const followed = followKey ? await followedOf(context, row) : {};
  return { row, fields, hash: hashOfFields(context, fields), followed };
}

async function followedOf({ tx }: SyncContext, row: AssignmentTable): Promise<Draft['followed']> {
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

/** A change that Fleetio refuses is tried with less: without moving the assignment, and with a dash where a field must not be empty. */
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
  context: SyncContext,
  connection: Connection,
  { draft, record, sent }: Patched & { readonly draft: Draft; readonly record: Assignment },
): Promise<void> {
  const { row } = await applyRecord(context, record, connection);
  await clearProblem(context, rejected(context, row.id));
  await clearProblem(context, mayNot(context));
  const missing = notTaken(record, sent, connection.settings);
  if (missing.length > 0) {
    await fieldsMissing(context, row, missing);
    return;
  }
  await clearProblem(context, { kind: 'fields-missing', subject: context.integration });
  const isAll = row.fields_wanted === draft.hash;
  await save(context, row, {
    ...{ fields_written: draft.hash, fields_at: context.now, fields_tries: 0 },
    ...(isAll ? { fields_due: null } : { fields_due: context.now }),
  });
}

async function fieldsMissing(
  context: SyncContext,
  row: AssignmentTable,
  missing: readonly string[],
): Promise<void> {
  const labels = missing.map(label => `“${label}”`).join(', ');
  const said = `these fields are missing in Fleetio or took no text: ${labels}. Create them there (Custom fields, record type Vehicle assignment, data type Text), then test the integration`;
  await raiseProblem(context, { kind: 'fields-missing', subject: context.integration }, said);
  await hold(context);
  await save(context, row, { fields_due: context.now + heldMs });
}

/** All of them wait. */
async function hold({ tx, integration, now }: SyncContext): Promise<void> {
  await tx
    .updateTable('assignment')
    .set({ fields_due: now + heldMs })
    .where('integration', '=', integration)
    .where('fields_due', '<', now + heldMs)
    .execute();
}

const rejected = ({ integration }: SyncContext, id: string): ProblemName => ({
  kind: 'fields-rejected',
  subject: subjectOf(integration, id),
});

const mayNot = ({ integration }: SyncContext): ProblemName => ({
  kind: 'write-back-refused',
  subject: integration,
});

async function refused(context: SyncContext, id: string, error: FleetioError): Promise<void> {
  const said = `${error.message}. ${error.hint}`;
  if (error.code === 'fleetio-rejected') await raiseProblem(context, rejected(context, id), said);
  else if (error.code === 'fleetio-forbidden') await raiseProblem(context, mayNot(context), said);
  else await connectionProblem(context, error);
  const isLasting = error.code === 'fleetio-unauthorized' || error.code === 'fleetio-forbidden';
  if (isLasting) await hold(context);
  const row = await assignmentRow(context, id);
  if (row === null || isLasting || row.fields_due === null) return;
  const wait = retryMs(again, row.fields_tries);
  await save(context, row, {
    fields_due: context.now + Math.max(wait, error.retryAfterMs ?? 0),
    fields_tries: row.fields_tries + 1,
  });
}
