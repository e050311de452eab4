import type { NewPin } from '../secrets/pins.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { DriverTable } from '../store/tables.ts';
import { audit } from './audit.ts';
import { email, type Page, pageSize, tag, text } from './checks.ts';
import type { Context, OpenReading, Reading } from './context.ts';
import { badInput, conflict, notFound } from './faults.ts';
import { newId } from './ids.ts';
import { type PersonWords, withFormer } from './person.ts';
import { homeOfAccount, type NumberHome, notePhoneGuess, phoneNumber } from './phone.ts';
import { clearProblem } from './problems.ts';
import { putRecords } from './records.ts';
import { noteDriverWords } from './search-words.ts';
import { tagHash, tagHashes, type Warned, warned } from './tags.ts';

interface DriverFields {
  readonly email?: string | null | undefined;
  /** As people write it; kept as E.164. */
  readonly phone?: string | null | undefined;
  /** How it is read; as the account has it where absent. */
  readonly phoneHome?: NumberHome | undefined;
  /** Of a phone with its country code: the region in which others read it, though nobody had chosen it. */
  readonly phoneGuess?: string | null | undefined;
  /** Whether the phone opens, with the PIN: an administrator says so, or it was verified. False where absent. */
  readonly phoneOpens?: boolean | undefined;
  /** Number of the badge as a reader prints it. */
  readonly badge?: string | null | undefined;
  /** Hashed before the transaction (secrets/pins.ts); refused where it is part of the phone. */
  readonly pin?: NewPin | null | undefined;
  readonly language?: string | null | undefined;
}

interface NewDriver extends DriverFields {
  readonly name: string;
}

export interface DriverPatch extends DriverFields {
  readonly name?: string | undefined;
}

export interface DriverView
  extends Omit<
    DriverTable,
    'account' | 'badge_hash' | 'pin' | 'phone_opens' | 'phone_guess' | 'code' | 'code_hash' | 'former'
  > {
  readonly phoneOpens: boolean;
  /** Whether there is one; the PIN itself is nowhere. */
  readonly pin: boolean;
}

const badgeWarned = ({ badge }: DriverFields): Warned =>
  badge == null ? {} : warned('badge', tag('badge', badge));

export async function createDriver(
  context: Context,
  input: NewDriver,
): Promise<Warned & { readonly id: string }> {
  const id = newId('d', context);
  const row = await merged(context, blank(context, id), input);
  await context.tx.insertInto('driver').values(row).execute();
  await noteDriverWords(context, row);
  await audit(context, 'driver-created', id);
  return { id, ...badgeWarned(input) };
}

const blank = ({ account, now }: Context, id: string): DriverTable => ({
  ...{ id, account, name: '', email: null, phone: null, phone_guess: null, phone_opens: 0 },
  ...{ badge: null, badge_hash: null, pin: null, language: null, code: null, code_hash: null },
  ...{ created: now, former: null, erased: null },
});

/** Changes a driver, and sends boxes anew what they have of them where that has changed. */
export async function changeDriver(
  context: Context,
  id: string,
  patch: DriverPatch,
): Promise<Warned & DriverView> {
  const { tx } = context;
  const before = await driverToChange(context, id);
  if (before.erased !== null) throw conflict('this driver was erased', 'Make a new one.');
  const after = await merged(context, before, patch);
  const former = formerAfter(context, before, after);
  await tx
    .updateTable('driver')
    .set({ ...after, former })
    .where('id', '=', id)
    .execute();
  if (before.name !== after.name || before.phone !== after.phone) await noteDriverWords(context, after);
  const seen = (['phone', 'phone_opens', 'badge_hash', 'pin'] as const).some(
    member => before[member] !== after[member],
  );
  if (seen) await touchDriver(context, id);
  // Whoever sets it for them knows whose it is.
  const isSet = [patch.phone, patch.phoneOpens, patch.pin].some(each => each !== undefined);
  if (isSet) await clearProblem(context, { kind: 'phone-replaced', subject: id });
  await audit(context, 'driver-changed', id, Object.keys(patch).join(' '));
  return { ...shownDriver(context, after), ...badgeWarned(patch) };
}

/** Words of a person as they were before, which sentences of then have. */
export const formerWordsOf = (
  { atRest }: Pick<Context, 'atRest'>,
  { id, former }: DriverTable,
): PersonWords => (former === null ? [] : (JSON.parse(atRest.open('former', id, former)) as PersonWords));

function formerAfter(context: Context, before: DriverTable, after: DriverTable): string | null {
  const known = formerWordsOf(context, before);
  const words = withFormer(before, after, known);
  const isSame = words.length === known.length && words.every((word, at) => word === known[at]);
  return isSame ? before.former : context.atRest.seal('former', before.id, JSON.stringify(words));
}

/** In every box that has the driver. */
export async function touchDriver({ tx }: Context, id: string): Promise<void> {
  const boxes = await tx
    .selectFrom('record')
    .select('box')
    .where('subject', '=', id)
    .where('kind', '=', 'driver')
    .where('dropped', '=', 0)
    .orderBy('box')
    .execute();
  for (const { box } of boxes) await putRecords(tx, box, [{ kind: 'driver', subject: id }]);
}

