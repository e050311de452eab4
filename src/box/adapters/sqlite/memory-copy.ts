/** A copy of the data folder in memory, for a disk on which the database cannot even be opened. */
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { codeOf, Fault } from '../../../base/fault.ts';
import { markFile } from './high-water-mark.ts';
import { backupFiles, databaseFile, restoredFile, suspectFile, walFile } from './paths.ts';

/** Folders that lie in memory on a usual Linux; systemd gives a service one of its own. */
const places = (): readonly string[] => [process.env.RUNTIME_DIRECTORY ?? '/run', '/dev/shm', tmpdir()];

const pieceBytes = 64 * 1024;

/**
 * Copies what a start reads; whoever has opened what is in there may remove the folder at once.
 * @throws Fault `storage-readonly` where nothing has room for it
 */
export function copyToMemory(folder: string): string {
  for (const place of places()) {
    const copy = copyAt(folder, place);
    if (copy !== null) return copy;
  }
  throw new Fault(
    'storage-readonly',
    'the disk takes no writes, and memory has no room to read it from',
    'Free space or replace the card.',
  );
}

function copyAt(folder: string, place: string): string | null {
  let copy: string | null = null;
  try {
    copy = mkdtempSync(join(place, 'smartbox-'));
    const files = [databaseFile, walFile, markFile, suspectFile, restoredFile].map(name => name(folder));
    for (const file of files) if (existsSync(file)) copyBlocks(file, join(copy, basename(file)));
    for (const file of backupFiles(folder))
      if (existsSync(file)) symlinkSync(file, join(copy, basename(file)));
    return copy;
  } catch {
    if (copy !== null) rmSync(copy, { recursive: true, force: true });
    return null;
  }
}

/** A sector that cannot be read becomes a hole: what makes no sense then is damage, and there is a way for that. */
function copyBlocks(from: string, to: string): void {
  const [source, target] = [openSync(from, 'r'), openSync(to, 'w', 0o600)];
  const piece = Buffer.alloc(pieceBytes);
  const { size } = statSync(from);
  try {
    for (let at = 0; at < size; at += pieceBytes) {
      const read = readOrSkip(source, piece, at);
      if (read > 0) writeSync(target, piece, 0, read, at);
    }
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

function readOrSkip(source: number, piece: Buffer, at: number): number {
  try {
    return readSync(source, piece, 0, piece.length, at);
  } catch (error) {
    if (codeOf(error) === 'EIO') return 0;
    throw error;
  }
}
