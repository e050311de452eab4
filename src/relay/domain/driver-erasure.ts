import { isOut } from '../core/booking-life.ts';
import { audit } from './audit.ts';
import { factsOf, liveBookings } from './booking-rows.ts';
import { cancelBooking } from './bookings.ts';
import type { Context } from './context.ts';
import { retireCode } from './driver-code.ts';
import { driverToChange, touchDriver } from './drivers.ts';
import { conflict } from './faults.ts';
import { forgetAnswers } from './idempotency.ts';
import { forgetMessages } from './message-erasure.ts';

/**
 * Name, addresses, phone, badge and PIN are gone, here and at the boxes; bookings to come are cancelled. The random id stays:
 * events carry it and nothing else, so that every chain still verifies. Erasing again changes nothing.
 * @throws Fault `conflict` while the driver has a key
 */
export async function eraseDriver(context: Context, id: string): Promise<{ readonly id: string }> {
  if (await erased(context, id)) await forgetAnswers(context, id);
  return { id };
}

/** Without the answers of the last day, each of which would have to be read: those go by themselves. False: was so already. */
export async function erased(context: Context, id: string): Promise<boolean> {
  const { tx, now } = context;
  const row = await driverToChange(context, id);
  if (row.erased !== null) return false;
  const bookings = await liveBookings(context, { driver: id });
  if (bookings.some(booking => isOut(factsOf(booking))))
    throw conflict('this driver has a key', 'Erase the driver when it is back.');
  for (const booking of bookings) await cancelBooking(context, booking.id);
  await retireCode(context, row);
  await tx
    .updateTable('driver')
    .set({
      ...{ name: '', email: null, phone: null, phone_opens: 0, language: null },
      ...{ badge: null, badge_hash: null, pin: null, code: null, code_hash: null, erased: now },
    })
    .where('id', '=', id)
    .execute();
  await touchDriver(context, id);
  await forgetMessages(context, id);
  await audit(context, 'driver-erased', id);
  return true;
}
