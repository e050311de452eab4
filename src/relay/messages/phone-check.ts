/**
 * A driver's own number opens their keys once an SMS to it has come back as six digits (rules.md 20). A link opens one booking,
 * not a person: who has a number or a PIN already gives the PIN too, or the six digits that went to the number until then.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { settingsOf } from '../domain/accounts.ts';
import type { Context } from '../domain/context.ts';
import { freePhone } from '../domain/driver-phones.ts';
import { changeDriver, type DriverPatch, driverRow, driverToChange } from '../domain/drivers.ts';
import { badInput } from '../domain/faults.ts';
import type { Language } from '../domain/notify-settings.ts';
import { homeOfKey, type NumberHome, phoneNumber } from '../domain/phone.ts';
import { raiseProblem } from '../domain/problems.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { DriverTable, Tables } from '../store/tables.ts';
import type { PhoneCheckTable } from '../store/tables-notify.ts';
import { queueMessage } from './queue.ts';
import { tellPerson } from './tell-person.ts';

const lifeMs = 600_000;
const triesMax = 5;
const betweenMs = 60_000;
const perDay = 5;
const dayMs = 86_400_000;
const digits = 6;

type Begun = 'sent' | 'too-often';

/**
 * @param phone as the driver writes it
 * @throws Fault `bad-input` where it is no number
 */
export async function beginPhoneCheck(
  context: Context,
  {
    driver,
    phone,
    language,
  }: { readonly driver: string; readonly phone: string; readonly language: Language },
): Promise<Begun> {
  const { tx, account, atRest, now } = context;
  const { number, isGuess } = phoneNumber('phone', phone, await homeOfDriver(context, driver));
  if (isGuess)
    throw badInput(
      'phone',
      'has no country code, and nobody has said where it is',
      'Write it with its country code.',
    );
  const before = await driverRow(context, driver);
  if (!(await mayAsk(context, driver))) return 'too-often';
  const check = drawn(context);
  const oldCheck = drawn(context);
  const old = before.phone === null || before.phone === number ? null : before.phone;
  const row = {
    phone: number,
    code: atRest.hash('check', hashed(driver, number, check)),
    old_code: old === null ? null : atRest.hash('check', hashed(driver, old, oldCheck)),
    created: now,
    expires: now + lifeMs,
    tries: 0,
  };
  await tx
    .insertInto('phone_check')
    .values({ driver, account, ...row })
    .onConflict(on => on.column('driver').doUpdateSet(row))
    .execute();
  const message = { kind: 'verify-phone', channel: 'sms', to: number, language, driver } as const;
  await queueMessage(context, { ...message, data: { check }, until: now + lifeMs });
  if (old !== null) {
    const toOld = { ...message, kind: 'old-phone-check', to: old } as const;
    await queueMessage(context, { ...toOld, data: { check: oldCheck }, until: now + lifeMs });
  }
  return 'sent';
}

/** Of the box of their newest booking: they stand there, or soon will. */
async function homeOfDriver(context: Context, driver: string): Promise<NumberHome> {
  const row = await context.tx
    .selectFrom('booking')
    .select('key')
    .where('account', '=', context.account)
    .where('driver', '=', driver)
    .orderBy('start', 'desc')
    .executeTakeFirst();
  return await homeOfKey(context, row?.key ?? null);
}

const hashed = (driver: string, phone: string, check: string): string => `${driver}\n${phone}\n${check}`;

/** Six digits, evenly: what is left over above the last full million is drawn again. */
function drawn({ random }: Context): string {
  const most = 10 ** digits;
  const whole = Math.floor(2 ** 32 / most) * most;
  for (;;) {
    const value = Buffer.from(random(4)).readUInt32BE();
    if (value < whole) return String(value % most).padStart(digits, '0');
  }
}

async function mayAsk({ tx, now }: Context, driver: string): Promise<boolean> {
  const rows = await tx
    .selectFrom('message')
    .select('created')
    .where('driver', '=', driver)
    .where('created', '>', now - dayMs)
    .where('kind', '=', 'verify-phone')
    .limit(perDay)
    .execute();
  return rows.length < perDay && rows.every(({ created }) => now - created >= betweenMs);
}

/** The number that waits to be proven; null: none, or no longer. */
export async function openPhoneCheck(
  { tx, now }: { readonly tx: Kysely<Tables>; readonly now: number },
  driver: string,
): Promise<string | null> {
  const row = await tx.selectFrom('phone_check').selectAll().where('driver', '=', driver).executeTakeFirst();
  return row === undefined || isOver(row, now) ? null : row.phone;
}

