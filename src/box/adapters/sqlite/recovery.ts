/** What a start does about a database that is damaged or gone (design.md §4). */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../../base/log.ts';
import { connect, type Db, type OpenOptions } from './connection.ts';
import { freeReserve, ownFile, syncFile, writeWhole } from './files.ts';
import { furthest, type Mark, readMark, writeMark } from './mark.ts';
import { Meta } from './meta.ts';
import { backupFiles, databaseFile, suspectFile } from './paths.ts';
import { copyFrom, markIn, scanForMark } from './salvage.ts';
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
  const source = backupFiles(folder).find(file => copyFrom(db, file, 'all')) ?? null;
  copyFrom(db, aside, 'spent');
  settle(db, known, sentence(known, reason, source !== null));
  rmSync(suspectFile(folder), { force: true });
  return db;
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
function settle(db: Db, known: Mark | null, why: string): void {
  const meta = new Meta(db);
  const copied = Number(db.prepare<[], number>('SELECT max(epoch) FROM booking').pluck().get() ?? 0);
  const epoch = Math.max(known?.epoch ?? 1, copied) + 1;
  db.exec('BEGIN IMMEDIATE');
  meta.set('bookings', Number(db.prepare<[], number>('SELECT count(*) FROM booking').pluck().get() ?? 0));
  beginEpoch(meta, epoch, { known, why, last: 0 });
  db.exec('COMMIT');
}

/** One-time codes of earlier epochs are void until they are sent again (design.md §3). `last`: number of the last event in the file. */
export function beginEpoch(
  meta: Meta,
  epoch: number,
  { known, why, last }: { readonly known: Mark | null; readonly why: string; readonly last: number },
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

function sentence(known: Mark | null, reason: string, saved: boolean): string {
  const last =
    known === null ? 'no event of it is known' : `last known event ${known.seq}, hash ${known.hash}`;
  return `${lossWord} (${reason}); ${last}; bookings ${saved ? 'from the nightly copy' : 'lost'}`;
}

function lastKnown(options: RecoveryOptions, aside: string): Mark | null {
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
