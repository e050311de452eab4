/** People of the fleet's system as drivers of ours. */

import { driverPhone } from '../../../core/driver-phone.ts';
import { email } from '../../../domain/checks.ts';
import { changeDriver, createDriver, driverBy, driverRow } from '../../../domain/drivers.ts';
import { clearProblem, type ProblemName, raiseProblem } from '../../../domain/problems.ts';
import { preparedQuery } from '../../../store/prepared-query.ts';
import type { ContactTable } from '../../../store/tables-fleetio.ts';
import type { Contact } from '../api/port.ts';
import { plainText } from '../api/text.ts';
import { clearMalformed } from '../malformed.ts';
import { unnamed } from './contact-erasure.ts';
import { readPhones } from './contact-phones.ts';
import { type SyncContext, subjectOf } from './context.ts';
import { confirmPerson, contactOf, samePerson } from './same-person.ts';

const nameMax = 100;

export async function contactRow({ tx, integration }: SyncContext, id: string): Promise<ContactTable | null> {
  const [row] = await contact(tx, integration, id);
  return row ?? null;
}

const contact = preparedQuery((tx, integration: string, id: string) =>
  tx.selectFrom('contact').selectAll().where('integration', '=', integration).where('id', '=', id),
);

/** Nothing is known of them but that they are to be read. */
export const isUnread = ({ fetched, driver }: ContactTable): boolean => fetched === 0 && driver === null;

/** When the driver that they were here was erased: what is read of them since is not kept. Null: they were not. */
export async function erasedAt(context: SyncContext, { driver }: ContactTable): Promise<number | null> {
  return driver === null ? null : (await driverRow(context, driver)).erased;
}

/** Somebody who was never read is to be, soon; or who was erased here, and has got another assignment since: as somebody new. */
export async function wantContact({ tx, integration, account }: SyncContext, id: string): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ driver: null, fetched: 0 })
    .where('integration', '=', integration)
    .where('id', '=', id)
    .where('driver', 'in', eb => eb.selectFrom('driver').select('driver.id').where('erased', 'is not', null))
    .execute();
  const unknown = { driver: null, name: unnamed(id), email: null, archived: 0 } as const;
  const noPhone = { phone: null, phone_region: null, phone_guess: null };
  await tx
    .insertInto('contact')
    .values({ integration, id, account, ...unknown, ...noPhone, fetched: 0 })
    .onConflict(on => on.columns(['integration', 'id']).doNothing())
    .execute();
}

/** Notes a contact as it was just read; their driver here, if there is one yet, follows. */
export async function noteContact(
  context: SyncContext,
  contact: Contact,
  vehicle: string | null = null,
): Promise<ContactTable> {
  await clearMalformed(context, 'contact', contact.id);
  return await take(context, contact, vehicle);
}

async function take(context: SyncContext, contact: Contact, vehicle: string | null): Promise<ContactTable> {
  const before = await contactRow(context, contact.id);
  if (before !== null && (await erasedAt(context, before)) !== null)
    return await store(context, { ...before, fetched: context.now });
  const row = await store(context, {
    ...(await fieldsOf(context, contact, vehicle)),
    driver: before?.driver ?? null,
  });
  await archivedProblem(context, row);
  if (row.driver !== null) {
    await follow(context, row, before);
    await confirmPerson(context, row);
  }
  if (before !== null && (before.phone !== row.phone || hasLeft(before, row))) await freed(context, before);
  return row;
}

const hasLeft = (before: ContactTable, { archived }: ContactTable): boolean =>
  archived === 1 && before.archived === 0;

/** Gone, or merged into another. What was known of them stays, so that it can be seen whose they are now (people.ts). */
export async function noteContactGone(context: SyncContext, id: string): Promise<ContactTable> {
  const before = await contactRow(context, id);
  await clearMalformed(context, 'contact', id);
  const unknown = { name: unnamed(id), email: null, phone: null, phone_region: null, phone_guess: null };
  const { name, email: mail, phone, phone_region, phone_guess } = before ?? unknown;
  const { integration, account, now } = context;
  const rest = {
    integration,
    id,
    account,
    driver: before?.driver ?? null,
    archived: 1,
    fetched: now,
  } as const;
  const row = await store(context, { ...rest, name, email: mail, phone, phone_region, phone_guess });
  if (before !== null && hasLeft(before, row)) await freed(context, before);
  return row;
}

/** Somebody of whom only the name may be read. */
export async function noteName(context: SyncContext, id: string, name: string): Promise<ContactTable> {
  const before = await contactRow(context, id);
  if (before !== null) return before;
  return await take(context, { id, name, email: null, phones: [], archived: false }, null);
}

async function fieldsOf(
  context: SyncContext,
  contact: Contact,
  vehicle: string | null,
): Promise<Omit<ContactTable, 'driver'>> {
  const { integration, account, now } = context;
  const phone = await readPhones(context, contact, vehicle);
  const mail = contact.email === null ? null : read(() => email('email', contact.email ?? ''));
  return {
    ...{
      integration,
      id: contact.id,
      account,
      name: plainText(contact.name, nameMax) || unnamed(contact.id),
    },
    ...{ email: mail, ...phone, archived: contact.archived ? 1 : 0, fetched: now },
  };
}

