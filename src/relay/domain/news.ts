/**
 * News of accounts that somebody follows, for whoever passes them on: items of the queue, written in the transaction that makes them
 * so. The domain does not know who hears of them; of accounts that nobody follows nothing is written.
 */
import type { Transaction } from 'kysely';
import { preparedQuery } from '../store/prepared-query.ts';
import type { BookingTable, Tables } from '../store/tables.ts';
import { hastenWork } from '../work/queue.ts';
import type { Context } from './context.ts';

/** Something of this booking is another than before; the subject is its id. */
export const bookingNews = 'booking-news';
/** Journals of its boxes have gone on; the subject is the account. */
export const accountNews = 'account-news';

type Noted = Pick<Context, 'tx' | 'now'>;

export async function noteBooking(
  context: Noted,
  { id, account }: Pick<BookingTable, 'id' | 'account'>,
): Promise<void> {
  await note(context, account, { kind: bookingNews, subject: id });
}

export const noteJournals = (context: Noted, account: string): Promise<void> =>
  note(context, account, { kind: accountNews, subject: account });

async function note(
  { tx, now }: Noted,
  account: string,
  item: { readonly kind: string; readonly subject: string },
): Promise<void> {
  if ((await followed(tx, account)).length > 0) await hastenWork(tx, { ...item, due: now });
}

const followed = preparedQuery((tx, account: string) =>
  tx.selectFrom('followed').select('account').where('account', '=', account),
);

/** From now on its news are written down, or no more. */
export async function follow(
  { tx, account }: { readonly tx: Transaction<Tables>; readonly account: string },
  wanted: boolean,
): Promise<void> {
  if (wanted)
    await tx
      .insertInto('followed')
      .values({ account })
      .onConflict(on => on.column('account').doNothing())
      .execute();
  else await tx.deleteFrom('followed').where('account', '=', account).execute();
}
