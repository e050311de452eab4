import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Fault } from '../../../base/fault.ts';
import { lockFile, type SqliteOptions, shareFile } from '../../../base/sqlite-file.ts';
import { storageFault } from './faults.ts';
import { ownFile } from './files.ts';

/**
 * Keeps the data folder to one process, by a lock on a file of its own: the check in a child process must be able to read the
 * database itself.
 * @throws Fault `data-in-use`, `storage-…`
 */
export function lockData(folder: string, options: SqliteOptions): () => void {
  const file = lockIn(folder);
  try {
    ownFile(file);
    // SQLite would quietly take a lock for reading where there can be none for writing.
    accessSync(file, constants.W_OK);
    return lockFile(file, options);
  } catch (error) {
    throw codeOf(error) === 'SQLITE_BUSY' ? inUse(folder) : storageFault(error);
  }
}

/**
 * The same on a disk that takes no writes: a lock that keeps writers out, and a look at who else has such a lock.
 * @throws Fault `data-in-use`
 */
export function shareData(folder: string, options: SqliteOptions): () => void {
  const file = lockIn(folder);
  try {
    const release = shareFile(file, options);
    if (!othersHold(file)) return release;
    release();
  } catch (error) {
    // No lock file, or none that makes sense: whatever the disk refuses, it refuses others too.
    if (codeOf(error) !== 'SQLITE_BUSY') return () => {};
  }
  throw inUse(folder);
}

const lockIn = (folder: string): string => join(folder, 'smartbox.lock');

const inUse = (folder: string): Fault =>
  new Fault(
    'data-in-use',
    `another smartboxd uses ${folder}`,
    'Stop that one first (systemctl stop smartboxd).',
  );

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
