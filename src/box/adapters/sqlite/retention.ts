import type { WallMs } from '../../../base/brand.ts';
import type { Session } from './session.ts';

const dayMs = 86_400_000;

/** Days that things are kept after they are over. What is left of the journal still verifies, as a range. */
export const kept = {
  bookingDays: 30,
  eventDays: 400,
  /** As long as the journal: a used code stays used when an old file is imported again. */
  spentDays: 400,
} as const;

/** Rows of each kind that one transaction looks at, so that a key press never waits long. */
const sliceRows = 500;

export interface Purged {
  readonly bookings: number;
  readonly events: number;
  readonly spent: number;
}

/** One round over the whole file, in slices. */
export class Retention {
  readonly #now: WallMs;
  #rid = 0;
  #bookingsDone = false;
  #eventsDone = false;
  #spentDone = false;

  constructor(now: WallMs) {
    this.#now = now;
  }

  get done(): boolean {
    return this.#bookingsDone && this.#eventsDone && this.#spentDone;
  }

  /** The caller holds the transaction. */
  slice(session: Session): Purged {
    return {
      bookings: this.#bookingsDone ? 0 : this.#bookings(session),
      events: this.#eventsDone ? 0 : this.#events(session),
      spent: this.#spentDone ? 0 : this.#spent(session),
    };
  }

  #bookings({ db, bookings }: Session): number {
    const rows = db
      .prepare<[number, number], { rid: number; id: string; end: number; life: string | null }>(
        `SELECT b.rid, b.id, min(b.end, ifnull(b.released, b.end)) AS end, u.life FROM booking b LEFT JOIN use u ON u.booking = b.id
         WHERE b.rid > ? ORDER BY b.rid LIMIT ?`,
      )
      .all(this.#rid, sliceRows);
    this.#rid = rows.at(-1)?.rid ?? this.#rid;
    this.#bookingsDone = rows.length < sliceRows;
    const before = this.#now - kept.bookingDays * dayMs;
    const over = rows.filter(row => row.end < before && row.life !== 'granted' && row.life !== 'out');
    bookings.remove(over.map(row => row.id));
    return over.length;
  }

  /** Only ever from the beginning of the chain, without a gap. */
  #events({ db, meta }: Session): number {
    const rows = db
      .prepare<[number], { seq: number; at: number }>('SELECT seq, at FROM event ORDER BY seq LIMIT ?')
      .all(sliceRows);
    const before = this.#now - kept.eventDays * dayMs;
    // What a relay is still to have stays, however old it is.
    const sendable = meta.text('enrolment') === null ? Infinity : (meta.number('acknowledged') ?? 0);
    const stop = rows.findIndex(row => row.at >= before || row.seq > sendable);
    // The last event always stays: the next one must follow it.
    const old = rows.slice(0, stop < 0 ? rows.length - 1 : stop);
    this.#eventsDone = old.length < sliceRows;
    const last = old.at(-1);
    if (last === undefined) return 0;
    meta.set('retention', last.seq);
    db.prepare('DELETE FROM event WHERE seq <= ?').run(last.seq);
    db.prepare('DELETE FROM span WHERE last <= ?').run(last.seq);
    meta.remove('retention');
    return old.length;
  }

  #spent({ db }: Session): number {
    const { changes } = db
      .prepare(
        `DELETE FROM spent WHERE (code, booking) IN (SELECT code, booking FROM spent
         WHERE at < ? AND booking NOT IN (SELECT id FROM booking) LIMIT ?)`,
      )
      .run(this.#now - kept.spentDays * dayMs, sliceRows);
    this.#spentDone = changes < sliceRows;
    return changes;
  }
}
