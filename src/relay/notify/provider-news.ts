/** What a provider of SMS tells later: a message has arrived or not, a number wants no more. */
import { wall } from '../../base/brand.ts';
import type { Context, Kit } from '../domain/context.ts';
import { driverBy } from '../domain/drivers.ts';
import type { RelayStore } from '../store/store.ts';
import { addressHash } from './queue.ts';
import { clearTroubles, raiseTrouble } from './troubles.ts';

export type DeliveryNews =
  | { readonly is: 'delivered'; readonly providerId: string }
  | { readonly is: 'undelivered' | 'opted-out'; readonly providerId: string; readonly said: string };

export interface NewsParts extends Kit {
  readonly store: RelayStore;
  readonly now: number;
}

/** News of a message that is not ours, or no longer kept, change nothing; nor does older news undo newer. */
export async function noteDelivery({ store, now, ...kit }: NewsParts, news: DeliveryNews): Promise<void> {
  await store.write(async tx => {
    const row = await tx
      .updateTable('message')
      .set({ state: news.is, said: news.is === 'delivered' ? null : news.said })
      .where('provider_id', '=', news.providerId)
      .where('state', 'in', ['sent', 'undelivered'])
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return;
    const context: Context = { ...kit, tx, account: row.account, who: 'sms-provider', now: wall(now) };
    if (news.is === 'delivered') return await clearTroubles(context, row);
    await raiseTrouble(context, `message-${news.is}`, row, news.said);
  });
}

const stops: readonly string[] = [
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  'ARRET',
  'ALTO',
  'STOPP',
];
const starts: readonly string[] = ['START', 'UNSTOP', 'YES'];

/** What a number wants that has written this; null: nothing that we know. */
export function wishOf(text: string): 'stop' | 'start' | null {
  const word = text.trim().toUpperCase();
  if (stops.includes(word)) return 'stop';
  return starts.includes(word) ? 'start' : null;
}

/** For every account that has written to this number: they share the one that it answers to. */
export async function noteWish(
  { store, now, ...kit }: NewsParts,
  phone: string,
  wish: 'stop' | 'start',
): Promise<void> {
  const accounts = await store.db.selectFrom('account').select('id').execute();
  await store.write(async tx => {
    for (const { id: account } of accounts) {
      const context: Context = { ...kit, tx, account, who: 'sms-provider', now: wall(now) };
      await noteWishOf(context, phone, wish);
    }
  });
}

async function noteWishOf(context: Context, phone: string, wish: 'stop' | 'start'): Promise<void> {
  const { tx, account, now } = context;
  const address = addressHash(context, account, phone);
  const driver = await driverBy(context, { phone });
  const told = {
    account,
    channel: 'sms',
    kind: 'access',
    booking: null,
    driver: driver?.id ?? null,
  } as const;
  if (wish === 'start') {
    const gone = await tx
      .deleteFrom('opt_out')
      .where('account', '=', account)
      .where('address', '=', address)
      .returning('at')
      .executeTakeFirst();
    if (gone !== undefined) await clearTroubles(context, told);
    return;
  }
  const written = await tx
    .selectFrom('message')
    .select('id')
    .where('address_hash', '=', address)
    .limit(1)
    .executeTakeFirst();
  if (written === undefined) return;
  await tx
    .insertInto('opt_out')
    .values({ account, address, at: now })
    .onConflict(on => on.columns(['account', 'address']).doNothing())
    .execute();
  await raiseTrouble(context, 'message-opted-out', told, 'this number wants no SMS');
}
