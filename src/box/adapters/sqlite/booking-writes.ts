import type { Statement } from 'better-sqlite3';
import type { Use } from '../../core/model.ts';
import type { BookingRow, PutOutcome } from '../../ports.ts';
import type { Db } from './connection.ts';
import { bytesOrNull, newCode, type StoredBooking, sameContent, storedEnd, useOf } from './rows.ts';

interface Columns {
  readonly id: string;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly code: Buffer | null;
  readonly phone: Buffer | null;
  readonly badge: Buffer | null;
  readonly pin: string | null;
  readonly reuse: number;
  readonly driver: string | null;
  readonly origin: string;
  readonly epoch: number;
}

/** These bookings go along when their key gets another name: of the relay's, only what is under way. */
const renamable = "(origin <> 'relay' OR id IN (SELECT booking FROM use WHERE life IN ('granted', 'out')))";

/** All that changes bookings and their uses; the caller holds the transaction. */
export class BookingWrites {
  readonly #insert: Statement<[Columns]>;
  readonly #update: Statement<[Columns & { readonly cancelled: number }]>;
  readonly #cancel: Statement<[string]>;
  readonly #release: Statement<[number, string]>;
  readonly #cancelAll: Statement<[number | null, 0 | 1]>;
  readonly #remove: Statement<[string]>;
  readonly #removeUse: Statement<[string]>;
  readonly #use: Statement<[string, string, number, string]>;
  readonly #codeOf: Statement<[string], Buffer | null>;
  readonly #spend: Statement<[Buffer, string, number]>;
  readonly #wasSpent: Statement<[Buffer, string], number>;
  readonly #renameBookings: Statement<[string, string]>;
  readonly #usesOfKey: Statement<[string], string>;
  readonly #readCount: Statement<[], number>;
  readonly #saveCount: Statement<[number]>;
  #count: number | null = null;
  #saved: number | null = null;

