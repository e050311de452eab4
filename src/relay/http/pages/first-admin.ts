/**
 * The one-time link of the first person: its hash is in the store until somebody uses it. What a start has printed works,
 * whoever makes tokens or people by other ways meanwhile; it ends with its use, with the next start, and after a day.
 */
import type { Kysely, Transaction } from 'kysely';
import type { Random } from '../../../base/random.ts';
import type { RelayStore } from '../../store/store.ts';
import type { Tables } from '../../store/tables.ts';
import { hashSecret, sameHash } from '../api/token.ts';

const name = 'first-admin';
const bytes = 24;
const lifeMs = 86_400_000;

/**
 * The secret part of a fresh link, which voids the one before; null when the account has a person or a token already: whoever
 * that is needs no link.
 */
export async function newFirstLink(
  store: RelayStore,
  account: string,
  { random, nowMs }: { readonly random: Random; readonly nowMs: number },
): Promise<string | null> {
  const secret = Buffer.from(random(bytes)).toString('base64url');
  return await store.write(async tx => {
    await voidFirstLink(tx);
    for (const table of ['token', 'person'] as const) {
      const somebody = await tx
        .selectFrom(table)
        .select('id')
        .where('account', '=', account)
        .limit(1)
        .executeTakeFirst();
      if (somebody !== undefined) return null;
    }
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

/** The row of the link; null: it is not, or no longer, that. */
async function rowOf(db: Kysely<Tables>, secret: string, nowMs: number): Promise<string | null> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', name).executeTakeFirst();
  const [hash = '', until = '0'] = row?.value.split(' ') ?? [];
  const isIt = row !== undefined && sameHash(hash, hashSecret(secret)) && nowMs < Number(until);
  return isIt ? row.value : null;
}

/** Looking does nothing. */
export const isFirstLink = async (db: Kysely<Tables>, secret: string, nowMs: number): Promise<boolean> =>
  (await rowOf(db, secret, nowMs)) !== null;

/** Uses it up. False: it is not, or no longer, the link. */
export async function useFirstLink(tx: Transaction<Tables>, secret: string, nowMs: number): Promise<boolean> {
  const value = await rowOf(tx, secret, nowMs);
  if (value === null) return false;
  const used = await tx
    .deleteFrom('meta')
    .where('name', '=', name)
    .where('value', '=', value)
    .returning('name')
    .executeTakeFirst();
  // None where another copy of the relay was there first.
  return used !== undefined;
}
