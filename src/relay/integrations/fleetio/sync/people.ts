/** Reading contacts, with as few calls as will do. */
import { sql } from 'kysely';
import type { WallMs } from '../../../../base/brand.ts';
import { changeDriver } from '../../../domain/drivers.ts';
import type { AssignmentTable, ContactTable } from '../../../store/tables-fleetio.ts';
import { FleetioError } from '../api/errors.ts';
import type { Turn } from '../api/port.ts';
import { noteMalformed } from '../malformed.ts';
import { Attempts } from './attempts.ts';
import { isReadFor } from './contact-phones.ts';
import { contactRow, isUnread, noteContact, noteContactGone, noteName } from './contacts.ts';
import { type Connection, type EngineDeps, type SyncContext, write } from './context.ts';
import { assignmentToChange } from './follow-booking.ts';
import { reconcileBooking } from './reconcile-booking.ts';
import { assignmentRow, vehicleRow } from './rows.ts';
import { isAlike } from './same-person.ts';

/** A contact that was read is good for so long. */
const goodMs = 24 * 3_600_000;
/** Contacts that are read again in one go, and assignments of one of them that are then looked at. */
const contactsMax = 20;
const assignmentsMax = 200;

interface Named {
  readonly id: string;
  readonly vehicle: string;
  readonly contact: string;
  /** As a record names its contact; null: it does not. */
  readonly contactName: string | null;
}

/**
 * Sees to it that whoever is named in an assignment is known here, at least by name: where there is something to book.
 * @throws FleetioError where nothing is known of them and nothing can be read now
 */
export async function readWho(
  deps: EngineDeps,
  connection: Connection,
  named: Named,
  turn: Turn,
): Promise<void> {
  const { row, isLinked, contact, isReadHere, former } = await write(deps, connection, context =>
    known(context, named),
  );
  if (!isLinked && row?.booking == null) return;
  await read(deps, connection, { named, contact, isReadHere, turn });
  if (former !== null) await perhapsMerged(deps, connection, { former, contact: named.contact, turn });
}

interface Known {
  readonly row: AssignmentTable | null;
  readonly isLinked: boolean;
  readonly contact: ContactTable | null;
  /** Its number was read where the key of the vehicle is. */
  readonly isReadHere: boolean;
  /** Whom it was booked for, where that is somebody else. */
  readonly former: string | null;
}

async function known(context: SyncContext, named: Named): Promise<Known> {
  const row = await assignmentRow(context, named.id);
  const vehicle = await vehicleRow(context, named.vehicle);
  const contact = await contactRow(context, named.contact);
  const booked = row?.booked_contact ?? null;
  return {
    row,
    isLinked: vehicle?.key != null,
    contact: contact === null || isUnread(contact) ? null : contact,
    isReadHere: contact === null || (await isReadFor(context, contact, named.vehicle)),
    former: booked === named.contact ? null : booked,
  };
}

async function read(
  deps: EngineDeps,
  connection: Connection,
  {
    named,
    contact,
    isReadHere,
    turn,
  }: Pick<Known, 'contact' | 'isReadHere'> & { readonly named: Named; readonly turn: Turn },
): Promise<void> {
  const isFresh = contact !== null && isReadHere && contact.fetched >= deps.time.wall() - goodMs;
  // What is old will do where calls are scarce.
  if (isFresh || (contact !== null && connection.client.waitMs(turn) > 0)) return;
  try {
    await readContact(deps, connection, named.contact, turn, named.vehicle);
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    const { malformed } = error;
    if (malformed !== null) await write(deps, connection, context => noteMalformed(context, malformed));
    if (contact !== null) return;
    const name = named.contactName ?? (malformed === null ? null : `Contact ${named.contact}`);
    if ((error.code !== 'fleetio-forbidden' && malformed === null) || name === null) throw error;
    await write(deps, connection, context => noteName(context, named.contact, name));
  }
}

