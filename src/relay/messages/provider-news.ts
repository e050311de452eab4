/** News that a provider of SMS tells later: a message has arrived or not, a number wants no more. */
import type { Transaction } from 'kysely';
import { wall } from '../../base/brand.ts';
import type { Context, DomainDeps } from '../domain/context.ts';
import { driverBy } from '../domain/drivers.ts';
import { selectForUpdate } from '../store/select-for-update.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { MessageTable } from '../store/tables-notify.ts';
import { clearDeliveryProblems, raiseDeliveryProblem } from './delivery-problems.ts';
import { tellByOtherChannel } from './other-channel.ts';
import { forgetAddress } from './outbox-rows.ts';
import { addressHash } from './queue.ts';

interface AboutMessage {
  readonly providerId: string;
  /** Ours, where the provider gives it back: news may come before the answer that tells us the provider's. */
  readonly id?: string | null;
}
export type DeliveryNews =
  | (AboutMessage & { readonly is: 'delivered' })
  | (AboutMessage & { readonly is: 'undelivered' | 'opted-out'; readonly said: string });

export interface NewsDeps extends DomainDeps {
  readonly store: RelayStore;
  readonly now: number;
}

/** News of a message that is not ours, or no longer kept, change nothing; nor does older news undo newer. */
export async function noteDelivery({ store, now, ...kit }: NewsDeps, news: DeliveryNews): Promise<void> {
  await store.write(async tx => {
    const before = await messageOf(tx, news);
    if (before === null) return;
    const wasOnItsWay = before.sent === null;
    const row = await tx
      .updateTable('message')
      .set({ state: news.is, said: news.is === 'delivered' ? null : news.said })
      .set(wasOnItsWay ? { sent: now, provider_id: news.providerId, lease: null, lease_until: null } : {})
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const context: Context = { ...kit, tx, account: row.account, who: 'sms-provider', now: wall(now) };
    if (news.is === 'delivered') await clearDeliveryProblems(context, row);
    else {
      await raiseDeliveryProblem(context, `message-${news.is}`, row, news.said);
      await tellByOtherChannel(context, row);
    }
    if (wasOnItsWay) await forgetAddress(tx, row);
  });
}

const told: readonly MessageTable['state'][] = ['sending', 'sent', 'undelivered'];
/** Of those whose answer never came: what has arrived is not sent again. */
const toldDelivered: readonly MessageTable['state'][] = [...told, 'waiting', 'failed'];

async function messageOf(
  tx: Transaction<Tables>,
  { is, id, providerId }: DeliveryNews,
): Promise<MessageTable | null> {
  const query = tx.selectFrom('message').selectAll();
  const row = await selectForUpdate(
    tx,
    id == null ? query.where('provider_id', '=', providerId) : query.where('id', '=', id),
  ).executeTakeFirst();
  if (row === undefined || row.channel !== 'sms') return null;
  if (is === 'delivered') return toldDelivered.includes(row.state) ? row : null;
  // It was sent again meanwhile: what became of the first try is no matter.
  if (row.provider_id !== null && row.provider_id !== providerId) return null;
  return told.includes(row.state) ? row : null;
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

/** Reads a driver's reply by SMS; null: no word that we know. */
export function replyOf(text: string): 'stop' | 'start' | null {
  const word = text.trim().toUpperCase();
  if (stops.includes(word)) return 'stop';
  return starts.includes(word) ? 'start' : null;
}

/** For every account that has written to this number: they share the one that it answers to. */
export async function noteReply(
  { store, now, ...kit }: NewsDeps,
  phone: string,
  reply: 'stop' | 'start',
): Promise<void> {
  const accounts = await store.db.selectFrom('account').select('id').execute();
  await store.write(async tx => {
    for (const { id: account } of accounts) {
      const context: Context = { ...kit, tx, account, who: 'sms-provider', now: wall(now) };
      await noteReplyOf(context, phone, reply);
    }
  });
}

async function noteReplyOf(context: Context, phone: string, reply: 'stop' | 'start'): Promise<void> {
  const { tx, account, now } = context;
  const address = addressHash(context, account, phone);
  const driver = await driverBy(context, { phone });
  const about = {
    account,
    channel: 'sms',
    kind: 'access',
    booking: null,
    driver: driver?.id ?? null,
  } as const;
  if (reply === 'start') {
    const gone = await tx
      .deleteFrom('opt_out')
      .where('account', '=', account)
      .where('address', '=', address)
      .returning('at')
      .executeTakeFirst();
    if (gone !== undefined) await clearDeliveryProblems(context, about);
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
  await raiseDeliveryProblem(context, 'message-opted-out', about, 'this number wants no SMS');
}
