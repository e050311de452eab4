import { existsSync, readFileSync, renameSync } from 'node:fs';
import { setImmediate as breath } from 'node:timers/promises';
import type { WallMs } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { JournalEvent } from '../../../wire/journal.ts';
import type { Bookings, Commit, Journal, Keys, Loaded, Store, Synced, Vault } from '../../ports.ts';
import { type CheckDepth, checkInChild, checkpointInChild, copyInChild } from './child.ts';
import type { OpenOptions } from './connection.ts';
import { ConnectionOwner } from './connection-owner.ts';
import { backupText } from './content-digest.ts';
import { isDamage, isSick, storageFault } from './faults.ts';
import { freeReserve, makeReserve, ownFolder, sizeOf, syncFile, writeWhole } from './files.ts';
import { writeMark } from './high-water-mark.ts';
import { SqliteBookingStaging } from './incoming.ts';
import type { SiteOptions } from './open.ts';
import { backupFiles, databaseFile, suspectFile, walFile } from './paths.ts';
import { type Purged, Retention } from './retention.ts';
import type { Session } from './session.ts';

/** The write-ahead log is moved into the file when idle after this many commits, or when an import has made it long. */
const checkpointCommits = 128;
const longWalBytes = 8 * 1024 * 1024;
/** While an import is taken in, a process of its own moves the log when it is so long. */
const importWalBytes = 32 * 1024 * 1024;
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

/** Only the composition and the jobs use these. */
export interface BoxStore extends Store {
  /**
   * Reads the whole database in a process of its own; the daemon goes on meanwhile. What was found damaged is not trusted
   * by the next start. Null: nothing was found, or the check itself could not run (logged).
   */
  check(depth: CheckDepth): Promise<string | null>;
  /** There is a copy of `backupNightly`. */
  hasCopy(): boolean;
  /** The copy from which a damaged database gets its bookings back; the last two are kept. @throws Fault `backup-failed` */
  backupNightly(): Promise<void>;
  /**
   * Deletes what is past its time, in small transactions between which keys are served. `now` must come from a clock that
   * is believed. @throws Fault `storage-…`
   */
  purge(now: WallMs): Promise<Purged>;
}

/**
 * Opens the database of a box, alone. On a disk that takes no writes too: then it tells what is there, and every commit
 * fails with `storage-…` until the disk is good again.
 * @throws Fault `data-in-use`, `data-folder`, `data-newer`, `sqlite-setting`, `sqlite-version`; `storage-…` where nothing can be read
 */
export function openStore(options: StoreOptions): BoxStore {
  ownFolder(options.folder);
  return new SqliteStore({ ...options, machine: machineOf(options.machine) });
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
  readonly #children = new AbortController();
  readonly #owner: ConnectionOwner;
  readonly incoming: SqliteBookingStaging;
  #sick = false;
  /** Commits since the log was moved. */
  #commits = 0;
  #closed = false;
  /** One copy at a time. */
  #copying: Promise<void> = Promise.resolve();

  constructor(options: SiteOptions) {
    this.#options = options;
    this.#owner = new ConnectionOwner({
      ...options,
      arriving: {
        arriving: (by, print, at) => this.incoming.bring(by, print, at),
        isStale: id => this.incoming.isStale(id),
      },
    });
    this.incoming = new SqliteBookingStaging({
      folder: options.folder,
      log: options.log,
      session: () => this.#session,
      guarded: work => this.#guarded(work),
      moveLog: () => this.#moveLongLog(),
      closed: () => this.#closed,
    });
    if (this.#owner.provisional) return;
    if (!makeReserve(options.folder)) options.log.warn({}, 'no room for the reserve file');
  }

  get #session(): Session {
    return this.#owner.session;
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

  secretsReported(): ReturnType<Store['secretsReported']> {
    return this.#session.secretsReported();
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
      if (this.#sick || this.#owner.provisional) this.#owner.renew();
      this.#sick = false;
      return work(this.#session);
    } catch (error) {
      this.#sick ||= this.#session.broken || isSick(error);
      if (isDamage(error)) this.#distrust(reasonOf(error));
      throw storageFault(error);
    }
  }

  get #wal(): string {
    return walFile(this.#options.folder);
  }

  checkpointIfIdle(): void {
    if (this.#sick || this.#closed || this.#commits === 0 || this.incoming.settling) return;
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

  /** Moves a long log elsewhere, so that no key press waits for it; the next slice then begins the log anew. */
  async #moveLongLog(): Promise<void> {
    if (sizeOf(this.#wal) <= importWalBytes) return;
    await checkpointInChild(databaseFile(this.#options.folder), this.#childOptions());
    if (sizeOf(this.#wal) > walMaxBytes) this.#checkpoint();
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
    const { folder, vault } = this.#options;
    const sign = (digest: string): string => `${vault.publicKey} ${vault.sign(backupText(digest))}`;
    return copyInChild(databaseFile(folder), path, { ...this.#childOptions(), sign });
  }

  hasCopy(): boolean {
    return backupFiles(this.#options.folder).some(file => existsSync(file));
  }

  backupNightly(): Promise<void> {
    const copy = this.#copying.then(() => this.#copyAnew());
    this.#copying = copy.catch(() => {});
    return copy;
  }

  async #copyAnew(): Promise<void> {
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
      if (!this.#owner.provisional) this.#mark();
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'the end of the journal could not be noted');
    }
    try {
      this.#owner.close();
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'the database was not closed in order');
    }
  }
}
