/**
 * Fleetio may tell of a record before all of its servers show it. A “not there” that comes so soon after the first word of an
 * assignment says nothing yet; believed, it would be for good, since what was deleted never comes back.
 */
import { minutes } from '../../../../base/brand.ts';
import type { WebhookEventTable } from '../../../store/tables-fleetio.ts';
import { meaningOf } from '../settings.ts';
import type { Connection, EngineDeps } from './context.ts';

const soonMs = minutes(2);

interface Heard {
  readonly id: string;
  /** When there was first word of it. */
  readonly since: number;
}

/** Whether an assignment that is not found, and that nobody has seen in Fleetio since then, may only be late. */
export async function isOnItsWay(
  { store, time }: EngineDeps,
  { id: integration }: Connection,
  { id, since }: Heard,
): Promise<boolean> {
  if (time.wall() - since >= soonMs) return false;
  const row = await store.db
    .selectFrom('assignment')
    .select(['checked', 'deleted'])
    .where('integration', '=', integration)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined || (row.deleted === 0 && row.checked === null);
}

/** The same of one that webhooks tell of: none of them says that it was deleted. */
export async function mayCome(
  deps: EngineDeps,
  connection: Connection,
  id: string,
  events: readonly Pick<WebhookEventTable, 'event' | 'received'>[],
): Promise<boolean> {
  if (events.some(({ event }) => meaningOf(event, connection.settings) === 'deleted')) return false;
  return await isOnItsWay(deps, connection, { id, since: Math.min(...events.map(each => each.received)) });
}
