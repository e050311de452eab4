import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { mustBeFile } from '../base/bounded-file.ts';
import { codeOf, Fault, reasonOf } from '../base/fault.ts';

/**
 * Writes a file that is not there yet; with `replaces` also over one that is, which keeps its owner and mode and is whole at any
 * moment: whoever reads it meanwhile, or after a power cut, finds the old text or the new one.
 * @throws Fault `exists`, `unwritable`
 */
export function writeNew(file: string, text: string, replaces: boolean): void {
  try {
    if (replaces) mustBeFile(file);
    if (!replaces || !isThere(file)) write(file, text);
    else replace(realpathSync(file), text);
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (codeOf(error) === 'EEXIST')
      throw new Fault(
        'exists',
        `${file} is there already and stays as it is`,
        'Name another file, or say --replace to write over it.',
        error,
      );
    throw new Fault(
      'unwritable',
      `${file}: ${reasonOf(error)}`,
      'Name another file, or write as root.',
      error,
    );
  }
}

const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;

function write(file: string, text: string): void {
  const fd = openSync(file, 'wx', 0o644);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function replace(file: string, text: string): void {
  const { uid, gid, mode } = statSync(file);
  const part = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    write(part, text);
    chownSync(part, uid, gid);
    chmodSync(part, mode & 0o7777);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}
