import type { Transaction } from 'kysely';
import type { Tables } from '../store/tables.ts';
import type { Context } from './context.ts';

/** What is left of a driver who was erased: that something was sent, not where. */
export async function forgetMessages({ tx }: Pick<Context, 'tx'>, driver: string): Promise<void> {
  const nothing = { address: null, address_hash: null, data: null, said: null };
  await tx.updateTable('message').set(nothing).where('driver', '=', driver).execute();
  await tx
    .updateTable('message')
    .set({ state: 'dropped' })
    .where('driver', '=', driver)
    .where('state', 'in', ['waiting', 'sending'])
    .execute();
  await tx.updateTable('link').set({ revoked: 1 }).where('driver', '=', driver).execute();
  await tx.deleteFrom('phone_check').where('driver', '=', driver).execute();
}

const dayMs = 86_400_000;

/** Messages of long ago, proofs that nobody gave, and pages whose booking is long over. */
export async function retainMessages(
  tx: Transaction<Tables>,
  now: number,
  lookBackMs: number,
): Promise<void> {
  await tx
    .deleteFrom('message')
    .where('created', '<', now - lookBackMs)
    .where('state', 'not in', ['waiting', 'sending'])
    .execute();
  await tx
    .deleteFrom('phone_check')
    .where('expires', '<', now - dayMs)
    .execute();
  await tx
    .deleteFrom('link')
    .where('created', '<', now - lookBackMs)
    .where(eb =>
      eb.exists(
        eb
          .selectFrom('booking')
          .select('booking.id')
          .whereRef('booking.id', '=', 'link.booking')
          .where(eb2 => eb2.or([eb2('end', '<', now - lookBackMs), eb2('cancelled', '<', now - lookBackMs)])),
      ),
    )
    .execute();
}
