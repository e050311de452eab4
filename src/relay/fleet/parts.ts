/** What the fleet is put together from. */
import type { Transaction } from 'kysely';
import type { Log } from '../../base/log.ts';
import type { EventLine } from '../core/event-line.ts';
import type { BoxSet } from '../domain/box-set.ts';
import type { AtRest, Random, Time } from '../ports.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

type Tx = Transaction<Tables>;

/** Events that were stored just now, of one box, in their order. */
export interface ArrivedEvents {
  readonly account: string;
  readonly box: string;
  readonly lines: readonly EventLine[];
}

export interface SpentCodes {
  readonly account: string;
  readonly box: string;
  /** Bookings, and the revision of the set in which the box has them. */
  readonly ids: readonly string[];
  readonly rev: number;
}

/** What sets and events mean is not the fleet's business. */
export interface Meaning {
  /** @param since 0: all of it */
  readonly readSet: (box: string, since: number) => Promise<BoxSet>;
  /** In the transaction that stores them. */
  readonly applyEvents: (tx: Tx, events: ArrivedEvents, now: number) => Promise<void>;
  /** Puts all live bookings of the box again, for a later epoch of the box. */
  readonly rePut: (
    tx: Tx,
    box: { readonly account: string; readonly id: string },
    now: number,
  ) => Promise<void>;
  /** Codes that this box has used, and of whose use no event will ever come. */
  readonly spent: (tx: Tx, spent: SpentCodes, now: number) => Promise<void>;
}

export interface FleetParts {
  readonly store: RelayStore;
  readonly atRest: AtRest;
  readonly time: Time;
  readonly random: Random;
  readonly log: Log;
  readonly meaning: Meaning;
}

/** What the fleet counts since its start: for metrics, never for decisions. */
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

export type Count = keyof FleetCounts;
export type Counted = (what: Count, by?: number) => void;
