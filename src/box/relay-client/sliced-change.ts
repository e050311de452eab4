/** The part of a change that can come in slices: all that is no key, of bookings whose key is neither granted nor out. */
import { bookingId } from '../../base/brand.ts';
import type { Arrival } from '../ports.ts';
import type { ReceivedRecord } from './from-wire.ts';
import { SetAfter, type SetChange } from './set-change.ts';
import { type RowChange, rowChange, type SetContext } from './set-write.ts';

export const isMuch = ({ puts, drops, bookings }: SetChange, atOnceMax = 200): boolean =>
  Math.max(puts.size + drops.size, bookings.size) > atOnceMax;

/**
 * The part of a change that is written down beside the database first. What is found out of it is found out while keys are
 * pressed: whatever is granted or goes out meanwhile belongs to the transaction that decides.
 */
export class SlicedChange {
  readonly #change: SetChange;
  readonly #after: SetAfter;
  readonly #deps: () => SetContext;
  /** Ids of records and bookings; true: it is another booking now. */
  readonly #ids = new Map<string, boolean>();
  /** How many of those are. */
  #news = 0;
  /** The rest, which does not come in slices; kept up to date by each that does, so that the decision does not go through all of them. */
  readonly #rest: { puts: Map<string, ReceivedRecord>; drops: Set<string>; bookings: Set<string> };

  constructor(change: SetChange, deps: () => SetContext) {
    this.#change = change;
    this.#after = new SetAfter(change, deps().synced);
    this.#deps = deps;
    const { puts, drops, bookings } = change;
    this.#rest = { puts: new Map(puts), drops: new Set(drops), bookings: new Set(bookings) };
  }

  async *rows(yieldTurn: () => Promise<void>): AsyncGenerator<Arrival> {
    const { bookings, puts, drops, gone } = this.#change;
    for (const id of bookings) {
      const arrival = this.#booking(id);
      if (arrival !== null) yield arrival;
      await yieldTurn();
    }
    for (const [id, { kept: record }] of puts) {
      if (bookings.has(id) || record.kind === 'key') continue;
      this.#slices(id, false);
      yield { row: null, record };
      await yieldTurn();
    }
    for (const { id, kind } of gone) {
      if (!drops.has(id) || bookings.has(id) || kind === 'key') continue;
      this.#slices(id, false);
      yield { row: null, record: null, dropped: id };
      await yieldTurn();
    }
  }

  /** A booking that this box has lost and the relay tells of is left for the transaction, since the core must hear of it. */
  #booking(id: string): Arrival | null {
    const { puts, drops } = this.#change;
    const deps = this.#deps();
    if ((puts.get(id)?.reported ?? null) !== null) return null;
    const found = rowChange(id, { change: this.#change, after: this.#after, moves: [] }, deps);
    if (found.open || found.life !== null) return null;
    this.#slices(id, found.news);
    return { ...arrivalOf(found), ...(drops.has(id) ? { dropped: id } : {}) };
  }

  /** Must be taken at once. `news`: bookings that come in slices and are other ones now. */
  rest(): { readonly change: SetChange; readonly after: SetAfter; readonly news: number } {
    const { state, bookings: kept } = this.#deps();
    for (const { booking } of state.uses) this.#staysWhole(booking);
    for (const booking of kept.held()) this.#staysWhole(booking);
    const { gone, keys } = this.#change;
    return { change: { gone, keys, ...this.#rest }, after: this.#after, news: this.#news };
  }

  #slices(id: string, isNew: boolean): void {
    this.#ids.set(id, isNew);
    if (isNew) this.#news += 1;
    this.#rest.puts.delete(id);
    this.#rest.drops.delete(id);
    this.#rest.bookings.delete(id);
  }

  #staysWhole(id: string): void {
    const isNew = this.#ids.get(id);
    if (isNew === undefined) return;
    this.#ids.delete(id);
    if (isNew) this.#news -= 1;
    const { puts, drops, bookings } = this.#change;
    const put = puts.get(id);
    if (put !== undefined) this.#rest.puts.set(id, put);
    if (drops.has(id)) this.#rest.drops.add(id);
    if (bookings.has(id)) this.#rest.bookings.add(id);
  }

  /** Whether it came in slices. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }
}

function arrivalOf({ id, news, row, was, record }: RowChange): Arrival {
  if (!news) return { row: null, record };
  return row === null ? { row, record, was, released: bookingId(id) } : { row, record, was };
}
