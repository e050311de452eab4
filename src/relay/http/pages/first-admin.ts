/**
 * The one-time link of the first administrator: its hash is in the store until somebody uses it. What a start has printed works,
 * whoever makes tokens by other ways meanwhile; it ends with its use, with the next start, and after a day.
 */
import type { Transaction } from 'kysely';
import type { Random } from '../../ports.ts';
import type { RelayStore } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';
import { hashSecret, sameHash } from '../api/token.ts';

const name = 'first-admin';
const bytes = 24;
const lifeMs = 86_400_000;

/**
 * The secret part of a fresh link, which voids the one before; null when the account has a token already: whoever has that
 * needs no link.
 */
export async function newFirstLink(
  store: RelayStore,
  account: string,
  { random, nowMs }: { readonly random: Random; readonly nowMs: number },
): Promise<string | null> {
  const secret = Buffer.from(random(bytes)).toString('base64url');
  return await store.write(async tx => {
    const token = await tx
      .selectFrom('token')
      .select('id')
      .where('account', '=', account)
      .limit(1)
      .executeTakeFirst();
    await voidFirstLink(tx);
    if (token !== undefined) return null;
    await tx
      .insertInto('meta')
      .values({ name, value: `${hashSecret(secret)} ${nowMs + lifeMs}` })
      .execute();
    return secret;
  });
}

/** Whoever finds the link of an earlier start in a terminal or a log gets nothing by it. */
async function voidFirstLink(tx: Transaction<Tables>): Promise<void> {
  await tx.deleteFrom('meta').where('name', '=', name).execute();
}

/** Uses it up. False: it is not, or no longer, the link. */
export async function useFirstLink(tx: Transaction<Tables>, secret: string, nowMs: number): Promise<boolean> {
  const row = await tx.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst();
  const [hash = '', until = '0'] = row?.value.split(' ') ?? [];
  if (row === undefined || !sameHash(hash, hashSecret(secret)) || nowMs >= Number(until)) return false;
  const used = await tx
    .deleteFrom('meta')
    .where('name', '=', name)
    .where('value', '=', row.value)
    .returning('name')
    .executeTakeFirst();
  // None where another copy of the relay was there first.
  return used !== undefined;
}
