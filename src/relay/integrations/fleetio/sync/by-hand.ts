/** Work of an administrator on assignments: books one that asks for it, and lists what came of each. */

import { wall } from '../../../../base/brand.ts';
import { isLong } from '../../../core/assignment.ts';
import { needsCode } from '../../../core/booking-life.ts';
import { accountView } from '../../../domain/accounts.ts';
import { contactDriver } from '../../../domain/booking-contact.ts';
import { bookingRow, factsOf } from '../../../domain/booking-rows.ts';
import { type BookingView, bookingView } from '../../../domain/booking-views.ts';
import { createBooking } from '../../../domain/bookings.ts';
import type { Context, Reading } from '../../../domain/context.ts';
import { changeDriver } from '../../../domain/drivers.ts';
import { badInput, conflict, notFound } from '../../../domain/faults.ts';
import { homeOfKey } from '../../../domain/phone.ts';
import { tellDriver } from '../../../messages/tell.ts';
import type { AssignmentTable, VehicleTable } from '../../../store/tables-fleetio.ts';
import { contactRow, driverOf, erasedAt } from './contacts.ts';
import type { SyncContext } from './context.ts';
import { deriveFields } from './derive-fields.ts';
import { assignmentToChange } from './follow-booking.ts';
import { booked } from './reconcile-booking.ts';
import { save, vehicleRow, waysOf, windowOf } from './rows.ts';

export interface AssignmentView {
  readonly id: string;
  readonly vehicle: string;
  readonly contact: {
    readonly id: string;
    readonly name: string | null;
    readonly email: string | null;
    readonly phone: string | null;
  };
  /** Where Fleetio has none, when it was first seen. */
  readonly start: number;
  readonly end: number | null;
  /** An administrator is asked to create the booking. */
  readonly isAsked: boolean;
  /** The last one that was made of it. */
  readonly booking: BookingView | null;
}

