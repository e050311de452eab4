/** What happens in lives, and what one is to be full of where ordinary ones come across it too seldom. */

/** How often each fault comes, relative to the others. */
export const faultRates = {
  cutBox: 3,
  cutRelay: 1,
  restartBroker: 0.5,
  power: 2,
  powerAtCommit: 3,
  disk: 1,
  boxClock: 1,
  relayClock: 0.5,
  killRelay: 1,
  killRelayAtCommit: 2,
  stopRelay: 0.5,
  relayDisk: 0.5,
  copyRelay: 1,
  restoreRelay: 1,
  copyBox: 2,
  loseBox: 2,
} as const;

export type FaultKind = keyof typeof faultRates;

/** What administrators do, and how often. */
export const adminRates = {
  book: 10,
  change: 4,
  cancel: 2,
  code: 10,
  driver: 2,
  key: 1,
  command: 2,
  rotate: 0.3,
} as const;

export type AdminTurn = keyof typeof adminRates;

export interface Leaning {
  /** These kinds of faults and no others; those that a kind needs are named too. */
  readonly faults?: readonly FaultKind[];
  /** Share of turns in which something goes wrong, 0–1. */
  readonly troubled?: number;
  /** Chance that a message is lost on a connection that stands; what the seed says where it is absent. */
  readonly lose?: number;
  /** Weights of what administrators do, where they are other than ordinary ones. */
  readonly admins?: Partial<Record<AdminTurn, number>>;
  /** Share of the other turns in which somebody in the broker says once more what the relay has said to a box, 0–1. */
  readonly repeats?: number;
}

export const ordinary: Leaning = {};
