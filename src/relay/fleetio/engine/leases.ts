/** Which integrations have something to be done, and who does it. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Tables } from '../../store/tables.ts';
import type { KindOfWork } from './worker.ts';

/** The shortest interval that an account may set. */
const reconcileLeastMs = 4 * 60_000;

/** By integration: each part of it reads an index of what is due alone. */
export async function dueWork(db: Kysely<Tables>, now: number): Promise<Map<string, Set<KindOfWork>>> {
  const { rows } = await sql<{ integration: string; kind: KindOfWork }>`
    select distinct integration, 'events' as kind from webhook_event where state = 'new' and due <= ${now}
    union all select distinct integration, 'fields' from assignment where fields_due is not null and fields_due <= ${now}
    union all select distinct integration, 'telling' from assignment where telling is not null
    union all select distinct integration, 'contacts' from contact where fetched = 0
    union all select distinct integration, 'vehicles' from vehicle where "key" is not null and listed is null
    union all select id, 'reconcile' from integration where state = 'connected'
      and (reconciled is null or reconciled <= ${now - reconcileLeastMs})`.execute(db);
  const work = new Map<string, Set<KindOfWork>>();
  for (const { integration, kind } of rows) {
    const kinds = work.get(integration) ?? new Set();
    kinds.add(kind);
    work.set(integration, kinds);
  }
  return work;
}

export interface IntegrationClaim {
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
