/** Codes of the relay's set that are used up here, for the relay to compare with what it has heard. */
import { bookingId } from '../../base/brand.ts';
import { spentMax } from '../../wire/up.ts';
import type { Store } from '../ports.ts';

type Ground = Pick<Store, 'bookings' | 'synced'>;

/** Those that may be: most are gone from the set as soon as the relay has the event of their return. */
export class Spent {
  readonly #store: Ground;
  readonly #perhaps: Set<string>;

  constructor(store: Ground) {
    this.#store = store;
    this.#perhaps = new Set(store.synced.used());
  }

  /** It was returned, or was sent while it was used. */
  consider(ids: Iterable<string>): void {
    for (const id of ids) this.#perhaps.add(id);
  }

  /** `spentMax` at most: the others follow when the relay has dropped these. */
  ids(): readonly string[] {
    for (const id of this.#perhaps) if (!this.#isSpent(id)) this.#perhaps.delete(id);
    return [...this.#perhaps].slice(0, spentMax);
  }

  #isSpent(id: string): boolean {
    const { bookings, synced } = this.#store;
    const record = synced.get(id);
    if (record?.kind !== 'booking' || record.code === null || record.reuse) return false;
    const found = bookings.find(bookingId(id));
    const use = found?.view.use ?? null;
    return use?.life === 'used' && use.codeUsed && found?.row?.code === record.code;
  }
}
