/**
 * The doors of the house: what the loop asks of the world, in the words of the domain. Adapters implement these; only
 * `compose.ts` knows which adapter stands behind which port.
 */
import type {
  BookingId,
  DriverId,
  Fingerprint,
  KeyName,
  Millis,
  MonoMs,
  SlotId,
  WallMs,
} from '../base/brand.ts';
import type { Secret } from '../base/secret.ts';
import type { Checkpoint, ClockLevel, Entry, JournalEvent } from '../wire/journal.ts';
import type { InputBody } from './core/input.ts';
import type { Candidate, Subject, Use } from './core/model.ts';
import type { Signal } from './core/screen.ts';

/** The two clocks and one-shot timers. The only source of time in the daemon; tests pass a fake. */
export interface Time {
  mono(): MonoMs;
  wall(): WallMs;
  /** Calls back once at or after `at`; the returned function cancels. */
  at(at: MonoMs, wake: () => void): () => void;
}

/** Where adapters put what happened; the loop stamps it. */
export type Report = (input: InputBody) => void;

/* ---- serial ------------------------------------------------------------------------------------------------------- */

/** A key of the pad. */
export type PadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';

/** What bytes turned out to mean. A tag's number is treated like a secret: it identifies, and has no business in a log. */
export type Decoded =
  | { readonly kind: 'key'; readonly key: PadKey }
  /** A whole entry at once, as if typed and ended by `#`. */
  | { readonly kind: 'line'; readonly digits: Secret }
  | { readonly kind: 'tag-arrived'; readonly tag: Secret }
  | { readonly kind: 'tag-left'; readonly tag: Secret };

/** Saturating counters of one port: what a technician sees in `doctor` and `status`. */
export interface PortCounters {
  readonly bytes: number;
  readonly decoded: number;
  /** Bytes or frames thrown away, by cause. */
  readonly rejected: Readonly<Record<string, number>>;
}

export interface PortStatus {
  readonly device: string;
  readonly path: string;
  readonly up: boolean;
  readonly counters: PortCounters;
  /** Why it is down, for people; null while up. */
  readonly trouble: string | null;
}

export interface SerialSource {
  status(): PortStatus;
  close(): Promise<void>;
}

/** The optional serial display. */
export interface DisplayPort {
  /** Rows of text, already fitted to the display's columns. */
  show(rows: readonly string[]): void;
  status(): PortStatus;
  close(): Promise<void>;
}

/* ---- GPIO --------------------------------------------------------------------------------------------------------- */

export type Level = 0 | 1;

/** A line by the label of its chip and its offset there; never a raw number (contracts.md §2). */
export interface LineSpec {
  readonly chip: string;
  readonly line: number;
}

/** One electrical output, held at its idle level whenever nobody asks otherwise. */
export interface OutputLine {
  /** @throws Fault `line-write` */
  write(level: Level): void;
  read(): Level;
}

export interface InputLine {
  /** @throws Fault `line-read`. Null: the line has no readable level now (sim: empty file), keep what was known. */
  read(): Level | null;
}

/** A GPIO driver: what `onoff` and `sim` have in common. */
export interface Lines {
  /** Forces `idle` at once. @throws Fault `line-setup` naming chip and line. */
  output(spec: LineSpec, idle: Level): OutputLine;
  /** `initial` is what a simulated line starts with when nobody made it yet. `changed` is a hint: read the level. */
  input(spec: LineSpec, initial: Level, changed: () => void): InputLine;
  /**
   * What the guard process must write, and where, to force every output to its idle level without us: in the
   * order in which they were set up; what follows them are lines that were refused but may be driven.
   */
  safePaths(): readonly { readonly path: string; readonly text: string }[];
  /** Outputs to idle, handles released. Safe to call twice. */
  close(): void;
}

/** One configured line, for a technician. */
export interface LineReport {
  /** What it is for: `slot 1 door`, `buzzer`. */
  readonly name: string;
  /** Where it is: `pinctrl-bcm2711 line 17`. */
  readonly line: string;
  readonly direction: 'in' | 'out';
  readonly level: Level | null;
  /** Why it does not work; null while it does. */
  readonly trouble: string | null;
}