const isOver = ({ expires, tries }: PhoneCheckTable, now: number): boolean =>
  now >= expires || tries >= triesMax;

/** Whether this driver's phone is to open together with a PIN, and there is none yet. */
export async function needsPin(tx: Kysely<Tables>, driver: string): Promise<boolean> {
  const row = await tx
    .selectFrom('driver')
    .innerJoin('account', 'account.id', 'driver.account')
    .select(['pin', 'settings'])
    .where('driver.id', '=', driver)
    .executeTakeFirstOrThrow();
  return row.pin === null && !settingsOf(row).notify.phoneAlone;
}

/** Whether setting this number takes more than the digits that go to it: it is another than before, or there is only a PIN. */
export async function needsOld(tx: Kysely<Tables>, driver: string, phone: string): Promise<boolean> {
  const row = await tx
    .selectFrom('driver')
    .select(['phone', 'pin'])
    .where('id', '=', driver)
    .executeTakeFirstOrThrow();
  return isProtected(row, phone);
}

const isProtected = (
  { phone, pin }: { readonly phone: string | null; readonly pin: string | null },
  next: string,
): boolean => (phone === null ? pin !== null : phone !== next);

type Checked =
  | { readonly is: 'verified'; readonly phone: string }
  | { readonly is: 'wrong' | 'over' | 'pin-needed' };

interface Answer {
  readonly driver: string;
  /** The digits that were typed, of those that went to the new number. */
  readonly check: string;
  /** And as those that went to the number until then, or as the PIN. */
  readonly old: string;
  /** The kept hash that `old` was found to be the PIN of; null: of none. */
  readonly oldPin: string | null;
  /** Chosen now; null: as it was. */
  readonly pin: NonNullable<DriverPatch['pin']> | null;
}

/** A wrong answer is counted, so this is not to be rolled back for one. */
export async function finishPhoneCheck(context: Context, answer: Answer): Promise<Checked> {
  const { driver, check, pin } = answer;
  const { tx, now, atRest } = context;
  const row = await selectForUpdate(
    tx,
    tx
      .selectFrom('phone_check')
      .selectAll()
      .where('driver', '=', driver)
      .where('account', '=', context.account),
  ).executeTakeFirst();
  if (row === undefined || isOver(row, now)) return { is: 'over' };
  if (pin === null && (await needsPin(tx, driver))) return { is: 'pin-needed' };
  const { phone } = row;
  const before = await driverToChange(context, driver);
  const isRight = sameHash(row.code, atRest.hash('check', hashed(driver, phone, bare(check))));
  if (!isRight || (isProtected(before, phone) && !provesOld(context, answer, { row, before }))) {
    await tx
      .updateTable('phone_check')
      .set({ tries: row.tries + 1 })
      .where('driver', '=', driver)
      .execute();
    return { is: row.tries + 1 >= triesMax ? 'over' : 'wrong' };
  }
  await tx.deleteFrom('phone_check').where('driver', '=', driver).execute();
  await freePhone(context, phone, driver);
  await changeDriver(context, driver, { phone, phoneOpens: true, ...(pin === null ? {} : { pin }) });
  await noteChange(context, before, { phone, isOtherPin: pin !== null });
  return { is: 'verified', phone };
}

const bare = (typed: string): string => typed.replace(/\s/g, '');
/** Both are keyed hashes of one length. */
const sameHash = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** By the PIN as it is kept now, or by the digits that went to the number as it is now. */
function provesOld(
  { atRest }: Context,
  { driver, old, oldPin }: Answer,
  { row, before }: { readonly row: PhoneCheckTable; readonly before: DriverTable },
): boolean {
  if (oldPin !== null && before.pin === oldPin) return true;
  if (row.old_code === null || before.phone === null) return false;
  return sameHash(row.old_code, atRest.hash('check', hashed(driver, before.phone, bare(old))));
}

/** Told to the number until then and by mail, so that nobody is replaced in silence; to administrators as a Problem. */
async function noteChange(
  context: Context,
  before: DriverTable,
  { phone, isOtherPin }: { readonly phone: string; readonly isOtherPin: boolean },
): Promise<void> {
  const isOther = before.phone !== phone;
  if (!isOther && !isOtherPin && before.phone_opens === 1) return;
  await tellPerson(context, {
    ...{ driver: before.id, kind: 'phone-changed' },
    phone: isOther ? before.phone : null,
  });
  if (isProtected(before, phone))
    await raiseProblem(
      context,
      { kind: 'phone-replaced', subject: before.id },
      'the driver’s page has set another phone; the number until then and the mail address were told',
    );
}
