/** Drivers are told when a receipt proves that their box has the booking; and where it takes too long, that the code follows. */
import { needsCode } from '../../core/booking-life.ts';
import { factsOf } from '../../domain/booking-rows.ts';
import { clearProblem, raiseProblem } from '../../domain/problems.ts';
import { type Access, accessOf } from '../../notify/access.ts';
import { tellDriver } from '../../notify/tell.ts';
import type { AssignmentTable } from '../../store/tables-fleetio.ts';
import { waysOf } from './decide.ts';
import { type Connection, type Desk, type EngineParts, write } from './parts.ts';
import { assignmentRow, save, vehicleRow } from './rows.ts';
import { settle } from './settle.ts';

/** A window that is still being dragged about is told once it rests. */
const restMs = 20_000;
const minuteMs = 60_000;
/** In one go. */
const tellMax = 256;

/**
 * Assignments whose driver can be told now, whoever drives first first.
 * @param unreachableMs so long a box may be silent before its driver hears that the code follows
 */
export async function dueTellings(
  { store, time }: EngineParts,
  { id }: Connection,
  unreachableMs: number,
): Promise<readonly string[]> {
  const now = time.wall();
  const rows = await store.db
    .selectFrom('assignment')
    .innerJoin('booking', 'booking.id', 'assignment.booking')
    .select('assignment.id')
    .where('integration', '=', id)
    .where('telling', 'is not', null)
    .where(eb =>
      eb.or([
        eb('booking.on_box', 'is not', null),
        eb('booking.taken', 'is not', null),
        eb('booking.cancelled', 'is not', null),
        eb('booking.ended', 'is not', null),
        eb.and([eb('telling', '=', 'access'), eb('booking.updated', '<=', now - unreachableMs)]),
      ]),
    )
    .where(eb => eb.or([eb('telling', '!=', 'moved'), eb('booking.updated', '<=', now - restMs)]))
    .orderBy('booking.start')
    .limit(tellMax)
    .execute();
  return rows.map(row => row.id);
}

/** Gives whether anybody was told, or need not be told any more. */
export const tell = (parts: EngineParts, connection: Connection, id: string): Promise<boolean> =>
  write(parts, connection, desk => tellIn(desk, id));

async function tellIn(desk: Desk, id: string): Promise<boolean> {
  const row = await assignmentRow(desk, id);
  const access = row?.booking == null ? null : await accessOf(desk.tx, row.booking);
  if (row === null || access === null || row.telling === null) return false;
  const vehicle = await vehicleRow(desk, row.vehicle);
  const data = vehicle === null ? {} : { data: { vehicle: vehicle.name } };
  const telling = { booking: access.booking.id, ...data, ...waysOf(row) };
  const dark = { kind: 'box-dark', subject: access.booking.box };
  if (!needsCode(factsOf(access.booking))) {
    await settle(desk, await save(desk, row, { telling: null }), vehicle);
    return true;
  }
  if (access.isReady) {
    await tellDriver(desk, { ...telling, kind: row.telling === 'late' ? 'access' : row.telling });
    await clearProblem(desk, dark);
    await settle(desk, await save(desk, row, { telling: null }), vehicle);
    return true;
  }
  if (!isLate(row, access, desk.now)) return false;
  await tellDriver(desk, { ...telling, kind: 'waiting' });
  await raiseProblem(desk, dark, darkSaid(access));
  await settle(desk, await save(desk, row, { telling: 'late' }), vehicle);
  return true;
}

function isLate(row: AssignmentTable, { booking, settings }: Access, now: number): boolean {
  return row.telling === 'access' && booking.updated + settings.assignments.unreachableMin * minuteMs <= now;
}

const darkSaid = ({ box }: Access): string =>
  `box ${box} does not confirm its bookings: look at its power and its network. What it has goes on working; codes for new bookings are sent as soon as it is back`;
