/** People of the fleet's system as drivers of ours. */

import { driverPhone } from '../../core/driver-phone.ts';
import { accountView } from '../../domain/accounts.ts';
import { email } from '../../domain/checks.ts';
import { changeDriver, createDriver, driverBy, driverRow } from '../../domain/drivers.ts';
import { phoneNumber } from '../../domain/phone.ts';
import { clearProblem, raiseProblem } from '../../domain/problems.ts';
import type { ContactTable } from '../../store/tables-fleetio.ts';
import type { Contact } from '../port.ts';
import { type Desk, subjectOf } from './parts.ts';

const nameMax = 100;

export const contactRow = async ({ tx, integration }: Desk, id: string): Promise<ContactTable | null> =>
  (await tx
    .selectFrom('contact')
    .selectAll()
    .where('integration', '=', integration)
    .where('id', '=', id)
    .executeTakeFirst()) ?? null;

/** Nothing is known of them but that they are to be read. */
export const isUnread = ({ fetched, driver }: ContactTable): boolean => fetched === 0 && driver === null;

/** Somebody who was never read is to be, soon. */
export async function wantContact({ tx, integration, account }: Desk, id: string): Promise<void> {
  const unknown = { driver: null, name: `Contact ${id}`, email: null, phone: null, archived: 0 } as const;
  await tx
    .insertInto('contact')
    .values({ integration, id, account, ...unknown, fetched: 0 })
    .onConflict(on => on.columns(['integration', 'id']).doNothing())
    .execute();
}

/** What was just read of somebody; their driver here, if there is one yet, follows. */
export async function noteContact(desk: Desk, contact: Contact): Promise<ContactTable> {
  const before = await contactRow(desk, contact.id);
  const row = await store(desk, { ...(await fieldsOf(desk, contact)), driver: before?.driver ?? null });
  await archivedProblem(desk, row);
  if (row.driver !== null) await follow(desk, row, before);
  if (before !== null && before.phone !== row.phone) await freed(desk, before);
  return row;
}

/** Gone, or merged into another. What was known of them stays, so that it can be seen whose they are now (people.ts). */
export async function noteContactGone(desk: Desk, id: string): Promise<ContactTable> {
  const before = await contactRow(desk, id);
  const unknown = { name: `Contact ${id}`, email: null, phone: null };
  const { name, email: mail, phone } = before ?? unknown;
  const { integration, account, now } = desk;
  const rest = {
    integration,
    id,
    account,
    driver: before?.driver ?? null,
    archived: 1,
    fetched: now,
  } as const;
  return await store(desk, { ...rest, name, email: mail, phone });
}

/** Somebody of whom only the name may be read. */
export async function noteName(desk: Desk, id: string, name: string): Promise<ContactTable> {
  const before = await contactRow(desk, id);
  if (before !== null) return before;
  return await noteContact(desk, { id, name, email: null, phones: [], archived: false });
}

async function fieldsOf(desk: Desk, contact: Contact): Promise<Omit<ContactTable, 'driver'>> {
  const { integration, account, now } = desk;
  const { region } = await accountView(desk);
  const phone = contact.phones.map(each => read(() => phoneNumber('phone', each, region))).find(isText);
  const mail = contact.email === null ? null : read(() => email('email', contact.email ?? ''));
  return {
    ...{ integration, id: contact.id, account, name: plain(contact.name) || `Contact ${contact.id}` },
    ...{ email: mail, phone: phone ?? null, archived: contact.archived ? 1 : 0, fetched: now },
  };
}

const isText = (value: string | null): value is string => value !== null;

/** What nobody can use is as good as not there. */
function read(value: () => string): string | null {
  try {
    return value();
  } catch {
    return null;
  }
}

const plain = (name: string): string =>
  name
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, nameMax);

async function store({ tx }: Desk, row: ContactTable): Promise<ContactTable> {
  const { integration: _i, id: _id, account: _a, ...rest } = row;
  await tx
    .insertInto('contact')
    .values(row)
    .onConflict(on => on.columns(['integration', 'id']).doUpdateSet(rest))
    .execute();
  return row;
}

