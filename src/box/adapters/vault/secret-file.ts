import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';

/** Bits of a mode that let anybody but the owner in. */
const othersMask = 0o077;

/**
 * The bytes of a secret that this box made for itself: read, or made on the first start and durable before they are used.
 * @throws Fault `secret-file` naming the file when it cannot be read or made, or its size or mode is not what it must be
 */
export function secretFile(file: string, bytes: number): Buffer {
  const found = read(file, bytes);
  if (found !== null) return found;
  try {
    return make(file, bytes);
  } catch (error) {
    throw new Fault(
      'secret-file',
      `cannot make ${file}: ${reasonOf(error)}`,
      'The first start of a box needs a data folder that can be written.',
      error,
    );
  }
}

function read(file: string, bytes: number): Buffer | null {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw new Fault(
      'secret-file',
      `cannot read ${file} (${codeOf(error)})`,
      'It must belong to the user of smartboxd.',
      error,
    );
  }
  try {
    const { size, mode } = fstatSync(fd);
    if ((mode & othersMask) !== 0) {
      throw new Fault('secret-file', `${file} can be read by others`, `Run chmod 600 ${file}`);
    }
    if (size !== bytes) {
      throw new Fault(
        'secret-file',
        `${file} has ${size} bytes and should have ${bytes}`,
        'Put it back from a backup; or delete it, and every code is void until it is sent again.',
      );
    }
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

function make(file: string, bytes: number): Buffer {
  const secret = randomBytes(bytes);
  writeSecret(file, secret);
  return secret;
}

/** All of it or nothing, for the daemon's eyes only, and durable. */
export function writeSecret(file: string, content: Uint8Array | string): void {
  const aside = `${file}.new`;
  rmSync(aside, { force: true });
  const fd = openSync(aside, 'wx', 0o600);
  try {
    fchmodSync(fd, 0o600);
    writeSync(fd, typeof content === 'string' ? Buffer.from(content) : content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(aside, file);
  syncFolder(dirname(file));
}

export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
