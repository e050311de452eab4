/** What the relay forgets by itself. Each run does a bounded piece; it says whether there is more. */
import type { Transaction } from 'kysely';
import type { Tables } from '../store/tables.ts';
import { settingsOf } from './accounts.ts';
import type { Context } from './context.ts';
import { erased } from './driver-erasure.ts';
import { idempotencyLifeMs } from './idempotency.ts';
import { retainMessages } from './message-erasure.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Used and expired claims, cleared problems, commands: for looking back. */
const lookBackMs = 90 * dayMs;
/** Rows of one kind in one transaction. */
const pieceMax = 500;
/** The bookings of each are looked at, while others wait for the database. */
const driversMax = 50;

/** What belongs to no account in particular. */
export async function retainRelay(tx: Transaction<Tables>, now: number): Promise<void> {
  await tx.deleteFrom('spent_code').where('until', '<', now).execute();
  await tx
    .deleteFrom('idempotency')
    .where('created', '<', now - idempotencyLifeMs)
    .execute();
  await tx
    .deleteFrom('claim')
    .where('expires', '<', now - lookBackMs)
    .execute();
  // The answer that could be had again holds a password.
  await tx
    .updateTable('claim')
    .set({ answer: null })
    .where('used', '<', now - hourMs)
    .execute();
  await tx
    .deleteFrom('problem')
    .where('cleared', '<', now - lookBackMs)
    .execute();
  await tx
    .deleteFrom('command')
    .where('not_after', '<', now - lookBackMs)
    .execute();
  await retainMessages(tx, now, lookBackMs);
}

/** What the account's settings say. True: there is more to do. */
export async function retainAccount(context: Context): Promise<boolean> {
  const { tx, account, now } = context;
  const row = await tx
    .selectFrom('account')
    .select('settings')
    .where('id', '=', account)
    .executeTakeFirstOrThrow();
  const { driverDays, eventDays, auditDays } = settingsOf(row);
  await tx
    .deleteFrom('audit')
    .where('account', '=', account)
    .where('at', '<', now - auditDays * dayMs)
    .execute();
  const drivers = driverDays === null ? 0 : await eraseIdle(context, now - driverDays * dayMs);
  const events = eventDays === null ? 0 : await forgetEvents(context, now - eventDays * dayMs);
  return drivers === driversMax || events === pieceMax;
}

/** Drivers who were made before, and whose bookings all ended before. */
async function eraseIdle(context: Context, before: number): Promise<number> {
  const { tx, account } = context;
  const idle = await tx
    .selectFrom('driver')
    .select('id')
    .where('account', '=', account)
    .where('erased', 'is', null)
    .where('created', '<', before)
    .where(eb =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('booking')
            .select('booking.id')
            .whereRef('booking.driver', '=', 'driver.id')
            .where(eb2 =>
              eb2.or([
                eb2('end', 'is', null),
                eb2('end', '>=', before),
                eb2('returned', '>=', before),
                eb2.and([eb2('taken', 'is not', null), eb2('returned', 'is', null)]),
              ]),
            ),
        ),
      ),
    )
    .limit(driversMax)
    .execute();
  for (const { id } of idle) await erased(context, id);
  return idle.length;
}

/** The oldest of each box; the chain of what is left still verifies, as a range. */
async function forgetEvents({ tx, account }: Context, before: number): Promise<number> {
  const old = await tx
    .selectFrom('event')
    .select('number')
    .where('account', '=', account)
    .where('stored', '<', before)
    .orderBy('number')
    .limit(pieceMax)
    .execute();
  const last = old.at(-1)?.number;
  if (last === undefined) return 0;
  await tx.deleteFrom('event').where('account', '=', account).where('number', '<=', last).execute();
  return old.length;
}
