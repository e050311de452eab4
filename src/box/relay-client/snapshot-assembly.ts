import type { Snapshot } from '../../wire/down.ts';
import type { ReceivedRecord } from './from-wire.ts';

/** Records that a box takes; more would not fit its memory beside everything else. */
export const setRecordsMax = 100_000;

/** The parts of one snapshot as they come, in any order and however often; another snapshot begins anew. */
export class SnapshotAssembly {
  #id: string | null = null;
  #parts = new Map<number, readonly ReceivedRecord[]>();
  #count = 0;

  get records(): Iterable<ReceivedRecord> {
    return [...this.#parts.values()].flat();
  }

  /** Whether all parts are there now; `too-many` where they would be more than a box takes. */
  add(snapshot: Snapshot, records: readonly ReceivedRecord[]): 'all' | 'some' | 'too-many' {
    const id = `${snapshot.id} ${snapshot.epoch} ${snapshot.to} ${snapshot.parts} ${snapshot.digest}`;
    if (id !== this.#id) this.clear(id);
    this.#count += records.length - (this.#parts.get(snapshot.part)?.length ?? 0);
    this.#parts.set(snapshot.part, records);
    if (this.#count > setRecordsMax) {
      this.clear();
      return 'too-many';
    }
    return this.#parts.size === snapshot.parts ? 'all' : 'some';
  }

  clear(id: string | null = null): void {
    this.#id = id;
    this.#parts = new Map();
    this.#count = 0;
  }
}
