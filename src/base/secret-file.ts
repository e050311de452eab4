/** Files that hold a secret: nobody else may read them, and they are durable before what they hold is used. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, Fault } from './fault.ts';

/** Bits of a mode that let anybody but the owner in. */
const othersMask = 0o077;

interface SecretFile {
  /** Of the Faults. */
  readonly code: string;
  /** To whom the file must belong, in words. */
  readonly owner: string;
  /** False: somebody else made it, systemd for one, and sees to who may read it. */
  readonly isOurs: boolean;
  /** Gives the fault of a file of so many bytes; null: there is none. */
  readonly wrongSize: (bytes: number) => Fault | null;
}

/**
 * Null: there is no such file.
 * @throws Fault `code` naming the file when it cannot be read, others may read it, or its size is wrong
 */
export function readSecret(file: string, { code, owner, isOurs, wrongSize }: SecretFile): Buffer | null {
  const unreadable = (error: unknown): Fault =>
    new Fault(code, `cannot read ${file} (${codeOf(error)})`, `It must be a file of ${owner}.`, error);
  let fd: number;
  try {
    // A pipe that nobody writes to would be waited for.
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw unreadable(error);
  }
  try {
    const stats = fstatSync(fd);
    const { size, mode } = stats;
    if (!stats.isFile())
      throw new Fault(code, `${file} is no file`, 'Move away what is there.', { code: 'EINVAL' });
    if (isOurs && (mode & othersMask) !== 0)
      throw new Fault(code, `${file} can be read by others`, `Run chmod 600 ${file}`);
    const wrong = wrongSize(size);
    if (wrong !== null) throw wrong;
    return readFileSync(fd);
  } catch (error) {
    throw error instanceof Fault ? error : unreadable(error);
  } finally {
    closeSync(fd);
  }
}

/** All of it or nothing, for our eyes only, and durable: what is encrypted under a key that a power cut takes is lost. */
export function writeSecret(file: string, content: Uint8Array | string): void {
  const aside = `${file}.new`;
  makeWay(aside);
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

/** The rest of a write that was cut short goes; a folder is somebody’s, and only moves away. */
function makeWay(file: string): void {
  const before = lstatSync(file, { throwIfNoEntry: false });
  if (before?.isDirectory() === true) renameSync(file, `${file}.${randomBytes(4).toString('hex')}`);
  else rmSync(file, { force: true });
}

export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
