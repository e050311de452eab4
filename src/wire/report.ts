/** The documents that the control socket answers with: what `smartbox VERB --json` prints. Instants are ISO 8601 in UTC. */
import type { ClockLevel, Proof, Purpose } from './journal.ts';

/** How many of those who may, can: `some` names a limit that hits only certain people or keys. */
export type Ability = 'all' | 'some' | 'none';

/** One thing that is not as it should be. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface SlotReport {
  readonly slot: number;
  readonly door: 'shut' | 'open';
  /** `none`: the slot has no presence sensor. */
  readonly presence: 'present' | 'absent' | 'none';
  /** The key that the books place here. */
  readonly key: string | null;
  /** Keys whose home this slot is. */
  readonly home: readonly string[];
  readonly opening: {
    readonly for: Purpose;
    readonly phase: 'queued' | 'pulsing' | 'pulsed' | 'open';
    readonly key: string | null;
    readonly booking: string | null;
    readonly who: string | null;
  } | null;
  readonly faults: readonly SlotFault[];
}

export type SlotFault = 'jammed' | 'sensor-suspect' | 'line' | 'maintenance' | 'door-forced' | 'door-held';

export interface KeyReport {
  readonly key: string;
  /** Home slot. */
  readonly slot: number;
  readonly tagged: boolean;
  readonly place: 'never-stocked' | 'slot' | 'out' | 'missing';
  /** Where it is; for a missing key the slot it is missing from. */
  readonly at: number | null;
  readonly since: string | null;
  readonly booking: string | null;
  readonly who: string | null;
  readonly proof: Proof | null;
}

export interface BookingReport {
  readonly id: string;
  readonly key: string;
  readonly start: string;
  readonly end: string | null;
  readonly by: readonly ('code' | 'phone' | 'badge')[];
  readonly reuse: boolean;
  readonly driver: string | null;
  readonly origin: 'import' | 'local' | 'relay';
  readonly state: BookingState;
}

export type BookingState =
  | 'fresh'
  | 'granted'
  | 'out'
  | 'used'
  | 'ended'
  | 'cancelled'
  /** Its code belongs to an earlier epoch of the box. */
  | 'void';

export interface SyncReport {
  readonly enrolled: boolean;
  readonly ageS: number | null;
  /** Null: the box runs alone. */
  readonly link: 'up' | 'down' | null;
  readonly since: string | null;
  /** Why it is down. */
  readonly trouble: string | null;
  /** Relay epoch and revision of the bookings that are here. */
  readonly epoch: number;
  readonly revision: number;
  /** Events that the relay does not have yet. */
  readonly waiting: number;
}

export interface StatusReport {
  readonly box: string;
  readonly name: string;
  readonly program: string;
  readonly timezone: string;
  /** Public Ed25519 key of the box, hex: what `events verify --key` wants. */
  readonly key: string;
  /** Best estimate of the time. */
  readonly at: string;
  /** Seconds since the daemon started. */
  readonly upS: number;
  readonly takes: Ability;
  readonly returns: Ability;
  /** Why not everybody can take or return. */
  readonly reasons: readonly Trouble[];
  /** A technician should know these too; nobody is kept from a key by them. */
  readonly remarks: readonly Trouble[];
  readonly clock: ClockLevel;
  readonly storage: 'good' | 'degraded' | 'suspect';
  readonly lockdown: { readonly on: boolean; readonly until: string | null };
  readonly powerLow: boolean;
  readonly tamper: boolean;
  /** Keypad, readers and display that are away. */
  readonly lost: readonly string[];
  /** `ageS`: seconds since the relay last vouched for the bookings; null where the box runs alone. */
  readonly sync: SyncReport;
  /** The relay has set these over the configuration, by the names that they have there. */
  readonly overlay: { readonly [name: string]: string | number | boolean | null };
  /** Null where the file cannot be read. */
  readonly bookings: number | null;
  readonly keys: {
    readonly in: number;
    readonly out: number;
    readonly missing: number;
    readonly neverStocked: number;
  };
  /** Wrong entries that still count, and how long the pad waits before it tries the next (rules.md 18). */
  readonly guessing: { readonly wrongs: number; readonly waitS: number; readonly phonesLocked: number };
  readonly slots: readonly SlotReport[];
}

export interface AuditReport {
  readonly slot: number;
  readonly expected: string | null;
  readonly sensed: 'present' | 'absent' | 'none';
  readonly verdict: 'agrees' | 'differs' | 'not-sensed' | 'door-open';
  /** Keys of this slot that nobody can place. */
  readonly missing: readonly string[];
}

export type Level = 'ok' | 'warn' | 'bad';

/** One finding of `doctor`. */
export interface Finding {
  readonly level: Level;
  readonly what: string;
  /** This is what to do; it is empty where all is well. */
  readonly hint: string;
  /** Programs of other users that may read these ports, which the daemon cannot see. The command line looks, and leaves this out. */
  readonly unseen?: {
    /** Process id of the daemon. */
    readonly daemon: number;
    readonly ports: readonly { readonly device: string; readonly path: string }[];
  };
  /** A serial port that this is about. The command line looks what else is on it, which the daemon cannot see, and leaves this out. */
  readonly port?: UsedPort;
}

/** A serial port of the configuration. */
export interface UsedPort {
  /** As it is called there: keypad, display, or the name of a reader. */
  readonly device: string;
  readonly path: string;
  readonly up: boolean;
}

export interface ImportReport {
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  /** At most `importNotesMax`; `moreWarnings` counts the rest. */
  readonly warnings: readonly ImportNote[];
  readonly moreWarnings: number;
}

/** A note says what is wrong, or odd, about one row of an import. */
export interface ImportNote {
  /** Index in the file's array, from 0. */
  readonly row: number;
  readonly id: string | null;
  readonly message: string;
}

/** How many notes an import names one by one. */
export const importNotesMax = 50;
