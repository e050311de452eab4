import type Database from 'better-sqlite3';
import { Fault } from '../../../base/fault.ts';
import { openSqlite, type Pragma, type SqliteOptions } from '../../../base/sqlite-file.ts';

export type Db = Database.Database;

/** A writer and a checkpointer in two connections could lose commits before this (sqlite.org/wal.html#walresetbug). */
const oldestSqlite = [3, 51, 3] as const;

/** How long a lock of the check in the child process is waited for. */
const busyTimeoutMs = 2_000;

const pragmas: readonly Pragma[] = [
  // We checkpoint ourselves, so that it never falls between a key press and a lock.
  ['wal_autocheckpoint', '0', 0],
  ['journal_size_limit', '4194304', 4_194_304],
  ['cache_size', '-4096', -4_096],
];

export interface OpenOptions extends SqliteOptions {
  /** Only for the proof that the crash model bites. */
  readonly synchronous?: 'FULL' | 'NORMAL';
}

/**
 * Opens the one writing connection.
 * @throws Fault `sqlite-setting`, `sqlite-version`; SqliteError when the file cannot be read
 */
export function connect(file: string, options: OpenOptions): Db {
  const weaker: readonly Pragma[] = options.synchronous === 'NORMAL' ? [['synchronous', 'NORMAL', 1]] : [];
  const db = openSqlite(file, options, busyTimeoutMs, [...pragmas, ...weaker]);
  try {
    assertVersion(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
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
