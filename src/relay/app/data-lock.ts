import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Fault, reasonOf } from '../../base/fault.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { lockFile } from '../../base/sqlite-file.ts';

/**
 * Makes the data folder, for nobody else.
 * @throws Fault `data-folder`
 */
export function ownFolder(folder: string): void {
  try {
    makeFolder(folder, 0o700);
  } catch (error) {
    const hint = 'Name a folder that may be made, with --data or data: in relay.yaml.';
    throw new Fault('data-folder', `cannot make ${folder}: ${reasonOf(error)}`, hint, error);
  }
}

/**
 * Keeps the data folder to one relay, by a lock on a file of its own. Verbs that only add to a running relay do without.
 * @throws Fault `data-in-use`
 */
export function lockData(folder: string): () => void {
  const file = join(folder, 'relay.lock');
  closeSync(openSync(file, 'a', 0o600));
  try {
    return lockFile(file);
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_BUSY') throw error;
    throw new Fault(
      'data-in-use',
      `another smartbox-relay uses ${folder}`,
      'Stop that one first, or name another folder with --data.',
      error,
    );
  }
}