/** Of a vehicle, latest start first; `after` is the last of the page before. */
export async function listAssignments(
  reading: Reading,
  of: { readonly integration: string; readonly vehicle: string },
  page: { readonly after: readonly [number, string] | null; readonly limit: number },
): Promise<readonly AssignmentView[]> {
  let query = reading.tx
    .selectFrom('assignment')
    .selectAll()
    .where('account', '=', reading.account)
    .where('integration', '=', of.integration)
    .where('vehicle', '=', of.vehicle)
    .where('deleted', '=', 0);
  const { after } = page;
  // One without a start began when it was first seen.
  if (after !== null)
    query = query
      // Says again what follows, in a way that the index can begin at.
      .where(eb => eb(eb.fn.coalesce('started', 'first_seen'), '<=', after[0]))
      .where(eb =>
        eb.or([
          eb(eb.fn.coalesce('started', 'first_seen'), '<', after[0]),
          eb.and([eb(eb.fn.coalesce('started', 'first_seen'), '=', after[0]), eb('id', '<', after[1])]),
        ]),
      );
  const rows = await query
    .orderBy(eb => eb.fn.coalesce('started', 'first_seen'), 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute();
  return await Promise.all(rows.map(row => viewOf(reading, row)));
}

async function viewOf(reading: Reading, row: AssignmentTable): Promise<AssignmentView> {
  const contact = await reading.tx
    .selectFrom('contact')
    .select(['name', 'email', 'phone'])
    .where('integration', '=', row.integration)
    .where('id', '=', row.contact)
    .executeTakeFirst();
  return {
    ...{ id: row.id, vehicle: row.vehicle, start: row.started ?? row.first_seen, end: row.ended },
    contact: { id: row.contact, ...(contact ?? { name: null, email: null, phone: null }) },
    isAsked: row.prompted !== null,
    booking: row.booking === null ? null : await bookingView(reading, row.booking),
  };
}

interface BookingByHand {
  /** As confirmed; absent: as the fleet's system has them. */
  readonly driver?:
    | {
        readonly name?: string | undefined;
        readonly email?: string | null | undefined;
        readonly phone?: string | null | undefined;
      }
    | undefined;
  readonly start?: number | undefined;
  readonly end?: number | null | undefined;
  readonly contactBy?: 'mail' | 'sms' | 'both' | undefined;
  readonly reuse?: boolean | undefined;
}

/** An assignment as an administrator sees it. @throws Fault `not-found` */
export async function assignmentView(
  reading: Reading,
  integration: string,
  id: string,
): Promise<AssignmentView> {
  const row = await reading.tx
    .selectFrom('assignment')
    .selectAll()
    .where('integration', '=', integration)
    .where('id', '=', id)
    .where('account', '=', reading.account)
    .where('deleted', '=', 0)
    .executeTakeFirst();
  if (row === undefined) throw notFound('assignment', id);
  return await viewOf(reading, row);
}

/** @throws Fault `not-found`, `conflict`, `bad-input` */
export async function bookByHand(
  context: SyncContext,
  id: string,
  given: BookingByHand,
): Promise<{ readonly booking: string }> {
  const row = await assignmentToChange(context, id);
  if (row === null || row.deleted === 1) throw notFound('assignment', id);
  await mustBeFree(context, row);
  const vehicle = await vehicleRow(context, row.vehicle);
  if (vehicle?.key == null) throw conflict('the vehicle has no key', 'Link a key to it first.');
  const { settings } = await accountView(context);
  const start = given.start ?? row.started ?? row.first_seen;
  const end = given.end === undefined ? row.ended : given.end;
  const isLasting = isLong({ start: wall(start), end: end === null ? null : wall(end) });
  const usual = isLasting && settings.assignments.longBookings === 'reuse';
  const reuse = given.reuse ?? usual;
  const driver = await driverByHand(context, row, given.driver ?? {});
  const origin = { origin: 'fleetio', trace: row.trace };
  const made = await createBooking(context, { key: vehicle.key, driver, start, end, reuse, ...origin });
  await noted(context, row, {
    vehicle: { ...vehicle, key: vehicle.key },
    booking: made.id,
    given,
    isAdjusted: start !== (row.started ?? row.first_seen) || end !== row.ended || reuse !== usual,
  });
  return { booking: made.id };
}

async function mustBeFree(context: SyncContext, { booking }: AssignmentTable): Promise<void> {
  if (booking === null || !needsCode(factsOf(await bookingRow(context, booking)))) return;
  throw conflict('it has a booking already', `Change that one: ${booking}.`);
}

interface Noted {
  readonly vehicle: VehicleTable & { readonly key: string };
  readonly booking: string;
  readonly given: BookingByHand;
  readonly isAdjusted: boolean;
}

async function noted(
  context: SyncContext,
  row: AssignmentTable,
  { vehicle, booking, given, isAdjusted }: Noted,
): Promise<void> {
  const made = await booked(context, row, { booking, contact: row.contact, key: vehicle.key });
  const saved = await save(context, made, {
    contact_by: given.contactBy ?? null,
    ...(isAdjusted ? { adjusted: windowOf(row) } : {}),
  });
  await deriveFields(context, saved, vehicle);
}

/** The contact of the assignment with what was confirmed about them; another name is somebody else. */
async function driverByHand(
  context: SyncContext,
  row: AssignmentTable,
  { name, email, phone }: NonNullable<BookingByHand['driver']>,
): Promise<string> {
  const known = await contactRow(context, row.contact);
  const contact = known === null || (await erasedAt(context, known)) !== null ? null : known;
  const isOther = name !== undefined && name.trim() !== (contact?.name ?? '');
  if (contact === null && name === undefined)
    throw badInput(
      'driver.name',
      'is needed: the contact could not be read from Fleetio, or was erased here',
    );
  const key = (await vehicleRow(context, row.vehicle))?.key ?? null;
  if (isOther || contact === null)
    return await contactDriver(context, { name: name ?? '', email, phone }, key);
  const id = await driverOf(context, contact);
  if (email != null || phone != null)
    await changeDriver(context, id, {
      ...(email == null ? {} : { email }),
      ...(phone == null ? {} : { phone, phoneHome: await homeOfKey(context, key) }),
    });
  return id;
}

/** Before its assignment goes: a driver who was to hear of it hears all the same, as soon as the box is known to have it. */
export async function toldAllTheSame(context: Context, booking: string): Promise<void> {
  const found = await foundOf(context, booking);
  if (found === null || found.row.telling === null) return;
  const { sync, row } = found;
  const { driver, ...facts } = await bookingRow(context, booking);
  if (driver === null || !needsCode(factsOf({ driver, ...facts }))) return;
  const vehicle = await vehicleRow(sync, row.vehicle);
  const kind = row.telling === 'late' || row.telling === null ? 'access' : row.telling;
  const data = vehicle === null ? {} : { data: { vehicle: vehicle.name } };
  await tellDriver(context, { booking, kind, ...data, ...waysOf(row) });
}

/**
 * The assignment of a booking that was cancelled goes with its account: what else would be heard of the booking later is heard
 * now, so that its driver is told.
 */
export async function cancelledBefore(context: Context, booking: string): Promise<void> {
  await foundOf(context, booking);
}

interface Found {
  readonly sync: SyncContext;
  readonly row: AssignmentTable;
}

async function foundOf(context: Context, booking: string): Promise<Found | null> {
  const name = await context.tx
    .selectFrom('assignment')
    .select(['integration', 'id'])
    .where('booking', '=', booking)
    .where('account', '=', context.account)
    .executeTakeFirst();
  if (name === undefined) return null;
  const sync = { ...context, integration: name.integration, httpUrl: '' };
  const row = await assignmentToChange(sync, name.id);
  return row === null ? null : { sync, row };
}
