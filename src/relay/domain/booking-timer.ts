import { isOut } from '../core/booking-life.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import { factsOf, saveBooking } from './booking-rows.ts';
import type { Context } from './context.ts';

/**
 * Does what is due for a booking, whenever it runs and however often: at its end its code is wiped, or its key is late; an hour
 * later the box forgets it. `context.account` is that of the booking (`accountOfBooking`).
 */
export async function advanceBooking(context: Context, id: string): Promise<void> {
  const { tx, account, now } = context;
  const row = await selectForUpdate(
    tx,
    tx.selectFrom('booking').selectAll().where('id', '=', id).where('account', '=', account),
  ).executeTakeFirst();
  if (row === undefined) return;
  const over = row.end !== null && now >= row.end && row.cancelled === null;
  const ended = over ? (row.ended ?? row.end) : row.ended;
  const late = over && isOut(factsOf(row)) ? (row.overdue ?? row.end) : row.overdue;
  await saveBooking(context, row, { ...row, ended, overdue: late }, { content: false });
}

/** Null: there is no such booking. */
export async function accountOfBooking({ tx }: Pick<Context, 'tx'>, id: string): Promise<string | null> {
  const row = await tx.selectFrom('booking').select('account').where('id', '=', id).executeTakeFirst();
  return row?.account ?? null;
}
