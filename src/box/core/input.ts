import type {
  BookingId,
  DriverId,
  Fingerprint,
  KeyName,
  Millis,
  MonoMs,
  SlotId,
  WallMs,
} from '../../base/brand.ts';
import type { ClockSource } from './clock-witness.ts';
import type { Candidate, Door, Overlay, PinTried, Presence, Scope, Subject } from './model.ts';

/** The two clocks, read once by the loop when the input arrived. */
export interface Stamp {
  readonly mono: MonoMs;
  /** The system's clock, unbelieved. */
  readonly wall: WallMs;
  /**
   * Lines have still to tell what happened up to now, as after a stall: no deadline of a door or a lock is judged by this
   * input. Absent: all is told.
   */
  readonly unheard?: true;
}

/** Everything that a finished entry may name. Candidates are at most `limits.candidates`. */
export interface Lookup {
  /** Bookings whose code this is. */
  readonly code: readonly Candidate[];
  /** The entry has the shape of a phone number; `found` may still be empty. Null when it has not, or when a code was found. */
  readonly phone: { readonly fingerprint: Fingerprint; readonly found: readonly Candidate[] } | null;
}

/** A command to the running box, by a technician, or by the relay under its signature. */
export type Command =
  | { readonly verb: 'open'; readonly slot: SlotId }
  | { readonly verb: 'open-all' }
  | { readonly verb: 'lockdown'; readonly on: boolean; readonly until: WallMs | null }
  /** `wall` null: the system's clock is right as it stands. */
  | {
      readonly verb: 'clock-set';
      readonly wall: WallMs | null;
      /** However far that is from what the box has known so far. */
      readonly force?: boolean;
    }
  /** `slot` null: any empty slot. */
  | { readonly verb: 'learn'; readonly key: KeyName; readonly slot: SlotId | null }
  | { readonly verb: 'maintenance'; readonly slot: SlotId; readonly on: boolean }
  /** Correct the books: `slot` really holds `key` (null = is empty). */
  | { readonly verb: 'correct'; readonly slot: SlotId; readonly key: KeyName | null }
  /** Clear `jammed`, `sensor-suspect` or a line fault. */
  | { readonly verb: 'restore-slot'; readonly slot: SlotId }
  /** The relay's own limits and texts, over those of the configuration (docs/synchronisation.md). */
  | { readonly verb: 'rules'; readonly rules: Overlay['rules'] }
  | { readonly verb: 'texts'; readonly texts: Overlay['texts'] }
  /** The whole set is asked for anew. */
  | { readonly verb: 'resync' }
  /** Nothing changes, but somebody takes along what the box knows, or listens to what people type: that leaves a trace. */
  | { readonly verb: 'access'; readonly what: 'serial-record' | 'backup'; readonly device: string | null };

/** `noise`: bytes that are no keys came. `stall`: keys came late, and nobody can say when they were pressed. */
export type KeypadCleared = 'key' | 'silence' | 'stall' | 'noise';