/** A value that cannot be used is as good as absent. */
function read<T>(value: () => T): T | null {
  try {
    return value();
  } catch {
    return null;
  }
}

async function store({ tx }: SyncContext, row: ContactTable): Promise<ContactTable> {
  const { integration: _i, id: _id, account: _a, ...rest } = row;
  await tx
    .insertInto('contact')
    .values(row)
    .onConflict(on => on.columns(['integration', 'id']).doUpdateSet(rest))
    .execute();
  return row;
}

/** The driver that somebody is here: known already, or known by number and address, or made now. */
export async function driverOf(context: SyncContext, contact: ContactTable): Promise<string> {
  if (contact.driver !== null && (await isThere(context, contact.driver))) return contact.driver;
  const known = await samePerson(context, contact);
  const driver = known ?? (await made(context, contact));
  await context.tx
    .updateTable('contact')
    .set({ driver })
    .where('integration', '=', context.integration)
    .where('id', '=', contact.id)
    .execute();
  if (known !== null) await follow(context, { ...contact, driver }, null);
  await confirmPerson(context, { ...contact, driver });
  return driver;
}

const isThere = async (context: SyncContext, id: string): Promise<boolean> =>
  (await driverRow(context, id)).erased === null;

async function made(context: SyncContext, contact: ContactTable): Promise<string> {
  const phone = await ownPhone(context, contact, null);
  const { name, email: mail, phone_guess: phoneGuess } = contact;
  return (await createDriver(context, { name, email: mail, phone, phoneGuess })).id;
}

/** Name, address and number of the driver as the fleet's system has them now. */
async function follow(context: SyncContext, row: ContactTable, before: ContactTable | null): Promise<void> {
  if (row.driver === null || !(await isThere(context, row.driver))) return;
  const driver = await driverRow(context, row.driver);
  const wanted = driverPhone(driver, { before: before?.phone ?? null, after: row.phone });
  const phone = wanted.phone === row.phone ? await ownPhone(context, row, driver.id) : wanted.phone;
  // An address that came from there goes with it; one that an administrator gave stays until there is another.
  const isTheirs = driver.email === null || driver.email === (before?.email ?? null);
  const mail = row.email === null && !isTheirs ? driver.email : row.email;
  const phoneGuess = phone === row.phone ? row.phone_guess : null;
  const isSame = driver.phone === phone && (phone !== row.phone || driver.phone_guess === phoneGuess);
  const patch = {
    ...(driver.name === row.name ? {} : { name: row.name }),
    ...(driver.email === mail ? {} : { email: mail }),
    ...(isSame ? {} : { phone, phoneGuess, phoneOpens: wanted.opens && phone === driver.phone }),
  };
  if (Object.keys(patch).length > 0) await changeDriver(context, driver.id, patch);
}

/**
 * The number of the contact, if it is theirs alone. One that has moved to them opens nothing any more for whoever had it: nobody
 * has proven that it is still theirs; so does that of somebody who has left. One that two have goes to the first, and is a Problem.
 */
async function ownPhone(
  context: SyncContext,
  row: ContactTable,
  driver: string | null,
): Promise<string | null> {
  const { phone } = row;
  const name: ProblemName = { kind: 'phone-shared', subject: subjectOf(context.integration, row.id) };
  const other = phone === null ? null : await driverBy(context, { phone });
  if (phone === null || other === null || other.id === driver) {
    await clearProblem(context, name);
    return phone;
  }
  const theirs = await contactOf(context, other.id);
  if (theirs === null) {
    // Not moved: an administrator gave it to a driver who is no contact, and is asked which of them has it.
    await clearProblem(context, name);
    return null;
  }
  if (theirs.phone === phone && theirs.archived === 0) {
    await readAgain(context, theirs.id);
    const said = `${row.name} and ${theirs.name} have the same phone number: give each their own in Fleetio`;
    await raiseProblem(context, name, said);
    return null;
  }
  await changeDriver(context, other.id, { phone: null, phoneOpens: false });
  await clearProblem(context, name);
  return phone;
}

/** Soon, since what is known of them may be old. */
export async function readAgain({ tx, integration }: SyncContext, contact: string): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ fetched: 0 })
    .where('integration', '=', integration)
    .where('id', '=', contact)
    .execute();
}

/** A number that somebody has no longer may be another's now, who had to go without. */
async function freed(context: SyncContext, { phone, id }: ContactTable): Promise<void> {
  if (phone === null) return;
  const others = await context.tx
    .selectFrom('contact')
    .selectAll()
    .where('integration', '=', context.integration)
    .where('phone', '=', phone)
    .where('id', '!=', id)
    .limit(10)
    .execute();
  for (const other of others) await follow(context, other, null);
}

async function archivedProblem(context: SyncContext, row: ContactTable): Promise<void> {
  const name: ProblemName = { kind: 'contact-archived', subject: subjectOf(context.integration, row.id) };
  if (row.archived === 0) await clearProblem(context, name);
}
