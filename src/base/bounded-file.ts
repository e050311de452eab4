/** Files that somebody has named on a command line or in a configuration: they may be anything, and of any size. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { Fault } from './fault.ts';

interface Bounds {
  readonly maxBytes: number;
  /** Whether what another program writes is taken as well, as from `<(…)` of a shell; it is waited for. */
  readonly pipes?: boolean;
}

const pieceBytes = 65_536;

/**
 * All of a file, which may be no device and no folder, and no pipe that nobody writes to; or of what is open already, whatever it is.
 * @throws Fault `not-a-file`, `too-large`; a system error of the opening or the reading
 */
export function readBounded(file: string | number, { maxBytes, pipes = false }: Bounds): Buffer {
  if (typeof file === 'number') return readAll(file, maxBytes, 'what was given');
  // A pipe is opened only when somebody opens its other end, unless one says that one does not wait.
  const fd = openSync(file, constants.O_RDONLY | (pipes ? 0 : constants.O_NONBLOCK));
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile() && !(pipes && isPipe(stats)))
      throw new Fault('not-a-file', `${file} is ${kindOf(stats)}, and no file`, 'Name a file.');
    return readAll(fd, maxBytes, file);
  } finally {
    closeSync(fd);
  }
}

/**
 * Whatever is renamed to the name of a device or a pipe takes its place, which for root is the end of it; and what is opened as a
 * database may never answer.
 * @throws Fault `not-a-file` where something else than a file has this name, also by a link
 */
export function mustBeFile(file: string): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return;
  throw new Fault('not-a-file', `${file} is ${kindOf(stats)}, and no file`, 'Name a file.');
}

function readAll(fd: number, maxBytes: number, name: string): Buffer {
  const pieces: Buffer[] = [];
  for (let length = 0; ; ) {
    if (length > maxBytes)
      throw new Fault('too-large', `${name} is larger than ${maxBytes / 1_024} KiB`, 'Name another file.');
    const piece = Buffer.allocUnsafe(pieceBytes);
    const read = readSync(fd, piece);
    if (read === 0) return Buffer.concat(pieces, length);
    pieces.push(piece.subarray(0, read));
    length += read;
  }
}

const isPipe = (stats: Stats): boolean => stats.isFIFO() || stats.isSocket();

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (isPipe(stats)) return 'a pipe';
  return 'a device';
}
