/** A card that loses one sector. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const pageBytes = 4_096;

/** The page on which a table or an index begins. */
export function spoil(data: string, name: string): void {
  const file = join(data, 'smartbox.db');
  const db = new Database(file, { readonly: true });
  const root = Number(db.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(name) ?? 1);
  db.close();
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.alloc(pageBytes, 0xa5), 0, pageBytes, (root - 1) * pageBytes);
  closeSync(fd);
}
