import { existsSync, readFileSync, renameSync } from 'node:fs';
import { setImmediate as breath } from 'node:timers/promises';
import type { WallMs } from '../../../base/brand.ts';
import { codeOf, reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { JournalEvent } from '../../../wire/journal.ts';
import type { Bookings, Commit, Journal, Keys, Loaded, Store, Synced, Vault } from '../../ports.ts';
import { type CheckDepth, checkInChild, copyInChild } from './child.ts';
import type { OpenOptions } from './connection.ts';
import { lockData } from './data-lock.ts';
import { isDamage, isSick, storageFault } from './faults.ts';
import { freeReserve, makeReserve, ownFolder, sizeOf, syncFile, writeWhole } from './files.ts';
import { writeMark } from './mark.ts';
import { openDatabase, reopenDatabase, type SiteOptions } from './open.ts';
import { backupFiles, databaseFile, suspectFile, walFile } from './paths.ts';
import { type Purged, Retention } from './retention.ts';
import { Session } from './session.ts';

/** The write-ahead log is moved into the file when idle after this many commits, or when an import has made it long. */
const checkpointCommits = 128;
const longWalBytes = 8 * 1024 * 1024;
/** Hard limit of the log: past it a commit moves it itself, key press or not. */
const walMaxBytes = 64 * 1024 * 1024;

export interface StoreOptions extends OpenOptions {
  /** The data folder; made where it is missing. */
  readonly folder: string;
  /** Id of the box, as in the configuration. */
  readonly box: string;
  readonly vault: Vault;
  readonly log: Log;
  /** Id of this machine; `/etc/machine-id` unless given. Null: unknown. */
  readonly machine?: string | null;
}

/** What only the composition and the jobs use. */
export interface BoxStore extends Store {
  /**
   * Reads the whole database in a process of its own; the daemon goes on meanwhile. What was found damaged is not trusted
   * by the next start. Null: nothing was found, or the check itself could not run (logged).
   */
  check(depth: CheckDepth): Promise<string | null>;
  /** The copy from which a damaged database gets its bookings back; the last two are kept. @throws Fault `backup-failed` */
  backupNightly(): Promise<void>;
  /**
   * Deletes what is past its time, in small transactions between which keys are served. `now` must come from a clock that
   * is believed. @throws Fault `storage-…`
   */
  purge(now: WallMs): Promise<Purged>;
}

/**
 * Opens the database of a box, alone.
 * @throws Fault `data-in-use`, `data-newer`, `sqlite-setting`, `sqlite-version`, `storage-…`
 */
export function openStore(options: StoreOptions): BoxStore {
  ownFolder(options.folder);
  const unlock = lockData(options.folder, options);
  try {
    return new SqliteStore({ ...options, machine: machineOf(options.machine) }, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function machineOf(given: string | null | undefined): string | null {
  if (given !== undefined) return given;
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim() || null;
  } catch {
    return null;
  }
}

class SqliteStore implements BoxStore {
  readonly #options: SiteOptions;
  readonly #unlock: () => void;
  readonly #children = new AbortController();
  #session: Session;
  #sick = false;
  /** Commits since the log was moved. */
  #commits = 0;
  #closed = false;

  constructor(options: SiteOptions, unlock: () => void) {
    this.#options = options;
    this.#unlock = unlock;
    this.#session = this.#start();
    if (!makeReserve(options.folder)) options.log.warn({}, 'no room for the reserve file');
  }

  /** Opening takes a little room too: on a full disk that of the reserve. */
  #start(): Session {
    try {
      return new Session(openDatabase(this.#options), this.#options);
    } catch (error) {
      if (!/^storage-(full|io)$/.test(codeOf(error)) || !this.freeReserve()) throw error;
      return new Session(openDatabase(this.#options), this.#options);
    }
  }

  get bookings(): Bookings {
    return this.#session.bookings;
  }

  get keys(): Keys {
    return this.#session.keys;
  }

  get journal(): Journal {
    return this.#session.journal;
  }

  get synced(): Synced {
    return this.#session.synced;
  }

  load(): Loaded {
    return this.#session.load();
  }

  commit(commit: Commit, also?: () => void): readonly JournalEvent[] {
    const events = this.#guarded(session => session.write(commit, also));
    this.#commits += 1;
    const mayBeLong = also !== undefined || this.#commits % checkpointCommits === 0;
    if (mayBeLong && sizeOf(this.#wal) > walMaxBytes) this.#checkpoint();
    return events;
  }

  /** Runs `work` on a connection that can be trusted. @throws Fault `storage-…`, or what `work` throws */
  #guarded<T>(work: (session: Session) => T): T {
    try {
      if (this.#sick) this.#reopen();
      return work(this.#session);
    } catch (error) {
      this.#sick ||= this.#session.broken || isSick(error);
      if (isDamage(error)) this.#distrust(reasonOf(error));
      throw storageFault(error);
    }
  }

  /** After a failed fsync the old connection may believe pages written that are not: the file alone tells what is true. */
  #reopen(): void {
    this.#session.db.close();
    this.#session = new Session(reopenDatabase(this.#options), this.#options);
    this.#sick = false;
  }

  get #wal(): string {
    return walFile(this.#options.folder);
  }

  checkpointIfIdle(): void {
    if (this.#sick || this.#closed || this.#commits === 0) return;
    if (this.#commits >= checkpointCommits || sizeOf(this.#wal) > longWalBytes) this.#checkpoint();
  }

  /** A log that cannot be moved now is moved later; a disk that fails shows itself at the next commit. */
  #checkpoint(): void {
    try {
      this.#session.checkpoint();
      this.#commits = 0;
      this.#mark();
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'the write-ahead log could not be moved');
    }
  }

  #mark(): void {
    const { seq, hash } = this.#session.journal.last();
    writeMark(this.#options.folder, { epoch: this.#session.epoch, seq, hash });
  }

  freeReserve(): boolean {
    try {
      return freeReserve(this.#options.folder);
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'the reserve could not be freed');
      return false;
    }
  }

  restoreReserve(): void {
    if (!makeReserve(this.#options.folder)) this.#options.log.info({}, 'no room for the reserve file yet');
  }

  backup(path: string): Promise<void> {
    return copyInChild(databaseFile(this.#options.folder), path, this.#childOptions());
  }

  async backupNightly(): Promise<void> {
    const [newest = '', older = ''] = backupFiles(this.#options.folder);
    const fresh = `${newest}.fresh`;
    await this.backup(fresh);
    if (existsSync(newest)) renameSync(newest, older);
    renameSync(fresh, newest);
    syncFile(this.#options.folder);
  }

  async check(depth: CheckDepth): Promise<string | null> {
    const found = await checkInChild(databaseFile(this.#options.folder), depth, this.#childOptions());
    if (found !== null) this.#distrust(found);
    return found;
  }

  #childOptions() {
    return { ...this.#options, signal: this.#children.signal };
  }

  /** The next start makes a new file. */
  #distrust(reason: string): void {
    try {
      writeWhole(suspectFile(this.#options.folder), `${reason.slice(0, 200)}\n`);
    } catch (error) {
      this.#options.log.error({ reason: reasonOf(error) }, 'the database could not be marked as suspect');
    }
  }

  async purge(now: WallMs): Promise<Purged> {
    const round = new Retention(now);
    const sum = { bookings: 0, events: 0, spent: 0 };
    while (!round.done && !this.#closed) {
      const slice = this.#guarded(session => session.transaction(() => round.slice(session)));
      for (const kind of ['bookings', 'events', 'spent'] as const) sum[kind] += slice[kind];
      await breath();
    }
    return sum;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#children.abort();
    try {
      this.#mark();
      this.#session.db.close();
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'the database was not closed in order');
    } finally {
      this.#unlock();
    }
  }
}
