import { renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Fault, reasonOf } from '../../../base/fault.ts';
import type { OpenOptions } from './connection.ts';
import { lockData } from './data-lock.ts';
import { ownFile, ownFolder, syncFile, writeWhole } from './files.ts';
import { databaseFile, restoredFile, suspectFile } from './paths.ts';
import { putAside } from './recovery.ts';
import { schemaVersion } from './schema.ts';

export interface RestoreOptions extends OpenOptions {
  /** What the first event of the new epoch says of it: who and why. */
  readonly account?: string;
}

/**
 * Puts a copy in the place of the database, which is put aside. The next start begins a new epoch: codes that were used
 * since the copy was made must not come back to life (design.md §3).
 * @throws Fault `data-in-use` while a daemon runs; `not-a-backup`; nothing was changed then
 */
export function restoreDatabase(
  folder: string,
  copy: string,
  { account = 'the database was restored from a copy', ...options }: RestoreOptions = {},
): void {
  ownFolder(folder);
  const unlock = lockData(folder, options);
  try {
    const fresh = `${databaseFile(folder)}.restoring`;
    rmSync(fresh, { force: true });
    takeIn(copy, fresh, options);
    writeWhole(restoredFile(folder), `${account}\n`);
    putAside(folder);
    renameSync(fresh, databaseFile(folder));
    rmSync(suspectFile(folder), { force: true });
    syncFile(folder);
  } finally {
    unlock();
  }
}

/** A whole and compact copy of what was proved to be a database of ours. @throws Fault `not-a-backup` */
function takeIn(copy: string, fresh: string, { nativeBinding }: OpenOptions): void {
  let db: Database.Database | null = null;
  try {
    db = new Database(copy, {
      readonly: true,
      fileMustExist: true,
      ...(nativeBinding === undefined ? {} : { nativeBinding }),
    });
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version < 1 || version > schemaVersion) throw new Error(`its version is ${version}`);
    const found = db.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok') throw new Error(String(found));
    db.prepare('SELECT value FROM meta').all();
    db.prepare('VACUUM INTO ?').run(fresh);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new Fault(
      'not-a-backup',
      `${copy} cannot be restored: ${reasonOf(error)}`,
      'Give a file that smartbox backup has made.',
      error,
    );
  } finally {
    db?.close();
  }
  ownFile(fresh);
  syncFile(fresh);
}
