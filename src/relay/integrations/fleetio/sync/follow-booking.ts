/** Takes over into an assignment what was done to its booking, and has its driver told. */
import { needsCode } from '../../../core/booking-life.ts';
import { type BookingFact, bookingFacts } from '../../../domain/booking-facts.ts';
import { bookingRow, factsOf } from '../../../domain/booking-rows.ts';
import { driverRow } from '../../../domain/drivers.ts';
import { tellDriver } from '../../../messages/tell.ts';
import type { BookingTable } from '../../../store/tables.ts';
import type { AssignmentTable } from '../../../store/tables-fleetio.ts';
import { takeWaiting } from '../../../work/queue.ts';
import type { SyncContext } from './context.ts';
import { assignmentRow, save, waysOf, windowOf } from './rows.ts';

/**
 * An assignment that is about to be changed; null: never heard of. Facts that still wait for it are heard first: what an
 * administrator has set came before whatever is read now, and a booking that is replaced now was cancelled before.
 * @param heard a fact that the queue has just given
 */
export async function assignmentToChange(
  context: SyncContext,
  id: string,
  heard: BookingFact | null = null,
): Promise<AssignmentTable | null> {
  const row = await assignmentRow(context, id);
  if (row === null || row.booking === null) return row;
  const waited = await takeWaiting(context.tx, bookingFacts, row.booking);
  let after = row;
  for (const fact of bookingFacts)
    if (fact === heard || waited.includes(fact)) after = await hear(context, after, fact);
  return after;
}

async function hear(context: SyncContext, row: AssignmentTable, fact: BookingFact): Promise<AssignmentTable> {
  switch (fact) {
    case 'booking-reassigned':
      return await save(context, row, { telling: 'access' });
    case 'booking-recoded':
      // Who has not heard of the booking yet hears of it with the code that it has now.
      return await save(context, row, { telling: isUntold(row) ? row.telling : 'fresh-code' });
    case 'booking-moved':
      // It stays as it was set until the assignment itself is changed.
      return await save(context, row, { adjusted: windowOf(row), telling: row.telling ?? 'moved' });
    case 'booking-cancelled':
      return await cancelled(context, row);
    default:
      return row;
  }
}

const isUntold = ({ telling }: AssignmentTable): boolean => telling === 'access' || telling === 'late';

/** Its driver is told, if they had heard of it. */
async function cancelled(context: SyncContext, row: AssignmentTable): Promise<AssignmentTable> {
  const booking = await bookingRow(context, row.booking ?? '');
  if (row.telling !== 'access' && wasLive(booking) && (await hasDriver(context, booking)))
    await tellDriver(context, { booking: booking.id, kind: 'cancelled', ...waysOf(row) });
  return await save(context, row, { telling: null });
}

/** Until it was cancelled. */
const wasLive = (booking: BookingTable): boolean => needsCode(factsOf({ ...booking, cancelled: null }));

/** Bookings of somebody who is erased are cancelled with them. */
const hasDriver = async (context: SyncContext, { driver }: BookingTable): Promise<boolean> =>
  driver !== null && (await driverRow(context, driver)).erased === null;
