import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, Fault, reasonOf } from '../base/fault.ts';

/**
 * Makes the data folder, for nobody else.
 * @throws Fault `data-folder`
 */
export function ownFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const hint = 'Name a folder that may be made, with --data or data: in relay.yaml.';
    throw new Fault('data-folder', `cannot make ${folder}: ${reasonOf(error)}`, hint, error);
  }
}

/**
 * Keeps the data folder to one relay: a lock of the kernel's on a file of its own, which dies with its holder however that
 * ends. Verbs that only add to a running relay do without.
 * @throws Fault `data-in-use`
 */
export function lockData(folder: string): () => void {
  const file = join(folder, 'relay.lock');
  closeSync(openSync(file, 'a', 0o600));
  const lock = new Database(file, { timeout: 0 });
  try {
    // A file with a page in it is locked without a write; nothing in it is worth a sync.
    lock.pragma('synchronous = OFF');
    if (statSync(file).size === 0) lock.pragma('user_version = 1');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (codeOf(error) !== 'SQLITE_BUSY') throw error;
    throw new Fault(
      'data-in-use',
      `another smartbox-relay uses ${folder}`,
      'Stop that one first, or name another folder with --data.',
      error,
    );
  }
  return () => lock.close();
}
