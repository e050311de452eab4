/** Who had a key, as the journals of its boxes tell it: from taking to returning, the newest first. */
import { type SqlBool, sql } from 'kysely';
import type { EventType, JournalEvent } from '../../wire/journal.ts';
import { isFoundEmpty, isGone } from '../core/event-meaning.ts';
import type { Reading } from './context.ts';
import { type EventPlace, keyAtBoxes } from './event-list.ts';

/** The time in which one person had it. */
export interface Custody {
  readonly box: string;
  readonly booking: string | null;
  /** Id of a driver, or a technician’s name; null: the box saw nobody. */
  readonly who: string | null;
  readonly taken: number;
  /** Since when it was late. */
  readonly late: number | null;
  /** Null: it has not ended. */
  readonly end: CustodyEnd | null;
}

interface CustodyEnd {
  readonly at: number;
  /** Brought back; brought back by somebody else; handed on outside the box; not seen to come back, and not where it was. */
  readonly is: 'returned' | 'returned-by-other' | 'handed-on' | 'missing';
  readonly box: string;
  readonly slot: number | null;
  /** Who brought it, as `who` above. */
  readonly who: string | null;
}

const telling: readonly EventType[] = [
  ...(['key-taken', 'key-returned', 'key-transferred', 'custody-mismatch', 'overdue'] as const),
];

/** Events that tell of one custody, at most: it is taken, late, and returned; and sometimes something is amiss. */
const eventsEach = 5;

interface Row {
  readonly box: string;
  readonly at: number;
  readonly number: number;
  readonly line: string;
}

interface CustodyPage {
  readonly items: readonly Custody[];
  /** Where the next page begins; null: this was the last one. */
  readonly next: EventPlace | null;
}

/** @throws Fault `not-found` */
export async function keyCustody(
  reading: Reading,
  key: string,
  { after, limit }: { readonly after: EventPlace | null; readonly limit: number },
): Promise<CustodyPage> {
  const { name, boxes } = await keyAtBoxes(reading, key);
  if (boxes.length === 0) return { items: [], next: null };
  const most = (limit + 1) * eventsEach;
  const rows = await custodyEvents(reading, { name, boxes }, { after, limit: most });
  return custodiesIn(rows, { limit, isAll: rows.length < most, after });
}

/** The newest first. */
export async function custodyEvents(
  { tx, account }: Reading,
  { name, boxes }: { readonly name: string; readonly boxes: readonly string[] },
  { after, limit }: { readonly after: EventPlace | null; readonly limit: number },
): Promise<readonly Row[]> {
  let query = tx
    .selectFrom('event')
    .select(['box', 'at', 'number', 'line'])
    .where('account', '=', account)
    .where('key', '=', name)
    // Found by the index of the key alone.
    .where(sql<SqlBool>`type || '' in (${sql.join(telling)})`)
    .where(sql<SqlBool>`box || '' in (${sql.join(boxes)})`);
  // The event at which a page ended ends the first custody of the next one.
  if (after !== null) query = query.where(sql<SqlBool>`(at, number) <= (${after[0]}, ${after[1]})`);
  return await query.orderBy('at', 'desc').orderBy('number', 'desc').limit(limit).execute();
}

interface Asked {
  readonly limit: number;
  /** There are no older events. */
  readonly isAll: boolean;
  readonly after: EventPlace | null;
}

function custodiesIn(rows: readonly Row[], { limit, isAll, after }: Asked): CustodyPage {
  const told = new Backwards();
  let last: EventPlace | null = null;
  for (const row of rows) {
    const isBegun = after !== null && row.at === after[0] && row.number === after[1];
    told.read(row, isBegun);
    last = [row.at, row.number];
    if (told.items.length === limit)
      return { items: told.items, next: row === rows.at(-1) && isAll ? null : last };
  }
  return { items: told.items, next: isAll ? null : last };
}

/** Reads the newest event first: by the time that somebody is seen to take a key, it is known how that ended. */
class Backwards {
  readonly items: Custody[] = [];
  #end: CustodyEnd | null = null;
  /** Bookings that were thought to have it, and whose driver found the door empty. */
  readonly #void = new Set<string>();
  readonly #late = new Map<string, number>();
  /** The return before such a taking was none. */
  #isReopened = false;

  read({ box, at, line }: Row, isBegun: boolean): void {
    const event = JSON.parse(line) as JournalEvent;
    const { type, booking = null, slot = null, who = null, reason } = event;
    if (type === 'overdue') this.#late.set(booking ?? '', at);
    if (type === 'key-returned' && this.#isReopened) this.#isReopened = false;
    else if (type === 'key-returned') {
      const is = reason === 'returned-by-other' ? reason : 'returned';
      this.#end = { at, is, box, slot, who };
    }
    if (isFoundEmpty(event)) this.#void.add(booking ?? '');
    else if (isGone(event)) this.#end = { at, is: 'missing', box, slot, who: null };
    if (type !== 'key-taken' && type !== 'key-transferred') return;
    // It was not taken after all: whoever had it before has it still.
    if (this.#void.delete(booking ?? '')) {
      this.#isReopened = true;
      return;
    }
    const late = this.#late.get(booking ?? '') ?? null;
    if (!isBegun) this.items.push({ box, booking, who, taken: at, late, end: this.#end });
    this.#end = { at, is: 'handed-on', box, slot: null, who };
    this.#late.clear();
  }
}
