/** Derives what follows from an assignment and its booking as they stand now: what its driver is told, its fields, its Problems, whether it is still watched. */

import { wall } from '../../../../base/brand.ts';
import { freshCodeDue } from '../../../core/assignment.ts';
import { needsCode } from '../../../core/booking-life.ts';
import { accountView } from '../../../domain/accounts.ts';
import { factsOf } from '../../../domain/booking-rows.ts';
import { createBooking } from '../../../domain/bookings.ts';
import { clearProblem } from '../../../domain/problems.ts';
import { type Fields, fieldsOf } from '../../../messages/fields.ts';
import { preparedQuery } from '../../../store/prepared-query.ts';
import type { BookingTable } from '../../../store/tables.ts';
import type { AssignmentTable, VehicleTable } from '../../../store/tables-fleetio.ts';
import { type SyncContext, subjectOf } from './context.ts';
import { noticeDriver } from './driver-notice.ts';
import { bookingProblems } from './problems.ts';
import { save } from './rows.ts';

/** Idempotent. */
export async function deriveFields(
  context: SyncContext,
  before: AssignmentTable,
  vehicle: VehicleTable | null,
): Promise<AssignmentTable> {
  const fresh = await freshCode(context, before);
  const booking = await bookingOf(context, fresh);
  const reachable = await reachableNow(context, fresh, booking);
  const row = await noticeDriver(context, reachable, { booking, vehicle });
  if (booking !== null) await bookingProblems(context, booking, vehicle);
  return await save(context, row, {
    ...openness(context, row, booking),
    ...(await fieldsWanted(context, row)),
  });
}

async function bookingOf({ tx }: SyncContext, { booking }: AssignmentTable): Promise<BookingTable | null> {
  if (booking === null) return null;
  const [row] = await bookingRow(tx, booking);
  return row ?? null;
}

const bookingRow = preparedQuery((tx, id: string) =>
  tx.selectFrom('booking').selectAll().where('id', '=', id),
);

function openness(
  { now }: SyncContext,
  row: AssignmentTable,
  booking: BookingTable | null,
): Partial<AssignmentTable> {
  // Whether it is asked for once more was said when it was not found.
  if (row.deleted === 1) return {};
  const isAsked = row.prompted !== null && (row.ended === null || row.ended > now);
  const isOpen = isAsked || (booking !== null && needsCode(factsOf(booking)));
  const open = isOpen ? 1 : 0;
  return open === row.open ? {} : { open };
}

/** Nothing is written before the driver knows; what is gone cannot be written to. */
async function fieldsWanted(context: SyncContext, row: AssignmentTable): Promise<Partial<AssignmentTable>> {
  if (row.deleted === 1) {
    const subject = subjectOf(context.integration, row.id);
    await clearProblem(context, { kind: 'fields-rejected', subject });
    return row.fields_due === null ? {} : { fields_due: null };
  }
  const isSilent = row.booking === null && row.fields_written === null;
  if (isSilent || row.telling === 'access') return {};
  const fields = await fieldsNow(context, row);
  const hash = hashOfFields(context, fields);
  if (hash === row.fields_wanted) return {};
  return hash === row.fields_written
    ? { fields_wanted: hash, fields_due: null }
    : { fields_wanted: hash, fields_due: context.now, fields_tries: 0 };
}

/** Without a booking nothing is to stand there. */
export async function fieldsNow(context: SyncContext, { booking }: AssignmentTable): Promise<Fields> {
  const fields = booking === null ? null : await fieldsOf(context, booking, { httpUrl: context.httpUrl });
  return fields ?? { instructions: '', link: null, code: null };
}

/** By which what the fields should say and what they say are compared: codes are nowhere in clear. */
export const hashOfFields = (
  { atRest, account }: Pick<SyncContext, 'atRest' | 'account'>,
  { instructions, link, code }: Fields,
): string => atRest.hash('check', `fields\n${account}\n${JSON.stringify([instructions, link, code])}`);

/** For who has brought the key back before the end of a long booking, where the account has it so. */
async function freshCode(context: SyncContext, row: AssignmentTable): Promise<AssignmentTable> {
  const booking = await bookingOf(context, row);
  if (booking === null || row.deleted === 1 || booking.returned === null) return row;
  const { assignments } = (await accountView(context)).settings;
  const live = booking.cancelled === null && booking.ended === null;
  const facts = { start: wall(booking.start), end: booking.end === null ? null : wall(booking.end) };
  if (!freshCodeDue({ ...facts, reuse: booking.reuse === 1, live }, assignments, context.now)) return row;
  const { key, driver, start, end } = booking;
  const rest = { origin: 'fleetio', trace: row.trace };
  const made = await createBooking(context, {
    key,
    ...(driver === null ? {} : { driver }),
    start,
    end,
    ...rest,
  });
  return await save(context, row, { booking: made.id, telling: 'fresh-code' });
}

/** Somebody who had no address has one now: they are told what they could not be. */
async function reachableNow(
  context: SyncContext,
  row: AssignmentTable,
  booking: BookingTable | null,
): Promise<AssignmentTable> {
  if (booking?.driver == null || row.telling !== null || !needsCode(factsOf(booking))) return row;
  const [problem] = await addressWanted(context.tx, context.account, booking.id, booking.driver);
  const isReachable = problem !== undefined && (problem.email !== null || problem.phone !== null);
  return isReachable ? await save(context, row, { telling: 'access' }) : row;
}

/** The addresses that a driver has now, of whom it stands that there are none. */
const addressWanted = preparedQuery((tx, account: string, booking: string, driver: string) =>
  tx
    .selectFrom('problem')
    .innerJoin('driver', 'driver.account', 'problem.account')
    .select(['driver.email', 'driver.phone'])
    .where('problem.account', '=', account)
    .where('problem.kind', '=', 'no-address')
    .where('problem.subject', '=', booking)
    .where('problem.cleared', 'is', null)
    .where('driver.id', '=', driver),
);