/** Locks, doors and lamps of one box, in domain words, above any driver. */
export interface Cabinet {
  /** Debounced levels now, for the first input of a run. Nothing is reported before this was called once. */
  levels(): readonly {
    readonly slot: SlotId;
    readonly door: 'shut' | 'open';
    readonly presence: 'present' | 'absent' | 'none';
  }[];
  /** Starts a bounded pulse and reports `pulse-begun`, then `pulse-ended`, or `pulse-failed`. One at a time: a second is a bug. */
  pulse(slot: SlotId, ms: Millis): void;
  signal(signal: Signal): void;
  /** False: the process that switches locks off in our place is not there, and every pulse fails until it is back. */
  guardHealthy(): boolean;
  /** Every configured line as it is just now, for `doctor`. */
  inspect(): readonly LineReport[];
  /** Locks idle first, then everything released. Safe to call twice. */
  close(): Promise<void>;
}

/* ---- storage ------------------------------------------------------------------------------------------------------ */

/** A durable piece of the core's state, by name; `body` null removes it. */
export interface Part {
  readonly name: string;
  readonly body: string | null;
}

/** When something happened, on both clocks, and how far the wall clock could be believed. */
export interface EventStamp {
  readonly at: WallMs;
  readonly mono: MonoMs;
  readonly clock: ClockLevel;
}

/** Everything one step wants kept, in one transaction. */
export interface Commit {
  /** Entries from the memory journal, with the stamps of when they happened; written before `entries` (rules.md 13). */
  readonly late?: readonly { readonly entry: Entry; readonly stamp: EventStamp }[];
  readonly entries: readonly Entry[];
  readonly stamp: EventStamp;
  readonly uses: readonly Use[];
  readonly parts: readonly Part[];
  readonly tags: readonly { readonly key: KeyName; readonly fingerprint: Fingerprint }[];
  /** Saved in the same page as the rest, so that the floor costs no write of its own. */
  readonly floor: WallMs | null;
}

/** What a start finds in the file. */
export interface Loaded {
  readonly parts: readonly { readonly name: string; readonly body: string }[];
  /** Uses with life granted or out. */
  readonly openUses: readonly Use[];
  readonly floor: WallMs | null;
  readonly epoch: number;
  readonly lastSeq: number;
  readonly lastHash: string;
  /** Why this file is new although the box is not (damaged, restored, foreign); null for an ordinary start. */
  readonly recovered: string | null;
}

/** A booking as it is imported or added: already validated, normalised and hashed. */
export interface BookingRow {
  readonly id: BookingId;
  readonly key: KeyName;
  readonly start: WallMs;
  readonly end: WallMs | null;
  readonly code: Fingerprint | null;
  readonly phone: Fingerprint | null;
  readonly badge: Fingerprint | null;
  /** Salted memory-hard hash, keyed again; null = no PIN. */
  readonly pin: string | null;
  readonly reuse: boolean;
  readonly driver: DriverId | null;
  readonly origin: 'import' | 'local' | 'relay';
}

export type PutOutcome = 'added' | 'changed' | 'same';

/** A booking for people: no credential in it. */
export interface BookingView {
  readonly id: BookingId;
  readonly key: KeyName;
  readonly start: WallMs;
  readonly end: WallMs | null;
  readonly by: readonly ('code' | 'phone' | 'badge')[];
  readonly reuse: boolean;
  readonly driver: DriverId | null;
  readonly origin: 'import' | 'local' | 'relay';
  readonly cancelled: boolean;
  readonly voided: boolean;
  readonly use: Use | null;
}

