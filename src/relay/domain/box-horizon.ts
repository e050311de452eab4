/** The future of a box whose line is cut now: the bookings to come that it is proven to have, and until when these are all of them. */
import { isProven } from '../core/booking-life.ts';
import { relayEpoch } from '../store/migrate.ts';
import type { BookingTable } from '../store/tables.ts';
import { factsOf, knowledgeOf } from './booking-rows.ts';
import type { BoxView } from './boxes.ts';
import type { Context, Reading } from './context.ts';

export interface Horizon {
  /** Proven ones before `until`. */
  readonly proven: number;
  /** The first that is not proven begins then, or the last that is ends then; null: it has no end, or none is to come. */
  readonly until: number | null;
  /** Bookings to come that the box is not known to have. */
  readonly missing: number;
  /** There are more bookings to come than are looked at. */
  readonly isMore: boolean;
}

/** Further ahead nobody looks. */
const aheadMost = 500;

export async function horizonOf({ tx, now }: Reading & Pick<Context, 'now'>, box: BoxView): Promise<Horizon> {
  const rows: readonly BookingTable[] = await tx
    .selectFrom('booking')
    .selectAll()
    .where('box', '=', box.id)
    .where('cancelled', 'is', null)
    .where('ended', 'is', null)
    .where('taken', 'is', null)
    .where('returned', 'is', null)
    .orderBy('start')
    .orderBy('id')
    .limit(aheadMost + 1)
    .execute();
  const ahead = rows.slice(0, aheadMost).filter(({ end }) => end === null || end > now);
  const knowledge = knowledgeOf(box, await relayEpoch(tx));
  const first = ahead.findIndex(row => !isProven(factsOf(row), knowledge));
  const proven = first < 0 ? ahead : ahead.slice(0, first);
  const missing = ahead.filter(row => !isProven(factsOf(row), knowledge)).length;
  return {
    ...{ proven: proven.length, missing, isMore: rows.length > aheadMost },
    until: first < 0 ? lastEnd(proven) : (ahead[first]?.start ?? null),
  };
}

const lastEnd = (rows: readonly BookingTable[]): number | null =>
  rows.length === 0 || rows.some(({ end }) => end === null)
    ? null
    : Math.max(...rows.map(({ end }) => end ?? 0));
