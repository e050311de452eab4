import type { BookingId, DriverId, KeyName, Millis, MonoMs, SlotId, WallMs } from '../../base/brand.ts';
import type { By, ClockLevel, Proof, Purpose } from '../../wire/journal.ts';
import type { Attempts } from './attempts-state.ts';
import type { Use } from './candidate.ts';
import type { Flapping } from './flapping-state.ts';
import type { Panel, Shown, Typing } from './panel-state.ts';

export type { Attempts, PhoneAttempts, ReturnLookups } from './attempts-state.ts';
export type { Candidate, Life, Option, PinTried, Scope, Subject, Use } from './candidate.ts';
export { limits } from './limits.ts';
export type { Panel, Prompt, Shown, Typing } from './panel-state.ts';

/** `rules:` of the configuration, in the units the core counts in. */
export interface Rules {
  readonly leadMs: Millis;
  readonly openWithinMs: Millis;
  readonly doorHeldMs: Millis;
  /** A door that opens again so soon after its own shut has bounced (rules.md 5). */
  readonly doorSettleMs: Millis;
  readonly dueSoonMs: Millis;
  readonly overdueGraceMs: Millis;
  readonly maxSyncAgeMs: Millis | null;
  readonly badgeNeedsPin: boolean;
  /** Whether a driver can read a list; without a display lists are never offered (rules.md 21). */
  readonly hasDisplay: boolean;
}

export type Door = 'shut' | 'open';
/** The presence sensor's level; `none` where the slot has no sensor. */
export type Presence = 'present' | 'absent' | 'none';

/** How far an opening has come. `queued` waits for the lock; `pulsed` waits for the door. */
type Phase = 'queued' | 'pulsing' | 'pulsed' | 'open';

/** One permission to open one slot, from its grant to the closing of the door. */
export interface Opening {
  readonly for: Purpose;
  readonly phase: Phase;
  /** The booking whose take or return this is; null for a technician, a remote command, or a bare tag. */
  readonly booking: BookingId | null;
  /** The key that should leave or come; null when any may. */
  readonly key: KeyName | null;
  readonly who: DriverId | string | null;
  readonly by: By;
  /** The key's own tag was read at the door: a return is then `proof: tag` even without a presence sensor. */
  readonly tagSeen: boolean;
  /** The tag that is being learnt was read twice in a row: what is read once after that is a reader's invention. */
  readonly tagCertain?: boolean;
  /** The key has left or come during this opening, and its event is written. */
  readonly moved: boolean;
  /** Restored after a boot and not yet settled (rules.md 7). */
  readonly unconfirmed: boolean;
  /** Learning this key (rules.md 12): the next tag read is its tag. */
  readonly learning: boolean;
  /** The right by which it is brought back, where nothing is known of how it was used: it has had its take. */
  readonly brings?: Use;
  /** Whose booking the key was handed over to while this return was under way (key-transferred). */
  readonly transferredTo: BookingId | null;
  readonly grantedAt: MonoMs;
  /** When `pulsed` becomes not-opened, or an unconfirmed grant counts as settled. */
  readonly until: MonoMs;
}

export interface Slot {
  readonly id: SlotId;
  readonly door: Door;
  readonly presence: Presence;
  /** Pulse length of this lock, ≤ `limits.pulseMaxMs`. */
  readonly pulseMs: Millis;
  readonly opening: Opening | null;
  /** Pulses in a row after which the door did not open. */
  readonly misses: number;
  readonly jammed: boolean;
  /** The door sensor contradicts what else is known (rules.md 15). */
  readonly doorSuspect: boolean;
  /** The line of this lock cannot be driven, or the line of a sensor cannot be read. */
  readonly lineFaulted: boolean;
  /** A technician took it out of service. */
  readonly maintenance: boolean;
  /** Without a presence sensor: the last thing that happened here was `key-taken`. Never true before that (rules.md 8). */
  readonly knownEmpty: boolean;
  /** A key came here, or somebody had its door open who may have left any key in it; until a key is taken from it. */
  readonly contentsUnknown: boolean;
  /** Since when the door is open, for door-held; null while shut. */
  readonly openSince: MonoMs | null;
  /** `door-held` or `door-forced` has been said about this opening of the door. */
  readonly heldReported: boolean;
  readonly forced: boolean;
  /** When the door was last seen to shut, in this run. */
  readonly shutAt: MonoMs | null;
  /** When an opening of this slot last ended by its door's shutting, by the system's clock: for a run that begins a moment later. */
  readonly closedAt: WallMs | null;
  /** The opening that ended so, and its right as it was before the closing. */
  readonly closedFor: { readonly opening: Opening; readonly use: Use | null } | null;
  /** The door stands open only because it bounced: its closing has been told, and its opening goes on (rules.md 5). */
  readonly bounced: boolean;
  /** The last take through this slot, for `0#` (rules.md 11); null once too late or answered. */
  readonly lastTake: { readonly key: KeyName; readonly use: Use; readonly closedAt: MonoMs } | null;
  /** The opening that ended when the door shut, for a presence sensor that speaks a moment after the door's. */
  readonly lastClosed: { readonly opening: Opening; readonly use: Use | null; readonly at: MonoMs } | null;
}

