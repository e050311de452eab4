import { sql, type Transaction } from 'kysely';
import type { Context } from '../domain/context.ts';
import { hasWords, type PersonWords } from '../domain/person.ts';
import { lookBackMs } from '../domain/retention.ts';
import { deletePiece } from '../store/delete-piece.ts';
import type { Tables } from '../store/tables.ts';

/** Erases a driver from the messages: it stays known that something was sent, not where, nor by which id a provider would know. */
export async function forgetMessages(context: Context, driver: string, words: PersonWords): Promise<void> {
  const { tx } = context;
  const mine = tx.selectFrom('message').select('id').where('driver', '=', driver);
  await forget(
    tx,
    (await mine.execute()).map(each => each.id),
  );
  await forget(tx, await naming(context, words));
  await tx.updateTable('link').set({ revoked: 1 }).where('driver', '=', driver).execute();
  await tx.deleteFrom('phone_check').where('driver', '=', driver).execute();
}

async function forget(tx: Transaction<Tables>, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += pieceMax) {
    const piece = ids.slice(at, at + pieceMax);
    const nothing = { address: null, address_hash: null, data: null, said: null, provider_id: null };
    await tx.updateTable('message').set(nothing).where('id', 'in', piece).execute();
    await tx
      .updateTable('message')
      .set({ state: 'dropped' })
      .where('id', 'in', piece)
      .where('state', 'in', ['waiting', 'sending'])
      .execute();
  }
}

/** Messages to administrators about a person who was no driver yet. */
async function naming({ tx, account, atRest }: Context, words: PersonWords): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('message')
    .select(['id', 'data'])
    .where('account', '=', account)
    .where('driver', 'is', null)
    .where('data', 'is not', null)
    .execute();
  return rows
    .filter(({ id, data }) => data !== null && hasWords(atRest.open('message', id, data), words))
    .map(({ id }) => id);
}

/** Ids in one statement. */
const pieceMax = 500;
const dayMs = 86_400_000;

/** Messages of long ago, proofs that nobody gave, and pages whose booking is long over. True: there is more to do. */
export async function retainMessages(tx: Transaction<Tables>, now: number): Promise<boolean> {
  const before = now - lookBackMs;
  const done = [
    await deletePiece(tx, {
      table: 'message',
      key: ['id'],
      where: sql`created < ${before} and state not in ('waiting', 'sending')`,
    }),
    await deletePiece(tx, { table: 'phone_check', key: ['driver'], where: sql`expires < ${now - dayMs}` }),
    await deletePiece(tx, {
      table: 'link',
      key: ['hash'],
      where: sql`created < ${before} and exists (select 1 from booking where booking.id = link.booking
        and (booking."end" < ${before} or booking.cancelled < ${before}))`,
    }),
  ];
  return done.includes(true);
}
