/** Counts since the fleet's start: for metrics, never for decisions. */
export interface FleetCounts {
  readonly messages: number;
  readonly refused: number;
  readonly foreign: number;
  readonly flooded: number;
  readonly eventsStored: number;
  readonly batches: number;
  readonly deltas: number;
  readonly snapshots: number;
  readonly vouches: number;
  readonly storeFailures: number;
}

type Count = keyof FleetCounts;
export type Counted = (what: Count, by?: number) => void;

export class Counters {
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
