import { renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { mustBeFile } from '../../../base/bounded-file.ts';
import { Fault, reasonOf } from '../../../base/fault.ts';
import { verifySignature } from '../../../wire/chain.ts';
import { connect, type Db, type OpenOptions } from './connection.ts';
import { backupText, contentDigest, signatureRow, tablesOf } from './content-digest.ts';
import { lockData } from './data-lock.ts';
import { ownFile, ownFolder, syncFile, writeWhole } from './files.ts';
import { databaseFile, restoredFile, suspectFile } from './paths.ts';
import { putAside } from './recovery.ts';
import { migrate, schemaOf, schemaVersion } from './schema.ts';

interface RestoreOptions extends OpenOptions {
  /** The first event of the new epoch says this of it: who and why. */
  readonly account?: string;
}

/**
 * Puts a copy in the place of the database, which is put aside. The next start begins a new epoch: codes that were used
 * since the copy was made must not come back to life (docs/synchronisation.md).
 * `chainReady` must have settled.
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
    for (const end of ['-wal', '-shm']) rmSync(`${fresh}${end}`, { force: true });
    renameSync(fresh, databaseFile(folder));
    rmSync(suspectFile(folder), { force: true });
    syncFile(folder);
  } finally {
    unlock();
  }
}

/** A new file of ours with the rows of what was proved to be a database of ours. @throws Fault `not-a-backup` */
function takeIn(copy: string, fresh: string, options: OpenOptions): void {
  try {
    mustBeFile(copy);
    const version = provenVersion(copy, options);
    ownFile(fresh);
    const db = connect(fresh, options);
    try {
      migrate(db, version);
      copyInto(db, copy);
    } finally {
      db.close();
    }
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new Fault(
      'not-a-backup',
      `${copy} cannot be restored: ${reasonOf(error)}`,
      'Give a file that smartbox backup has made, as it was made.',
      error,
    );
  }
  syncFile(fresh);
}

/**
 * A file is data, never schema: what it says of tables, triggers, views and indexes must be word for word what this program
 * would have written, or nothing of it is run. What the box signed must be as it signed it; a copy without a signature is of
 * an earlier version, or of a box whose key is gone, and is taken: whoever may restore may write the data folder as well.
 */
function provenVersion(copy: string, { nativeBinding }: OpenOptions): number {
  const binding = nativeBinding === undefined ? {} : { nativeBinding };
  const db = new Database(copy, { readonly: true, fileMustExist: true, ...binding });
  const ours = new Database(':memory:', binding);
  try {
    db.pragma('trusted_schema = OFF');
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version < 1 || version > schemaVersion) throw new Error(`its version is ${version}`);
    migrate(ours, version);
    const foreign = difference(schemaOf(db), schemaOf(ours));
    if (foreign !== null) throw new Error(`its schema is not ours: ${foreign}`);
    const found = db.pragma('integrity_check(1)', { simple: true });
    if (found !== 'ok') throw new Error(String(found));
    checkSignature(db);
    return version;
  } finally {
    ours.close();
    db.close();
  }
}

/** Names in words a row that one has and the other has not; null: there is none. */
function difference(theirs: readonly string[], ours: readonly string[]): string | null {
  const named = (line: string): string => (JSON.parse(line) as string[]).slice(0, 2).join(' ').slice(0, 80);
  const more = theirs.find((line, at) => !ours.includes(line) || theirs.indexOf(line) !== at);
  if (more !== undefined) return `it has another ${named(more)}`;
  const less = ours.find(line => !theirs.includes(line));
  return less === undefined ? null : `it lacks ${named(less)}`;
}

function checkSignature(db: Database.Database): void {
  const read = db.prepare<[string], unknown>('SELECT value FROM meta WHERE name = ?').pluck();
  const text = read.get(signatureRow);
  if (text === undefined) return;
  const [key = '', signature = ''] = String(text).split(' ');
  if (!verifySignature(backupText(contentDigest(db)), signature, key))
    throw new Error('it is not as the box signed it');
}

/** Row by row into tables of our own making, whose checks judge each. */
function copyInto(db: Db, copy: string): void {
  db.prepare('ATTACH ? AS old').run(copy);
  db.exec('BEGIN IMMEDIATE');
  db.exec('DELETE FROM main.meta');
  for (const table of tablesOf(db)) db.exec(`INSERT INTO main."${table}" SELECT * FROM old."${table}"`);
  db.prepare('DELETE FROM main.meta WHERE name = ?').run(signatureRow);
  db.exec('COMMIT');
  db.exec('DETACH old');
  db.pragma('wal_checkpoint(TRUNCATE)');
}
