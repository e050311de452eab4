import { isOut } from '../core/booking-life.ts';
import { markErasure } from '../store/commit-effects.ts';
import { audit } from './audit.ts';
import { factsOf, liveBookings } from './booking-rows.ts';
import { cancelBooking } from './bookings.ts';
import { retireCode } from './driver-code.ts';
import { driverToChange, formerWordsOf, touchDriver } from './drivers.ts';
import { conflict } from './faults.ts';
import type { FollowedContext } from './followers.ts';
import { forgetAnswers } from './idempotency.ts';
import { forgetWords, type Named, type PersonWords, wordsOf } from './person.ts';
import { clearProblemsOf } from './problems.ts';
import { forgetSearchWords } from './search-words.ts';

/**
 * Name, addresses, phone, badge and PIN are gone, here and at the boxes, from every table that had them and, on SQLite, from its
 * files; bookings to come are cancelled. The random id stays: events carry it and nothing else, so that every chain still
 * verifies. Erasing again changes nothing. PostgreSQL keeps old rows in its pages and its WAL until VACUUM and checkpoints have
 * overwritten them, and backups keep them as long as there are any.
 * @throws Fault `conflict` while the driver has a key
 */
export async function eraseDriver(context: FollowedContext, id: string): Promise<{ readonly id: string }> {
  const words = await erased(context, id);
  if (words !== null) await forgetAnswers(context, [id, ...words]);
  return { id };
}

/** Without the answers of the last day, each of which would have to be read: those go by themselves. Null: was so already. */
export async function erased(context: FollowedContext, id: string): Promise<PersonWords | null> {
  const { tx, now } = context;
  const row = await driverToChange(context, id);
  if (row.erased !== null) return null;
  const bookings = await liveBookings(context, { driver: id });
  const also: Named[] = [];
  for (const { knownAs } of context.followers) also.push(...((await knownAs?.(context, row)) ?? []));
  const words = [...new Set([...wordsOf([row, ...also]), ...formerWordsOf(context, row)])];
  if (bookings.some(booking => isOut(factsOf(booking))))
    throw conflict('this driver has a key', 'Erase the driver when it is back.');
  for (const booking of bookings) await cancelBooking(context, booking.id);
  await retireCode(context, row);
  await tx
    .updateTable('driver')
    .set({
      ...{ name: '', email: null, phone: null, phone_guess: null, phone_opens: 0, language: null },
      ...{ badge: null, badge_hash: null, pin: null, code: null, code_hash: null, former: null, erased: now },
    })
    .where('id', '=', id)
    .execute();
  await forgetSearchWords(context, 'driver', id);
  await touchDriver(context, id);
  await clearProblemsOf(context, [id, `${id}/mail`, `${id}/sms`]);
  for (const { driverErased } of context.followers) await driverErased?.(context, row, words);
  await forgetWords(context, words);
  await audit(context, 'driver-erased', id);
  markErasure(tx);
  return words;
}