/**
 * Two contacts of whom nothing contradicts that they are one person are one where the former is gone, and two where it is not: a
 * number or an address alone may be a depot's, and whoever is taken for another has his PIN and his codes.
 */
async function perhapsMerged(
  deps: EngineDeps,
  connection: Connection,
  { former, contact, turn }: { readonly former: string; readonly contact: string; readonly turn: Turn },
): Promise<void> {
  const isPerhaps = await write(deps, connection, async context => {
    const [one, two] = [await contactRow(context, former), await contactRow(context, contact)];
    if (one === null || two === null || one.driver === null || one.driver === two.driver) return false;
    return isAlike(one, two);
  });
  if (!isPerhaps) return;
  await readContact(deps, connection, former, turn);
  await write(deps, connection, context => takesOver(context, former, contact));
}

/** Who was merged into another is the driver that they were. */
async function takesOver(context: SyncContext, former: string, contact: string): Promise<void> {
  const [one, two] = [await contactRow(context, former), await contactRow(context, contact)];
  if (one === null || two === null || one.driver === null || one.archived === 0) return;
  const set = (id: string, driver: string | null) =>
    context.tx
      .updateTable('contact')
      .set({ driver })
      .where('integration', '=', context.integration)
      .where('id', '=', id)
      .execute();
  await set(former, null);
  if (two.driver === null) await set(contact, one.driver);
  // Their number is the other's now, who is the same person.
  else if (one.phone !== null && one.phone === two.phone)
    await changeDriver(context, one.driver, { phone: null, phoneOpens: false });
}

export async function readContact(
  deps: EngineDeps,
  connection: Connection,
  id: string,
  turn: Turn,
  vehicle: string | null = null,
): Promise<void> {
  const contact = await connection.client.contact(id, turn);
  await write(deps, connection, async context => {
    if (contact === 'gone') await noteContactGone(context, id);
    else await noteContact(context, contact, vehicle);
  });
}

/** Contacts that are to be read again, and then what hangs on them. */
export async function readContactsAgain(deps: EngineDeps, connection: Connection): Promise<void> {
  const rows = await deps.store.db
    .selectFrom('contact')
    .select('id')
    .where('integration', '=', connection.id)
    .where(sql<boolean>`fetched = 0`)
    .limit(contactsMax)
    .execute();
  const attempts = new Attempts(deps, connection);
  for (const { id } of rows) {
    const start = deps.time.wall();
    await attempts.each('contact', id, () => readContactOrNote(deps, connection, id, start));
    await write(deps, connection, context => decideOf(context, id));
  }
  await attempts.settle();
}

/** One that cannot be used is left to the rounds that compare: those behind it have their turn. */
async function readContactOrNote(
  deps: EngineDeps,
  connection: Connection,
  id: string,
  start: WallMs,
): Promise<void> {
  try {
    await readContact(deps, connection, id, { for: 're-get', start });
  } catch (error) {
    const malformed = error instanceof FleetioError ? error.malformed : null;
    if (malformed === null) throw error;
    await write(deps, connection, async context => {
      await noteMalformed(context, malformed);
      await notAgain(context, id);
    });
  }
}

async function notAgain({ tx, integration, now }: SyncContext, contact: string): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ fetched: now })
    .where('integration', '=', integration)
    .where('id', '=', contact)
    .execute();
}

/** Everything of a contact that is not over. */
async function decideOf(context: SyncContext, contact: string): Promise<void> {
  const rows = await context.tx
    .selectFrom('assignment')
    .select('id')
    .where('integration', '=', context.integration)
    .where('contact', '=', contact)
    .where('deleted', '=', 0)
    .where(eb => eb.or([eb('ended', 'is', null), eb('ended', '>', context.now)]))
    .limit(assignmentsMax)
    .execute();
  for (const { id } of rows) {
    const row = await assignmentToChange(context, id);
    if (row !== null) await reconcileBooking(context, row);
  }
}
