/**
 * A process of its own, so that reading a whole database never keeps the keypad waiting:
 * `check-database.js quick|full FILE` prints what SQLite finds, one finding a line, and ends with 0; `copy FILE TARGET`
 * writes a compact copy, renamed into place after an fsync, and prints the digest of its rows; `sign FILE TEXT` keeps the box's
 * signature of them in it; `checkpoint FILE` moves its write-ahead log into it. All of it
 * while the daemon reads and writes FILE.
 */
import { renameSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, reasonOf } from '../../../base/fault.ts';
import { contentDigest, signatureRow } from './content-digest.ts';
import { isDamage } from './faults.ts';
import { syncFile } from './files.ts';

/** Findings after which SQLite stops looking. */
const findingsMax = 20;
const lowestPriority = 19;

const [task = '', file = '', target = '', nativeBinding = ''] = process.argv.slice(2);

process.umask(0o077);
standBack();
process.exitCode = run();

/** A sandbox may forbid what is only a courtesy: the work is done all the same. */
function standBack(): void {
  try {
    setPriority(lowestPriority);
  } catch (error) {
    if (codeOf(error) !== 'ERR_SYSTEM_ERROR') throw error;
  }
}

function run(): number {
  try {
    if (task === 'copy') console.log(copy());
    else if (task === 'sign') sign();
    else if (task === 'checkpoint') checkpoint();
    else for (const finding of check()) console.log(finding);
    return 0;
  } catch (error) {
    if (task !== 'copy' && task !== 'sign' && isDamage(error)) {
      console.log(reasonOf(error));
      return 0;
    }
    console.error(`${codeOf(error)} ${reasonOf(error)}`);
    return 1;
  }
}

function opened(readonly = true, path = file): Database.Database {
  return new Database(path, {
    readonly,
    fileMustExist: true,
    ...(nativeBinding === '' ? {} : { nativeBinding }),
  });
}

function check(): readonly string[] {
  const db = opened();
  try {
    const pragma = task === 'quick' ? 'quick_check' : 'integrity_check';
    const rows = db.pragma(`${pragma}(${findingsMax})`) as readonly Record<string, string>[];
    return rows.map(row => row[pragma] ?? '').filter(finding => finding !== 'ok');
  } finally {
    db.close();
  }
}

function checkpoint(): void {
  const db = opened(false);
  try {
    // As the daemon has it: the log is on the disk before the database is touched.
    db.pragma('synchronous = FULL');
    db.pragma('wal_checkpoint(PASSIVE)');
  } finally {
    db.close();
  }
}

function copy(): string {
  const aside = `${target}.new`;
  rmSync(aside, { force: true });
  const db = opened();
  try {
    db.prepare('VACUUM INTO ?').run(aside);
  } finally {
    db.close();
  }
  syncFile(aside);
  const digest = digestIn(aside);
  renameSync(aside, target);
  syncFile(dirname(target));
  return digest;
}

function digestIn(path: string): string {
  const db = opened(true, path);
  try {
    return contentDigest(db);
  } finally {
    db.close();
  }
}

/** A copy keeps no log beside it. */
function sign(): void {
  const db = opened(false);
  try {
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = FULL');
    db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(signatureRow, target);
  } finally {
    db.close();
  }
}
