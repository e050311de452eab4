/**
 * SMS to a number that was read in a region that nobody chose: it may be a stranger's, so it waits. Once somebody has chosen, or has
 * corrected the number, what waits goes where the driver can be reached now.
 */
import { codeOf } from '../../base/fault.ts';
import { nationalForm, readPhone } from '../../base/phone-number.ts';
import type { Context } from '../domain/context.ts';
import { changeDriver, driverToChange } from '../domain/drivers.ts';
import { homeOfKey } from '../domain/phone.ts';
import { clearProblem } from '../domain/problems.ts';
import type { DriverTable } from '../store/tables.ts';
import { type Case, contextOf, type SendingDeps } from './outgoing-message.ts';
import { addressHash } from './queue.ts';

const held = 'phone-region';

/** Whether its number is sure; with the number that is, where that has become known. */
export async function withSureNumber(deps: SendingDeps, found: Case): Promise<Case> {
  const { message } = found;
  const { driver } = message;
  // The digits of a check go to the number that is being checked, whatever the driver has by now.
  if (message.channel !== 'sms' || driver === null || message.booking === null) return found;
  const row = await deps.store.db
    .selectFrom('driver')
    .select(['phone', 'phone_guess'])
    .where('id', '=', driver)
    .executeTakeFirst();
  const wasHeld = message.said === held;
  if (row === undefined || (row.phone_guess === null && !wasHeld)) return found;
  return await deps.store.write(async tx => {
    const context = contextOf(deps, tx, found);
    const { phone, phone_guess } = await settled(context, await driverToChange(context, driver), found);
    if (phone === null || phone_guess !== null) return { ...found, numberIsGuess: phone !== null };
    return { ...found, message: await addressed(context, found, phone) };
  });
}

/** Read again where it is booked, if by now somebody has said where that is. */
async function settled(context: Context, driver: DriverTable, { access }: Case): Promise<DriverTable> {
  const { phone, phone_guess: guess } = driver;
  if (phone === null || guess === null) return driver;
  const home = await homeOfKey(context, access?.booking.key ?? null);
  if (!home.isChosen) return driver;
  if (home.region === guess) {
    await context.tx.updateTable('driver').set({ phone_guess: null }).where('id', '=', driver.id).execute();
    await clearProblem(context, { kind: 'phone-region', subject: driver.id });
    return { ...driver, phone_guess: null };
  }
  const reading = readPhone(nationalForm(phone), home.region);
  if (reading.is === 'unreadable') return driver;
  try {
    await changeDriver(context, driver.id, { phone: reading.number });
  } catch (error) {
    // Somebody else has it: only a person can say who.
    if (codeOf(error) !== 'conflict') throw error;
    return driver;
  }
  return { ...driver, phone: reading.number, phone_guess: null };
}

/** To the number that they have now. */
async function addressed(context: Context, { message }: Case, phone: string): Promise<Case['message']> {
  const hash = addressHash(context, message.account, phone);
  if (message.address_hash === hash) return message;
  const change = { address: context.atRest.seal('address', message.id, phone), address_hash: hash };
  await context.tx.updateTable('message').set(change).where('id', '=', message.id).execute();
  return { ...message, ...change };
}
