/** What an administrator does about assignments: books one that asked for it, and changes what came of one. */

import { wall } from '../../../base/brand.ts';
import { isLong } from '../../core/assignment.ts';
import { isOut, needsCode } from '../../core/booking-life.ts';
import { accountView } from '../../domain/accounts.ts';
import { contactDriver } from '../../domain/booking-contact.ts';
import { bookingRow, factsOf } from '../../domain/booking-rows.ts';
import { type BookingView, bookingView } from '../../domain/booking-views.ts';
import type { BookingPatch } from '../../domain/bookings.ts';
import { createBooking } from '../../domain/bookings.ts';
import type { Context, Reading } from '../../domain/context.ts';
import { changeDriver } from '../../domain/drivers.ts';
import { badInput, conflict, notFound } from '../../domain/faults.ts';
import { tellDriver } from '../../notify/tell.ts';
import type { AssignmentTable, VehicleTable } from '../../store/tables-fleetio.ts';
import { contactRow, driverOf } from './contacts.ts';
import { booked, waysOf } from './decide.ts';
import type { Desk } from './parts.ts';
import { assignmentRow, save, vehicleRow } from './rows.ts';
import { settle } from './settle.ts';

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

export interface BookingByHand {
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
  desk: Desk,
  id: string,
  wish: BookingByHand,
): Promise<{ readonly booking: string }> {
  const row = await assignmentRow(desk, id);
  if (row === null || row.deleted === 1) throw notFound('assignment', id);
  await mustBeFree(desk, row);
  const vehicle = await vehicleRow(desk, row.vehicle);
  if (vehicle?.key == null) throw conflict('the vehicle has no key', 'Link a key to it first.');
  const { settings } = await accountView(desk);
  const start = wish.start ?? row.started ?? row.first_seen;
  const end = wish.end === undefined ? row.ended : wish.end;
  const isLasting = isLong({ start: wall(start), end: end === null ? null : wall(end) });
  const reuse = isLasting && settings.assignments.longBookings === 'reuse';
  const driver = await driverByHand(desk, row, wish.driver ?? {});
  const origin = { origin: 'fleetio', trace: row.trace };
  const made = await createBooking(desk, { key: vehicle.key, driver, start, end, reuse, ...origin });
  await noted(desk, row, {
    vehicle: { ...vehicle, key: vehicle.key },
    booking: made.id,
    wish,
    isMoved: start !== (row.started ?? row.first_seen) || end !== row.ended,
  });
  return { booking: made.id };
}

async function mustBeFree(desk: Desk, { booking }: AssignmentTable): Promise<void> {
  if (booking === null || !needsCode(factsOf(await bookingRow(desk, booking)))) return;
  throw conflict('it has a booking already', `Change that one: ${booking}.`);
}

interface Noted {
  readonly vehicle: VehicleTable & { readonly key: string };
  readonly booking: string;
  readonly wish: BookingByHand;
  readonly isMoved: boolean;
}

async function noted(
  desk: Desk,
  row: AssignmentTable,
  { vehicle, booking, wish, isMoved }: Noted,
): Promise<void> {
  const made = await booked(desk, row, { booking, contact: row.contact, key: vehicle.key });
  const saved = await save(desk, made, {
    contact_by: wish.contactBy ?? null,
    ...(isMoved ? { adjusted: windowOf(row) } : {}),
  });
  await settle(desk, saved, vehicle);
}

/** The assignment's own window: as long as that stays, so does the one that an administrator has set. */
const windowOf = ({ started, ended }: AssignmentTable): string => JSON.stringify([started, ended]);

/** The contact of the assignment with what was confirmed about them; another name is somebody else. */
async function driverByHand(
  desk: Desk,
  row: AssignmentTable,
  { name, email, phone }: NonNullable<BookingByHand['driver']>,
): Promise<string> {
  const contact = await contactRow(desk, row.contact);
  const isOther = name !== undefined && name.trim() !== (contact?.name ?? '');
  if (contact === null && name === undefined)
    throw badInput('driver.name', 'is needed: the contact could not be read from Fleetio');
  if (isOther || contact === null) return await contactDriver(desk, { name: name ?? '', email, phone });
  const id = await driverOf(desk, contact);
  if (email != null || phone != null)
    await changeDriver(desk, id, {
      ...(email == null ? {} : { email }),
      ...(phone == null ? {} : { phone }),
    });
  return id;
}

/**
 * Somebody has changed a booking that came of an assignment: what they set stays until the assignment itself is changed, and the
 * driver is told.
 */
export async function adjusted(context: Context, booking: string, patch: BookingPatch): Promise<void> {
  const found = await foundOf(context, booking);
  if (found === null) return;
  const isMoved = patch.start !== undefined || patch.end !== undefined;
  const isOther = [patch.driver, patch.contact, patch.key].some(each => each !== undefined);
  if (!isMoved && !isOther) return;
  await save(found.desk, found.row, {
    ...(isMoved ? { adjusted: windowOf(found.row) } : {}),
    telling: isOther ? 'access' : (found.row.telling ?? 'moved'),
  });
}

/** Before somebody cancels it: its driver is told, if they had heard of it. */
export async function cancelledByHand(context: Context, booking: string): Promise<void> {
  const found = await foundOf(context, booking);
  if (found === null) return;
  const row = await bookingRow(context, booking);
  const isHeard = found.row.telling !== 'access' && row.cancelled === null && row.driver !== null;
  if (isHeard && (needsCode(factsOf(row)) || isOut(factsOf(row))))
    await tellDriver(context, { booking, kind: 'cancelled', ...waysOf(found.row) });
  await save(found.desk, found.row, { telling: null });
}

interface Found {
  readonly desk: Desk;
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
  const desk = { ...context, integration: name.integration, httpUrl: '' };
  const row = await assignmentRow(desk, name.id);
  return row === null ? null : { desk, row };
}
