/** What the relay forgets by itself, an hour after an hour, by whichever copy has the lease. */
import type { Transaction } from 'kysely';
import { wall } from '../base/brand.ts';
import type { Kit } from './domain/context.ts';
import { retainAccount, retainRelay } from './domain/retention.ts';
import { putTimer } from './domain/timers.ts';
import type { TimerWork } from './fleet/timers.ts';
import type { Tables } from './store/tables.ts';

const name = { kind: 'retention', subject: 'relay' } as const;
const everyMs = 3_600_000;
/** There is more than one transaction should take. */
const moreMs = 5_000;

/** One that waits stays as it is, so that a relay that restarts often still comes to it. */
export async function ensureRetention(tx: Transaction<Tables>, now: number): Promise<void> {
  const waiting = await tx.selectFrom('timer').select('id').where('kind', '=', name.kind).executeTakeFirst();
  if (waiting === undefined) await putTimer(tx, { ...name, due: now + everyMs });
}

export const retentionWork = (kit: Kit): Readonly<Record<string, TimerWork>> => ({
  [name.kind]: async (tx, _subject, nowMs) => {
    const now = wall(nowMs);
    await retainRelay(tx, now);
    let more = false;
    const accounts = await tx.selectFrom('account').select('id').execute();
    for (const { id } of accounts)
      if (await retainAccount({ ...kit, tx, now, account: id, who: 'retention' })) more = true;
    await putTimer(tx, { ...name, due: now + (more ? moreMs : everyMs) });
  },
});
