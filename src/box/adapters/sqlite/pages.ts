/**
 * The pages of a database read as plain bytes, for when SQLite cannot: those of the file, with those of its write-ahead log
 * over them (https://sqlite.org/fileformat2.html).
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { sizeOf } from './files.ts';

/** SQLite makes pages of this size unless told otherwise; ours are never told. */
export const pageBytes = 4_096;
const walHeaderBytes = 32;
const frameHeaderBytes = 24;
/** A first page holds the header of the file before its own. */
export const fileHeaderBytes = 100;

/** Each page with its number, from 1, as far as it can be read; a sector that is gone takes its page only. */
export function* pagesOf(file: string): Iterable<{ readonly number: number; readonly page: Buffer }> {
  const later = logged(`${file}-wal`);
  const count = Math.ceil(sizeOf(file) / pageBytes);
  if (count > 0) {
    const fd = openSync(file, 'r');
    try {
      for (let number = 1; number <= count; number += 1) {
        const page = later.has(number) ? null : readPage(fd, (number - 1) * pageBytes);
        if (page !== null) yield { number, page };
      }
    } finally {
      closeSync(fd);
    }
  }
  yield* frames(`${file}-wal`, later);
}

function readPage(fd: number, at: number): Buffer | null {
  const page = Buffer.alloc(pageBytes);
  try {
    return readSync(fd, page, 0, pageBytes, at) === pageBytes ? page : null;
  } catch {
    return null;
  }
}

/** Where the last committed frame of each page lies in the log. */
function logged(wal: string): ReadonlyMap<number, number> {
  const size = sizeOf(wal);
  const committed = new Map<number, number>();
  if (size < walHeaderBytes) return committed;
  const fd = openSync(wal, 'r');
  try {
    const header = Buffer.alloc(walHeaderBytes);
    readSync(fd, header, 0, walHeaderBytes, 0);
    const salts = header.subarray(16, 24);
    let open = new Map<number, number>();
    const step = frameHeaderBytes + pageBytes;
    for (let at = walHeaderBytes; at + step <= size; at += step) {
      const head = Buffer.alloc(frameHeaderBytes);
      readSync(fd, head, 0, frameHeaderBytes, at);
      // A frame of an earlier round of the log: nothing after it counts.
      if (!head.subarray(8, 16).equals(salts)) break;
      open.set(head.readUInt32BE(0), at + frameHeaderBytes);
      if (head.readUInt32BE(4) === 0) continue;
      for (const [number, place] of open) committed.set(number, place);
      open = new Map();
    }
  } catch {
    // What was found so far is as good as it was.
  } finally {
    closeSync(fd);
  }
  return committed;
}

function* frames(
  wal: string,
  places: ReadonlyMap<number, number>,
): Iterable<{ readonly number: number; readonly page: Buffer }> {
  if (places.size === 0) return;
  const fd = openSync(wal, 'r');
  try {
    for (const [number, at] of places) {
      const page = readPage(fd, at);
      if (page !== null) yield { number, page };
    }
  } finally {
    closeSync(fd);
  }
}
