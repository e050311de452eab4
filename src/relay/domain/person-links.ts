/** The link by which a person chooses a password: of an invitation, or because the one before is lost. */
import type { Kysely } from 'kysely';
import type { Tables } from '../store/tables.ts';
import type { PersonLinkTable, PersonTable } from '../store/tables-people.ts';
import { audit } from './audit.ts';
import { newSecret, secretHash } from './bearer-secret.ts';
import type { Context } from './context.ts';
import { conflict } from './faults.ts';

const secretBytes = 24;
const secretShape = /^[\w-]{32}$/;

const hourMs = 3_600_000;
const linkLifeMs: Readonly<Record<PersonLinkTable['kind'], number>> = {
  invitation: 72 * hourMs,
  reset: hourMs,
};

interface PersonLink {
  /** Nowhere else: only its hash is kept. */
  readonly secret: string;
  readonly kind: PersonLinkTable['kind'];
  readonly expires: number;
}

/**
 * Voids the links before. Whoever has no password yet is invited; whoever has one keeps it until the link is used.
 * @throws Fault `conflict` where the person is disabled
 */
export async function newPersonLink(
  context: Context,
  { id, password, disabled }: Pick<PersonTable, 'id' | 'password' | 'disabled'>,
): Promise<PersonLink> {
  const { tx, account, now, random } = context;
  if (disabled !== null) throw conflict('this person is disabled', 'Let them in again first.');
  const secret = newSecret(random, secretBytes);
  const kind = password === null ? 'invitation' : 'reset';
  const expires = now + linkLifeMs[kind];
  await voidPersonLinks(context, id);
  await tx
    .insertInto('person_link')
    .values({ hash: secretHash(secret), account, person: id, kind, created: now, expires, used: null })
    .execute();
  await audit(context, 'person-link-made', id, kind);
  return { secret, kind, expires };
}

/** Those that nobody has used. */
export async function voidPersonLinks({ tx }: Pick<Context, 'tx'>, person: string): Promise<void> {
  await tx.deleteFrom('person_link').where('person', '=', person).where('used', 'is', null).execute();
}

/** Whose link it is; null: it never was one, was used, is over, or its person is disabled. Looking at it does nothing. */
export async function personByLink(
  db: Kysely<Tables>,
  secret: string,
  now: number,
): Promise<PersonTable | null> {
  if (!secretShape.test(secret)) return null;
  const row = await db
    .selectFrom('person_link')
    .innerJoin('person', 'person.id', 'person_link.person')
    .selectAll('person')
    .where('person_link.hash', '=', secretHash(secret))
    .where('person_link.used', 'is', null)
    .where('person_link.expires', '>', now)
    .where('person.disabled', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

/** Uses it up. False: somebody was there first. */
export async function usePersonLink(
  { tx, now }: Pick<Context, 'tx' | 'now'>,
  secret: string,
): Promise<boolean> {
  const used = await tx
    .updateTable('person_link')
    .set({ used: now })
    .where('hash', '=', secretHash(secret))
    .where('used', 'is', null)
    .where('expires', '>', now)
    .returning('hash')
    .executeTakeFirst();
  return used !== undefined;
}
