/** The change that a message makes to the relay's set: found by comparing with what is there, in slices, before anything is written. */
import type { DriverId } from '../../base/brand.ts';
import type { KeptBooking, KeptDriver, KeptKey, KeptRecord, Synced } from '../ports.ts';
import { type ReceivedRecord, sameRecord } from './from-wire.ts';

/** Ids of bookings whose rows may become other ones, and the set as it would be. */
export interface SetChange {
  readonly puts: ReadonlyMap<string, ReceivedRecord>;
  /** Records that go, or are replaced, as they are kept now. */
  readonly gone: readonly KeptRecord[];
  readonly drops: ReadonlySet<string>;
  readonly bookings: ReadonlySet<string>;
  readonly keys: boolean;
}

/** `yieldTurn` is called between records. */
export async function changeOf(
  records: Iterable<ReceivedRecord>,
  drops: Iterable<string>,
  synced: Synced,
  yieldTurn: () => Promise<void>,
): Promise<SetChange> {
  const found = new Finding(synced);
  for (const record of records) {
    found.put(record);
    await yieldTurn();
  }
  for (const id of drops) {
    found.drop(id);
    await yieldTurn();
  }
  for (const driver of found.drivers)
    for (const id of synced.bookingsOf(driver)) {
      found.bookings.add(id);
      await yieldTurn();
    }
  return found;
}

class Finding implements SetChange {
  readonly puts = new Map<string, ReceivedRecord>();
  readonly gone: KeptRecord[] = [];
  readonly drops = new Set<string>();
  readonly bookings = new Set<string>();
  keys = false;
  /** Whatever becomes of a driver's record becomes of all bookings of that driver. */
  readonly drivers = new Set<DriverId>();
  readonly #synced: Synced;

  constructor(synced: Synced) {
    this.#synced = synced;
  }

  put(record: ReceivedRecord): void {
    const { kept } = record;
    const old = this.#synced.get(kept.id);
    if (old !== null && old.rev === kept.rev && sameRecord(old, kept)) return;
    if (old !== null && !this.puts.has(kept.id)) this.gone.push(old);
    this.puts.set(kept.id, record);
    if (old !== null && sameRecord(old, kept)) return;
    if (old !== null) this.#touch(old);
    this.#touch(kept);
  }

  drop(id: string): void {
    const old = this.#synced.get(id);
    if (this.puts.has(id) || this.drops.has(id) || old === null) return;
    this.gone.push(old);
    this.drops.add(id);
    this.#touch(old);
  }

  #touch(record: KeptRecord): void {
    if (record.kind === 'key') this.keys = true;
    else if (record.kind === 'booking') this.bookings.add(record.id);
    else this.drivers.add(record.driver);
  }
}

/** The set as it would be after a change. */
export class SetAfter {
  readonly #change: SetChange;
  readonly #synced: Synced;
  /** Those of the change, and whatever else was asked for. */
  readonly #drivers = new Map<DriverId, KeptDriver | null>();

  constructor(change: SetChange, synced: Synced) {
    this.#change = change;
    this.#synced = synced;
    for (const { kept } of change.puts.values())
      if (kept.kind === 'driver') this.#drivers.set(kept.driver, kept);
  }

  booking(id: string): KeptBooking | null {
    const put = this.#change.puts.get(id)?.kept ?? null;
    const record = put ?? (this.#change.drops.has(id) ? null : this.#synced.get(id));
    return record?.kind === 'booking' ? record : null;
  }

  driver(driver: DriverId | null): KeptDriver | null {
    if (driver === null) return null;
    const put = this.#drivers.get(driver);
    if (put !== undefined) return put;
    const { puts, drops } = this.#change;
    const kept = this.#synced.driver(driver);
    const found = kept === null || puts.has(kept.id) || drops.has(kept.id) ? null : kept;
    this.#drivers.set(driver, found);
    return found;
  }

  keys(): readonly KeptKey[] {
    const { puts, drops } = this.#change;
    const stay = this.#synced.keys().filter(({ id }) => !puts.has(id) && !drops.has(id));
    const come = [...puts.values()].flatMap(({ kept }) => (kept.kind === 'key' ? [kept] : []));
    return [...stay, ...come];
  }
}
