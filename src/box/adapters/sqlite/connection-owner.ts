import { rmSync } from 'node:fs';
import { codeOf, reasonOf } from '../../../base/fault.ts';
import type { Db } from './connection.ts';
import { lockData, shareData } from './data-lock.ts';
import { isRefusal } from './faults.ts';
import { freeReserve } from './files.ts';
import { copyToMemory } from './memory-copy.ts';
import { openDatabase, reopenDatabase, type SiteOptions } from './open.ts';
import { Session } from './session.ts';

/**
 * The store stands on the database on its disk; or, while the disk takes no writes, the same for reading only; or,
 * where not even that can be had, a copy of it in memory. Keys come back by what can be read (docs/failures.md).
 */
export class ConnectionOwner {
  readonly #options: SiteOptions;
  #session: Session;
  #release: () => void;
  /** The data is this process's alone to write. */
  #locked: boolean;
  #onCopy = false;
  /** The file on the disk was opened in this run: from then on it is never replaced. */
  #begun = false;

  /** @throws Fault `data-in-use`, `data-newer`, `sqlite-setting`, `sqlite-version`; `storage-…` where nothing can be read */
  constructor(options: SiteOptions) {
    this.#options = options;
    ({ release: this.#release, locked: this.#locked } = claim(options));
    try {
      this.#session = this.#first();
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  get session(): Session {
    return this.#session;
  }

  /** Nothing can be kept before `renew` has found the disk good again. */
  get provisional(): boolean {
    return this.#onCopy || !this.#locked;
  }

  get onCopy(): boolean {
    return this.#onCopy;
  }

  #first(): Session {
    try {
      const session = this.#opened();
      this.#begun = true;
      return session;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#options.log.error(
        { reason: reasonOf(error) },
        'the disk refuses; the database is read into memory',
      );
      return this.#copied();
    }
  }

  /** Opening takes a little room too: on a full disk that of the reserve. */
  #opened(): Session {
    const open = (): Session =>
      this.#begun
        ? reopenDatabase(this.#options, db => new Session(db, this.#options))
        : openDatabase(this.#options, this.#read);
    try {
      return open();
    } catch (error) {
      if (!/^storage-(full|io)$/.test(codeOf(error)) || !this.#freeReserve()) throw error;
      return open();
    }
  }

  /** All that a start will ask for: a page that is damaged shows itself while the file can still be replaced. */
  readonly #read = (db: Db): Session => {
    const session = new Session(db, this.#options);
    for (const { body } of session.load().parts) JSON.parse(body);
    session.keys.all();
    return session;
  };

  #freeReserve(): boolean {
    try {
      return freeReserve(this.#options.folder);
    } catch {
      return false;
    }
  }

  /** The folder goes at once: an open file outlives its name, and a killed daemon leaves nothing in memory. */
  #copied(): Session {
    const folder = copyToMemory(this.#options.folder);
    try {
      const session = openDatabase({ ...this.#options, folder }, this.#read);
      this.#onCopy = true;
      return session;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * The file on the disk anew, for writing: after a failed fsync a connection may believe pages written that are not, and
   * the file alone tells what is true. @throws Fault `storage-…`, `data-in-use`; what could be read still can then
   */
  renew(): void {
    if (!this.#locked) this.#lock();
    if (!this.#onCopy) this.#session.db.close();
    try {
      const session = this.#opened();
      if (this.#onCopy) this.#session.db.close();
      this.#session = session;
      this.#begun = true;
      this.#onCopy = false;
    } catch (error) {
      if (!this.#onCopy) this.#session = this.#copied();
      throw error;
    }
  }

  #lock(): void {
    const { folder } = this.#options;
    this.#release();
    this.#release = () => {};
    try {
      this.#release = lockData(folder, this.#options);
      this.#locked = true;
    } catch (error) {
      this.#release = shareData(folder, this.#options);
      throw error;
    }
  }

  close(): void {
    try {
      this.#session.db.close();
    } finally {
      this.#release();
    }
  }
}

function claim(options: SiteOptions): { readonly release: () => void; readonly locked: boolean } {
  try {
    return { release: lockData(options.folder, options), locked: true };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { release: shareData(options.folder, options), locked: false };
  }
}
