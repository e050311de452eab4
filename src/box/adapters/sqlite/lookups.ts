import type { Statement } from 'better-sqlite3';
import type { Db } from './connection.ts';
import { bookingColumns, bookingTables, type StoredBooking } from './rows.ts';
import { longWindowMs } from './schema.ts';

export type Credential = 'code' | 'phone' | 'badge';

/** Bookings of one code that are looked at; a code that so many bookings share is no secret. */
const sharersMax = 256;

type Rows<Bind extends unknown[]> = Statement<Bind, StoredBooking>;

/**
 * The queries of the keypad, compiled once. Each touches as many rows as there are bookings of one credential. `+?` is the
 * value of `?`, but SQLite does not look at it while it plans a join: else it would plan anew for each value, which takes
 * ten times what the query does.
 */
export class Lookups {
  readonly #code: Rows<[Buffer]>;
  readonly #running: Readonly<Record<'phone' | 'badge', Rows<[Buffer, number, number]>>>;
  readonly #ended: Readonly<Record<'phone' | 'badge', Rows<[Buffer, number, number]>>>;
  readonly #open: Rows<[]>;
  readonly #conflicting: Statement<[{ key: string; id: string; at: number; epoch: number }], number>;
  readonly byId: Rows<[string]>;

  constructor(db: Db) {
    const select = `SELECT ${bookingColumns} FROM ${bookingTables}`;
    this.#code = db.prepare(`${select} WHERE b.code = +? ORDER BY b.rid DESC LIMIT ${sharersMax}`);
    const running = (by: string): Rows<[Buffer, number, number]> =>
      db.prepare(`${select} WHERE b.rid IN (SELECT rid FROM booking INDEXED BY booking_${by}
        WHERE ${by} = +? AND end > +? AND cancelled = 0 ORDER BY start LIMIT +?)`);
    const ended = (by: string): Rows<[Buffer, number, number]> =>
      db.prepare(`${select} WHERE b.rid IN (SELECT rid FROM booking INDEXED BY booking_${by}
        WHERE ${by} = +? AND (end <= +? OR cancelled = 1) ORDER BY end DESC LIMIT +?)`);
    this.#running = { phone: running('phone'), badge: running('badge') };
    this.#ended = { phone: ended('phone'), badge: ended('badge') };
    this.#open = db.prepare(
      `SELECT ${bookingColumns} FROM use u JOIN booking b ON b.id = u.booking WHERE u.life IN ('granted', 'out')`,
    );
    this.#conflicting = db
      .prepare<[{ key: string; id: string; at: number; epoch: number }], number>(rivalSql)
      .pluck();
    this.byId = db.prepare(`${select} WHERE b.id = +?`);
  }

  /** Bookings of a credential: those that are not over first, by start; then the others, the latest first. */
  find(by: Credential, value: Buffer, at: number, limit: number): readonly StoredBooking[] {
    if (by === 'code') return ranked(this.#code.all(value), at).slice(0, limit);
    const running = this.#running[by].all(value, at, limit);
    const rest = limit - running.length;
    const ended = rest > 0 ? this.#ended[by].all(value, at, rest) : [];
    return ranked([...running, ...ended], at);
  }

  /** Bookings whose key is out or on its way out. */
  open(): readonly StoredBooking[] {
    return this.#open.all();
  }

  /** Does another booking of the key have its window at `at`, with its right not spent? (rules.md 2) */
  hasConflicting(row: StoredBooking, at: number, epoch: number): boolean {
    return this.#conflicting.get({ key: row.key, id: row.id, at, epoch }) !== undefined;
  }
}

/** Right beside `at` in an index of starts, or among the few windows that are long. */
const rivalSql = `
SELECT 1 FROM (
  SELECT rid FROM booking INDEXED BY booking_window
    WHERE key = +$key AND start > +$at - ${longWindowMs} AND start <= +$at AND end > +$at
  UNION ALL
  SELECT rid FROM booking INDEXED BY booking_long
    WHERE key = +$key AND end > +$at AND start <= +$at AND end - start > ${longWindowMs}
) near JOIN booking b ON b.rid = near.rid LEFT JOIN use u ON u.booking = b.id
WHERE b.id <> +$id AND b.cancelled = 0
  AND (b.epoch >= +$epoch OR b.phone IS NOT NULL OR b.badge IS NOT NULL)
  AND (b.reuse = 1 OR u.code_used IS NOT 1 OR b.phone IS NOT NULL OR b.badge IS NOT NULL)
LIMIT 1`;

const ranked = (rows: readonly StoredBooking[], at: number): readonly StoredBooking[] =>
  [...rows].sort((a, b) => {
    const [overA, overB] = [isOver(a, at), isOver(b, at)];
    if (overA !== overB) return overA ? 1 : -1;
    return overA ? b.end - a.end : a.start - b.start || a.rid - b.rid;
  });

const isOver = (row: StoredBooking, at: number): boolean => row.end <= at || row.cancelled === 1;
