/** Learns as much as it still can from a database that SQLite cannot read. */
import { closeSync, openSync, readSync } from 'node:fs';
import Database from 'better-sqlite3';
import { digest, hashEvent } from '../../../wire/chain.ts';
import type { JournalEvent } from '../../../wire/journal.ts';
import type { Db, OpenOptions } from './connection.ts';
import { sizeOf } from './files.ts';
import type { HighWaterMark } from './high-water-mark.ts';

/** Read at a time; an event that straddles two pieces is found because they overlap. */
const pieceBytes = 4 * 1024 * 1024;
const overlapBytes = 4 * 1024;

/** An event as it stands in a page, wherever that page is: canonical text, so its members are in this order. */
const eventText =
  /\{"at":"[^{}]{20,3500}?"hash":"([0-9a-f]{64})"[^{}]{0,3500}?"seq":(\d{1,15})[^{}]{0,1000}\}/g;
const epochText = /"epoch":(\d{1,15}),/;
const hashMember = /"hash":"[0-9a-f]{64}",/;

/** The furthest event whose text and hash still fit, in the database or its write-ahead log, read as plain bytes. */
export function scanForMark(files: readonly string[], box: string): HighWaterMark | null {
  let best: HighWaterMark | null = null;
  for (const file of files) {
    for (const text of pieces(file)) {
      for (const match of text.matchAll(eventText)) {
        const mark = markOf(match, box);
        if (mark !== null && (best === null || mark.seq > best.seq)) best = mark;
      }
    }
  }
  return best;
}

function markOf(match: RegExpMatchArray, box: string): HighWaterMark | null {
  const [line = '', hash = '', seq = ''] = match;
  const text = Buffer.from(line, 'latin1').toString('utf8');
  if (!text.includes(`"box":${JSON.stringify(box)}`)) return null;
  if (digest(text.replace(hashMember, '')) !== hash) return null;
  return { epoch: Number(epochText.exec(text)?.[1] ?? 0), seq: Number(seq), hash };
}

function* pieces(file: string): Iterable<string> {
  const size = sizeOf(file);
  if (size === 0) return;
  const fd = openSync(file, 'r');
  const buffer = Buffer.alloc(pieceBytes);
  try {
    for (let at = 0; at < size; at += pieceBytes - overlapBytes) {
      yield buffer.toString('latin1', 0, readSync(fd, buffer, 0, pieceBytes, at));
    }
  } finally {
    closeSync(fd);
  }
}

/** Where a readable copy of the database stands; null when it cannot be read. */
export function markIn(file: string, options: OpenOptions): HighWaterMark | null {
  if (sizeOf(file) === 0) return null;
  try {
    return reading(file, options, db => {
      const body = db.prepare<[], string>('SELECT body FROM event ORDER BY seq DESC LIMIT 1').pluck().get();
      const event = body === undefined ? null : (JSON.parse(body) as HighWaterMark | null);
      // Another page in the place of that one gives rows as well, which are no events.
      if (event === null || hashEvent(event as JournalEvent) !== event.hash) return null;
      const stored = db.prepare<[], unknown>("SELECT value FROM meta WHERE name = 'epoch'").pluck().get();
      const epoch = typeof stored === 'number' && Number.isSafeInteger(stored) ? stored : 0;
      return { epoch: Math.max(epoch, event.epoch), seq: event.seq, hash: event.hash };
    });
  } catch {
    return null;
  }
}

function reading<T>(file: string, { nativeBinding }: OpenOptions, read: (db: Db) => T): T {
  const options = nativeBinding === undefined ? {} : { nativeBinding };
  const db = new Database(file, { ...options, readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}

/** Whether SQLite itself can read every booking and key: then no older copy knows better. */
export function readsWhole(file: string, options: OpenOptions): boolean {
  try {
    return reading(file, options, db => {
      for (const table of ['booking', 'key', 'tag']) db.prepare(`SELECT * FROM ${table} NOT INDEXED`).all();
      return true;
    });
  } catch {
    return false;
  }
}

/** Copies that outlive a damaged file. Open uses are left out: what is granted or out, nobody knows any more. */
const copies: readonly string[] = [
  `INSERT OR IGNORE INTO booking SELECT * FROM old.booking`,
  `INSERT OR IGNORE INTO key SELECT * FROM old.key`,
  `INSERT OR IGNORE INTO tag SELECT * FROM old.tag`,
];
const spentCopies: readonly string[] = [
  `INSERT OR IGNORE INTO use SELECT * FROM old.use WHERE code_used = 1 AND life = 'used'`,
  `INSERT OR IGNORE INTO spent SELECT * FROM old.spent`,
];

/** Takes what it can from `file` into the empty `db`; says whether bookings came. Each table by itself, whole or not at all. */
export function copyFrom(db: Db, file: string, what: 'all' | 'spent'): boolean {
  if (sizeOf(file) === 0) return false;
  try {
    db.prepare('ATTACH ? AS old').run(`${file}`);
  } catch {
    return false;
  }
  try {
    if (db.pragma('old.user_version', { simple: true }) !== db.pragma('main.user_version', { simple: true }))
      return false;
    const done = (what === 'all' ? copies : []).map(sql => attempt(db, sql));
    for (const sql of spentCopies) attempt(db, sql);
    return done[0] === true;
  } catch {
    return false;
  } finally {
    db.exec('DETACH old');
  }
}

function attempt(db: Db, sql: string): boolean {
  try {
    db.exec(sql);
    return true;
  } catch {
    return false;
  }
}
