/** Which integrations have something to be done, and who does it. */
import { type Kysely, sql, type Transaction } from 'kysely';
import { preparedQuery } from '../../../store/prepared-query.ts';
import type { Tables } from '../../../store/tables.ts';
import type { KindOfWork } from './worker.ts';

/** The shortest interval that an account may set. */
const reconcileLeastMs = 4 * 60_000;

const workRows = preparedQuery((db, now: number, overdue: number) => ({
  compile: () =>
    sql<{ integration: string; kind: KindOfWork }>`
    select id as integration, 'events' as kind from integration i where i.state = 'connected'
      and exists (select 1 from webhook_event where integration = i.id and state = 'new' and due <= ${now})
    union all select id, 'fields' from integration i where i.state = 'connected'
      and exists (select 1 from assignment where integration = i.id and fields_due is not null and fields_due <= ${now})
    union all select id, 'contacts' from integration i where i.state = 'connected'
      and exists (select 1 from contact where integration = i.id and fetched = 0)
    union all select id, 'vehicles' from integration i where i.state = 'connected'
      and exists (select 1 from vehicle where integration = i.id and "key" is not null and listed is null)
    union all select id, 'reconcile' from integration where state = 'connected'
      and (reconciled is null or reconciled <= ${overdue})`.compile(db),
}));

/** By integration that is connected: whether anything is due of each kind, by an index of what is due alone. */
export async function dueWork(db: Kysely<Tables>, now: number): Promise<Map<string, Set<KindOfWork>>> {
  const rows = await workRows(db, now, now - reconcileLeastMs);
  const work = new Map<string, Set<KindOfWork>>();
  for (const { integration, kind } of rows) {
    const kinds = work.get(integration) ?? new Set();
    kinds.add(kind);
    work.set(integration, kinds);
  }
  return work;
}

interface IntegrationClaim {
  readonly copy: string;
  readonly now: number;
  readonly until: number;
  readonly ids: readonly string[];
}

/** Those that this copy may work on now: nobody else is at it. */
export async function claimIntegrations(
  tx: Transaction<Tables>,
  { copy, now, until, ids }: IntegrationClaim,
): Promise<readonly string[]> {
  const rows = await tx
    .updateTable('integration')
    .set({ lease: copy, lease_until: until })
    .where('id', 'in', ids)
    .where('state', '=', 'connected')
    .where(eb =>
      eb.or([
        eb('lease', '=', copy),
        eb('lease', 'is', null),
        eb('lease_until', 'is', null),
        eb('lease_until', '<=', now),
      ]),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export async function releaseIntegrations(tx: Transaction<Tables>, copy: string): Promise<void> {
  await tx
    .updateTable('integration')
    .set({ lease: null, lease_until: null })
    .where('lease', '=', copy)
    .execute();
}
