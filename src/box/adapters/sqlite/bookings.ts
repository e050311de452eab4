import type { Statement } from 'better-sqlite3';
import { assert } from '../../../base/assert.ts';
import {
  type BookingId,
  bookingId,
  type Fingerprint,
  type KeyName,
  type WallMs,
  wall,
} from '../../../base/brand.ts';
import { codeRestMs } from '../../../base/code-strength.ts';
import { type Candidate, limits, type Subject, type Use } from '../../core/model.ts';
import type { BookingRow, Bookings, BookingView, PutOutcome } from '../../ports.ts';
import { BookingWrites } from './booking-writes.ts';
import type { Db } from './connection.ts';
import { type Credential, Lookups } from './lookups.ts';
import {
  bookingColumns,
  bookingTables,
  bytesOf,
  candidateOf,
  putOf,
  type StoredBooking,
  storedEnd,
  useOf,
  viewOf,
} from './rows.ts';
import { longWindowMs } from './schema.ts';

/** Distinct PINs of one phone or badge that are compared: each costs a memory-hard hash. */
const verifiersMax = 8;
/** Bookings among which distinct PINs are sought. */
const verifierRowsMax = 256;
const overlapsMax = 4;
/** Rows that are looked through at once where all are. */
const pageRows = 1_024;

/** The store lends this to its parts: truths of the file that are cheaper kept in memory. */
export interface BookingsDeps {
  readonly db: Db;
  epoch(): number;
  /** The latest instant that a commit or the file has told. */
  now(): number;
  /** Bookings of this credential that have arrived and are not in their table yet go there first. */
  arriving(by: Credential, print: Fingerprint, at: WallMs): void;
  /** It has arrived otherwise, and its row is still what it was: nobody opens by that any more. */
  isStale(id: string): boolean;
}

type Window = { readonly id: string; readonly key: string; readonly start: number; readonly end: number };

/** The cache of bookings. Rows of open uses are kept in memory: a return must be found whatever else its driver booked. */
export class SqliteBookings implements Bookings {
  readonly #deps: BookingsDeps;
  readonly #lookups: Lookups;
  readonly #writes: BookingWrites;
  readonly #page: Statement<[string, number], StoredBooking>;
  readonly #owner: Statement<[{ code: Buffer; except: string; now: number; rested: number }], string>;
  readonly #overlaps: Statement<[Window], string>;
  #open: readonly StoredBooking[] | null = null;
  /** Bookings whose use was written since `#open` was read: read again by the next search, not by a grant. */
  readonly #touched = new Set<string>();

