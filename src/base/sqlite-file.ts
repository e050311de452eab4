/** A file of SQLite, as box and relay open theirs. */
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Fault } from './fault.ts';

export interface SqliteOptions {
  /** Where the compiled SQLite is, if not where the package expects it. */
  readonly nativeBinding?: string | undefined;
}

/** Name, what is asked for, what must be read back. */
export type Pragma = readonly [name: string, value: string, expected: string | number];

/** Settings that no database here does without. Order matters: `synchronous` after `journal_mode`. */
const always: readonly Pragma[] = [
  ['journal_mode', 'WAL', 'wal'],
  // FULL, or a power cut takes back what was acknowledged: better-sqlite3 starts WAL at NORMAL.
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['secure_delete', 'ON', 1],
  ['temp_store', 'MEMORY', 2],
];

/**
 * Opens a connection with what every database here needs, and `more`.
 * @param busyTimeoutMs how long the lock of another connection is waited for
 * @throws Fault `sqlite-setting`; SqliteError where the file cannot be read
 */
export function openSqlite(
  file: string,
  { nativeBinding }: SqliteOptions,
  busyTimeoutMs: number,
  more: readonly Pragma[],
): Database.Database {
  const db = new Database(file, nativeBinding === undefined ? {} : { nativeBinding });
  try {
    // First of all: another process may hold the file while the journal's mode is asked for.
    setPragma(db, ['busy_timeout', String(busyTimeoutMs), busyTimeoutMs]);
    for (const pragma of [...always, ...more]) setPragma(db, pragma);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** @throws Fault `sqlite-setting` */
function setPragma(db: Database.Database, [name, value, expected]: Pragma): void {
  db.pragma(`${name} = ${value}`);
  const found = db.pragma(name, { simple: true });
  if (found === expected) return;
  throw new Fault(
    'sqlite-setting',
    `SQLite keeps ${name} at ${String(found)} where ${String(expected)} is needed`,
    'The data folder must be on a local disk that supports shared memory maps, not on a network share.',
  );
}

/**
 * A lock of the kernel's on a file of its own, which dies with its holder however that ends. Returns what gives it up.
 * @param file is there, and may be empty
 * @throws SqliteError `SQLITE_BUSY` where another process has it
 */
export const lockFile = (file: string, options: SqliteOptions = {}): (() => void) =>
  heldFile(file, options, lock => {
    // A file with a page in it is locked without a write; nothing in it is worth a sync.
    lock.pragma('synchronous = OFF');
    if (statSync(file).size === 0) lock.pragma('user_version = 1');
    lock.exec('BEGIN EXCLUSIVE');
  });

/**
 * As `lockFile`, on a disk that takes no writes, where the kernel grants nobody a lock of one's own: this one keeps writers out.
 * @throws SqliteError `SQLITE_BUSY` where another process has the file for itself
 */
export const shareFile = (file: string, options: SqliteOptions = {}): (() => void) =>
  heldFile(file, options, lock => {
    lock.exec('BEGIN');
    lock.prepare('SELECT count(*) FROM sqlite_schema').get();
  });

function heldFile(
  file: string,
  { nativeBinding }: SqliteOptions,
  take: (lock: Database.Database) => void,
): () => void {
  const lock = new Database(file, {
    timeout: 0,
    ...(nativeBinding === undefined ? {} : { nativeBinding }),
  });
  try {
    take(lock);
    return () => lock.close();
  } catch (error) {
    lock.close();
    throw error;
  }
}
