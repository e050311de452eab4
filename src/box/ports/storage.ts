import type { BookingId, DriverId, Fingerprint, KeyName, MonoMs, SlotId, WallMs } from '../../base/brand.ts';
import type { Checkpoint, ClockLevel, Entry, JournalEvent } from '../../wire/journal.ts';
import type { Candidate, Subject, Use } from '../core/model.ts';
import type { KeptRecord, Synced } from './synced.ts';

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

/** Secrets that the box has made for itself, by name. */
export type SecretName = 'signing-key' | 'pepper';

/** The contents of the file at a start. */
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
  /** It is new because the one before was damaged or gone. */
  readonly lost: boolean;
  /** These are other ones than those with which it was made, and no event has said so yet. */
  readonly secretsLost: readonly SecretName[];
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
  /** Box epoch for which the relay has sent the code; absent: the present one. */
  readonly epoch?: number;
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
  /** As it was put, and what has become of it. */
  find(id: BookingId): { readonly row: BookingRow; readonly view: BookingView } | null;
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
  /** The outcome that `put` would have. */
  compare(row: BookingRow): PutOutcome;
  cancel(id: BookingId): boolean;
  /** The relay has it no more: it goes, unless something has happened to it here; then it is cancelled. Says whether it was there. */
  release(id: BookingId): boolean;
  /** Ids of those that the relay has sent and that still stand; read page by page. */
  fromRelay(): Iterable<BookingId>;
  /** Those that are granted or out. */
  held(): readonly BookingId[];
  /** Those of the relay's bookings of this key that are granted or out: a key that gets another name takes them along. */
  heldOf(key: KeyName): readonly BookingId[];
  /** Cancels all that came from there: nobody takes by them, and keys that are out still come back. */
  cancelAll(from: 'relay' | 'here'): void;
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
  remove(name: KeyName): void;
  /**
   * A key took over from another, or got another name: bookings of `from` are `to`'s now, except those of the relay that are
   * neither granted nor out, which say themselves whose they are. Inside `also`.
   */
  rename(from: KeyName, to: KeyName): void;
}

/** Events of consecutive numbers. */
export interface JournalPage {
  /** Number of the last. */
  readonly to: number;
  /** The exact lines. */
  readonly lines: readonly string[];
  /** The event before the first that is there; both 0: none. */
  readonly follows: { readonly boxEpoch: number; readonly seq: number };
}

export interface Journal {
  /** Ascending; `from` and `to` are event numbers, inclusive. Lazily read in pages. */
  read(range: { readonly from: number; readonly to: number }): Iterable<JournalEvent>;
  /** Event numbers whose `at` lies in [since, until). */
  range(since: WallMs | null, until: WallMs | null): { readonly from: number; readonly to: number };
  last(): { readonly seq: number; readonly hash: string };
  /** Number of the first event that is still there; one more than the last where there is none. */
  first(): number;
  /** Events from number `from` on, at most `limit` events, up to where a number is missing. Null: nothing. */
  page(from: number, limit: number): JournalPage | null;
  checkpoint(from: number, to: number): Checkpoint;
  /** As `checkpoint` for events that need not be here any more; `from` to `to` must be without a hole. Reads nothing. */
  vouch(range: { readonly from: number; readonly to: number; readonly head: string }): Checkpoint;
}

/** A booking on its way in or out, and the relay's record that goes with it; each may be absent. */
export interface Arrival {
  readonly row: BookingRow | null;
  readonly record: KeptRecord | null;
  /** A booking that the relay has no more, or by which nobody could open: see `Bookings.release`. */
  readonly released?: BookingId;
  /** Id of a record that the relay has no more. */
  readonly dropped?: string;
  /** The booking as it stands up to the decision; absent or null: it is new. */
  readonly was?: BookingRow | null;
}

/**
 * Bookings that are too many for one transaction while somebody types. One set at a time: `settle` before the next, and before
 * anything else changes bookings.
 */
export interface BookingStaging {
  /** Something was decided and is not all in its table yet. */
  readonly waits: boolean;
  /** Writes them down, durable and without effect. @throws Fault `storage-…`, or what `rows` throws */
  stage(rows: AsyncIterable<Arrival>): Promise<void>;
  /**
   * Inside `also`: with this commit it is decided that they all become bookings, whatever happens to the daemon. From then on a
   * look-up finds each of them, wherever it still stands: the set is valid as a whole.
   */
  decide(): void;
  /**
   * Makes bookings of what was decided, in this run or before, in slices between which keys are served. Nothing waits: nothing happens.
   * A booking of the relay whose key went out meanwhile stays with who has it: its record is kept as deferred.
   * @throws Fault `storage-…`, `stopping`: the rest is kept by the next call; `import-lost`: it cannot be read any more
   */
  settle(): Promise<void>;
  /** Forgets what was staged and not decided. */
  drop(): void;
}

export interface Store {
  readonly bookings: Bookings;
  readonly incoming: BookingStaging;
  readonly keys: Keys;
  readonly journal: Journal;
  readonly synced: Synced;
  load(): Loaded;
  /** Secrets of which an event has said that they were lost, and when that was; null: it never happened. */
  secretsReported(): { readonly names: readonly SecretName[]; readonly at: WallMs } | null;
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