  constructor(deps: BookingsDeps) {
    const { db } = deps;
    this.#deps = deps;
    this.#lookups = new Lookups(db);
    this.#writes = new BookingWrites(db);
    this.#page = db.prepare(
      `SELECT ${bookingColumns} FROM ${bookingTables} WHERE b.id > +? ORDER BY b.id LIMIT +?`,
    );
    this.#owner = db
      .prepare<[{ code: Buffer; except: string; now: number; rested: number }], string>(ownerSql)
      .pluck();
    this.#overlaps = db.prepare<[Window], string>(overlapSql).pluck();
  }

  byCode(code: Fingerprint, at: WallMs): readonly Candidate[] {
    this.#deps.arriving('code', code, at);
    return this.#by('code', bytesOf(code), at);
  }

  byPhone(phone: Fingerprint, at: WallMs): readonly Candidate[] {
    this.#deps.arriving('phone', phone, at);
    return this.#by('phone', bytesOf(phone), at);
  }

  byBadge(badge: Fingerprint, at: WallMs): readonly Candidate[] {
    this.#deps.arriving('badge', badge, at);
    return this.#by('badge', bytesOf(badge), at);
  }

  byCodeOut(code: Fingerprint): readonly Candidate[] {
    const value = bytesOf(code);
    return this.#openOnes()
      .filter(row => row.code?.equals(value) === true)
      .map(row => candidateOf(row, this.#deps.epoch(), false))
      .filter(candidate => candidate.use?.life === 'out')
      .slice(0, limits.candidates);
  }

  #by(by: Credential, value: Buffer, at: WallMs): readonly Candidate[] {
    const epoch = this.#deps.epoch();
    return this.#select(by, value, at).map(row =>
      candidateOf(row, epoch, at < row.start && this.#lookups.hasConflicting(row, at, epoch)),
    );
  }

  /** Open ones first, whatever their window: a return is never refused. */
  #select(by: Credential, value: Buffer, at: WallMs): readonly StoredBooking[] {
    const open = this.#openOnes().filter(row => row[by]?.equals(value) === true);
    const found = this.#find(by, value, at, limits.candidates);
    const others = found.filter(row => !open.some(each => each.rid === row.rid));
    return [...open, ...others].slice(0, limits.candidates);
  }

  #find(by: Credential, value: Buffer, at: number, most: number): readonly StoredBooking[] {
    return this.#lookups.find(by, value, at, most).filter(row => !this.#deps.isStale(row.id));
  }

  #openOnes(): readonly StoredBooking[] {
    this.#open = this.#open === null ? this.#lookups.open() : this.#afresh(this.#open);
    this.#touched.clear();
    return this.#open;
  }

  #afresh(open: readonly StoredBooking[]): readonly StoredBooking[] {
    if (this.#touched.size === 0) return open;
    const again = [...this.#touched].flatMap(id => this.#lookups.byId.get(id) ?? []);
    return [...open.filter(row => !this.#touched.has(row.id)), ...again.filter(isOpen)];
  }

  verifiers(
    subject: Subject,
  ): readonly { readonly verifier: string; readonly bookings: readonly BookingId[] }[] {
    const value = bytesOf(subject.fingerprint);
    const now = this.#deps.now();
    this.#deps.arriving(subject.by, subject.fingerprint, wall(now));
    const rows = this.#find(subject.by, value, now, verifierRowsMax);
    const found = new Map<string, BookingId[]>();
    for (const { pin, id } of rows) {
      if (pin === null) continue;
      const bookings = found.get(pin);
      if (bookings !== undefined) bookings.push(bookingId(id));
      else if (found.size < verifiersMax) found.set(pin, [bookingId(id)]);
    }
    return [...found].map(([verifier, bookings]) => ({ verifier, bookings }));
  }

  get(id: BookingId): BookingView | null {
    const row = this.#lookups.byId.get(id);
    return row === undefined ? null : viewOf(row, this.#deps.epoch());
  }

  find(id: BookingId): ReturnType<Bookings['find']> {
    const row = this.#lookups.byId.get(id);
    return row === undefined ? null : { row: putOf(row), view: viewOf(row, this.#deps.epoch()) };
  }

  list(page: { readonly after: BookingId | null; readonly limit: number }): readonly BookingView[] {
    const epoch = this.#deps.epoch();
    return this.#page.all(page.after ?? '', page.limit).map(row => viewOf(row, epoch));
  }

  codeOwner(code: Fingerprint, except: BookingId | null): BookingId | null {
    const now = this.#deps.now();
    const found = this.#owner.get({
      code: bytesOf(code),
      except: except ?? '',
      now,
      rested: now - codeRestMs,
    });
    return found === undefined ? null : bookingId(found);
  }

  overlapping(row: Parameters<Bookings['overlapping']>[0]): readonly BookingId[] {
    const { id, key, start } = row;
    return this.#overlaps.all({ id, key, start, end: storedEnd(row.end) }).map(bookingId);
  }

  count(): number {
    return this.#writes.count;
  }

  put(row: BookingRow): PutOutcome {
    assert(this.#deps.db.inTransaction, 'bookings are put inside a commit');
    const outcome = this.#writes.put(row, this.#lookups.byId.get(row.id) ?? null, this.#deps.epoch());
    if (outcome !== 'same') this.#open = null;
    return outcome;
  }

  compare(row: BookingRow): PutOutcome {
    return this.#writes.compare(row, this.#lookups.byId.get(row.id) ?? null, this.#deps.epoch());
  }

  cancel(id: BookingId): boolean {
    assert(this.#deps.db.inTransaction, 'bookings are cancelled inside a commit');
    this.#open = null;
    return this.#writes.cancel(id);
  }

  *fromRelay(): Iterable<BookingId> {
    const { db } = this.#deps;
    const ends = db.prepare<[], { first: number | null; last: number | null }>(
      'SELECT (SELECT min(rid) FROM booking) AS first, (SELECT max(rid) FROM booking) AS last',
    );
    const page = db
      .prepare<[number, number], string>(
        "SELECT id FROM booking WHERE rid >= ? AND rid < ? AND origin = 'relay' AND cancelled = 0",
      )
      .pluck();
    const { first, last } = ends.get() ?? { first: null, last: null };
    if (first === null || last === null) return;
    for (let from = first; from <= last; from += pageRows)
      for (const id of page.all(from, from + pageRows)) yield bookingId(id);
  }

  held(): readonly BookingId[] {
    return this.#openOnes().map(row => bookingId(row.id));
  }

  /** Its key is granted or out by another code, for another driver, or it is another key: that stays with who has it. */
  isHeldOtherwise(row: BookingRow): boolean {
    const old = this.#lookups.byId.get(row.id);
    if (old === undefined || !isOpen(old)) return false;
    const { key, driver, code } = putOf(old);
    return key !== row.key || driver !== row.driver || code !== row.code;
  }

  heldOf(key: KeyName): readonly BookingId[] {
    return this.#openOnes()
      .filter(row => row.key === key && row.origin === 'relay')
      .map(row => bookingId(row.id));
  }

  release(id: BookingId): boolean {
    assert(this.#deps.db.inTransaction, 'bookings are released inside a commit');
    const old = this.#lookups.byId.get(id);
    if (old === undefined) return false;
    this.#open = null;
    this.#writes.release(old, this.#deps.now());
    return true;
  }

  cancelAll(from: 'relay' | 'here'): void {
    assert(this.#deps.db.inTransaction, 'bookings are cancelled inside a commit');
    this.#open = null;
    this.#writes.cancelAll(from, this.#deps.now());
  }

  /** For the store: what happened to a booking, in the transaction of everything else. */
  writeUse(use: Use, at: number): void {
    this.#writes.use(use, at);
    if (this.#open !== null) this.#touched.add(use.booking);
  }

  /** Bookings that are long over, with what happened to them; codes that were used stay known. In a transaction. */
  remove(ids: readonly string[]): void {
    for (const id of ids) this.#writes.remove(id);
    this.settle();
  }

  rename(from: string, to: string): void {
    this.#open = null;
    this.#writes.rename(from, to);
  }

  /** Before COMMIT: what the file keeps of what memory counted. */
  settle(): void {
    this.#writes.settle();
  }

  /** After a rollback nothing in memory holds any more. */
  forget(): void {
    this.#open = null;
    this.#writes.forget();
  }
}

const isOpen = (row: StoredBooking): boolean => ['granted', 'out'].includes(useOf(row.use)?.life ?? '');

/** A running booking first: that is what people must be told about. */
const ownerSql = `
SELECT id FROM (
  SELECT b.id AS id, 0 AS later FROM booking b LEFT JOIN use u ON u.booking = b.id
    WHERE b.code = +$code AND b.id <> +$except AND b.cancelled = 0
      AND (b.end > +$now OR u.life IN ('granted', 'out'))
  UNION ALL
  SELECT booking, 1 FROM spent WHERE code = +$code AND booking <> +$except AND at > +$rested
) ORDER BY later LIMIT 1`;

const overlapSql = `
SELECT id FROM booking WHERE id <> +$id AND cancelled = 0 AND rid IN (
  SELECT rid FROM booking INDEXED BY booking_window
    WHERE key = +$key AND start > +$start - ${longWindowMs} AND start < +$end AND end > +$start
  UNION ALL
  SELECT rid FROM booking INDEXED BY booking_long
    WHERE key = +$key AND end > +$start AND start < +$end AND end - start > ${longWindowMs}
) LIMIT ${overlapsMax}`;
