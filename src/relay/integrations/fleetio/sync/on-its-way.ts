/**
 * Fleetio may tell of a record before all of its servers show it, and one of them may not show for a while what others do. A “not
 * there” that comes so soon after word of an assignment says nothing yet: a driver would be told that there is no key for them.
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
  deps: EngineDeps,
  { id: integration }: Pick<Connection, 'id'>,
  { id, since }: Heard,
): Promise<boolean> {
  if (deps.time.wall() - since >= soonMs) return false;
  const row = await rowOf(deps, integration, id);
  return row === undefined || (row.deleted === 0 && row.checked === null);
}

const rowOf = ({ store }: EngineDeps, integration: string, id: string) =>
  store.db
    .selectFrom('assignment')
    .select(['checked', 'deleted'])
    .where('integration', '=', integration)
    .where('id', '=', id)
    .executeTakeFirst();

/** The same of one that webhooks tell of, seen before or not: none of them says that it was deleted. */
export async function mayCome(
  deps: EngineDeps,
  connection: Connection,
  id: string,
  events: readonly Pick<WebhookEventTable, 'event' | 'received'>[],
): Promise<boolean> {
  if (events.some(({ event }) => meaningOf(event, connection.settings) === 'deleted')) return false;
  const since = Math.min(...events.map(each => each.received));
  return deps.time.wall() - since < soonMs && (await rowOf(deps, connection.id, id))?.deleted !== 1;
}
