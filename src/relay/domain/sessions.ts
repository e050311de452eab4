/** Browsers that are let in. A session is a row, so that it can be listed and ended, and any copy of the relay knows it. */
import type { Kysely } from 'kysely';
import { noteNews } from '../store/commit-effects.ts';
import { preparedQuery } from '../store/prepared-query.ts';
import type { Tables } from '../store/tables.ts';
import type { SessionTable } from '../store/tables-people.ts';
import { audit } from './audit.ts';
import { newSecret, secretHash } from './bearer-secret.ts';
import type { Context, Reading } from './context.ts';
import { notFound } from './faults.ts';
import { newId } from './ids.ts';

const secretBytes = 32;
const secretShape = /^[\w-]{43}$/;

const hourMs = 3_600_000;
/** A session ends so long after it was last used … */
export const sessionIdleMs = 12 * hourMs;
/** … and at the latest so long after it began. */
export const sessionMostMs = 30 * 24 * hourMs;
/** How exact “last used” is: a person who clicks costs a write now and then, not one a click. */
const usedEveryMs = 60_000;

interface NewSession {
  /** One of both: as whom. */
  readonly person: string | null;
  readonly token: string | null;
  readonly agent: string;
}

/** The secret for the cookie, which is nowhere else. */
export async function newSession(context: Context, { person, token, agent }: NewSession): Promise<string> {
  const { tx, account, now, random } = context;
  const secret = newSecret(random, secretBytes);
  const id = newId('ses', context);
  const times = { created: now, used: now, proved: now };
  await tx
    .insertInto('session')
    .values({ id, account, person, token, hash: secretHash(secret), ...times, agent })
    .execute();
  if (person !== null) await tx.updateTable('person').set({ seen: now }).where('id', '=', person).execute();
  await audit(context, 'signed-in', person ?? token ?? id);
  return secret;
}

export type Session = Omit<SessionTable, 'hash'>;

const isOver = ({ created, used }: Pick<SessionTable, 'created' | 'used'>, now: number): boolean =>
  now >= used + sessionIdleMs || now >= created + sessionMostMs;

/** Null: there is none, or it is over. */
export async function sessionBySecret(
  db: Kysely<Tables>,
  secret: string,
  now: number,
): Promise<Session | null> {
  if (!secretShape.test(secret)) return null;
  const [row] = await sessionRow(db, secretHash(secret));
  return row === undefined || isOver(row, now) ? null : row;
}

const sessionRow = preparedQuery((db, hash: string) =>
  db
    .selectFrom('session')
    .select(['id', 'account', 'person', 'token', 'created', 'used', 'proved', 'agent'])
    .where('hash', '=', hash),
);

/** Whether `noteSessionUse` has something to note. */
export const isUseToNote = ({ used }: Pick<SessionTable, 'used'>, now: number): boolean =>
  now - used >= usedEveryMs;

export async function noteSessionUse(
  { tx, now }: Pick<Context, 'tx' | 'now'>,
  { id, person }: Pick<SessionTable, 'id' | 'person'>,
): Promise<void> {
  await tx.updateTable('session').set({ used: now }).where('id', '=', id).where('used', '<', now).execute();
  if (person !== null) await tx.updateTable('person').set({ seen: now }).where('id', '=', person).execute();
}

/** The password, or the token, was given once more. */
export async function proveSession(context: Context, id: string): Promise<void> {
  const { tx, account, now, who } = context;
  await tx
    .updateTable('session')
    .set({ proved: now, used: now })
    .where('account', '=', account)
    .where('id', '=', id)
    .execute();
  await audit(context, 'session-proved', who);
}

/** Those of a person that are not over, the latest first. */
export async function listSessions(
  { tx, account }: Reading,
  person: string,
  now: number,
): Promise<readonly Session[]> {
  const rows = await tx
    .selectFrom('session')
    .select(['id', 'account', 'person', 'token', 'created', 'used', 'proved', 'agent'])
    .where('person', '=', person)
    .where('account', '=', account)
    .orderBy('id', 'desc')
    .execute();
  return rows.filter(row => !isOver(row, now));
}

/** @throws Fault `not-found` */
export async function endSession(context: Context, person: string, id: string): Promise<void> {
  const { tx, account } = context;
  const gone = await tx
    .deleteFrom('session')
    .where('account', '=', account)
    .where('person', '=', person)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  if (gone === undefined) throw notFound('session', id);
  noteNews(context.tx, context.account, 'sessions');
  await audit(context, 'session-ended', person, id);
}

/** Signed out everywhere. */
export async function endSessions(context: Context, person: string): Promise<void> {
  const { tx, account } = context;
  await tx.deleteFrom('session').where('person', '=', person).where('account', '=', account).execute();
  noteNews(context.tx, context.account, 'sessions');
  await audit(context, 'sessions-ended', person);
}

/** By whoever has it. */
export async function signOut(context: Context, { id, person, token }: Session): Promise<void> {
  await context.tx.deleteFrom('session').where('id', '=', id).execute();
  noteNews(context.tx, context.account, 'sessions');
  await audit(context, 'signed-out', person ?? token ?? id);
}
