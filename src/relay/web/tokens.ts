/** Tokens of an account: made, listed, revoked. */
import type { Kysely, Transaction } from 'kysely';
import { Fault } from '../../base/fault.ts';
import { firstAccount } from '../domain/accounts.ts';
import type { Random } from '../ports.ts';
import type { Tables } from '../store/tables.ts';
import { voidFirstLink } from './first-admin.ts';
import type { Scope } from './scopes.ts';
import { hashSecret, idBytes, newToken, secretBytes, tokenText } from './token.ts';

export interface TokenWish {
  readonly account: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** The text of the token, which is nowhere else. */
export async function createToken(
  tx: Transaction<Tables>,
  { account, name, scopes }: TokenWish,
  { random, nowMs }: { readonly random: Random; readonly nowMs: number },
): Promise<string> {
  const token = newToken(random(idBytes + secretBytes));
  await tx
    .insertInto('token')
    .values({
      id: token.id,
      account,
      name,
      hash: hashSecret(token.secret),
      scopes: scopes.join(' '),
      created: nowMs,
      used: null,
      revoked: null,
    })
    .execute();
  if (account === firstAccount) await voidFirstLink(tx);
  return tokenText(token);
}

export const listTokens = (db: Kysely<Tables>, account: string) =>
  db
    .selectFrom('token')
    .select(['id', 'name', 'scopes', 'created', 'used', 'revoked'])
    .where('account', '=', account)
    .orderBy('created')
    .execute();

/** @throws Fault `not-found` */
export async function revokeToken(
  tx: Transaction<Tables>,
  account: string,
  id: string,
  nowMs: number,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('token')
    .set({ revoked: nowMs })
    .where('account', '=', account)
    .where('id', '=', id)
    .where('revoked', 'is', null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n)
    throw new Fault('not-found', 'there is no such token', 'smartbox-relay token list shows them.');
}