/** The driver that somebody is here: known already, or known by their number or address, or made now. */
export async function driverOf(desk: Desk, contact: ContactTable): Promise<string> {
  if (contact.driver !== null && (await isThere(desk, contact.driver))) return contact.driver;
  const known = await same(desk, contact);
  const driver = known ?? (await made(desk, contact));
  await desk.tx
    .updateTable('contact')
    .set({ driver })
    .where('integration', '=', desk.integration)
    .where('id', '=', contact.id)
    .execute();
  if (known !== null) await follow(desk, { ...contact, driver }, null);
  return driver;
}

const isThere = async (desk: Desk, id: string): Promise<boolean> =>
  (await driverRow(desk, id)).erased === null;

/** Somebody without a contact of their own here, who has the number or else the address. */
async function same(desk: Desk, { phone, email: mail }: ContactTable): Promise<string | null> {
  for (const by of [...(phone === null ? [] : [{ phone }]), ...(mail === null ? [] : [{ email: mail }])]) {
    const found = await driverBy(desk, by);
    if (found !== null && (await contactOf(desk, found.id)) === null) return found.id;
  }
  return null;
}

const contactOf = async ({ tx, integration }: Desk, driver: string): Promise<ContactTable | null> =>
  (await tx
    .selectFrom('contact')
    .selectAll()
    .where('driver', '=', driver)
    .where('integration', '=', integration)
    .executeTakeFirst()) ?? null;

async function made(desk: Desk, contact: ContactTable): Promise<string> {
  const phone = await ownPhone(desk, contact, null);
  return (await createDriver(desk, { name: contact.name, email: contact.email, phone })).id;
}

/** Name, address and number of the driver as the fleet's system has them now. */
async function follow(desk: Desk, row: ContactTable, before: ContactTable | null): Promise<void> {
  if (row.driver === null || !(await isThere(desk, row.driver))) return;
  const driver = await driverRow(desk, row.driver);
  const wanted = driverPhone(driver, { before: before?.phone ?? null, after: row.phone });
  const phone = wanted.phone === row.phone ? await ownPhone(desk, row, driver.id) : wanted.phone;
  // An address that came from there goes with it; one that an administrator gave stays until there is another.
  const isTheirs = driver.email === null || driver.email === (before?.email ?? null);
  const mail = row.email === null && !isTheirs ? driver.email : row.email;
  const patch = {
    ...(driver.name === row.name ? {} : { name: row.name }),
    ...(driver.email === mail ? {} : { email: mail }),
    ...(driver.phone === phone ? {} : { phone, phoneOpens: wanted.opens && phone === driver.phone }),
  };
  if (Object.keys(patch).length > 0) await changeDriver(desk, driver.id, patch);
}

/**
 * The number of the contact, if it is theirs alone. One that has moved to them opens nothing any more for whoever had it: nobody
 * has proven that it is still theirs. One that two have goes to the first, and is a Problem.
 */
async function ownPhone(desk: Desk, row: ContactTable, driver: string | null): Promise<string | null> {
  const { phone } = row;
  const name = { kind: 'phone-shared', subject: subjectOf(desk.integration, row.id) };
  const other = phone === null ? null : await driverBy(desk, { phone });
  if (phone === null || other === null || other.id === driver) {
    await clearProblem(desk, name);
    return phone;
  }
  const theirs = await contactOf(desk, other.id);
  if (theirs?.phone === phone) {
    await readAgain(desk, theirs.id);
    const said = `${row.name} and ${theirs.name} have the same phone number: give each their own in Fleetio`;
    await raiseProblem(desk, name, said);
    return null;
  }
  await changeDriver(desk, other.id, { phone: null, phoneOpens: false });
  await clearProblem(desk, name);
  return phone;
}

/** Soon, since what is known of them may be old. */
export async function readAgain({ tx, integration }: Desk, contact: string): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ fetched: 0 })
    .where('integration', '=', integration)
    .where('id', '=', contact)
    .execute();
}

/** A number that somebody has no longer may be another's now, who had to go without. */
async function freed(desk: Desk, { phone, id }: ContactTable): Promise<void> {
  if (phone === null) return;
  const others = await desk.tx
    .selectFrom('contact')
    .selectAll()
    .where('integration', '=', desk.integration)
    .where('phone', '=', phone)
    .where('id', '!=', id)
    .limit(10)
    .execute();
  for (const other of others) await follow(desk, other, null);
}

async function archivedProblem(desk: Desk, row: ContactTable): Promise<void> {
  const name = { kind: 'contact-archived', subject: subjectOf(desk.integration, row.id) };
  if (row.archived === 0) await clearProblem(desk, name);
}
