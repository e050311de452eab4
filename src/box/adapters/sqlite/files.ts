/** The data folder on the disk: modes, whole writes, and the reserve. */

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';
import { makeFolder } from '../../../base/make-folder.ts';

/** rules.md 13: freed when the disk is full, so that what must still be written can be. */
export const reserveBytes = 1024 * 1024;

const folderMode = 0o700;
const fileMode = 0o600;

/** All that a start reads or writes there, beside the secrets, which have their own way of being put aside. */
const ours =
  /^(?:run\.json|reserve|smartbox\.(?:mark|lock|suspect|restored|incoming|db(?:\.backup-\d|\.restoring)?))(?:-wal|-shm|-journal)?(?:\.new)?$/;

/**
 * Nobody but the daemon's user sees what is in there, and whatever has one of our names is a file.
 * @returns what was put aside, by name
 * @throws Fault `data-folder`, `not-a-file`
 */
export function ownFolder(folder: string): readonly string[] {
  makeOurs(folder);
  return readdirSync(folder)
    .filter(name => ours.test(name) && !isFile(join(folder, name)))
    .map(name => putAside(folder, name));
}

function makeOurs(folder: string): void {
  try {
    makeFolder(folder, folderMode);
    if ((statSync(folder).mode & 0o777) !== folderMode) chmodSync(folder, folderMode);
  } catch (error) {
    if (!readable(error, folder)) {
      throw new Fault('data-folder', `${folder}: ${reasonOf(error)}`, 'Check `data:` and its rights.', error);
    }
  }
}

/** A link to nothing is no hindrance: whoever writes through it makes the file. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
  } catch (error) {
    return codeOf(error) !== 'ELOOP';
  }
}

/** A pipe that is opened waits for its other end, a folder refuses, a device answers without end: none of them keeps a box from starting. */
function putAside(folder: string, name: string): string {
  const aside = `${name}.no-file-${randomBytes(4).toString('hex')}`;
  try {
    renameSync(join(folder, name), join(folder, aside));
    return aside;
  } catch (error) {
    const found = `${join(folder, name)} is no file, and cannot be put aside: ${reasonOf(error)}`;
    throw new Fault('not-a-file', found, 'Move away what is there.', error);
  }
}

/** A disk that became read-only still tells what is on it. */
const readable = (error: unknown, path: string): boolean => codeOf(error) === 'EROFS' && existsSync(path);

/**
 * SQLite gives its companions the mode of the database, so the database must have the right one from the start. A file that
 * is there is not opened: closing it again would drop every lock that this process has on it.
 */
export function ownFile(file: string): void {
  try {
    if (!existsSync(file)) closeSync(openSync(file, 'a', fileMode));
    if ((statSync(file).mode & 0o777) !== fileMode) chmodSync(file, fileMode);
  } catch (error) {
    if (!readable(error, file)) throw error;
  }
}

export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

export function syncFile(file: string): void {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** All of it or nothing, also over a power cut. */
export function writeWhole(file: string, content: string | Buffer): void {
  const aside = `${file}.new`;
  const fd = openSync(aside, 'w', fileMode);
  try {
    writeSync(fd, content as Buffer);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(aside, file);
  syncFile(dirname(file));
}

const reserveFile = (folder: string): string => join(folder, 'reserve');

export function freeReserve(folder: string): boolean {
  if (!existsSync(reserveFile(folder))) return false;
  // Not `rmSync`, whose errors on a read-only disk have no code.
  unlinkSync(reserveFile(folder));
  return true;
}

/** Real blocks, not a hole: a sparse file would free nothing. False where there is no room. */
export function makeReserve(folder: string): boolean {
  const file = reserveFile(folder);
  if (sizeOf(file) === reserveBytes) return true;
  try {
    writeWhole(file, Buffer.alloc(reserveBytes, 0x5b));
    return true;
  } catch {
    rmSync(`${file}.new`, { force: true });
    return false;
  }
}