/** The bookings cache, as the loop and the control socket need it. Lookups are one indexed query each. */
export interface Bookings {
  byCode(code: Fingerprint, at: WallMs): readonly Candidate[];
  byPhone(phone: Fingerprint, at: WallMs): readonly Candidate[];
  byBadge(badge: Fingerprint, at: WallMs): readonly Candidate[];
  /** As above, only among bookings whose key is out (rules.md 18). */
  byCodeOut(code: Fingerprint): readonly Candidate[];
  /** The distinct verifiers of a subject with the bookings that carry each; at most 8. */
  verifiers(
    subject: Subject,
  ): readonly { readonly verifier: string; readonly bookings: readonly BookingId[] }[];
  get(id: BookingId): BookingView | null;
  list(page: { readonly after: BookingId | null; readonly limit: number }): readonly BookingView[];
  /** Code already taken by another booking that is not over, or used here in the last 90 days: that booking's id. */
  codeOwner(code: Fingerprint, except: BookingId | null): BookingId | null;
  /** Other bookings of the key that overlap, at most 4. */
  overlapping(row: {
    readonly id: BookingId;
    readonly key: KeyName;
    readonly start: WallMs;
    readonly end: WallMs | null;
  }): readonly BookingId[];
  count(): number;
  /** Inside `Store.commit`'s `also`. A change of code makes a fresh use; an unchanged used code stays used. */
  put(row: BookingRow): PutOutcome;
  cancel(id: BookingId): boolean;
}

export interface KeyRow {
  readonly name: KeyName;
  readonly home: SlotId;
  readonly tag: Fingerprint | null;
}

export interface Keys {
  all(): readonly KeyRow[];
  byTag(tag: Fingerprint): KeyName | null;
  /** Replaces the definition of a key; `tag` null leaves a tag that is bound as it is. Inside `also`. */
  put(row: KeyRow): void;
  /** A key took over a slot whose default key was `from`: its bookings are `to`'s now. Inside `also`. */
  rename(from: KeyName, to: KeyName): void;
}

export interface Journal {
  /** Ascending; `from` and `to` are event numbers, inclusive. Lazily read in pages. */
  read(range: { readonly from: number; readonly to: number }): Iterable<JournalEvent>;
  /** Event numbers whose `at` lies in [since, until). */
  range(since: WallMs | null, until: WallMs | null): { readonly from: number; readonly to: number };
  last(): { readonly seq: number; readonly hash: string };
  checkpoint(from: number, to: number): Checkpoint;
}

export interface Store {
  readonly bookings: Bookings;
  readonly keys: Keys;
  readonly journal: Journal;
  load(): Loaded;
  /**
   * One transaction, durable when it returns (WAL, synchronous=FULL). `also` writes rows that belong to it.
   * @throws Fault `storage-full`, `storage-readonly`, `storage-io`; nothing of the commit is then kept.
   * @returns the events with their places, for the live feed.
   */
  commit(commit: Commit, also?: () => void): readonly JournalEvent[];
  /** Moves the write-ahead log into the file, when nobody is waiting; cheap when there is nothing to move. */
  checkpointIfIdle(): void;
  /** Frees the reserve file (rules.md 13); false when it is gone already. */
  freeReserve(): boolean;
  /** Makes it again where there is room. */
  restoreReserve(): void;
  /** Copies the live database to `path`, renamed into place after an fsync. */
  backup(path: string): Promise<void>;
  close(): void;
}

/* ---- secrets ------------------------------------------------------------------------------------------------------ */

export type CredentialKind = 'code' | 'phone' | 'badge' | 'tag';

/** What needs the pepper or the box's signing key. */
export interface Vault {
  /** Keyed BLAKE2b-256 of a normalised credential. Badge and tag share a namespace: a reader cannot tell them apart. */
  fingerprint(kind: CredentialKind, text: string): Fingerprint;
  /** Salted scrypt (16 MiB), then keyed. One at a time, off the event loop. */
  hashPin(pin: Secret): Promise<string>;
  /** Constant time in the digits; false for anything malformed. */
  verifyPin(pin: Secret, verifier: string): Promise<boolean>;
  /** Costs what `verifyPin` costs and is always false: for subjects that do not exist. */
  pretendPin(pin: Secret): Promise<false>;
  readonly publicKey: string;
  sign(text: string): string;
}

/** Phone numbers as people type them at the pad or in a file. */
export interface Phones {
  /** E.164 where the text is a valid number, in the site's region (trunk 0, 00, country code without +); else null. */
  normalise(text: string): string | null;
}
