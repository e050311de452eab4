import { sql } from 'kysely';
import { type Page, pageSize } from './checks.ts';
import type { OpenReading } from './context.ts';
import { badInput } from './faults.ts';
import { type KeyView, matchKeys, shownKey } from './keys.ts';

const matchesMax = 50;

interface Window {
  readonly box?: string | undefined;
  /** The words of its name begin like this; of more than fifty such keys some are left out. */
  readonly match?: string | undefined;
  /** That one alone. */
  readonly key?: string | undefined;
  readonly from: number;
  /** Null: until changed. */
  readonly until: number | null;
}

/**
 * Keys in a box that nobody has booked for any of that time, by id. One that is missing is not free, nor is one that is late:
 * nobody knows when it comes back.
 * @throws Fault `bad-input`
 */
export async function freeKeys(
  context: OpenReading,
  { box, match, key, from, until }: Window,
  page: Page,
): Promise<readonly KeyView[]> {
  if (until !== null && until <= from) throw badInput('freeUntil', 'must be later than freeFrom');
  let query = context.tx
    .selectFrom('key')
    .selectAll('key')
    .where('key.account', '=', context.account)
    .where('key.box', 'is not', null)
    .where('key.place', '!=', 'missing')
    .where(({ not, exists, selectFrom }) => {
      const ahead = selectFrom('booking')
        .select('booking.id')
        .whereRef('booking.key', '=', 'key.id')
        // As the index booking_ahead says it.
        .where(sql<boolean>`cancelled is null and ended is null and (returned is null or reuse = 1)`)
        .where(eb => eb.or([eb('booking.end', 'is', null), eb('booking.end', '>', from)]));
      return not(exists(until === null ? ahead : ahead.where('booking.start', '<', until)));
    })
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('booking as away')
            .select('away.id')
            .whereRef('away.key', '=', 'key.id')
            .whereRef('away.box', '=', 'key.box')
            .where(sql<boolean>`away.taken is not null and away.returned is null`)
            .where(eb =>
              eb.or([
                eb('away.overdue', 'is not', null),
                eb('away.end', 'is', null),
                eb('away.end', '>', from),
              ]),
            ),
        ),
      ),
    );
  if (box !== undefined) query = query.where('key.box', '=', box);
  if (key !== undefined) query = query.where('key.id', '=', key);
  if (match !== undefined) {
    const ids = (await matchKeys(context, match, matchesMax)).map(({ id }) => id);
    if (ids.length === 0) return [];
    query = query.where('key.id', 'in', ids);
  }
  if (page.after !== null) query = query.where('key.id', '>', page.after);
  const rows = await query.orderBy('key.id').limit(pageSize(page)).execute();
  return rows.map(row => shownKey(context, row));
}
