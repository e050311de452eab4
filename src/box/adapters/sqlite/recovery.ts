/** A start deals here with a database that is damaged or gone (docs/failures.md). */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import { connect, type Db, type OpenOptions } from './connection.ts';
import { freeReserve, ownFile, syncFile, writeWhole } from './files.ts';
import { furthest, type HighWaterMark, readMark, writeMark } from './high-water-mark.ts';
import { Meta } from './meta.ts';
import { backupFiles, databaseFile, suspectFile } from './paths.ts';
import { copyFrom, markIn, readsWhole, scanForMark } from './recover.ts';
import { recoverRows } from './recover-rows.ts';
import { migrate } from './schema.ts';

/** Damaged files that are kept for whoever wants to know. */
const damagedMax = 3;

export interface RecoveryOptions extends OpenOptions {
  readonly folder: string;
  readonly box: string;
  readonly log: Log;
}

/** A new file in a new epoch, with what could be saved; the damaged one is put aside. A start that is cut off begins again. */
export function rebuild(options: RecoveryOptions, reason: string): Db {
  const { folder, log } = options;
  log.error({ reason }, 'the database cannot be used; a new one is made');
  freeReserve(folder);
  writeWhole(suspectFile(folder), `${reason}\n`);
  const aside = putAside(folder);
  const known = lastKnown(options, aside);
  if (known !== null) writeMark(folder, known);
  const db = fresh(options);
  const bookings = salvaged(db, aside, known, options);
  // The copy is read too, as far as it can be: it has bookings and keys whose page was the one that is damaged.
  const isWhole = readsWhole(aside, options);
  const source = isWhole ? null : (backupFiles(folder).find(file => copyFrom(db, file, 'all')) ?? null);
  copyFrom(db, aside, 'spent');
  settle(db, known, sentence(known, reason, { salvaged: bookings > 0, copied: source !== null }));
  rmSync(suspectFile(folder), { force: true });
  return db;
}

/** How many bookings; whatever the damaged file holds, it keeps no box from starting. */
function salvaged(db: Db, aside: string, known: HighWaterMark | null, { box, log }: RecoveryOptions): number {
  try {
    const found = recoverRows(db, aside, { box, known });
    log.warn({ ...found }, 'what could be read of the damaged database');
    return found.bookings;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    log.error({ reason: reasonOf(error) }, 'nothing could be read of the damaged database');
    return 0;
  }
}

function fresh(options: RecoveryOptions): Db {
  const file = databaseFile(options.folder);
  ownFile(file);
  const db = connect(file, options);
  try {
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Everything that makes the new file the successor of the old one, in one transaction. */
function settle(db: Db, known: HighWaterMark | null, why: string): void {
  const meta = new Meta(db);
  const copied = Number(db.prepare<[], number>('SELECT max(epoch) FROM booking').pluck().get() ?? 0);
  const epoch = Math.max(known?.epoch ?? 1, copied) + 1;
  db.exec('BEGIN IMMEDIATE');
  meta.set('bookings', Number(db.prepare<[], number>('SELECT count(*) FROM booking').pluck().get() ?? 0));
  beginEpoch(meta, epoch, { known, why, last: 0 });
  db.exec('COMMIT');
}

/** One-time codes of earlier epochs are void until they are sent again (docs/synchronisation.md). `last`: number of the last event in the file. */
export function beginEpoch(
  meta: Meta,
  epoch: number,
  { known, why, last }: { readonly known: HighWaterMark | null; readonly why: string; readonly last: number },
): void {
  meta.set('epoch', epoch);
  meta.set('epoch-seq', Math.max(known?.seq ?? 0, last));
  if (known !== null) {
    meta.set('start-seq', known.seq);
    meta.set('start-hash', known.hash);
  }
  meta.set('recovered', why);
}

const lossWord = 'database lost';

/** Whether an epoch began so because the file before could not be used. */
export const isLoss = (recovered: string | null): boolean => recovered?.startsWith(lossWord) === true;

function sentence(
  known: HighWaterMark | null,
  reason: string,
  { salvaged, copied }: { readonly salvaged: boolean; readonly copied: boolean },
): string {
  const sources = [...(salvaged ? ['the damaged file'] : []), ...(copied ? ['the nightly copy'] : [])];
  const last =
    known === null ? 'no event of it is known' : `last known event ${known.seq}, hash ${known.hash}`;
  return `${lossWord} (${reason}); ${last}; bookings ${sources.length === 0 ? 'lost' : `from ${sources.join(' and ')}`}`;
}

function lastKnown(options: RecoveryOptions, aside: string): HighWaterMark | null {
  const { folder, box } = options;
  const raw = scanForMark([aside, `${aside}-wal`], box);
  const copies = backupFiles(folder).map(file => markIn(file, options));
  const all = [readMark(folder), raw, markIn(aside, options), ...copies];
  const known = furthest(all);
  const epoch = Math.max(0, ...all.map(mark => mark?.epoch ?? 0));
  return known === null ? null : { ...known, epoch };
}

const companions = ['', '-wal', '-shm', '-journal'] as const;

/** Moves the damaged file and its companions, the oldest of those put aside before makes room. */
export function putAside(folder: string): string {
  const file = databaseFile(folder);
  const kept = damagedNumbers(folder);
  for (const n of kept.slice(0, Math.max(0, kept.length - damagedMax + 1))) {
    for (const end of companions) rmSync(asideName(folder, n) + end, { force: true });
  }
  const aside = asideName(folder, (kept.at(-1) ?? 0) + 1);
  for (const end of companions) if (existsSync(file + end)) renameSync(file + end, aside + end);
  syncFile(folder);
  return aside;
}

const asideName = (folder: string, n: number): string => join(folder, `smartbox.db.damaged-${n}`);

function damagedNumbers(folder: string): readonly number[] {
  const names = readdirSync(folder).map(name => Number(/^smartbox\.db\.damaged-(\d+)/.exec(name)?.[1] ?? 0));
  return [...new Set(names)].filter(n => n > 0).sort((a, b) => a - b);
}
