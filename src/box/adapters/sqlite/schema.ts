import { Fault } from '../../../base/fault.ts';
import type { Db } from './connection.ts';

/** `end` of a booking that ends when it is changed: the last instant that a Date can hold, so that an index can order it. */
export const endless = 8_640_000_000_000_000;

/** Windows longer than this have an index of their own: all others can be found near their start. */
export const longWindowMs = 7 * 86_400_000;

/** Every 256 events the least and greatest instant of the block are noted, which costs a commit nothing otherwise. */
export const spanEvents = 256;

const first = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE booking (
  rid INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  key TEXT NOT NULL,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL CHECK (end > start),
  code BLOB CHECK (length(code) = 32),
  phone BLOB CHECK (length(phone) = 32),
  badge BLOB CHECK (length(badge) = 32),
  pin TEXT,
  reuse INTEGER NOT NULL CHECK (reuse IN (0, 1)),
  driver TEXT,
  origin TEXT NOT NULL CHECK (origin IN ('import', 'local', 'relay')),
  cancelled INTEGER NOT NULL DEFAULT 0 CHECK (cancelled IN (0, 1)),
  epoch INTEGER NOT NULL CHECK (epoch > 0),
  CHECK (code IS NOT NULL OR phone IS NOT NULL OR badge IS NOT NULL)
) STRICT;
CREATE INDEX booking_code ON booking (code) WHERE code IS NOT NULL;
CREATE INDEX booking_phone ON booking (phone, end, start, cancelled) WHERE phone IS NOT NULL;
CREATE INDEX booking_badge ON booking (badge, end, start, cancelled) WHERE badge IS NOT NULL;
CREATE INDEX booking_window ON booking (key, start, end);
CREATE INDEX booking_long ON booking (key, end, start) WHERE end - start > ${longWindowMs};

CREATE TABLE use (
  booking TEXT PRIMARY KEY,
  life TEXT NOT NULL CHECK (life IN ('fresh', 'granted', 'out', 'used')),
  code_used INTEGER NOT NULL CHECK (code_used IN (0, 1)),
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX use_open ON use (booking) WHERE life IN ('granted', 'out');

CREATE TABLE spent (
  code BLOB NOT NULL CHECK (length(code) = 32),
  booking TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (code, booking)
) STRICT, WITHOUT ROWID;

CREATE TABLE key (name TEXT PRIMARY KEY, home INTEGER NOT NULL CHECK (home > 0)) STRICT, WITHOUT ROWID;
CREATE TABLE tag (
  fingerprint BLOB PRIMARY KEY CHECK (length(fingerprint) = 32),
  key TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE part (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  at INTEGER NOT NULL,
  floor INTEGER,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE span (last INTEGER PRIMARY KEY, least INTEGER NOT NULL, most INTEGER NOT NULL) STRICT;
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_never_replaced BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER event_never_goes BEFORE DELETE ON event
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE name = 'retention' AND value >= OLD.seq)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

INSERT INTO meta VALUES ('epoch', 1), ('bookings', 0);
`;

/** The second version adds what comes from a relay: its records, and its orders. */
const second = `
CREATE TABLE synced (
  id TEXT PRIMARY KEY,
  rev INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('key', 'driver', 'booking')),
  driver TEXT,
  deferred INTEGER NOT NULL CHECK (deferred IN (0, 1)),
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX synced_driver ON synced (driver) WHERE driver IS NOT NULL;
CREATE INDEX synced_key ON synced (id) WHERE kind = 'key';
CREATE INDEX synced_deferred ON synced (id) WHERE deferred = 1;

CREATE TABLE obeyed (id TEXT PRIMARY KEY, until INTEGER NOT NULL, answer TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX obeyed_until ON obeyed (until);

ALTER TABLE booking ADD COLUMN released INTEGER;
CREATE INDEX booking_released ON booking (released) WHERE released IS NOT NULL;
`;

/** Each brings a file from its index to the next number; never changed once released. */
const migrations: readonly string[] = [first, second];

export const schemaVersion = migrations.length;

/**
 * Brings the file to our schema, a transaction each.
 * @throws Fault `data-newer`
 */
export function migrate(db: Db, to: number = schemaVersion): void {
  const found = Number(db.pragma('user_version', { simple: true }));
  if (found > schemaVersion) {
    throw new Fault(
      'data-newer',
      `the database is of version ${found}, this program knows versions up to ${schemaVersion}`,
      'A newer SmartBox has written it: install that one again, or start with another data folder.',
    );
  }
  for (const [at, sql] of migrations.entries()) {
    if (at < found || at >= to) continue;
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${at + 1}; COMMIT`);
  }
}

/** Every table, index, view and trigger, as it was written. */
export const schemaOf = (db: Db): readonly string[] =>
  db
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string | null }>(
      'SELECT type, name, tbl_name, sql FROM sqlite_schema',
    )
    .all()
    .map(({ type, name, tbl_name: table, sql }) => JSON.stringify([type, name, table, sql]))
    .sort();
