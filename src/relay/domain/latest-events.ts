import type { EventTable } from '../store/tables.ts';
import type { Reading } from './context.ts';

type Latest = Pick<EventTable, 'number' | 'box' | 'at' | 'type' | 'line'>;

/** The last that came, the newest first; `before` is the number of the last one of the page before. */
export async function latestEvents(
  { tx, account }: Reading,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<readonly Latest[]> {
  let query = tx
    .selectFrom('event')
    .select(['number', 'box', 'at', 'type', 'line'])
    .where('account', '=', account);
  if (before !== null) query = query.where('number', '<', before);
  return await query.orderBy('number', 'desc').limit(limit).execute();
}
