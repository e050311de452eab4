import { claimText, openedClaim } from '../../wire/enrolment.ts';
import type { Context, OpenReading } from './context.ts';

/** A claim that nobody has used yet. */
interface OpenClaim {
  readonly claim: string;
  readonly expires: number;
}

/** Whoever may make claims of the box may see the one that it has; null: none is open. */
export async function openClaimOf(
  { tx, atRest, account, now }: OpenReading & Pick<Context, 'now'>,
  box: string,
): Promise<OpenClaim | null> {
  const row = await tx
    .selectFrom('claim')
    .select(['id', 'secret', 'expires'])
    .where('box', '=', box)
    .where('account', '=', account)
    .where('used', 'is', null)
    .where('expires', '>', now)
    .orderBy('expires', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const opened = openedClaim(atRest.open('claim', row.id, row.secret));
  return { claim: claimText({ id: row.id, ...opened }), expires: row.expires };
}
