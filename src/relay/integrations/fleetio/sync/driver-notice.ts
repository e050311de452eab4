/** A driver is told when a receipt proves that the box has the booking; and where that takes too long, that the code follows. */
import { isOut, needsCode } from '../../../core/booking-life.ts';
import { accountView } from '../../../domain/accounts.ts';
import { factsOf } from '../../../domain/booking-rows.ts';
import { clearProblem, type ProblemName, raiseProblem } from '../../../domain/problems.ts';
import { accessOf } from '../../../messages/access.ts';
import { tellDriver } from '../../../messages/tell.ts';
import type { BookingTable } from '../../../store/tables.ts';
import type { AssignmentTable, VehicleTable } from '../../../store/tables-fleetio.ts';
import { dropWork, putWork, type WorkName } from '../../../work/queue.ts';
import { type SyncContext, subjectOf } from './context.ts';
import { save, waysOf } from './rows.ts';

/** A window that is still being dragged about is told once it rests. */
const restMs = 20_000;
const minuteMs = 60_000;

/** The kind of the queue's item that comes when time alone gives a driver something to hear; its subject is the assignment. */
export const noticeWork = 'driver-notice';

const itemOf = ({ integration, id }: AssignmentTable): WorkName => ({
  kind: noticeWork,
  subject: subjectOf(integration, id),
});

interface About {
  readonly booking: BookingTable | null;
  readonly vehicle: VehicleTable | null;
}

/** Tells whoever can be told now, and sees to it that it is looked at again when time will have changed that. */
export async function noticeDriver(
  context: SyncContext,
  row: AssignmentTable,
  { booking, vehicle }: About,
): Promise<AssignmentTable> {
  if (row.telling === null || booking === null) return row;
  if (!needsCode(factsOf(booking))) return await done(context, row);
  const isThere = booking.on_box !== null || isOut(factsOf(booking));
  const due = isThere ? restsAt(row, booking) : await lateAt(context, row, booking);
  // Then the fact that the box has it comes first.
  if (due === null) return row;
  if (due > context.now) {
    await putWork(context.tx, { ...itemOf(row), due });
    return row;
  }
  return isThere
    ? await told(context, row, { booking, vehicle })
    : await late(context, row, { booking, vehicle });
}

const restsAt = ({ telling }: AssignmentTable, { updated }: BookingTable): number =>
  telling === 'moved' ? updated + restMs : 0;

/** Null: they know already that it takes longer, or have a code that they can use meanwhile. */
async function lateAt(
  context: SyncContext,
  { telling }: AssignmentTable,
  { updated }: BookingTable,
): Promise<number | null> {
  if (telling !== 'access') return null;
  const { unreachableMin } = (await accountView(context)).settings.assignments;
  return updated + unreachableMin * minuteMs;
}

async function done(context: SyncContext, row: AssignmentTable): Promise<AssignmentTable> {
  await dropWork(context.tx, itemOf(row));
  return await save(context, row, { telling: null });
}

const dataOf = (vehicle: VehicleTable | null) =>
  vehicle === null ? {} : { data: { vehicle: vehicle.name } };

type Told = About & { readonly booking: BookingTable };

async function told(
  context: SyncContext,
  row: AssignmentTable,
  { booking, vehicle }: Told,
): Promise<AssignmentTable> {
  const access = await accessOf(context.tx, booking.id);
  if (access === null || row.telling === null || !access.isReady) return row;
  const kind = row.telling === 'late' ? 'access' : row.telling;
  await tellDriver(context, { booking: booking.id, kind, ...dataOf(vehicle), ...waysOf(row) });
  await clearProblem(context, dark(booking));
  return await done(context, row);
}

async function late(
  context: SyncContext,
  row: AssignmentTable,
  { booking, vehicle }: Told,
): Promise<AssignmentTable> {
  await tellDriver(context, { booking: booking.id, kind: 'waiting', ...dataOf(vehicle), ...waysOf(row) });
  const access = await accessOf(context.tx, booking.id);
  await raiseProblem(context, dark(booking), darkSaid(access?.box ?? booking.box));
  return await save(context, row, { telling: 'late' });
}

const dark = ({ box }: BookingTable): ProblemName => ({ kind: 'box-dark', subject: box });

const darkSaid = (box: string): string =>
  `box ${box} does not confirm its bookings: look at its power and its network. What it has goes on working; codes for new bookings are sent as soon as it is back`;
