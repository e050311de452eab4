/** Who does what, for a while: rows with leases, in the database's own time. */
import type { Transaction } from 'kysely';
import type { Tables } from './tables.ts';

type Tx = Transaction<Tables>;

/** The rows of all shares, made once. */
export async function ensureShares(tx: Tx, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, share) => ({ share, copy: null, until: 0, term: 0 }));
  await tx
    .insertInto('share')
    .values(rows)
    .onConflict(on => on.column('share').doNothing())
    .execute();
}

/** This copy runs until `until`, unless it says so again. Gives how many do; copies that are long gone are forgotten. */
export async function announceCopy(tx: Tx, copy: string, now: number, until: number): Promise<number> {
  await tx
    .insertInto('copy')
    .values({ id: copy, until })
    .onConflict(on => on.column('id').doUpdateSet({ until }))
    .execute();
  await tx.deleteFrom('copy').where('until', '<=', now).execute();
  const { count } = await tx
    .selectFrom('copy')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function forgetCopy(tx: Tx, copy: string): Promise<void> {
  await tx.deleteFrom('copy').where('id', '=', copy).execute();
}

/** The shares that this copy still has, held until `until`. */
export async function renewShares(
  tx: Tx,
  copy: string,
  now: number,
  until: number,
): Promise<readonly number[]> {
  const rows = await tx
    .updateTable('share')
    .set({ until })
    .where('copy', '=', copy)
    .where('until', '>', now)
    .returning('share')
    .execute();
  return rows.map(({ share }) => share);
}

interface Claim {
  readonly copy: string;
  readonly now: number;
  readonly until: number;
  readonly most: number;
}

/** Takes shares that nobody has, or whose holder has been silent for too long. */
export async function takeShares(tx: Tx, { copy, now, until, most }: Claim): Promise<readonly number[]> {
  if (most <= 0) return [];
  const rows = await tx
    .updateTable('share')
    .set(eb => ({ copy, until, term: eb('term', '+', 1) }))
    .where('share', 'in', eb =>
      eb.selectFrom('share').select('share').where('until', '<=', now).orderBy('share').limit(most),
    )
    // Once more, for two copies that chose the same.
    .where('until', '<=', now)
    .returning('share')
    .execute();
  return rows.map(({ share }) => share);
}

export async function releaseShares(tx: Tx, copy: string, shares: readonly number[]): Promise<void> {
  if (shares.length === 0) return;
  await tx
    .updateTable('share')
    .set({ copy: null, until: 0 })
    .where('copy', '=', copy)
    .where('share', 'in', shares)
    .execute();
}
