import type { Count, FleetCounts } from './parts.ts';

/** What the fleet has counted since its start. */
export class Tally {
  readonly #counts: Record<Count, number> = {
    messages: 0,
    refused: 0,
    foreign: 0,
    flooded: 0,
    eventsStored: 0,
    batches: 0,
    deltas: 0,
    snapshots: 0,
    vouches: 0,
    storeFailures: 0,
  };

  readonly add = (what: Count, by = 1): void => {
    this.#counts[what] += by;
  };

  get counts(): FleetCounts {
    return { ...this.#counts };
  }
}
