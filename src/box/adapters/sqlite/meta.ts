import type { Statement } from 'better-sqlite3';
import type { Db } from './connection.ts';

/** Facts of the file as a whole that outlive a run; each rarely written. */
export const metaNames = [
  'epoch',
  'bookings',
  /** Fingerprint of a fixed text: tells whether this pepper has made the rows. */
  'pepper',
  /** Public key by which exports of this file are signed. */
  'signer',
  /** Secrets of the box that are other ones than before, until an event has said so; and those of which one has, with when. */
  'secrets-lost',
  'secrets-told',
  /** Fingerprint of the machine's id. */
  'machine',
  /** Number and hash of the event that the first one of this file follows. */
  'start-seq',
  'start-hash',
  /** Why an epoch began, until an event has said so. */
  'recovered',
  /** Which file of bookings is being taken in, and how far. */
  'incoming',
  /** Events up to this number may be deleted, inside the transaction of the retention job. */
  'retention',
  /** Floor of the clock as of a commit without events, and the last event number at that time. */
  'floor',
  'floor-seq',
  /** Number of the last event before the present epoch. */
  'epoch-seq',
  /** The relay's set that is applied, the relay itself, and the last event that it has. */
  'relay-epoch',
  'relay-rev',
  'enrolment',
  'acknowledged',
  /** Counts checkpoints: the write that opens the next write-ahead log. */
  'checkpoints',
] as const;
type MetaName = (typeof metaNames)[number];

export class Meta {
  readonly #get: Statement<[MetaName], string | number>;
  readonly #set: Statement<[MetaName, string | bigint]>;
  readonly #remove: Statement<[MetaName]>;

  constructor(db: Db) {
    this.#get = db.prepare<[MetaName], string | number>('SELECT value FROM meta WHERE name = ?').pluck();
    this.#set = db.prepare(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
    this.#remove = db.prepare('DELETE FROM meta WHERE name = ?');
  }

  text(name: MetaName): string | null {
    const value = this.#get.get(name);
    return value === undefined ? null : String(value);
  }

  number(name: MetaName): number | null {
    const value = this.#get.get(name);
    return value === undefined ? null : Number(value);
  }

  set(name: MetaName, value: string | number): void {
    // A number binds as a double, and a column of type ANY would keep it as one.
    this.#set.run(name, typeof value === 'number' ? BigInt(value) : value);
  }

  remove(name: MetaName): void {
    this.#remove.run(name);
  }
}
