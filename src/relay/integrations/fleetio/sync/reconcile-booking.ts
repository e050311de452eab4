/** Makes the booking of a key what its assignment means now: in one transaction. */
import { never } from '../../../../base/assert.ts';
import { wall } from '../../../../base/brand.ts';
import { Fault } from '../../../../base/fault.ts';
import {
  type AssignmentDecision,
  type Booked,
  judge,
  type Situation,
  type Wanted,
} from '../../../core/assignment.ts';
import { isOut } from '../../../core/booking-life.ts';
import { accountView } from '../../../domain/accounts.ts';
import { bookingRow, factsOf } from '../../../domain/booking-rows.ts';
import { cancelBooking, changeBooking, createBooking } from '../../../domain/bookings.ts';
import { clearProblem, type ProblemName, raiseProblem } from '../../../domain/problems.ts';
import { tellDriver } from '../../../messages/tell.ts';
import type { BookingTable } from '../../../store/tables.ts';
import type { AssignmentTable, ContactTable, VehicleTable } from '../../../store/tables-fleetio.ts';
import { dropWork } from '../../../work/queue.ts';
import { askAdmins, noLongerAsked } from './ask.ts';
import { contactRow, driverOf, erasedAt, isUnread, wantContact } from './contacts.ts';
import { type SyncContext, subjectOf } from './context.ts';
import { deriveFields } from './derive-fields.ts';
import { judgeAt, save, vehicleRow, waysOf } from './rows.ts';

/** When a booking that could not be made is tried again. */
const againMs = 300_000;

interface Seen {
  readonly row: AssignmentTable;
  readonly vehicle: VehicleTable | null;
  readonly contact: ContactTable | null;
  readonly booking: BookingTable | null;
}

/** Idempotent. The contact of the assignment has been read, as far as it can be. */
export async function reconcileBooking(context: SyncContext, row: AssignmentTable): Promise<AssignmentTable> {
  const seen = await look(context, row);
  const decision = judge(await situationOf(context, seen));
  const isFirst = decision.do === 'book' || decision.do === 'prompt';
  const waits = isFirst ? await unreadable(context, seen) : null;
  const after = waits ?? (await carryOut(context, seen, decision));
  return await deriveFields(context, after, seen.vehicle);
}

async function look(context: SyncContext, row: AssignmentTable): Promise<Seen> {
  return {
    row,
    vehicle: await vehicleRow(context, row.vehicle),
    contact: await knownContact(context, row.contact),
    booking: row.booking === null ? null : await bookingRow(context, row.booking),
  };
}

async function knownContact(context: SyncContext, id: string): Promise<ContactTable | null> {
  const row = await contactRow(context, id);
  return row === null || isUnread(row) ? null : row;
}

/** Null: it is known who they are. Whoever was erased here comes back by an assignment that is newer than that, and by no other. */
async function unreadable(context: SyncContext, { row, contact }: Seen): Promise<AssignmentTable | null> {
  const at = contact === null ? null : await erasedAt(context, contact);
  if (contact !== null && at === null) return null;
  if (at === null || row.first_seen > at) return await awaitContact(context, row);
  return await later(context, row, erasedSaid);
}

const erasedSaid =
  'its driver was erased here. End it in Fleetio; where they are to drive again, make a new one there, or the booking by hand';

/** They are read first, and then the assignment is looked at again. */
async function awaitContact(context: SyncContext, row: AssignmentTable): Promise<AssignmentTable> {
  await wantContact(context, row.contact);
  return row;
}

