import type { Statement } from 'better-sqlite3';
import { assert } from '../../../base/assert.ts';
import { type Fingerprint, fingerprint, type KeyName, keyName, slotId } from '../../../base/brand.ts';
import type { KeyRow, Keys } from '../../ports.ts';
import type { SqliteBookings } from './bookings.ts';
import type { Db } from './connection.ts';
import { bytesOf } from './rows.ts';

interface StoredKey {
  readonly name: string;
  readonly home: number | null;
  readonly tag: Buffer | null;
}

/** A key that nobody named: `slot-7` lives in slot 7 (contracts.md §3). */
const defaultName = /^slot-([1-9]\d{0,2})$/;

/** Keys by name, and whose tag is whose: a key has one tag, a tag one key. */
export class SqliteKeys implements Keys {
  readonly #db: Db;
  readonly #bookings: SqliteBookings;
  readonly #all: Statement<[], StoredKey>;
  readonly #byTag: Statement<[Buffer], string>;
  readonly #put: Statement<[string, number]>;
  readonly #remove: Statement<[string]>;
  readonly #unbind: Statement<[{ tag: Buffer; key: string }]>;
  readonly #bind: Statement<[{ tag: Buffer; key: string }]>;
  readonly #moveTag: Statement<[{ from: string; to: string }]>;
  readonly #dropTag: Statement<[string]>;

  constructor(db: Db, bookings: SqliteBookings) {
    this.#db = db;
    this.#bookings = bookings;
    this.#all = db.prepare(`
      SELECT k.name, k.home, t.fingerprint AS tag FROM key k LEFT JOIN tag t ON t.key = k.name
      UNION ALL SELECT key, NULL, fingerprint FROM tag WHERE key NOT IN (SELECT name FROM key) ORDER BY 1`);
    this.#byTag = db.prepare<[Buffer], string>('SELECT key FROM tag WHERE fingerprint = ?').pluck();
    this.#put = db.prepare(
      'INSERT INTO key VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET home = excluded.home',
    );
    this.#remove = db.prepare('DELETE FROM key WHERE name = ?');
    this.#unbind = db.prepare('DELETE FROM tag WHERE fingerprint = $tag OR key = $key');
    this.#bind = db.prepare('INSERT INTO tag VALUES ($tag, $key)');
    this.#moveTag = db.prepare('UPDATE OR IGNORE tag SET key = $to WHERE key = $from');
    this.#dropTag = db.prepare('DELETE FROM tag WHERE key = ?');
  }

  all(): readonly KeyRow[] {
    const rows: KeyRow[] = [];
    for (const { name, home, tag } of this.#all.all()) {
      const place = home ?? Number(defaultName.exec(name)?.[1] ?? 0);
      const bound = tag === null ? null : fingerprint(tag.toString('hex'));
      if (place > 0) rows.push({ name: keyName(name), home: slotId(place), tag: bound });
    }
    return rows;
  }

  byTag(tag: Fingerprint): KeyName | null {
    const name = this.#byTag.get(bytesOf(tag));
    return name === undefined ? null : keyName(name);
  }

  put(row: KeyRow): void {
    assert(this.#db.inTransaction, 'keys are put inside a commit');
    this.#put.run(row.name, row.home);
    if (row.tag !== null) this.bind(row.name, row.tag);
  }

  remove(name: KeyName): void {
    assert(this.#db.inTransaction, 'keys are removed inside a commit');
    this.#dropTag.run(name);
    this.#remove.run(name);
  }

  rename(from: KeyName, to: KeyName): void {
    assert(this.#db.inTransaction, 'keys are renamed inside a commit');
    this.#bookings.rename(from, to);
    this.#moveTag.run({ from, to });
    this.remove(from);
  }

  /** For the store: this tag is this key's, and no other tag is. */
  bind(key: KeyName, tag: Fingerprint): void {
    const bound = { tag: bytesOf(tag), key };
    this.#unbind.run(bound);
    this.#bind.run(bound);
  }
}
