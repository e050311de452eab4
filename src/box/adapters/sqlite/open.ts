import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Fingerprint } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Enrolment, SecretName, Vault } from '../../ports.ts';
import type { BookingsDeps } from './bookings.ts';
import { connect, type Db } from './connection.ts';
import { isDamage, storageFault } from './faults.ts';
import { ownFile, sizeOf } from './files.ts';
import { type HighWaterMark, readMark } from './high-water-mark.ts';
import { Meta } from './meta.ts';
import { backupFiles, databaseFile, restoredFile, suspectFile, walFile } from './paths.ts';
import { beginEpoch, type RecoveryOptions, rebuild } from './recovery.ts';
import { endless, migrate } from './schema.ts';

export interface SiteOptions extends RecoveryOptions {
  readonly vault: Vault;
  /** Id of the machine; null where it has none. */
  readonly machine: string | null;
  readonly arriving?: Pick<BookingsDeps, 'arriving' | 'isStale'>;
}

/** Longest account of a restore that an event takes on. */
const restoredMax = 400;

/**
 * The database of this box, ready for statements: opened, brought to our schema, in the right epoch. One that makes no
 * sense is put aside and replaced; it never keeps the box from starting. Whatever `read` finds damaged is that, too.
 * @throws Fault `data-newer`, `sqlite-setting`, `sqlite-version`, `storage-…`
 */
export function openDatabase<T>(options: SiteOptions, read: (db: Db) => T): T {
  try {
    return sound(options, db => {
      settleEpoch(db, options);
      return read(db);
    });
  } catch (error) {
    throw storageFault(error);
  }
}

/**
 * The same database again, after its connection failed. Nothing is replaced while the box runs: its state would not be in
 * the new file.
 * @throws Fault `storage-…`
 */
export function reopenDatabase<T>(options: SiteOptions, read: (db: Db) => T): T {
  try {
    return using(opened(options), read);
  } catch (error) {
    throw storageFault(error);
  }
}

function sound<T>(options: SiteOptions, read: (db: Db) => T): T {
  const reason = distrust(options.folder);
  if (reason !== null) return using(rebuild(options, reason), read);
  try {
    return using(opened(options), read);
  } catch (error) {
    // Bytes may change within a row: its page is sound, and what is written there is not.
    if (!isDamage(error) && !(error instanceof SyntaxError)) throw error;
    return using(rebuild(options, reasonOf(error)), read);
  }
}