  constructor(db: Db) {
    this.#insert = db.prepare(`INSERT INTO booking
      (id, key, start, end, code, phone, badge, pin, reuse, driver, origin, epoch) VALUES
      ($id, $key, $start, $end, $code, $phone, $badge, $pin, $reuse, $driver, $origin, $epoch)`);
    this.#update = db.prepare(`UPDATE booking SET key = $key, start = $start, end = $end, code = $code,
      phone = $phone, badge = $badge, pin = $pin, reuse = $reuse, driver = $driver, origin = $origin,
      epoch = $epoch, cancelled = $cancelled, released = NULL WHERE id = $id`);
    this.#cancel = db.prepare('UPDATE booking SET cancelled = 1 WHERE id = ? AND cancelled = 0');
    this.#release = db.prepare(
      `UPDATE booking SET cancelled = 1, released = ifnull(released, ?) WHERE id = ?`,
    );
    this.#cancelAll = db.prepare(
      "UPDATE booking SET cancelled = 1, released = ? WHERE cancelled = 0 AND (origin = 'relay') = ?",
    );
    this.#remove = db.prepare('DELETE FROM booking WHERE id = ?');
    this.#removeUse = db.prepare('DELETE FROM use WHERE booking = ?');
    this.#use = db.prepare(`INSERT INTO use VALUES (?, ?, ?, ?) ON CONFLICT (booking)
      DO UPDATE SET life = excluded.life, code_used = excluded.code_used, body = excluded.body`);
    this.#codeOf = db.prepare<[string], Buffer | null>('SELECT code FROM booking WHERE id = ?').pluck();
    this.#spend = db.prepare('INSERT INTO spent VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.#wasSpent = db
      .prepare<[Buffer, string], number>('SELECT 1 FROM spent WHERE code = ? AND booking = ?')
      .pluck();
    this.#renameBookings = db.prepare(`UPDATE booking SET key = ? WHERE key = ? AND ${renamable}`);
    this.#usesOfKey = db
      .prepare<[string], string>(
        `SELECT body FROM use WHERE booking IN (SELECT id FROM booking WHERE key = ? AND ${renamable})`,
      )
      .pluck();
    this.#readCount = db.prepare<[], number>("SELECT value FROM meta WHERE name = 'bookings'").pluck();
    this.#saveCount = db.prepare("UPDATE meta SET value = ? WHERE name = 'bookings'");
  }

  get count(): number {
    this.#saved ??= this.#readCount.get() ?? 0;
    this.#count ??= this.#saved;
    return this.#count;
  }

  /** Says what `put` would come to; `old` is what the cache holds under this id. */
  compare(row: BookingRow, old: StoredBooking | null, epoch: number): PutOutcome {
    if (old === null) return 'added';
    // What the relay sends is on, whatever was before: it takes a booking away by taking it out of the set.
    const stands = row.origin !== 'relay' || old.cancelled === 0;
    return sameContent(old, row) && stands && old.epoch === (row.epoch ?? epoch) ? 'same' : 'changed';
  }

  put(row: BookingRow, old: StoredBooking | null, epoch: number): PutOutcome {
    const outcome = this.compare(row, old, epoch);
    if (outcome === 'same') return outcome;
    const columns = columnsOf(row, row.epoch ?? epoch);
    if (old === null) {
      this.#count = this.count + 1;
      this.#insert.run(columns);
    } else {
      this.#update.run({
        ...columns,
        cancelled: sameContent(old, row) && row.origin !== 'relay' ? old.cancelled : 0,
      });
    }
    this.#rightOf(row, old);
    return outcome;
  }

  /** Keeps what has happened to the booking true under the new row: a used code never becomes fresh, an open use never ends. */
  #rightOf(row: BookingRow, old: StoredBooking | null): void {
    const use = useOf(old?.use ?? null);
    if (use?.life === 'granted' || use?.life === 'out') return;
    const spent = row.code !== null && this.#wasSpent.get(bytesOrNull(row.code) as Buffer, row.id) === 1;
    if (use === null && !spent) return;
    const reissued = old === null || newCode(old, row);
    const codeUsed = spent || (!reissued && use?.codeUsed === true);
    this.#write({
      ...(use ?? untouched(row)),
      life: codeUsed ? 'used' : 'fresh',
      key: row.key,
      codeUsed,
      openings: reissued ? 0 : (use?.openings ?? 0),
      reuse: row.reuse,
      who: row.driver,
      end: row.end,
    });
  }

  cancel(id: string): boolean {
    return this.#cancel.run(id).changes > 0;
  }

  /** `old` is what the cache holds under this id. */
  release(old: StoredBooking, now: number): void {
    // Whoever types a code that was taken back is told so, and is not taken for somebody who guesses.
    if (old.use === null && old.code === null) this.remove(old.id);
    else this.#release.run(Math.floor(now), old.id);
  }

  cancelAll(from: 'relay' | 'here', now: number): void {
    const released = from === 'relay' ? Math.floor(now) : null;
    this.#cancelAll.run(released, from === 'relay' ? 1 : 0);
  }

  /** A code that has had its take is remembered beside its booking, so that no import makes it fresh. */
  use(use: Use, at: number): void {
    this.#write(use);
    if (!use.codeUsed) return;
    const code = this.#codeOf.get(use.booking) ?? null;
    if (code !== null) this.#spend.run(code, use.booking, Math.floor(at));
  }

  #write(use: Use): void {
    this.#use.run(use.booking, use.life, use.codeUsed ? 1 : 0, JSON.stringify(use));
  }

  rename(from: string, to: string): void {
    for (const body of this.#usesOfKey.all(from)) {
      const use = useOf(body);
      if (use !== null) this.#write({ ...use, key: to as Use['key'] });
    }
    this.#renameBookings.run(to, from);
  }

  remove(id: string): void {
    this.#removeUse.run(id);
    if (this.#remove.run(id).changes > 0) this.#count = this.count - 1;
  }

  settle(): void {
    if (this.#count === null || this.#count === this.#saved) return;
    this.#saveCount.run(this.#count);
    this.#saved = this.#count;
  }

  forget(): void {
    this.#count = null;
    this.#saved = null;
  }
}

const untouched = (row: BookingRow): Use => ({
  booking: row.id,
  life: 'fresh',
  key: row.key,
  pulses: 0,
  openings: 0,
  codeUsed: false,
  reuse: row.reuse,
  who: row.driver,
  end: row.end,
  dueSoonSaid: false,
  overdueSaid: false,
});

const columnsOf = (row: BookingRow, epoch: number): Columns => ({
  id: row.id,
  key: row.key,
  start: row.start,
  end: storedEnd(row.end),
  code: bytesOrNull(row.code),
  phone: bytesOrNull(row.phone),
  badge: bytesOrNull(row.badge),
  pin: row.pin,
  reuse: row.reuse ? 1 : 0,
  driver: row.driver,
  origin: row.origin,
  epoch,
});
