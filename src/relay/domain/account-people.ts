/** People who look after an account: who they are, as what, and whether they are let in. */
import type { Kysely } from 'kysely';
import { Fault } from '../../base/fault.ts';
import { noteNews } from '../store/commit-effects.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { Tables } from '../store/tables.ts';
import type { PersonTable } from '../store/tables-people.ts';
import { audit } from './audit.ts';
import { email, type Page, pageSize, text } from './checks.ts';
import type { Context, Reading } from './context.ts';
import { conflict, notFound } from './faults.ts';
import { newId } from './ids.ts';
import { voidPersonLinks } from './person-links.ts';
import { endSessions } from './sessions.ts';

export const roles = [
  'administrator',
  'operator',
  'auditor',
] as const satisfies readonly PersonTable['role'][];
export type Role = (typeof roles)[number];

/** Languages that the pages of the account are in; drivers have more. */
export const pageLanguages = ['en', 'nl'] as const satisfies readonly PersonTable['language'][];
export type PageLanguage = (typeof pageLanguages)[number];

const nameMax = 100;

export interface NewPerson {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly language: PageLanguage;
}

/** Checks what somebody typed, before anything slow is done with it. @throws Fault `bad-input` */
export const checkedPerson = <Person extends NewPerson>(person: Person): Person => ({
  ...person,
  name: text('name', person.name, nameMax),
  email: email('email', person.email),
});

/**
 * @param password its hash; null: they choose one by a link
 * @throws Fault `bad-input`, `conflict` where the address is somebody's in this account
 */
export async function createPerson(
  context: Context,
  person: NewPerson,
  password: string | null = null,
): Promise<PersonTable> {
  const { tx, account, now } = context;
  const { name, email: address, role, language } = checkedPerson(person);
  const id = newId('per', context);
  const row = { id, account, name, email: address, role, language, password, created: now };
  const made = await tx
    .insertInto('person')
    .values({ ...row, disabled: null, seen: null })
    .onConflict(on => on.columns(['email', 'account']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made === undefined)
    throw conflict(
      'somebody in this account has this mail address',
      'Change that person, or give another address.',
    );
  await audit(context, 'person-created', id, role);
  return await personRow(context, id);
}

/** @throws Fault `not-found` */
export async function personRow({ tx, account }: Reading, id: string): Promise<PersonTable> {
  const row = await tx
    .selectFrom('person')
    .selectAll()
    .where('account', '=', account)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw notFound('person', id);
  return row;
}

export function listPeople({ tx, account }: Reading, page: Page): Promise<readonly PersonTable[]> {
  let query = tx.selectFrom('person').selectAll().where('account', '=', account);
  if (page.after !== null) query = query.where('id', '>', page.after);
  return query.orderBy('id').limit(pageSize(page)).execute();
}

/** One address may be known to several accounts; more than these nobody looks after. */
const accountsMax = 5;

/** Those who may come in under this address, in whatever account, oldest first. */
export const peopleWithAddress = (db: Kysely<Tables>, address: string): Promise<readonly PersonTable[]> =>
  db
    .selectFrom('person')
    .selectAll()
    .where('email', '=', address)
    .where('disabled', 'is', null)
    .orderBy('created')
    .orderBy('id')
    .limit(accountsMax)
    .execute();

interface PersonPatch {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly language?: PageLanguage | undefined;
  readonly disabled?: boolean | undefined;
}

/**
 * Holds from the next request on: who is disabled is signed out everywhere, and their links are void.
 * @throws Fault `bad-input`, `not-found`; `conflict` where nobody would be left to look after the account
 */
export async function changePerson(context: Context, id: string, patch: PersonPatch): Promise<PersonTable> {
  const { tx, account, now } = context;
  // Two who take the last administrators off at one time wait for each other.
  await selectForUpdate(tx, tx.selectFrom('account').select('id').where('id', '=', account)).execute();
  const before = await personRow(context, id);
  const { disabled: off } = patch;
  const after: Pick<PersonTable, 'name' | 'role' | 'language' | 'disabled'> = {
    name: patch.name === undefined ? before.name : text('name', patch.name, nameMax),
    role: patch.role ?? before.role,
    language: patch.language ?? before.language,
    disabled: off === undefined ? before.disabled : off ? (before.disabled ?? now) : null,
  };
  if (isKeeper(before) && !isKeeper({ ...before, ...after })) await mustNotBeLast(context, id);
  await tx.updateTable('person').set(after).where('id', '=', id).execute();
  if (after.disabled !== null) {
    await endSessions(context, id);
    await voidPersonLinks(context, id);
  }
  noteNews(tx, account, 'sessions');
  await audit(context, 'person-changed', id, changesOf(before, after));
  return await personRow(context, id);
}

/** Somebody who can sign in and may do everything. */
const isKeeper = ({
  role,
  disabled,
  password,
}: Pick<PersonTable, 'role' | 'disabled' | 'password'>): boolean =>
  role === 'administrator' && disabled === null && password !== null;

async function mustNotBeLast({ tx, account }: Context, id: string): Promise<void> {
  const other = await tx
    .selectFrom('person')
    .select('id')
    .where('account', '=', account)
    .where('id', '!=', id)
    .where('role', '=', 'administrator')
    .where('disabled', 'is', null)
    .where('password', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  if (other === undefined) throw new LastAdministrator();
}

/** Nobody would be left to look after the account. */
export class LastAdministrator extends Fault {
  constructor() {
    super(
      'conflict',
      'this is the last administrator who can sign in',
      'Make another person administrator first, and have them sign in.',
    );
  }
}

/** Members that have changed, with words of ours: never a name. */
const changesOf = (
  before: PersonTable,
  after: Pick<PersonTable, 'name' | 'role' | 'language' | 'disabled'>,
): string =>
  [
    after.name === before.name ? '' : 'name',
    after.role === before.role ? '' : `role=${after.role}`,
    after.language === before.language ? '' : `language=${after.language}`,
    (after.disabled === null) === (before.disabled === null)
      ? ''
      : after.disabled === null
        ? 'enabled'
        : 'disabled',
  ]
    .filter(word => word !== '')
    .join(' ');

/** Chosen by the person: whoever was signed in under the one before is so no more. */
export async function setPassword(context: Context, id: string, hash: string): Promise<void> {
  const { tx } = context;
  await personRow(context, id);
  await tx.updateTable('person').set({ password: hash }).where('id', '=', id).execute();
  await endSessions(context, id);
  await voidPersonLinks(context, id);
  await audit(context, 'password-chosen', id);
}
