/** A driver's own number opens their keys once an SMS to it has come back as six digits (rules.md 20). */
import type { Kysely } from 'kysely';
import { settingsOf } from '../domain/accounts.ts';
import type { Context } from '../domain/context.ts';
import { freePhone } from '../domain/driver-phones.ts';
import { changeDriver, driverRow } from '../domain/drivers.ts';
import type { Language } from '../domain/notify-settings.ts';
import { phoneNumber } from '../domain/phone.ts';
import type { PinHash } from '../secrets/pins.ts';
import { forChange } from '../store/for-change.ts';
import type { Tables } from '../store/tables.ts';
import type { PhoneCheckTable } from '../store/tables-notify.ts';
import { queueMessage } from './queue.ts';

const lifeMs = 600_000;
const triesMax = 5;
const betweenMs = 60_000;
const perDay = 5;
const dayMs = 86_400_000;
const digits = 6;

export type Begun = 'sent' | 'too-often';

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
  const { region } = await tx
    .selectFrom('account')
    .select('region')
    .where('id', '=', account)
    .executeTakeFirstOrThrow();
  const number = phoneNumber('phone', phone, region);
  await driverRow(context, driver);
  if (!(await mayAsk(context, driver))) return 'too-often';
  const check = drawn(context);
  const row = {
    phone: number,
    code: atRest.hash('check', hashed(driver, number, check)),
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
  return 'sent';
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

export type Checked =
  | { readonly is: 'verified'; readonly phone: string }
  | { readonly is: 'wrong' | 'over' | 'pin-needed' };

/** A wrong answer is counted, so this is not to be rolled back for one. */
export async function finishPhoneCheck(
  context: Context,
  { driver, check, pin }: { readonly driver: string; readonly check: string; readonly pin: PinHash | null },
): Promise<Checked> {
  const { tx, now, atRest } = context;
  const row = await forChange(
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
  if (atRest.hash('check', hashed(driver, phone, check.replace(/\s/g, ''))) !== row.code) {
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
  return { is: 'verified', phone };
}
