/** What follows from how an assignment and its booking stand now: its fields, its Problems, whether it is still watched. */

import { wall } from '../../../base/brand.ts';
import { freshCodeDue } from '../../core/assignment.ts';
import { needsCode } from '../../core/booking-life.ts';
import { accountView } from '../../domain/accounts.ts';
import { factsOf } from '../../domain/booking-rows.ts';
import { createBooking } from '../../domain/bookings.ts';
import { clearProblem } from '../../domain/problems.ts';
import { type Fields, fieldsOf } from '../../notify/fields.ts';
import type { BookingTable } from '../../store/tables.ts';
import type { AssignmentTable, VehicleTable } from '../../store/tables-fleetio.ts';
import { type Desk, subjectOf } from './parts.ts';
import { bookingProblems } from './problems.ts';
import { save } from './rows.ts';

/** Idempotent. */
export async function settle(
  desk: Desk,
  before: AssignmentTable,
  vehicle: VehicleTable | null,
): Promise<AssignmentTable> {
  const fresh = await freshCode(desk, before);
  const booking = await bookingOf(desk, fresh);
  const row = await reachableNow(desk, fresh, booking);
  if (booking !== null) await bookingProblems(desk, booking, vehicle);
  return await save(desk, row, { ...openness(desk, row, booking), ...(await fieldsWanted(desk, row)) });
}

async function bookingOf({ tx }: Desk, { booking }: AssignmentTable): Promise<BookingTable | null> {
  if (booking === null) return null;
  return (await tx.selectFrom('booking').selectAll().where('id', '=', booking).executeTakeFirst()) ?? null;
}

function openness(
  { now }: Desk,
  row: AssignmentTable,
  booking: BookingTable | null,
): Partial<AssignmentTable> {
  const isAsked = row.prompted !== null && (row.ended === null || row.ended > now);
  const isOpen = row.deleted === 0 && (isAsked || (booking !== null && needsCode(factsOf(booking))));
  const open = isOpen ? 1 : 0;
  return open === row.open ? {} : { open };
}

/** Nothing is written before the driver knows; what is gone cannot be written to. */
async function fieldsWanted(desk: Desk, row: AssignmentTable): Promise<Partial<AssignmentTable>> {
  if (row.deleted === 1) {
    const subject = subjectOf(desk.integration, row.id);
    await clearProblem(desk, { kind: 'fields-rejected', subject });
    return row.fields_due === null ? {} : { fields_due: null };
  }
  const isSilent = row.booking === null && row.fields_written === null;
  if (isSilent || row.telling === 'access') return {};
  const fields = await fieldsNow(desk, row);
  const hash = hashOfFields(desk, fields);
  if (hash === row.fields_wanted) return {};
  return hash === row.fields_written
    ? { fields_wanted: hash, fields_due: null }
    : { fields_wanted: hash, fields_due: desk.now, fields_tries: 0 };
}

/** Without a booking nothing is to stand there. */
export async function fieldsNow(desk: Desk, { booking }: AssignmentTable): Promise<Fields> {
  const fields = booking === null ? null : await fieldsOf(desk, booking, { httpUrl: desk.httpUrl });
  return fields ?? { instructions: '', link: null, code: null };
}

/** By which what the fields should say and what they say are compared: codes are nowhere in clear. */
export const hashOfFields = (
  { atRest, account }: Pick<Desk, 'atRest' | 'account'>,
  { instructions, link, code }: Fields,
): string => atRest.hash('check', `fields\n${account}\n${JSON.stringify([instructions, link, code])}`);

/** For who has brought the key back before the end of a long booking, where the account has it so. */
async function freshCode(desk: Desk, row: AssignmentTable): Promise<AssignmentTable> {
  const booking = await bookingOf(desk, row);
  if (booking === null || row.deleted === 1 || booking.returned === null) return row;
  const { assignments } = (await accountView(desk)).settings;
  const live = booking.cancelled === null && booking.ended === null;
  const facts = { start: wall(booking.start), end: booking.end === null ? null : wall(booking.end) };
  if (!freshCodeDue({ ...facts, reuse: booking.reuse === 1, live }, assignments, desk.now)) return row;
  const { key, driver, start, end } = booking;
  const rest = { origin: 'fleetio', trace: row.trace };
  const made = await createBooking(desk, {
    key,
    ...(driver === null ? {} : { driver }),
    start,
    end,
    ...rest,
  });
  return await save(desk, row, { booking: made.id, telling: 'fresh-code' });
}

/** Somebody who had no address has one now: they are told what they could not be. */
async function reachableNow(
  desk: Desk,
  row: AssignmentTable,
  booking: BookingTable | null,
): Promise<AssignmentTable> {
  if (booking?.driver == null || row.telling !== null || !needsCode(factsOf(booking))) return row;
  const problem = await desk.tx
    .selectFrom('problem')
    .innerJoin('driver', 'driver.account', 'problem.account')
    .select(['driver.email', 'driver.phone'])
    .where('problem.account', '=', desk.account)
    .where('problem.kind', '=', 'no-address')
    .where('problem.subject', '=', booking.id)
    .where('problem.cleared', 'is', null)
    .where('driver.id', '=', booking.driver)
    .executeTakeFirst();
  const isReachable = problem !== undefined && (problem.email !== null || problem.phone !== null);
  return isReachable ? await save(desk, row, { telling: 'access' }) : row;
}