export type InputBody =
  /** A deadline that `nextWake` named has come, or just some time has passed. */
  | { readonly type: 'woke' }
  /** The first input of a run, once all lines have been read. */
  | {
      readonly type: 'booted';
      readonly reason: string;
      /** The database was damaged or gone, and this run began with a new one. */
      readonly lost?: boolean;
      /** Secrets of the box that had to be made anew, by name. */
      readonly secretsLost?: readonly string[];
      readonly levels: readonly { readonly slot: SlotId; readonly door: Door; readonly presence: Presence }[];
    }
  | { readonly type: 'stopping'; readonly reason: string }
  /** The configuration is not the one of the last run. */
  | { readonly type: 'config-changed' }
  /** Digits held in the pad after a press; 0 after a `#` with nothing before it. */
  | { readonly type: 'keypad-touched'; readonly length: number }
  /** `*`, 10 s of silence, a stall, or noise while digits were held, has cleared the pad; `length` digits were held. */
  | { readonly type: 'keypad-cleared'; readonly by: KeypadCleared; readonly length: number }
  /** `#`; the digits stay outside. `choice` is the number of a one- or two-digit entry, which is never a credential. */
  | { readonly type: 'entered'; readonly length: number; readonly choice: number | null }
  /** Entries came faster than they can be looked up: this one is not looked at. */
  | { readonly type: 'entry-dropped' }
  /** The answer to `look-up`, whose scope and `pin` come back with it. */
  | {
      readonly type: 'looked-up';
      readonly scope: Scope;
      readonly lookup: Lookup;
      readonly pin: PinTried | null;
    }
  /** The hashes of a PIN of `length` digits are computed: `matched` are the bookings of the subject whose PIN it was. */
  | {
      readonly type: 'pin-checked';
      readonly subject: Subject;
      readonly length: number;
      readonly found: readonly Candidate[];
      readonly matched: readonly BookingId[];
    }
  /** A tag or badge arrived at a reader (`frames: 1`), or was read again within 2 s (2, once for each arrival). */
  | {
      readonly type: 'tag-read';
      readonly frames: 1 | 2;
      readonly fingerprint: Fingerprint;
      readonly key: KeyName | null;
      readonly badge: readonly Candidate[];
    }
  /** A debounced level; also sent when sampling finds one that no edge told of. */
  | { readonly type: 'door-changed'; readonly slot: SlotId; readonly door: Door }
  | {
      readonly type: 'presence-changed';
      readonly slot: SlotId;
      readonly presence: 'present' | 'absent';
      /** The door's line told of edges just before, although its level is what it was: it was open and is shut again. */
      readonly doorStirred?: true;
    }
  /** While the box stood still the door was opened and shut: its line told so, and reads as before. */
  | { readonly type: 'door-stirred'; readonly slot: SlotId }
  /** The line went to its active level just now. */
  | { readonly type: 'pulse-begun'; readonly slot: SlotId; readonly ms: Millis }
  | { readonly type: 'pulse-ended'; readonly slot: SlotId }
  | { readonly type: 'pulse-failed'; readonly slot: SlotId; readonly reason: string }
  /** Nothing was powered, and the lock is not to blame: no helper process was to be had, or the disk came back too late. */
  | { readonly type: 'pulse-missed'; readonly slot: SlotId; readonly reason: string }
  | { readonly type: 'line-faulted'; readonly slot: SlotId; readonly reason: string }
  | { readonly type: 'port-changed'; readonly device: string; readonly up: boolean }
  | { readonly type: 'alarm-changed'; readonly line: 'tamper' | 'power-low'; readonly active: boolean }
  /** `by`: a source in the network where nothing is said. */
  | { readonly type: 'clock-synced'; readonly synced: boolean; readonly by?: ClockSource }
  | {
      readonly type: 'storage-changed';
      readonly storage: 'good' | 'degraded';
      readonly reason: string;
      readonly dropped?: number;
    }
  | { readonly type: 'database-suspect'; readonly reason: string }
  | {
      readonly type: 'command';
      readonly id: number;
      readonly who: string;
      readonly why: string;
      /** Absent: a technician. */
      readonly by?: 'technician' | 'remote';
      readonly command: Command;
    }
  /** The set of keys was changed (import, add); custody of known names is kept. */
  | {
      readonly type: 'keys-changed';
      readonly keys: readonly { readonly name: KeyName; readonly home: SlotId; readonly tagged: boolean }[];
      /** A key has another tag than before: nothing that the state can see, and yet a change. */
      readonly retagged?: boolean;
      readonly who: string;
      readonly why?: string;
    }
  /** Bookings were imported, added or cancelled; the rows are written in the same transaction. */
  | {
      readonly type: 'bookings-changed';
      readonly count: number;
      readonly who: string;
      readonly what: string;
      readonly booking?: BookingId;
      readonly why?: string;
      /** The ends, as they are now, of those whose key is out: reminders go by them. */
      readonly ends?: readonly { readonly booking: BookingId; readonly end: WallMs | null }[];
    }
  /** A set or a change of the relay is applied; its rows are written in the same transaction. */
  | {
      readonly type: 'synced';
      /** Bookings that are other ones now. */
      readonly count: number;
      /** The keys as they are now; null: as they were. */
      readonly keys:
        | readonly { readonly name: KeyName; readonly home: SlotId; readonly tagged: boolean }[]
        | null;
      readonly renamed: readonly { readonly from: KeyName; readonly to: KeyName }[];
      readonly ends: readonly { readonly booking: BookingId; readonly end: WallMs | null }[];
      readonly lives: readonly RelayedUse[];
    }
  /** The relay's signed word, in answer to a challenge of this box that is `tripMs` old. */
  | {
      readonly type: 'vouched';
      /** The relay's clock when it said so. */
      readonly wall: WallMs;
      readonly tripMs: Millis;
      /** The set that is applied is the newest that there is. */
      readonly newest: boolean;
    }
  | { readonly type: 'enrolled'; readonly enrolled: boolean; readonly who: string; readonly why: string }
  /** The relay's order was carried out: a new box epoch, another relay key. */
  | { readonly type: 'relay-order'; readonly what: 'new-epoch' | 'relay-key'; readonly why: string }
  /** Something came by the network that is not the relay's word. */
  | { readonly type: 'message-rejected'; readonly reason: string };

/**
 * The use that a booking had by the relay's events, where this box, whose database is new, knows nothing of; `fresh`: what was granted
 * here was another code, or another key.
 */
export interface RelayedUse {
  readonly booking: BookingId;
  readonly key: KeyName;
  readonly life: 'out' | 'used' | 'fresh';
  readonly who: DriverId | null;
  readonly end: WallMs | null;
  readonly reuse: boolean;
}

export type Input = InputBody & { readonly at: Stamp };
