/** What an assignment means now for the booking of its key, and that it comes to be so: in one transaction. */
import { never } from '../../../base/assert.ts';
import { wall } from '../../../base/brand.ts';
import { Fault } from '../../../base/fault.ts';
import { type Booked, judge, type Situation, type Verdict, type Wanted } from '../../core/assignment.ts';
import { isOut } from '../../core/booking-life.ts';
import { accountView } from '../../domain/accounts.ts';
import { bookingRow, factsOf } from '../../domain/booking-rows.ts';
import { cancelBooking, changeBooking, createBooking } from '../../domain/bookings.ts';
import { clearProblem, raiseProblem } from '../../domain/problems.ts';
import { dropTimer } from '../../domain/timers.ts';
import { tellDriver } from '../../notify/tell.ts';
import type { BookingTable } from '../../store/tables.ts';
import type { AssignmentTable, ContactTable, VehicleTable } from '../../store/tables-fleetio.ts';
import { askAdmins, noLongerAsked } from './ask.ts';
import { contactRow, driverOf, isUnread, wantContact } from './contacts.ts';
import { type Desk, subjectOf } from './parts.ts';
import { judgeAt, save, vehicleRow } from './rows.ts';
import { settle } from './settle.ts';

/** When a booking that could not be made is tried again. */
const againMs = 300_000;

interface Seen {
  readonly row: AssignmentTable;
  readonly vehicle: VehicleTable | null;
  readonly contact: ContactTable | null;
  readonly booking: BookingTable | null;
}

/** Idempotent. The contact of the assignment has been read, as far as it can be. */
export async function decide(desk: Desk, row: AssignmentTable): Promise<AssignmentTable> {
  const seen = await look(desk, row);
  const verdict = judge(await situationOf(desk, seen));
  const isFirst = verdict.do === 'book' || verdict.do === 'prompt';
  const after =
    isFirst && seen.contact === null ? await awaitContact(desk, row) : await carryOut(desk, seen, verdict);
  return await settle(desk, after, seen.vehicle);
}

async function look(desk: Desk, row: AssignmentTable): Promise<Seen> {
  return {
    row,
    vehicle: await vehicleRow(desk, row.vehicle),
    contact: await knownContact(desk, row.contact),
    booking: row.booking === null ? null : await bookingRow(desk, row.booking),
  };
}

async function knownContact(desk: Desk, id: string): Promise<ContactTable | null> {
  const row = await contactRow(desk, id);
  return row === null || isUnread(row) ? null : row;
}

/** They are read first, and then the assignment is looked at again. */
async function awaitContact(desk: Desk, row: AssignmentTable): Promise<AssignmentTable> {
  await wantContact(desk, row.contact);
  return row;
}

async function situationOf(desk: Desk, seen: Seen): Promise<Situation> {
  const { row, vehicle, contact } = seen;
  const { assignments } = (await accountView(desk)).settings;
  // Nobody knows whether who has left is to have a key: somebody is asked.
  const mode = contact?.archived === 1 ? 'prompt' : (vehicle?.mode ?? 'automatic');
  return {
    assigned: {
      ...{ vehicle: row.vehicle, contact: row.contact, deleted: row.deleted === 1 },
      ...{ start: wallOrNull(row.started), end: wallOrNull(row.ended), firstSeen: wall(row.first_seen) },
    },
    link: { key: vehicle?.key ?? null, mode },
    booked: bookedOf(seen),
    settings: assignments,
    now: desk.now,
  };
}

const wallOrNull = (at: number | null) => (at === null ? null : wall(at));

function bookedOf({ row, booking, contact }: Seen): Booked | null {
  if (booking === null) return null;
  const facts = factsOf(booking);
  const out = isOut(facts);
  const isUsedUp = booking.returned !== null && booking.reuse === 0;
  // A contact that was merged into another is still the same driver.
  const isSame = contact !== null && contact.driver !== null && contact.driver === booking.driver;
  return {
    key: row.booked_key ?? booking.key,
    contact: isSame ? row.contact : (row.booked_contact ?? ''),
    ...{ start: wall(booking.start), end: wallOrNull(booking.end), reuse: booking.reuse === 1 },
    live: booking.cancelled === null && (out || (booking.ended === null && !isUsedUp)),
    ...{ taken: booking.taken !== null, out, adjusted: adjustedOf(row) },
  };
}

export function adjustedOf({ adjusted }: Pick<AssignmentTable, 'adjusted'>): Booked['adjusted'] {
  if (adjusted === null) return null;
  const [start = null, end = null] = JSON.parse(adjusted) as (number | null)[];
  return { start: wallOrNull(start), end: wallOrNull(end) };
}

