/** Codes of the relay's set that are used up here, for the relay to compare with what it has heard. */
import { bookingId } from '../../base/brand.ts';
import { spentMax } from '../../wire/up.ts';
import type { Store } from '../ports.ts';

type UsedCodesDeps = Pick<Store, 'bookings' | 'synced'>;

/** Remembers which codes may be used up; most leave the set as soon as the relay has the event of their return. */
export class UsedCodes {
  readonly #store: UsedCodesDeps;
  readonly #perhaps: Set<string>;

  constructor(store: UsedCodesDeps) {
    this.#store = store;
    this.#perhaps = new Set(store.synced.used());
  }

  /** It was returned, or was sent while it was used. */
  consider(ids: Iterable<string>): void {
    for (const id of ids) this.#perhaps.add(id);
  }

  /** `spentMax` at most: the others follow when the relay has dropped these. */
  ids(): readonly string[] {
    const spent: string[] = [];
    for (const id of this.#perhaps) {
      if (spent.length === spentMax) break;
      if (this.#isSpent(id)) spent.push(id);
      else this.#perhaps.delete(id);
    }
    return spent;
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
