/** The driver's page of a booking: an address that only its driver has. */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Context } from '../domain/context.ts';
import type { Tables } from '../store/tables.ts';
import type { Access } from './access.ts';
import { accessOf } from './access.ts';

/** 128 bits. */
const tokenBytes = 16;
const tokenShape = /^[A-Za-z0-9_-]{22}$/;
const dayMs = 86_400_000;

/** The token has 128 random bits of its own, so that no slow hash is needed. */
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The same address in every message of a booking, as long as it has the same driver. */
export async function pageLink(context: Context, access: Access, httpUrl: string): Promise<string> {
  return `${httpUrl}/a/${(await tokenOf(context, access)) ?? (await newToken(context, access))}`;
}

async function tokenOf({ tx, atRest }: Context, { booking }: Access): Promise<string | null> {
  const row = await tx
    .selectFrom('link')
    .select(['hash', 'token'])
    .where('booking', '=', booking.id)
    .where('revoked', '=', 0)
    .where('driver', booking.driver === null ? 'is' : '=', booking.driver)
    .executeTakeFirst();
  return row === undefined ? null : atRest.open('link', row.hash, row.token);
}

async function newToken(context: Context, { booking, account }: Access): Promise<string> {
  const { tx, atRest, random, now } = context;
  const token = Buffer.from(random(tokenBytes)).toString('base64url');
  const hash = hashOf(token);
  const { driver } = booking;
  await tx
    .updateTable('link')
    .set({ revoked: 1 })
    .where('booking', '=', booking.id)
    .where('revoked', '=', 0)
    .execute();
  await tx
    .insertInto('link')
    .values({
      ...{ hash, account: account.id, booking: booking.id, driver, created: now, revoked: 0 },
      token: atRest.seal('link', hash, token),
    })
    .execute();
  return token;
}

/** Null: there never was such a link, or it is over: cancelled, of another driver, or a day after the end. */
export async function accessByToken(db: Kysely<Tables>, token: string, now: number): Promise<Access | null> {
  if (!tokenShape.test(token)) return null;
  const link = await db
    .selectFrom('link')
    .select(['booking', 'driver', 'revoked'])
    .where('hash', '=', hashOf(token))
    .executeTakeFirst();
  if (link === undefined || link.revoked === 1) return null;
  const access = await accessOf(db, link.booking);
  if (access === null || access.booking.driver !== link.driver) return null;
  return isOpen(access, now) ? access : null;
}

function isOpen({ booking, life }: Access, now: number): boolean {
  if (life.state === 'taken' || life.state === 'overdue') return true;
  if (life.state === 'cancelled') return false;
  const { end, returned, reuse } = booking;
  const over = end ?? (reuse === 0 ? returned : null);
  return over === null || now < over + dayMs;
}