async function carryOut(desk: Desk, seen: Seen, verdict: Verdict): Promise<AssignmentTable> {
  switch (verdict.do) {
    case 'nothing':
      return await rest(desk, seen, verdict.why);
    case 'book':
      return await book(desk, seen, verdict.booking);
    case 'move':
      return await move(desk, seen, verdict.booking);
    case 'replace':
      return await book(desk, { ...seen, row: await end(desk, seen) }, verdict.booking);
    case 'replace-by-prompt': {
      const row = await save(desk, await end(desk, seen), { booking: null, prompted: null });
      return await askAdmins(desk, row, seen);
    }
    case 'cancel':
      return await noLongerAsked(desk, await end(desk, seen));
    case 'prompt':
      return await askAdmins(desk, seen.row, seen);
    case 'no-key':
      await raiseProblem(desk, noKey(desk, seen.row), noKeySaid(seen));
      return seen.row;
    default:
      return never(verdict);
  }
}

const noKey = ({ integration }: Desk, { vehicle }: AssignmentTable) => ({
  kind: 'vehicle-without-key',
  subject: subjectOf(integration, vehicle),
});

const noKeySaid = ({ vehicle, row }: Seen): string =>
  `${vehicle?.name ?? `vehicle ${row.vehicle}`} is assigned but has no key here: link one to it (Integrations, Vehicles)`;

async function rest(
  desk: Desk,
  { row }: Seen,
  why: Extract<Verdict, { readonly do: 'nothing' }>['why'],
): Promise<AssignmentTable> {
  const isDone = why === 'deleted' || why === 'over';
  // Merged contacts: from now on it is the one that there is.
  const contact = why === 'same' && row.booked_contact !== row.contact ? { booked_contact: row.contact } : {};
  const saved = await save(desk, row, contact);
  return isDone || why === 'same' ? await noLongerAsked(desk, saved) : saved;
}

async function book(desk: Desk, seen: Seen, wanted: Wanted): Promise<AssignmentTable> {
  const { row, contact } = seen;
  await clearProblem(desk, noKey(desk, row));
  if (contact === null) return await awaitContact(desk, row);
  try {
    const driver = await driverOf(desk, contact);
    const { key, start, end: until, reuse } = wanted;
    const made = await createBooking(desk, {
      ...{ key, driver, start, end: until, reuse, origin: 'fleetio', trace: row.trace },
    });
    return await booked(desk, row, { booking: made.id, contact: row.contact, key });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return await later(desk, row, `${error.message}. ${error.hint}`);
  }
}

export interface MadeBooking {
  readonly booking: string;
  readonly contact: string;
  /** That of the link, whichever was booked. */
  readonly key: string;
}

/** A booking was made of the assignment: its driver is told as soon as the box has it. */
export async function booked(
  desk: Desk,
  row: AssignmentTable,
  { booking, contact, key }: MadeBooking,
): Promise<AssignmentTable> {
  await clearProblem(desk, { kind: 'not-booked', subject: subjectOf(desk.integration, row.id) });
  // Whoever asked for the key again has it.
  if (row.booking !== null) await clearProblem(desk, { kind: 'access-asked', subject: row.booking });
  await dropTimer(desk.tx, { kind: 'assignment', subject: subjectOf(desk.integration, row.id) });
  const saved = await save(desk, row, {
    ...{ booking, booked_contact: contact, booked_key: key },
    ...{ telling: 'access', adjusted: null, fields_restored: 0, fields_tries: 0 },
  });
  return await noLongerAsked(desk, saved);
}

async function later(desk: Desk, row: AssignmentTable, why: string): Promise<AssignmentTable> {
  const subject = subjectOf(desk.integration, row.id);
  await raiseProblem(desk, { kind: 'not-booked', subject }, `an assignment is not booked: ${why}`);
  await judgeAt(desk, row.id, desk.now + againMs);
  return row;
}

/** The same right in another window. */
async function move(desk: Desk, seen: Seen, wanted: Wanted): Promise<AssignmentTable> {
  const { row, booking } = seen;
  if (booking === null) return row;
  const isPast = wanted.end !== null && wanted.end <= desk.now && !isOut(factsOf(booking));
  if (isPast) return await end(desk, seen);
  const hadCode = booking.code !== null;
  await changeBooking(desk, booking.id, { start: wanted.start, end: wanted.end, reuse: wanted.reuse });
  const isSeen = wanted.start !== booking.start || wanted.end !== booking.end;
  const telling = row.telling ?? (hadCode ? (isSeen ? 'moved' : null) : 'access');
  return await save(desk, row, { telling });
}

/** Its driver is told only of what they had heard of. */
async function end(desk: Desk, { row, booking }: Seen): Promise<AssignmentTable> {
  if (booking === null) return row;
  const isTold = row.telling !== 'access';
  if (isTold && booking.driver !== null && booking.cancelled === null)
    await tellDriver(desk, { booking: booking.id, kind: 'cancelled', ...waysOf(row) });
  await cancelBooking(desk, booking.id);
  return await save(desk, row, { telling: null });
}

export const waysOf = ({ contact_by }: AssignmentTable) => (contact_by === null ? {} : { by: contact_by });