async function merged(context: Context, before: DriverTable, patch: DriverPatch): Promise<DriverTable> {
  const opens = patch.phoneOpens ?? before.phone_opens === 1;
  const { phone, phone_guess } = { ...before, ...(await phoneOf(context, before.id, patch)) };
  if (opens && phone === null) throw badInput('phoneOpens', 'needs a phone');
  const pin = patch.pin === undefined ? before.pin : (patch.pin?.hashFor(phone) ?? null);
  return {
    ...before,
    name: patch.name === undefined ? before.name : text('name', patch.name, 100),
    email: patch.email == null ? (patch.email === null ? null : before.email) : email('email', patch.email),
    ...{ phone, phone_guess },
    phone_opens: opens ? 1 : 0,
    ...(await badgeOf(context, before.id, patch.badge)),
    pin,
    language: patch.language === undefined ? before.language : languageOf(patch.language),
  };
}

function languageOf(language: string | null): string | null {
  if (language === null || /^[a-z]{2,3}$/.test(language)) return language;
  throw badInput('language', 'must be a code such as nl');
}

async function phoneOf(
  context: Context,
  id: string,
  { phone, phoneHome, phoneGuess = null }: DriverFields,
): Promise<Partial<Pick<DriverTable, 'phone' | 'phone_guess'>>> {
  if (phone === undefined) return {};
  const home = phoneHome ?? (await homeOfAccount(context));
  const read = phone === null ? null : phoneNumber('phone', phone, home);
  await notePhoneGuess(context, id, read);
  if (read === null) return { phone: null, phone_guess: null };
  const { number } = read;
  const other = await driverBy(context, { phone: number });
  if (other !== null && other.id !== id)
    throw conflict('another driver has this phone', `It is driver ${other.id}; change that one.`);
  return { phone: number, phone_guess: read.isGuess ? read.by : phoneGuess };
}

async function badgeOf(
  { tx, account, atRest }: Context,
  id: string,
  badge: string | null | undefined,
): Promise<Partial<Pick<DriverTable, 'badge' | 'badge_hash'>>> {
  if (badge == null) return badge === null ? { badge: null, badge_hash: null } : {};
  const { number } = tag('badge', badge);
  const other = await tx
    .selectFrom('driver')
    .select('id')
    .where('account', '=', account)
    .where('badge_hash', 'in', tagHashes(atRest, 'badge', account, number))
    .where('id', '!=', id)
    .executeTakeFirst();
  if (other !== undefined) throw conflict('another driver has this badge', `It is driver ${other.id}.`);
  return { badge: atRest.seal('badge', id, number), badge_hash: tagHash(atRest, 'badge', account, number) };
}

/** Who has this phone (E.164) or this mail address in the account; null: nobody. */
export async function driverBy(
  { tx, account }: Context,
  by: { readonly phone: string } | { readonly email: string },
): Promise<DriverTable | null> {
  const query = tx
    .selectFrom('driver')
    .selectAll()
    .where('account', '=', account)
    .where('erased', 'is', null);
  const some = 'phone' in by ? query.where('phone', '=', by.phone) : query.where('email', '=', by.email);
  return (await some.orderBy('id').executeTakeFirst()) ?? null;
}

/** @throws Fault `not-found` */
export const driverRow = async (reading: Reading, id: string): Promise<DriverTable> =>
  theOne(id, await driverCalled(reading, id).executeTakeFirst());

/** As `driverRow`, to be changed, or to be booked for: nobody erases it meanwhile. */
export const driverToChange = async (context: Context, id: string): Promise<DriverTable> =>
  theOne(id, await selectForUpdate(context.tx, driverCalled(context, id)).executeTakeFirst());

const driverCalled = ({ tx, account }: Reading, id: string) =>
  tx.selectFrom('driver').selectAll().where('id', '=', id).where('account', '=', account);

function theOne(id: string, row: DriverTable | undefined): DriverTable {
  if (row === undefined) throw notFound('driver', id);
  return row;
}

export const driverView = async (context: OpenReading, id: string): Promise<DriverView> =>
  shownDriver(context, await driverRow(context, id));

export function shownDriver({ atRest }: OpenReading, row: DriverTable): DriverView {
  const {
    account: _a,
    badge_hash: _h,
    code: _c,
    code_hash: _d,
    former: _f,
    phone_guess: _g,
    phone_opens,
    pin,
    ...rest
  } = row;
  const badge = row.badge === null ? null : atRest.open('badge', row.id, row.badge);
  return { ...rest, badge, phoneOpens: phone_opens === 1, pin: pin !== null };
}

export async function listDrivers(context: OpenReading, page: Page): Promise<readonly DriverView[]> {
  let query = context.tx
    .selectFrom('driver')
    .selectAll()
    .where('account', '=', context.account)
    .where('erased', 'is', null);
  if (page.after !== null) query = query.where('id', '>', page.after);
  const rows = await query.orderBy('id').limit(pageSize(page)).execute();
  return rows.map(row => shownDriver(context, row));
}
