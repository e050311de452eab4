/** Tokens of an account: made, listed, revoked. */
import type { Kysely, Transaction } from 'kysely';
import { wall } from '../../../base/brand.ts';
import { Fault } from '../../../base/fault.ts';
import type { Random } from '../../../base/random.ts';
import { audit } from '../../domain/audit.ts';
import { type Page, pageSize, text } from '../../domain/checks.ts';
import type { Reading } from '../../domain/context.ts';
import { noteNews } from '../../store/commit-effects.ts';
import type { Tables } from '../../store/tables.ts';
import type { Scope } from './scopes.ts';
import { hashSecret, idBytes, newToken, secretBytes, tokenText } from './token.ts';

/** For the audit: a token may do much, and whoever makes one is seen. */
interface TokenDeed {
  readonly random: Random;
  readonly nowMs: number;
  /** `command line`, or the page on which it was made. */
  readonly who: string;
}

interface NewToken {
  readonly account: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/** The text of the token, which is nowhere else. @throws Fault `bad-input` where its name is not one line of text */
export async function createToken(
  tx: Transaction<Tables>,
  { account, name, scopes }: NewToken,
  { random, nowMs, who }: TokenDeed,
): Promise<string> {
  const token = newToken(random(idBytes + secretBytes));
  await tx
    .insertInto('token')
    .values({
      id: token.id,
      account,
      name: text('name', name, 100),
      hash: hashSecret(token.secret),
      scopes: scopes.join(' '),
      created: nowMs,
      used: null,
      revoked: null,
    })
    .execute();
  await audit({ tx, account, who, random, now: wall(nowMs) }, 'token-created', token.id, scopes.join(' '));
  return tokenText(token);
}

export const listTokens = (db: Kysely<Tables>, account: string) =>
  db
    .selectFrom('token')
    .select(['id', 'name', 'scopes', 'created', 'used', 'revoked'])
    .where('account', '=', account)
    .orderBy('created')
    .execute();

/** In the order of their ids. */
export function pageOfTokens({ tx, account }: Reading, page: Page) {
  let query = tx
    .selectFrom('token')
    .select(['id', 'name', 'scopes', 'created', 'used', 'revoked'])
    .where('account', '=', account);
  if (page.after !== null) query = query.where('id', '>', page.after);
  return query.orderBy('id').limit(pageSize(page)).execute();
}

/** @throws Fault `not-found` */
export async function revokeToken(
  tx: Transaction<Tables>,
  account: string,
  id: string,
  { random, nowMs, who }: TokenDeed,
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
  noteNews(tx, account, 'sessions');
  await audit({ tx, account, who, random, now: wall(nowMs) }, 'token-revoked', id);
}
