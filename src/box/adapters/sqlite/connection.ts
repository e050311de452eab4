import Database from 'better-sqlite3';
import { Fault } from '../../../base/fault.ts';

export type Db = Database.Database;

/** A writer and a checkpointer in two connections could lose commits before this (sqlite.org/wal.html#walresetbug). */
const oldestSqlite = [3, 51, 3] as const;

/** How long a lock of the check in the child process is waited for. */
const busyTimeoutMs = 2_000;

/** Name, what is asked for, what must be read back. Order matters: `synchronous` after `journal_mode`. */
const pragmas: readonly (readonly [string, string, string | number])[] = [
  ['journal_mode', 'WAL', 'wal'],
  // FULL, or a power cut takes back what was acknowledged: better-sqlite3 starts WAL at NORMAL.
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['busy_timeout', String(busyTimeoutMs), busyTimeoutMs],
  ['trusted_schema', 'OFF', 0],
  ['secure_delete', 'ON', 1],
  // We checkpoint ourselves, so that it never falls between a key press and a lock.
  ['wal_autocheckpoint', '0', 0],
  ['journal_size_limit', '4194304', 4_194_304],
  ['cache_size', '-4096', -4_096],
  ['temp_store', 'MEMORY', 2],
];

export interface OpenOptions {
  /** Where the compiled SQLite is, if not where the package expects it. */
  readonly nativeBinding?: string | undefined;
  /** Only for the proof that the crash model bites. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/**
 * Opens the one writing connection.
 * @throws Fault `sqlite-setting`, `sqlite-version`; SqliteError when the file cannot be read
 */
export function connect(file: string, options: OpenOptions): Db {
  const { nativeBinding } = options;
  const db = new Database(file, nativeBinding === undefined ? {} : { nativeBinding });
  try {
    assertVersion(db);
    for (const [name, value, expected] of pragmas) setting(db, name, value, expected);
    if (options.synchronous === 'NORMAL') setting(db, 'synchronous', 'NORMAL', 1);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function setting(db: Db, name: string, value: string, expected: string | number): void {
  db.pragma(`${name} = ${value}`);
  const found = db.pragma(name, { simple: true });
  if (found === expected) return;
  throw new Fault(
    'sqlite-setting',
    `SQLite keeps ${name} at ${String(found)} where ${String(expected)} is needed`,
    'The data folder must be on a local disk that supports shared memory maps, not on a network share.',
  );
}

function assertVersion(db: Db): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const numbers = version.split('.').map(Number);
  for (const [at, least] of oldestSqlite.entries()) {
    const have = numbers[at] ?? 0;
    if (have > least) return;
    if (have < least) {
      throw new Fault(
        'sqlite-version',
        `SQLite ${version} may lose commits; ${oldestSqlite.join('.')} or newer is needed`,
        'Install the packages that package-lock.json names.',
      );
    }
  }
}
