import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, Fault } from '../../../base/fault.ts';
import type { Db, OpenOptions } from './connection.ts';
import { storageFault } from './faults.ts';
import { ownFile, sizeOf } from './files.ts';

/**
 * Keeps the data folder to one process: a lock of the kernel's on a file of its own, which dies with its holder however that
 * ends. Not on the database itself, which the check in a child process must be able to read.
 * @throws Fault `data-in-use`, `storage-…`
 */
export function lockData(folder: string, options: OpenOptions): () => void {
  const file = lockFile(folder);
  try {
    ownFile(file);
    // SQLite would quietly take a lock for reading where there can be none for writing.
    accessSync(file, constants.W_OK);
    return held(file, options, lock => {
      // A file with a page in it is locked without a write; nothing in it is worth a sync.
      lock.pragma('synchronous = OFF');
      if (sizeOf(file) === 0) lock.pragma('user_version = 1');
      lock.exec('BEGIN EXCLUSIVE');
    });
  } catch (error) {
    throw codeOf(error) === 'SQLITE_BUSY' ? inUse(folder) : storageFault(error);
  }
}

/**
 * The same on a disk that takes no writes, where the kernel grants nobody a lock of one's own: one that keeps writers out,
 * and a look at who else has such a lock.
 * @throws Fault `data-in-use`
 */
export function shareData(folder: string, options: OpenOptions): () => void {
  const file = lockFile(folder);
  try {
    const release = held(file, options, lock => {
      lock.exec('BEGIN');
      lock.prepare('SELECT count(*) FROM sqlite_schema').get();
    });
    if (!othersHold(file)) return release;
    release();
  } catch (error) {
    // No lock file, or none that makes sense: whatever the disk refuses, it refuses others too.
    if (codeOf(error) !== 'SQLITE_BUSY') return () => {};
  }
  throw inUse(folder);
}

const lockFile = (folder: string): string => join(folder, 'smartbox.lock');

const inUse = (folder: string): Fault =>
  new Fault(
    'data-in-use',
    `another smartboxd uses ${folder}`,
    'Stop that one first (systemctl stop smartbox).',
  );

function held(file: string, { nativeBinding }: OpenOptions, take: (lock: Db) => void): () => void {
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

/** `1: POSIX  ADVISORY  READ  1234 08:01:5678 0 EOF`: the process, then the device's two numbers and the inode. */
const lockLine = /^\d+: \S+ +\S+ +\S+ +(\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) /;

function othersHold(file: string): boolean {
  const { dev, ino } = statSync(file);
  const device = [(dev >>> 8) & 0xfff, (dev & 0xff) | ((dev >>> 12) & 0xfff00)];
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .some(line => {
      const [, pid = '', major = '', minor = '', inode = ''] = lockLine.exec(line) ?? [];
      const here = [major, minor].every((number, at) => Number.parseInt(number, 16) === device[at]);
      return here && Number(inode) === ino && Number(pid) !== process.pid;
    });
}
