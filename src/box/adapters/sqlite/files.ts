/** The data folder on the disk: modes, whole writes, and the reserve. */

import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
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

/** Nobody but the daemon's user sees what is in there. @throws Fault `data-folder` */
export function ownFolder(folder: string): void {
  try {
    makeFolder(folder, folderMode);
    if ((statSync(folder).mode & 0o777) !== folderMode) chmodSync(folder, folderMode);
  } catch (error) {
    if (!readable(error, folder)) {
      throw new Fault('data-folder', `${folder}: ${reasonOf(error)}`, 'Check `data:` and its rights.', error);
    }
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
