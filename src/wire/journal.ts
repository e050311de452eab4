import type { BookingId, DriverId, KeyName, MonoMs, SlotId } from '../base/brand.ts';

/** How far a clock can be believed (rules.md 23). */
export type ClockLevel = 'synced' | 'plausible' | 'behind' | 'ahead';

/** The closed set of reasons for which a driver is refused (rules.md 1). */
export const denialReasons = [
  'unknown',
  'pin-wrong',
  'used',
  'too-early',
  'too-late',
  'cancelled',
  'key-absent',
  'key-elsewhere',
  'slot-faulted',
  'locked-out',
  'stale',
  'clock-untrusted',
  'out-of-service',
] as const;
export type DenialReason = (typeof denialReasons)[number];

/** By what somebody identified themselves. */
export type By = 'code' | 'phone' | 'badge' | 'tag' | 'technician' | 'remote';

/** Why a door was opened. */
export type Purpose = 'take' | 'return' | 'technician' | 'remote';

/** How sure we are of a fact about a key (rules.md 6, 7, 11). */
export type Proof = 'sensor' | 'tag' | 'presumed' | 'boot';

export const eventTypes = [
  'booted',
  'stopped',
  'granted',
  'denied',
  'pulsed',
  'not-opened',
  'door-opened',
  'key-taken',
  'not-taken',
  'key-returned',
  'door-closed',
  'door-forced',
  'door-held',
  'door-shut',
  'jammed',
  'sensor-suspect',
  'slot-restored',
  'due-soon',
  'overdue',
  'box-full',
  'custody-mismatch',
  'key-transferred',
  'tamper',
  'lockout',
  'reader-lost',
  'reader-back',
  'power-low',
  'power-good',
  'clock-untrusted',
  'clock-good',
  'storage-degraded',
  'storage-good',
  'message-rejected',
  'bookings-changed',
  'config-changed',
  'technician',
  'checkpoint',
] as const;
export type EventType = (typeof eventTypes)[number];

/**
 * An entry says what happened, before the journal gives it its place. Only these members exist, so no code, PIN, phone or tag of a person
 * can be written by mistake.
 */
export interface Entry {
  readonly type: EventType;
  readonly slot?: SlotId;
  readonly key?: KeyName;
  readonly booking?: BookingId;
  /** A driver's random id, or the name a technician claimed. */
  readonly who?: DriverId | string;
  readonly by?: By;
  /** A denial's reason, a technician's `--why`, the cause of a boot or of a fault. */
  readonly reason?: DenialReason | string;
  readonly proof?: Proof;
  readonly for?: Purpose;
  /** Length of a lock pulse in milliseconds. */
  readonly ms?: number;
  /** Name of a reader, keypad or line. */
  readonly device?: string;
  /** A technician did this, in one word (`open`, `lockdown-on` …). */
  readonly what?: string;
  /** How many alike this line stands for, where a flood is summed up. */
  readonly count?: number;
  /** Written after the fact, from the memory journal (rules.md 13). */
  readonly late?: true;
}

/** An entry with its place: what is stored, exported and sent. Canonical JSON, one object a line (contracts.md §3). */
export interface JournalEvent extends Entry {
  readonly box: string;
  /** Number of the box epoch (docs/synchronisation.md), from 1. */
  readonly epoch: number;
  /** Number of the event in the box's life, from 1, without gaps. */
  readonly seq: number;
  /** Best estimate of UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  /** Milliseconds since the daemon started. */
  readonly mono: MonoMs | number;
  readonly clock: ClockLevel;
  /** `hash` of the event before; 64 zeros for the first. */
  readonly prev: string;
  /** BLAKE2b-256 over the canonical JSON of this event without `hash`, 64 hex digits. */
  readonly hash: string;
}

/** Last line of an export: what the box vouches for with its Ed25519 key. `sig` covers the canonical JSON without `sig`. */
export interface Checkpoint {
  readonly type: 'checkpoint';
  readonly box: string;
  /** First and last event number of the range; `from` > `to` for an empty one. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** `hash` of the last event of the range. */
  readonly head: string;
  /** Public Ed25519 key of the box, hex. */
  readonly key: string;
  readonly sig: string;
}

/**
 * The line before the checkpoint in a copy that begins elsewhere than the checkpoint says: a relay cannot sign for a box, so it
 * names the beginning, and the box vouches for the end and with it, by the chain, for all that lies between.
 */
export interface RangeLine {
  readonly type: 'range';
  readonly box: string;
  /** Number of the first event of the range; one more than the checkpoint's `to` for an empty one. */
  readonly from: number;
  /** `prev` of that event: what removed or changed lines cannot imitate. */
  readonly prev: string;
  /** Null: there is no checkpoint, since the box has an older program that gives the relay none. Else absent. */
  readonly checkpoint?: null;
  /**
   * Number and hash of the last event of the range, where the checkpoint stands further on: the events behind it are there only
   * to prove that none is missing at its end. Absent: the range goes to the checkpoint.
   */
  readonly to?: number;
  readonly head?: string;
}