/** Closed where `read` fails. */
function using<T>(db: Db, read: (db: Db) => T): T {
  try {
    return read(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Why the file that lies there is not even opened; null to try it. */
function distrust(folder: string): string | null {
  const suspect = suspectFile(folder);
  if (existsSync(suspect))
    return readFileSync(suspect, 'utf8').slice(0, 200).trim() || 'a check found damage';
  if (sizeOf(databaseFile(folder)) > 0) return null;
  // SQLite would take an empty file for a new one and throw away the log beside it.
  const hadOne =
    readMark(folder) !== null || sizeOf(walFile(folder)) > 0 || backupFiles(folder).some(existsSync);
  return hadOne ? 'the file is missing or empty' : null;
}

function opened(options: SiteOptions): Db {
  const file = databaseFile(options.folder);
  ownFile(file);
  return using(connect(file, options), db => {
    migrate(db);
    probe(db);
    return db;
  });
}

/** Touches every table, so that what a start needs is known to be readable. */
function probe(db: Db): void {
  for (const table of ['booking', 'use', 'spent', 'key', 'tag', 'part', 'span', 'synced', 'obeyed']) {
    tried(db, `SELECT * FROM ${table} LIMIT 1`);
  }
  tried(db, 'SELECT * FROM part');
  tried(db, "SELECT * FROM use WHERE life IN ('granted', 'out')");
  const last = db.prepare<[], EventRow>('SELECT * FROM event ORDER BY seq DESC LIMIT 1').get();
  if (last !== undefined && !isEvent(last)) throw new SyntaxError('the last event makes no sense');
}

type EventRow = Readonly<Record<'seq' | 'at' | 'floor' | 'body', unknown>>;

/** A card may give another page than it was asked for, sound in itself: what stands there is no event then. */
function isEvent({ seq, at, floor, body }: EventRow): boolean {
  if (!isInstant(at) || (floor !== null && !isInstant(floor)) || typeof body !== 'string') return false;
  const event: unknown = JSON.parse(body);
  return (
    typeof event === 'object' && event !== null && 'seq' in event && event.seq === seq && 'hash' in event
  );
}

const isInstant = (value: unknown): boolean => typeof value === 'number' && Math.abs(value) <= endless;

function tried(db: Db, sql: string): unknown {
  return db.prepare(sql).pluck().all()[0];
}

/** A new epoch where rows cannot be this box's present ones (docs/synchronisation.md). */
function settleEpoch(db: Db, options: SiteOptions): void {
  const { vault, machine, folder, log } = options;
  const meta = new Meta(db);
  const pepper = vault.fingerprint('code', 'pepper of this box');
  const id = machine === null ? null : vault.fingerprint('code', `machine\n${machine}`);
  const known = knownBeyond(db, meta, folder);
  const why = foreign(meta, pepper, id) ?? joined(restored(folder), older(known));
  const lost = lostSecrets(meta, vault, pepper);
  const named = ['pepper', 'signer'] as const;
  const unnamed =
    named.some(name => meta.text(name) === null) || (id !== null && meta.text('machine') === null);
  if (why === null && !unnamed && lost.length === 0) return;
  const epoch = Math.max(meta.number('epoch') ?? 1, known?.epoch ?? 0) + 1;
  db.exec('BEGIN IMMEDIATE');
  noteSecrets(meta, { pepper, signer: vault.publicKey, lost });
  if (id !== null) meta.set('machine', id);
  if (why !== null) beginEpoch(meta, epoch, { known, why, last: lastSeq(db) });
  db.exec('COMMIT');
  rmSync(restoredFile(folder), { force: true });
  if (why !== null) log.warn({ why, epoch }, 'a new epoch begins; one-time codes are void until sent again');
}

function noteSecrets(
  meta: Meta,
  now: { readonly pepper: string; readonly signer: string; readonly lost: readonly SecretName[] },
): void {
  const before = meta.text('signer');
  const enrolment = meta.text('enrolment');
  if (enrolment !== null && before !== null && now.lost.includes('signing-key')) {
    const kept = JSON.parse(enrolment) as Enrolment;
    // An enrolment of an earlier version does not say which key the relay knows.
    meta.set('enrolment', JSON.stringify({ sign: before, ...kept }));
  }
  meta.set('pepper', now.pepper);
  meta.set('signer', now.signer);
  if (now.lost.length > 0) meta.set('secrets-lost', now.lost.join(' '));
}

/** Names secrets that were deleted, or were damaged and made anew: the rows were made with others. */
function lostSecrets(meta: Meta, vault: Vault, pepper: Fingerprint): readonly SecretName[] {
  const [madeWith, signer] = [meta.text('pepper'), meta.text('signer')];
  return [
    ...(signer !== null && signer !== vault.publicKey ? (['signing-key'] as const) : []),
    ...(madeWith !== null && madeWith !== pepper ? (['pepper'] as const) : []),
  ];
}

function foreign(meta: Meta, pepper: Fingerprint, machine: Fingerprint | null): string | null {
  const [madeWith, madeOn] = [meta.text('pepper'), meta.text('machine')];
  if (madeWith !== null && madeWith !== pepper) return 'the database was made with another pepper';
  if (madeOn !== null && machine !== null && madeOn !== machine)
    return 'the database comes from another machine';
  return null;
}

/** Gives what the box has known beyond the end of this file; null when nothing. */
function knownBeyond(db: Db, meta: Meta, folder: string): HighWaterMark | null {
  const mark = readMark(folder);
  if (mark === null) return null;
  return mark.seq > Math.max(lastSeq(db), meta.number('start-seq') ?? 0) ? mark : null;
}

const lastSeq = (db: Db): number =>
  db.prepare<[], number | null>('SELECT max(seq) FROM event').pluck().get() ?? 0;

const older = (known: HighWaterMark | null): string | null =>
  known === null
    ? null
    : `the database is older than the box; last known event ${known.seq}, hash ${known.hash}`;

/** Gives the note that the restore left for the first event of the new epoch. */
const restored = (folder: string): string | null =>
  existsSync(restoredFile(folder))
    ? readFileSync(restoredFile(folder), 'utf8').trim().slice(0, restoredMax) || 'the database was restored'
    : null;

const joined = (...reasons: readonly (string | null)[]): string | null =>
  reasons.filter(reason => reason !== null).join('; ') || null;
