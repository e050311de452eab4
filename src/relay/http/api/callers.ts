/** Who asks: from an `Authorization` header, or the session of a browser, to an account and scopes. */
import { Fault } from '../../../base/fault.ts';
import { preparedQuery } from '../../store/prepared-query.ts';
import type { RelayStore } from '../../store/store.ts';
import type { Caller } from './route.ts';
import { readScopes, type Scope } from './scopes.ts';
import { type BearerToken, hashSecret, sameHash } from './token.ts';

/** How exact “last used” is: a token in steady use costs a write now and then, not one a request. */
const usedEveryMs = 60_000;
/** Compared with where there is no such token, so that both take alike long. */
const nobody = hashSecret('');

const unauthorised = (message: string): Fault =>
  new Fault(
    'unauthorised',
    message,
    'Send “Authorization: Bearer TOKEN”; smartbox-relay token create makes one.',
  );

/**
 * The same words for a token that never was, was revoked, or has another secret.
 * @throws Fault `unauthorised`
 */
export async function callerOf(store: RelayStore, token: BearerToken | null, nowMs: number): Promise<Caller> {
  if (token === null) throw unauthorised('this needs a token');
  const [row] = await tokenRow(store.db, token.id);
  const right = sameHash(hashSecret(token.secret), row?.hash ?? nobody);
  if (row === undefined || !right || row.revoked !== null) throw unauthorised('this token is not valid');
  if (row.used === null || nowMs - row.used > usedEveryMs) noteUse(store, token.id, nowMs);
  const { scopes } = readScopes([row.scopes]);
  return {
    ...{ account: row.account, who: token.id, name: row.name, scopes: new Set(scopes) },
    ...{ person: null, provedMs: null },
  };
}

const tokenRow = preparedQuery((db, id: string) =>
  db
    .selectFrom('token')
    .select(['account', 'name', 'hash', 'scopes', 'used', 'revoked'])
    .where('id', '=', id),
);

/** Nobody waits for it, and a full disk does not keep anybody from looking. */
function noteUse(store: RelayStore, id: string, nowMs: number): void {
  const noted = store.write(tx =>
    tx.updateTable('token').set({ used: nowMs }).where('id', '=', id).execute(),
  );
  noted.catch(() => {});
}

/** @throws Fault `forbidden` */
export function mustHave(caller: Caller, scope: Scope): void {
  if (caller.scopes.has(scope)) return;
  throw new Fault(
    'forbidden',
    `this needs the scope ${scope}`,
    'Use a token that has it, or ask an administrator.',
  );
}
