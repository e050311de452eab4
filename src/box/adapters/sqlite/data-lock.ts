import { join } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, Fault } from '../../../base/fault.ts';
import type { OpenOptions } from './connection.ts';
import { ownFile, sizeOf } from './files.ts';

/**
 * Keeps the data folder to one process: a lock of the kernel's on a file of its own, which dies with its holder however that
 * ends. Not on the database itself, which the check in a child process must be able to read.
 * @throws Fault `data-in-use`
 */
export function lockData(folder: string, options: OpenOptions): () => void {
  const { nativeBinding } = options;
  const file = join(folder, 'smartbox.lock');
  ownFile(file);
  const lock = new Database(file, {
    timeout: 0,
    ...(nativeBinding === undefined ? {} : { nativeBinding }),
  });
  try {
    // A file with a page in it is locked without a write; nothing in it is worth a sync.
    lock.pragma('synchronous = OFF');
    if (sizeOf(file) === 0) lock.pragma('user_version = 1');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (codeOf(error) !== 'SQLITE_BUSY') throw error;
    throw new Fault(
      'data-in-use',
      `another smartboxd uses ${folder}`,
      'Stop that one first (systemctl stop smartbox).',
    );
  }
  return () => lock.close();
}
