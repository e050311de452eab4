/** The relay forgets by itself, an hour after an hour, by whichever copy has the lease. */
import type { Transaction } from 'kysely';
import { wall } from '../../base/brand.ts';
import type { DomainDeps } from '../domain/context.ts';
import { retainAccount, retainRelay } from '../domain/retention.ts';
import { retainWebhooks } from '../integrations/webhooks/settle.ts';
import { retainMessages } from '../messages/message-erasure.ts';
import type { Tables } from '../store/tables.ts';
import { hasWork, putWork } from '../work/queue.ts';
import type { WorkHandlers } from '../work/runner.ts';
import { followers } from './followers.ts';

const name = { kind: 'retention', subject: 'relay' } as const;
const everyMs = 3_600_000;
/** There is more than one transaction should take. */
const moreMs = 5_000;

/** One that waits stays as it is, so that a relay that restarts often still comes to it. */
export async function ensureRetention(tx: Transaction<Tables>, now: number): Promise<void> {
  if (!(await hasWork(tx, name.kind))) await putWork(tx, { ...name, due: now + everyMs });
}

export const retentionWork = (kit: DomainDeps): WorkHandlers => ({
  [name.kind]: async (tx, _subject, nowMs) => {
    const now = wall(nowMs);
    let more = await retainRelay(tx, now);
    if (await retainMessages(tx, now)) more = true;
    if (await retainWebhooks(tx, now)) more = true;
    const accounts = await tx.selectFrom('account').select('id').execute();
    for (const { id } of accounts)
      if (await retainAccount({ ...kit, followers, tx, now, account: id, who: 'retention' })) more = true;
    await putWork(tx, { ...name, due: now + (more ? moreMs : everyMs) });
  },
});
