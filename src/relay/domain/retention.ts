/** Forgets what is past its time. Each run does a bounded piece, and says whether there is more. */
import { sql, type Transaction } from 'kysely';
import { deletePiece, pieceMax } from '../store/delete-piece.ts';
import type { Tables } from '../store/tables.ts';
import { accountSettings } from './accounts.ts';
import { erased } from './driver-erasure.ts';
import type { FollowedContext } from './followers.ts';
import { idempotencyLifeMs } from './idempotency.ts';
import { sessionIdleMs } from './sessions.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Used and expired claims, cleared problems, commands, messages: for looking back. */
export const lookBackMs = 90 * dayMs;
/** The bookings of each are looked at, while others wait for the database. */
const driversMax = 50;

/** Forgets what belongs to no account in particular. True: there is more to do. */
export async function retainRelay(tx: Transaction<Tables>, now: number): Promise<boolean> {
  const lookedBack = now - lookBackMs;
  // The answer that could be had again holds a password.
  await tx
    .updateTable('claim')
    .set({ answer: null })
    .where('used', '<', now - hourMs)
    .where('answer', 'is not', null)
    .execute();
  const done = [
    await deletePiece(tx, { table: 'spent_code', key: ['box', 'hash'], where: sql`until < ${now}` }),
    await deletePiece(tx, {
      table: 'idempotency',
      key: ['account', 'key'],
      where: sql`created < ${now - idempotencyLifeMs}`,
    }),
    await deletePiece(tx, { table: 'claim', key: ['id'], where: sql`expires < ${lookedBack}` }),
    await deletePiece(tx, { table: 'problem', key: ['id'], where: sql`cleared < ${lookedBack}` }),
    await deletePiece(tx, { table: 'session', key: ['id'], where: sql`used < ${now - sessionIdleMs}` }),
    await deletePiece(tx, { table: 'person_link', key: ['hash'], where: sql`expires < ${now - hourMs}` }),
    await deletePiece(tx, { table: 'command', key: ['id'], where: sql`not_after < ${lookedBack}` }),
  ];
  return done.includes(true);
}

/** Forgets what the account's settings name. True: there is more to do. */
export async function retainAccount(context: FollowedContext): Promise<boolean> {
  const { tx, account, now } = context;
  const { driverDays, eventDays, auditDays } = await accountSettings(context);
  const audits = await deletePiece(tx, {
    table: 'audit',
    key: ['id'],
    where: sql`account = ${account} and at < ${now - auditDays * dayMs}`,
  });
  const drivers = driverDays === null ? 0 : await eraseIdle(context, now - driverDays * dayMs);
  const events = eventDays === null ? false : await forgetEvents(context, now - eventDays * dayMs);
  return audits || drivers === driversMax || events;
}

/** Drivers who were made before, and whose bookings all ended before. */
async function eraseIdle(context: FollowedContext, before: number): Promise<number> {
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

/** The oldest of each box; the chain of what is left still verifies, as a range. True: there may be more. */
async function forgetEvents({ tx, account }: FollowedContext, before: number): Promise<boolean> {
  const old = await tx
    .selectFrom('event')
    .select('number')
    .where('account', '=', account)
    .where('stored', '<', before)
    .orderBy('number')
    .limit(pieceMax)
    .execute();
  const last = old.at(-1)?.number;
  if (last !== undefined)
    await tx.deleteFrom('event').where('account', '=', account).where('number', '<=', last).execute();
  if (old.length === pieceMax) return true;
  // A checkpoint is as old as the last event that it covers: while one of these is there, so is it.
  return deletePiece(tx, {
    table: 'event_checkpoint',
    key: ['box', 'enrolment', 'epoch', 'ring'],
    where: sql`account = ${account} and stored < ${before}`,
  });
}
