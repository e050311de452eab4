/** Reading contacts, with as few calls as will do. */
import { sql } from 'kysely';
import type { AssignmentTable, ContactTable } from '../../store/tables-fleetio.ts';
import { FleetioError } from '../client/errors.ts';
import type { Turn } from '../port.ts';
import { contactRow, isUnread, noteContact, noteContactGone, noteName } from './contacts.ts';
import { decide } from './decide.ts';
import { type Connection, type Desk, type EngineParts, write } from './parts.ts';
import { assignmentRow, vehicleRow } from './rows.ts';

/** What is known of somebody is good for so long. */
const goodMs = 24 * 3_600_000;
/** Contacts that are read again in one go, and assignments of one of them that are then looked at. */
const contactsMax = 20;
const assignmentsMax = 200;

export interface Named {
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
  parts: EngineParts,
  connection: Connection,
  named: Named,
  turn: Turn,
): Promise<void> {
  const { row, isLinked, contact, former } = await write(parts, connection, desk => known(desk, named));
  if (!isLinked && row?.booking == null) return;
  await read(parts, connection, { named, contact, turn });
  if (former !== null) await perhapsMerged(parts, connection, { former, contact: named.contact, turn });
}

interface Known {
  readonly row: AssignmentTable | null;
  readonly isLinked: boolean;
  readonly contact: ContactTable | null;
  /** Whom it was booked for, where that is somebody else. */
  readonly former: string | null;
}

async function known(desk: Desk, named: Named): Promise<Known> {
  const row = await assignmentRow(desk, named.id);
  const vehicle = await vehicleRow(desk, named.vehicle);
  const contact = await contactRow(desk, named.contact);
  const booked = row?.booked_contact ?? null;
  return {
    row,
    isLinked: vehicle?.key != null,
    contact: contact === null || isUnread(contact) ? null : contact,
    former: booked === named.contact ? null : booked,
  };
}

async function read(
  parts: EngineParts,
  connection: Connection,
  {
    named,
    contact,
    turn,
  }: { readonly named: Named; readonly contact: ContactTable | null; readonly turn: Turn },
): Promise<void> {
  const isFresh = contact !== null && contact.fetched >= parts.time.wall() - goodMs;
  // What is old will do where calls are scarce.
  if (isFresh || (contact !== null && connection.client.waitMs(turn) > 0)) return;
  try {
    await readContact(parts, connection, named.contact, turn);
  } catch (error) {
    if (!(error instanceof FleetioError)) throw error;
    if (contact !== null) return;
    const { contactName: name } = named;
    if (error.code !== 'fleetio-forbidden' || name === null) throw error;
    await write(parts, connection, desk => noteName(desk, named.contact, name));
  }
}

/** Two contacts with one address are one person where the former is gone, and two where it is not. */
async function perhapsMerged(
  parts: EngineParts,
  connection: Connection,
  { former, contact, turn }: { readonly former: string; readonly contact: string; readonly turn: Turn },
): Promise<void> {
  const isAlike = await write(parts, connection, async desk => {
    const [one, two] = [await contactRow(desk, former), await contactRow(desk, contact)];
    if (one === null || two === null || one.driver === null || one.driver === two.driver) return false;
    return (one.email !== null && one.email === two.email) || (one.phone !== null && one.phone === two.phone);
  });
  if (!isAlike) return;
  await readContact(parts, connection, former, turn);
  await write(parts, connection, desk => takesOver(desk, former, contact));
}

/** Who was merged into another is the driver that they were. */
async function takesOver(desk: Desk, former: string, contact: string): Promise<void> {
  const [one, two] = [await contactRow(desk, former), await contactRow(desk, contact)];
  if (one === null || two === null || one.driver === null || one.archived === 0) return;
  const set = (id: string, driver: string | null) =>
    desk.tx
      .updateTable('contact')
      .set({ driver })
      .where('integration', '=', desk.integration)
      .where('id', '=', id)
      .execute();
  await set(former, null);
  if (two.driver === null) await set(contact, one.driver);
}

export async function readContact(
  parts: EngineParts,
  connection: Connection,
  id: string,
  turn: Turn,
): Promise<void> {
  const contact = await connection.client.contact(id, turn);
  await write(parts, connection, async desk => {
    if (contact === 'gone') await noteContactGone(desk, id);
    else await noteContact(desk, contact);
  });
}

/** Contacts that are to be read again, and then what hangs on them. */
export async function readContactsAgain(parts: EngineParts, connection: Connection): Promise<void> {
  const rows = await parts.store.db
    .selectFrom('contact')
    .select('id')
    .where('integration', '=', connection.id)
    .where(sql<boolean>`fetched = 0`)
    .limit(contactsMax)
    .execute();
  for (const { id } of rows) {
    await readContact(parts, connection, id, { for: 're-get', start: parts.time.wall() });
    await write(parts, connection, desk => decideOf(desk, id));
  }
}

/** Everything of a contact that is not over. */
async function decideOf(desk: Desk, contact: string): Promise<void> {
  const rows = await desk.tx
    .selectFrom('assignment')
    .select('id')
    .where('integration', '=', desk.integration)
    .where('contact', '=', contact)
    .where('deleted', '=', 0)
    .where(eb => eb.or([eb('ended', 'is', null), eb('ended', '>', desk.now)]))
    .limit(assignmentsMax)
    .execute();
  for (const { id } of rows) {
    const row = await assignmentRow(desk, id);
    if (row !== null) await decide(desk, row);
  }
}
