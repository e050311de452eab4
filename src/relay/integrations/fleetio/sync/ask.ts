/** Where an administrator decides: they are asked once, and it stands in the Problems until it is answered. */
import type { TimeZone } from '../../../../base/time-zone.ts';
import { placeOf, withPlaces } from '../../../domain/places.ts';
import { clearProblem, type ProblemName, raiseProblem } from '../../../domain/problems.ts';
import { tellAdmins } from '../../../messages/tell.ts';
import type { AssignmentTable, ContactTable, VehicleTable } from '../../../store/tables-fleetio.ts';
import { type SyncContext, subjectOf } from './context.ts';
import { judgeAt, save } from './rows.ts';

interface About {
  readonly vehicle: VehicleTable | null;
  readonly contact: ContactTable | null;
}

export async function askAdmins(
  context: SyncContext,
  row: AssignmentTable,
  { vehicle, contact }: About,
): Promise<AssignmentTable> {
  if (row.prompted !== null) return row;
  const what = vehicle?.name ?? `Vehicle ${row.vehicle}`;
  const who = contact?.name ?? `Contact ${row.contact}`;
  const { start, end } = { start: row.started ?? row.first_seen, end: row.ended };
  const link = `${context.httpUrl}/admin/integrations/${row.integration}/assignments/${row.id}`;
  const data = { vehicle: what, driver: who, start, end, zone: await zoneOf(context, vehicle), link };
  await tellAdmins(context, { kind: 'prompt', data });
  const why = contact?.archived === 1 ? `${who} is archived in Fleetio` : `${what} is set to Prompt`;
  const said = `${what} is assigned to ${who}, and no key is booked yet: ${why}. Check it and create the booking`;
  await raiseProblem(context, waits(context, row), said);
  if (end !== null) await judgeAt(context, row.id, end);
  return await save(context, row, { prompted: context.now });
}

const waits = ({ integration }: SyncContext, { id }: AssignmentTable): ProblemName => ({
  kind: 'booking-to-confirm',
  subject: subjectOf(integration, id),
});

/** It is answered, or nothing is left to ask about. */
export async function noLongerAsked(context: SyncContext, row: AssignmentTable): Promise<AssignmentTable> {
  if (row.prompted === null) return row;
  await clearProblem(context, waits(context, row));
  return await save(context, row, { prompted: null });
}

async function zoneOf({ tx }: SyncContext, vehicle: VehicleTable | null): Promise<TimeZone | undefined> {
  if (vehicle?.key == null) return undefined;
  const row = await withPlaces(tx)
    .innerJoin('key', 'key.box', 'box.id')
    .where('key.id', '=', vehicle.key)
    .executeTakeFirst();
  return row === undefined ? undefined : (placeOf(row).zone ?? undefined);
}