async function situationOf(context: SyncContext, seen: Seen): Promise<Situation> {
  const { row, vehicle, contact } = seen;
  const { assignments } = (await accountView(context)).settings;
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
    now: context.now,
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

function adjustedOf({ adjusted }: Pick<AssignmentTable, 'adjusted'>): Booked['adjusted'] {
  if (adjusted === null) return null;
  const [start = null, end = null] = JSON.parse(adjusted) as (number | null)[];
  return { start: wallOrNull(start), end: wallOrNull(end) };
}

async function carryOut(
  context: SyncContext,
  seen: Seen,
  decision: AssignmentDecision,
): Promise<AssignmentTable> {
  switch (decision.do) {
    case 'nothing':
      return await rest(context, seen, decision.why);
    case 'book':
      return await book(context, seen, decision.booking);
    case 'move':
      return await move(context, seen, decision.booking);
    case 'replace':
      return await book(context, { ...seen, row: await end(context, seen) }, decision.booking);
    case 'replace-by-prompt': {
      const row = await save(context, await end(context, seen), { booking: null, prompted: null });
      return await askAdmins(context, row, seen);
    }
    case 'cancel':
      return await noLongerAsked(context, await end(context, seen));
    case 'prompt':
      return await askAdmins(context, seen.row, seen);
    case 'no-key':
      await raiseProblem(context, noKey(context, seen.row), noKeySaid(seen));
      return seen.row;
    default:
      return never(decision);
  }
}

const noKey = ({ integration }: SyncContext, { vehicle }: AssignmentTable): ProblemName => ({
  kind: 'vehicle-without-key',
  subject: subjectOf(integration, vehicle),
});

const noKeySaid = ({ vehicle, row }: Seen): string =>
  `${vehicle?.name ?? `vehicle ${row.vehicle}`} is assigned but has no key here: link one to it (Integrations, Vehicles)`;

async function rest(
  context: SyncContext,
  { row }: Seen,
  why: Extract<AssignmentDecision, { readonly do: 'nothing' }>['why'],
): Promise<AssignmentTable> {
  const isDone = why === 'deleted' || why === 'over';
  // Merged contacts: from now on it is the one that there is.
  const contact = why === 'same' && row.booked_contact !== row.contact ? { booked_contact: row.contact } : {};
  const saved = await save(context, row, contact);
  return isDone || why === 'same' ? await noLongerAsked(context, saved) : saved;
}

async function book(context: SyncContext, seen: Seen, wanted: Wanted): Promise<AssignmentTable> {
  const { row, contact } = seen;
  await clearProblem(context, noKey(context, row));
  const waits = await unreadable(context, seen);
  if (waits !== null || contact === null) return waits ?? row;
  try {
    const driver = await driverOf(context, contact);
    const { key, start, end: until, reuse } = wanted;
    const made = await createBooking(context, {
      ...{ key, driver, start, end: until, reuse, origin: 'fleetio', trace: row.trace },
    });
    return await booked(context, row, { booking: made.id, contact: row.contact, key });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return await later(context, row, `${error.message}. ${error.hint}`);
  }
}

interface MadeBooking {
  readonly booking: string;
  readonly contact: string;
  /** That of the link, whichever was booked. */
  readonly key: string;
}

/** A booking was made of the assignment: its driver is told as soon as the box has it. */
export async function booked(
  context: SyncContext,
  row: AssignmentTable,
  { booking, contact, key }: MadeBooking,
): Promise<AssignmentTable> {
  await clearProblem(context, { kind: 'not-booked', subject: subjectOf(context.integration, row.id) });
  // Whoever asked for the key again has it.
  if (row.booking !== null) await clearProblem(context, { kind: 'access-asked', subject: row.booking });
  await dropWork(context.tx, { kind: 'assignment', subject: subjectOf(context.integration, row.id) });
  const saved = await save(context, row, {
    ...{ booking, booked_contact: contact, booked_key: key },
    ...{ telling: 'access', adjusted: null, fields_restored: 0, fields_tries: 0 },
  });
  return await noLongerAsked(context, saved);
}

async function later(context: SyncContext, row: AssignmentTable, why: string): Promise<AssignmentTable> {
  const subject = subjectOf(context.integration, row.id);
  await raiseProblem(context, { kind: 'not-booked', subject }, `an assignment is not booked: ${why}`);
  await judgeAt(context, row.id, context.now + againMs);
  return row;
}

/** The same right in another window. */
async function move(context: SyncContext, seen: Seen, wanted: Wanted): Promise<AssignmentTable> {
  const { row, booking } = seen;
  if (booking === null) return row;
  const isPast = wanted.end !== null && wanted.end <= context.now && !isOut(factsOf(booking));
  if (isPast) return await end(context, seen);
  const hadCode = booking.code !== null;
  await changeBooking(context, booking.id, { start: wanted.start, end: wanted.end, reuse: wanted.reuse });
  const isSeen = wanted.start !== booking.start || wanted.end !== booking.end;
  const telling = row.telling ?? (hadCode ? (isSeen ? 'moved' : null) : 'access');
  return await save(context, row, { telling });
}

/** Its driver is told only of what they had heard of. */
async function end(context: SyncContext, { row, booking }: Seen): Promise<AssignmentTable> {
  if (booking === null) return row;
  const isTold = row.telling !== 'access';
  if (isTold && booking.driver !== null && booking.cancelled === null)
    await tellDriver(context, { booking: booking.id, kind: 'cancelled', ...waysOf(row) });
  await cancelBooking(context, booking.id);
  return await save(context, row, { telling: null });
}
