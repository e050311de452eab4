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
import type { By, ClockLevel, Proof, Purpose } from '../../wire/journal.ts';
import type { Screen } from './screen.ts';

export { limits } from './limits.ts';

/** `rules:` of the configuration, in the units the core counts in. */
export interface Rules {
  readonly leadMs: Millis;
  readonly openWithinMs: Millis;
  readonly doorHeldMs: Millis;
  readonly dueSoonMs: Millis;
  readonly overdueGraceMs: Millis;
  readonly maxSyncAgeMs: Millis | null;
  readonly badgeNeedsPin: boolean;
  /** Whether a driver can read a list; without a display lists are never offered (rules.md 21). */
  readonly hasDisplay: boolean;
}

export type Door = 'shut' | 'open';
/** What the presence sensor says; `none` where the slot has no sensor. */
export type Presence = 'present' | 'absent' | 'none';

/** How far an opening has come. `queued` waits for the lock; `pulsed` waits for the door. */
export type Phase = 'queued' | 'pulsing' | 'pulsed' | 'open';

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
  /** The key has left or come during this opening, and its event is written. */
  readonly moved: boolean;
  /** Restored after a boot and not yet settled (rules.md 7). */
  readonly unconfirmed: boolean;
  /** Learning this key (rules.md 12): the next tag read is its tag. */
  readonly learning: boolean;
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
  readonly emptied: boolean;
  /** A key came here, or somebody had its door open who may have left any key in it; until a key is taken from it. */
  readonly disturbed: boolean;
  /** Since when the door is open, for door-held; null while shut. */
  readonly openSince: MonoMs | null;
  /** `door-held` or `door-forced` has been said about this opening of the door. */
  readonly heldSaid: boolean;
  readonly forced: boolean;
  /** The last take through this slot, for `0#` (rules.md 11); null once too late or answered. */
  readonly lastTake: { readonly key: KeyName; readonly use: Use; readonly closedAt: MonoMs } | null;
  /** The opening that ended when the door shut, for a presence sensor that speaks a moment after the door's. */
  readonly settled: { readonly opening: Opening; readonly use: Use | null; readonly at: MonoMs } | null;
  /** Door and presence changes in the present minute: a flapping sensor must not fill the journal. */
  readonly changes: { readonly since: MonoMs; readonly count: number };
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

/** Life of a booking's right (rules.md 6). `used` is for codes; phone and badge take again inside the window. */
export type Life = 'fresh' | 'granted' | 'out' | 'used';

/** What has happened to one booking on this box. Kept for ever beside the booking; in the core's state only while its grant is under way or its key is out. */
export interface Use {
  readonly booking: BookingId;
  readonly life: Life;
  readonly key: KeyName;
  /** Pulses given to the present grant without the door opening. */
  readonly pulses: number;
  /** Openings after which the key was not taken. */
  readonly openings: number;
  /** Its code has been through a whole take and return (and the booking is not `reuse`): never takes again. */
  readonly codeUsed: boolean;
  readonly reuse: boolean;
  readonly who: DriverId | null;
  readonly end: WallMs | null;
  readonly dueSoonSaid: boolean;
  readonly overdueSaid: boolean;
}

/** A booking as the cache holds it, with everything a decision needs: the core never asks back. */
export interface Candidate {
  readonly booking: BookingId;
  readonly key: KeyName;
  readonly start: WallMs;
  /** `null` = until changed. */
  readonly end: WallMs | null;
  readonly reuse: boolean;
  readonly driver: DriverId | null;
  readonly cancelled: boolean;
  /** Its code belongs to an earlier box epoch: void until sent again, but still returns a key (design.md §3). */
  readonly voided: boolean;
  /** Another booking of the same key has its window at the moment of the entry (rules.md 2). */
  readonly rival: boolean;
  /** Phone or badge alone is not enough. */
  readonly needsPin: boolean;
  /** What has happened to it here; null = nothing yet. */
  readonly use: Use | null;
}

/** Who stands at the pad, as far as the pad knows: the thing whose PIN is asked, or that names several keys. */
export interface Subject {
  readonly by: 'phone' | 'badge';
  readonly fingerprint: Fingerprint;
}

/** One line of a numbered list (rules.md 21). */
export interface Option {
  readonly for: 'take' | 'return';
  readonly candidate: Candidate;
}

export type Panel =
  | { readonly mode: 'idle' }
  | { readonly mode: 'pin'; readonly subject: Subject; readonly until: MonoMs }
  /** The hash of a PIN is being computed off the event loop. */
  | { readonly mode: 'checking'; readonly subject: Subject; readonly until: MonoMs }
  | { readonly mode: 'choose'; readonly by: By; readonly options: readonly Option[]; readonly until: MonoMs };

/** What the display shows besides its resting picture, until when. */
export interface Shown {
  readonly screen: Screen;
  readonly until: MonoMs;
}

export interface PhoneGuard {
  readonly fingerprint: Fingerprint;
  /** Wrong PINs since the last lock or right PIN. */
  readonly wrongs: number;
  /** How many locks there have been: picks 15 min, 1 h, 24 h. */
  readonly locks: number;
  readonly lockedUntil: MonoMs | null;
  readonly lastAt: MonoMs;
}

export interface Guard {
  /** Wrong entries until 10 minutes have passed without one. */
  readonly wrongs: number;
  readonly lastWrongAt: MonoMs | null;
  /** The next entry is judged from here on; before it only returns are. */
  readonly waitUntil: MonoMs | null;
  readonly lockoutSaid: boolean;
  /** Most recently used last; ≤ `limits.phonesRemembered`. */
  readonly phones: readonly PhoneGuard[];
  /** Denials written in the present minute, and those only counted. */
  readonly denials: { readonly since: MonoMs; readonly written: number; readonly summed: number };
}

export interface ClockState {
  /** The floor as of the boot: with the monotonic time since then, the least that it can be now. Null before the first input. */
  readonly floorAtBoot: WallMs | null;
  /** The instant by which windows are judged, as of the last input (rules.md 23). */
  readonly judged: WallMs;
  /** Somebody vouched for the wall clock in this boot (timesyncd, RTC flag, relay, technician). */
  readonly synced: boolean;
  /** What a technician's `clock set`, or the relay's signed time, adds to the system's clock. */
  readonly offset: Millis;
  /** The level that was last said in an event. */
  readonly level: ClockLevel;
}

/** What takes the whole box out of service for takes; each independent. */
export interface Health {
  readonly storage: 'good' | 'degraded';
  readonly powerLow: boolean;
  readonly tamper: boolean;
  /** Ports that are away, by name. */
  readonly lost: readonly string[];
  /** quick_check found damage, or the file cannot be trusted (takes stop). */
  readonly databaseSuspect: boolean;
}

export interface Lockdown {
  readonly on: boolean;
  /** Ends by itself at this instant; null = by command only. */
  readonly until: WallMs | null;
}

/** When the applied revision was last vouched for by the relay; null where the box runs alone (never stale then). */
export interface Sync {
  readonly enrolled: boolean;
  readonly vouchedAt: WallMs | null;
}

/** What the relay has set over the configuration; members that are absent are as configured. */
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
export interface Rejections {
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
  readonly shown: Shown | null;
  readonly guard: Guard;
  readonly clock: ClockState;
  readonly health: Health;
  readonly lockdown: Lockdown;
  readonly sync: Sync;
  readonly rejections: Rejections;
}
