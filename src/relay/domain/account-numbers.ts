/** A few numbers of an account, each by an index and none of its history. */
import { sql } from 'kysely';
import { epochIn } from '../store/migrate.ts';
import { waiting } from './booking-states.ts';
import type { Reading } from './context.ts';

export interface AccountNumbers {
  readonly boxes: number;
  readonly connected: number;
  /** When the box that has been silent longest among the connected ones was heard; null: none is connected. */
  readonly oldestWord: number | null;
}

export async function boxNumbers({ tx, account }: Reading): Promise<AccountNumbers> {
  const row = await tx
    .selectFrom('box')
    .select(({ fn }) => [
      fn.countAll().as('boxes'),
      fn.countAll().filterWhere('link', '=', 'up').as('connected'),
      fn.min('heard').filterWhere('link', '=', 'up').as('oldest'),
    ])
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  const oldestWord = row.oldest === null ? null : Number(row.oldest);
  return { boxes: Number(row.boxes), connected: Number(row.connected), oldestWord };
}

/** Keys that are out by a booking, and how many of those are late. */
export async function keysOut({
  tx,
  account,
}: Reading): Promise<{ readonly out: number; readonly late: number }> {
  const row = await tx
    .selectFrom('booking')
    .select(({ fn }) => [fn.countAll().as('out'), fn.count('overdue').as('late')])
    .where('account', '=', account)
    // As the index booking_away says it.
    .where('taken', 'is not', null)
    .where('returned', 'is', null)
    .executeTakeFirstOrThrow();
  return { out: Number(row.out), late: Number(row.late) };
}

/** The next booking that begins, and whether it is proven to be on its box; null: none is ahead. */
export async function nextBooking({ tx, account, now }: Reading & { readonly now: number }) {
  let query = tx
    .selectFrom('booking')
    .innerJoin('box', 'box.id', 'booking.box')
    .innerJoin('key', 'key.id', 'booking.key')
    .select(['booking.id', 'booking.start', 'booking.rev', 'booking.box', 'key.name as key'])
    .select(['known_epoch', 'known_rev', epochIn])
    .where('booking.account', '=', account)
    .where('booking.start', '>', now);
  for (const condition of waiting) query = query.where(condition);
  const row = await query.orderBy('booking.start').orderBy('booking.id').limit(1).executeTakeFirst();
  if (row === undefined) return null;
  const { id, start, box, key, rev } = row;
  const isProven = row.known_epoch === Number(row.relay_epoch ?? 1) && row.known_rev >= rev;
  return { id, start, box, key, isProven };
}

/** As `relayEpoch` reads it, within the question itself. */
const epoch = sql<number>`coalesce((select cast(value as integer) from meta where name = 'epoch'), 1)`;

/** Bookings that wait and begin before `until`, and how many of them are proven to be on their box. */
export async function bookingsToCome(
  { tx, account, now }: Reading & { readonly now: number },
  until: number,
): Promise<{ readonly ahead: number; readonly proven: number }> {
  const row = await tx
    .selectFrom('booking')
    .innerJoin('box', 'box.id', 'booking.box')
    .select(({ fn }) => [
      fn.countAll().as('ahead'),
      fn
        .countAll()
        .filterWhere(eb =>
          eb.and([eb('known_epoch', '=', epoch), eb('known_rev', '>=', eb.ref('booking.rev'))]),
        )
        .as('proven'),
    ])
    .where('booking.account', '=', account)
    // As the index booking_waiting says it.
    .where('cancelled', 'is', null)
    .where('ended', 'is', null)
    .where('taken', 'is', null)
    .where('returned', 'is', null)
    .where('booking.start', '>', now)
    .where('booking.start', '<=', until)
    .executeTakeFirstOrThrow();
  return { ahead: Number(row.ahead), proven: Number(row.proven) };
}
