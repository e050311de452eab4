import { isOut } from '../core/booking-life.ts';
import type { BoxTable } from '../store/tables.ts';
import { factsOf, leaveSet, liveBookings, saveBooking } from './booking-rows.ts';
import { wiped } from './codes.ts';
import type { Context } from './context.ts';
import { codeFor } from './driver-code.ts';
import { conflict } from './faults.ts';

/** The bookings of a key go with it to another box. Codes are of one box, so that they get new ones. */
export async function moveBookings(context: Context, key: string, to: BoxTable): Promise<void> {
  for (const row of await liveBookings(context, { key })) {
    if (isOut(factsOf(row))) throw conflict('the key is out', 'Wait until it is back.');
    await leaveSet(context, row);
    const bare = await wiped(context, row);
    const code = await codeFor(context, to, row);
    const moved = { ...bare, ...code, box: to.id, updated: context.now };
    await saveBooking(context, row, moved, { content: true });
  }
}
