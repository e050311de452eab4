/** Who asks from a browser: the person, or the token, whose session it is. */
import type { WallMs } from '../../../base/brand.ts';
import type { PageLanguage } from '../../domain/account-people.ts';
import { isUseToNote, noteSessionUse, type Session, sessionBySecret } from '../../domain/sessions.ts';
import { preparedQuery } from '../../store/prepared-query.ts';
import type { RelayStore } from '../../store/store.ts';
import { scopesOfRole } from './roles.ts';
import type { Caller } from './route.ts';
import { readScopes } from './scopes.ts';

export interface SignedIn {
  readonly caller: Caller;
  readonly session: Session;
  /** Null: a token has none. */
  readonly language: PageLanguage | null;
}

/** Null: there is no such session, it is over, or whose it is is let in no more. */
export async function signedInBy(store: RelayStore, secret: string, now: WallMs): Promise<SignedIn | null> {
  const session = await sessionBySecret(store.db, secret, now);
  if (session === null) return null;
  const found =
    session.person === null ? await byToken(store, session) : await byPerson(store, session, session.person);
  if (found !== null && isUseToNote(session, now)) noteUse(store, session, now);
  return found;
}

async function byPerson(store: RelayStore, session: Session, id: string): Promise<SignedIn | null> {
  const [row] = await personRow(store.db, id);
  if (row === undefined || row.disabled !== null) return null;
  const scopes = new Set(scopesOfRole(row.role));
  const caller = { account: session.account, who: id, person: id, name: row.name, scopes };
  return { caller: { ...caller, provedMs: session.proved }, session, language: row.language };
}

const personRow = preparedQuery((db, id: string) =>
  db.selectFrom('person').select(['name', 'role', 'language', 'disabled']).where('id', '=', id),
);

async function byToken(store: RelayStore, session: Session): Promise<SignedIn | null> {
  if (session.token === null) return null;
  const [row] = await tokenRow(store.db, session.token);
  if (row === undefined || row.revoked !== null) return null;
  const scopes = new Set(readScopes([row.scopes]).scopes);
  const caller = { account: session.account, who: session.token, person: null, name: row.name, scopes };
  return { caller: { ...caller, provedMs: session.proved }, session, language: null };
}

const tokenRow = preparedQuery((db, id: string) =>
  db.selectFrom('token').select(['name', 'scopes', 'revoked']).where('id', '=', id),
);

/** Nobody waits for it, and a full disk does not keep anybody from looking. */
function noteUse(store: RelayStore, session: Session, now: WallMs): void {
  store.write(tx => noteSessionUse({ tx, now }, session)).catch(() => {});
}