/** Who has, or last had, a key. */
export interface Holder {
  readonly booking: BookingId | null;
  readonly who: DriverId | string | null;
}

/** Where a key is, as far as the box can know. */
export type Place =
  /** Never seen in this box (rules.md 12). */
  | { readonly at: 'never-stocked' }
  | { readonly at: 'slot'; readonly slot: SlotId; readonly proof: Proof }
  /** Out with somebody; `who` and `booking` null where nobody knows (forced, mismatch). */
  | { readonly at: 'out'; readonly holder: Holder; readonly since: WallMs; readonly proof: Proof }
  /** The slot where it was believed is sensed empty and nothing explains it, or its tag turned up elsewhere. */
  | { readonly at: 'missing'; readonly from: SlotId };

export interface Key {
  readonly name: KeyName;
  readonly home: SlotId;
  readonly tagged: boolean;
  readonly place: Place;
  /** Who brought it back last, to whom custody goes back on `0#`; with the use as it was while the key was out. */
  readonly lastHolder: { readonly holder: Holder; readonly use: Use | null } | null;
}

interface ClockState {
  /** The floor as of the boot: with the monotonic time since then, the least that it can be now. Null before the first input. */
  readonly floorAtBoot: WallMs | null;
  /** The instant by which windows are judged, as of the last input (rules.md 23). */
  readonly judged: WallMs;
  /** Somebody vouched for the wall clock in this boot (timesyncd, RTC flag, relay, technician). */
  readonly synced: boolean;
  /** The correction that a technician's `clock set`, or the relay's signed time, adds to the system's clock. */
  readonly offset: Millis;
  /** As of the last input. */
  readonly level: ClockLevel;
}

/** Faults that take the whole box out of service for takes, each by itself. */
export interface Health {
  readonly storage: 'good' | 'degraded';
  readonly powerLow: boolean;
  readonly tamper: boolean;
  /** Ports that are away, by name. */
  readonly lost: readonly string[];
  /** quick_check found damage, or the file cannot be trusted (takes stop). */
  readonly databaseSuspect: boolean;
}

/** Alarms of which the last word is that they are on, whichever run said it. While an alarm flaps it may be off by now. */
export interface SaidAlarms {
  readonly clockWrong: boolean;
  readonly powerLow: boolean;
  readonly lost: readonly string[];
}

interface Lockdown {
  readonly on: boolean;
  /** Ends by itself at this instant; null = by command only. */
  readonly until: WallMs | null;
}

/** When the applied revision was last vouched for by the relay; null where the box runs alone (never stale then). */
export interface Sync {
  readonly enrolled: boolean;
  readonly vouchedAt: WallMs | null;
}

/** Settings of the relay that go before the configuration; members that are absent are as configured. */
export interface Overlay {
  readonly rules: Partial<Omit<Rules, 'hasDisplay'>>;
  readonly texts: {
    /** Whom to call, as shown. */
    readonly phone?: string | null;
    /** Name of the box, as shown. */
    readonly name?: string | null;
  };
}

/** Messages in the present minute that were not the relay's word: the first was said at once, the others are counted. */
interface Rejections {
  readonly since: MonoMs;
  readonly said: boolean;
  readonly more: number;
  /** Why the last of them was refused. */
  readonly reason: string;
}

/** The whole of what the core remembers. Plain data: survives `structuredClone` and JSON. */
export interface BoxState {
  /** As they hold: those of the configuration under those of the relay. */
  readonly rules: Rules;
  readonly configured: Rules;
  readonly overlay: Overlay;
  readonly bootedAt: MonoMs;
  readonly now: MonoMs;
  /** Ascending by id. */
  readonly slots: readonly Slot[];
  /** Ascending by name. */
  readonly keys: readonly Key[];
  /** Bookings whose grant is under way or whose key is out; bounded by the number of keys and slots. */
  readonly uses: readonly Use[];
  /** The slot whose lock is powered, and when it should be over at the latest; one at a time (rules.md 14). */
  readonly powered: { readonly slot: SlotId; readonly until: MonoMs } | null;
  /** Slots that wait for the lock, in the order of their grants. */
  readonly queue: readonly SlotId[];
  readonly panel: Panel;
  readonly typing: Typing | null;
  readonly shown: Shown | null;
  /** When an opening last came to its end. */
  readonly openingEndedAt: MonoMs | null;
  readonly attempts: Attempts;
  readonly clock: ClockState;
  readonly health: Health;
  readonly said: SaidAlarms;
  readonly lockdown: Lockdown;
  readonly sync: Sync;
  readonly rejections: Rejections;
  /** Sensors, lines and ports that have changed of late, one of each: what changes without end must not fill the journal. */
  readonly flapping: readonly Flapping[];
}
