/** The file of bookings that wait to be taken in: a line that names it, then a booking a line. */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { rowMaxBytes } from '../../../wire/control.ts';
import { LineCutter } from '../../../wire/lines.ts';
import type { Arrival, BookingRow } from '../../ports.ts';

export interface PlacedRow extends Arrival {
  /** The byte after its line. */
  readonly end: number;
}

/** Written at a time. */
const pieceChars = 64 * 1024;
const idBytes = 16;
const readBytes = 64 * 1024;

/** Durable when it resolves, with the byte at which the bookings begin. */
export async function writeRows(path: string, id: string, rows: AsyncIterable<Arrival>): Promise<number> {
  const file = await open(path, 'w', 0o600);
  try {
    let piece = `${id}\n`;
    for await (const row of rows) {
      piece += `${JSON.stringify(row)}\n`;
      if (piece.length < pieceChars) continue;
      await file.write(piece);
      piece = '';
    }
    await file.write(piece);
    await file.sync();
    return id.length + 1;
  } finally {
    await file.close();
  }
}

/** Gives the id that the file names itself by; null when there is none. */
export function idOf(path: string): string | null {
  try {
    const file = openSync(path, 'r');
    const head = Buffer.alloc(idBytes);
    readSync(file, head, 0, idBytes, 0);
    closeSync(file);
    return head.toString('latin1');
  } catch {
    return null;
  }
}

export async function* rowsFrom(path: string, byte: number): AsyncGenerator<PlacedRow> {
  const cutter = new LineCutter(rowMaxBytes);
  let end = byte;
  for await (const chunk of createReadStream(path, { start: byte, highWaterMark: readBytes })) {
    for (const line of cutter.push(chunk as Buffer)) {
      end += Buffer.byteLength(line) + 1;
      yield { ...arrivalOf(JSON.parse(line) as Arrival | BookingRow), end };
    }
  }
}

/** A file of an earlier version holds bookings alone. */
const arrivalOf = (line: Arrival | BookingRow): Arrival =>
  'record' in line ? line : { row: line, record: null };
