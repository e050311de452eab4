/** Where an administrator decides: they are asked once, and it stands in the Problems until it is answered. */
import { clearProblem, raiseProblem } from '../../domain/problems.ts';
import { tellAdmins } from '../../notify/tell.ts';
import type { AssignmentTable, ContactTable, VehicleTable } from '../../store/tables-fleetio.ts';
import { type Desk, subjectOf } from './parts.ts';
import { judgeAt, save } from './rows.ts';

interface About {
  readonly vehicle: VehicleTable | null;
  readonly contact: ContactTable | null;
}

export async function askAdmins(
  desk: Desk,
  row: AssignmentTable,
  { vehicle, contact }: About,
): Promise<AssignmentTable> {
  if (row.prompted !== null) return row;
  const what = vehicle?.name ?? `Vehicle ${row.vehicle}`;
  const who = contact?.name ?? `Contact ${row.contact}`;
  const { start, end } = { start: row.started ?? row.first_seen, end: row.ended };
  const link = `${desk.httpUrl}/admin/integrations/${row.integration}/assignments/${row.id}`;
  const data = { vehicle: what, driver: who, start, end, zone: await zoneOf(desk, vehicle), link };
  await tellAdmins(desk, { kind: 'prompt', data });
  const why = contact?.archived === 1 ? `${who} is archived in Fleetio` : `${what} is set to Prompt`;
  const said = `${what} is assigned to ${who}, and no key is booked yet: ${why}. Check it and create the booking`;
  await raiseProblem(desk, waits(desk, row), said);
  if (end !== null) await judgeAt(desk, row.id, end);
  return await save(desk, row, { prompted: desk.now });
}

const waits = ({ integration }: Desk, { id }: AssignmentTable) => ({
  kind: 'booking-to-confirm',
  subject: subjectOf(integration, id),
});

/** It is answered, or nothing is left to ask about. */
export async function noLongerAsked(desk: Desk, row: AssignmentTable): Promise<AssignmentTable> {
  if (row.prompted === null) return row;
  await clearProblem(desk, waits(desk, row));
  return await save(desk, row, { prompted: null });
}

async function zoneOf({ tx }: Desk, vehicle: VehicleTable | null): Promise<string | undefined> {
  if (vehicle?.key == null) return undefined;
  const row = await tx
    .selectFrom('key')
    .innerJoin('box', 'box.id', 'key.box')
    .innerJoin('site', 'site.id', 'box.site')
    .select('site.timezone')
    .where('key.id', '=', vehicle.key)
    .executeTakeFirst();
  return row?.timezone;
}
