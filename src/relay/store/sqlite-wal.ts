import { type Kysely, sql } from 'kysely';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { busyTimeoutMs } from './sqlite-connection.ts';
import type { Tables } from './tables.ts';

/** A backup that reads holds the WAL: it is emptied when that is done. */
const againMs = 1_000;

/**
 * The write-ahead log keeps pages as they were until it begins anew, so a name that is gone from its table still stands there.
 * Emptied: what it holds is in the database, whose freed bytes `secure_delete` has made zeros, and its length is 0.
 */
export class SqliteWal {
  readonly #writer: Kysely<Tables>;
  readonly #log: Log;
  #again: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(writer: Kysely<Tables>, log: Log) {
    this.#writer = writer;
    this.#log = log;
  }

  /** Tries at once, without waiting for a lock, and then each second until it is done. Never throws: the commit stands. */
  async empty(): Promise<void> {
    if (this.#closed || (await this.#emptied())) return;
    this.#again ??= setTimeout(() => {
      this.#again = null;
      void this.empty();
    }, againMs).unref();
  }

  /** SQLite removes the file with the last connection. */
  close(): void {
    this.#closed = true;
    if (this.#again !== null) clearTimeout(this.#again);
  }

  async #emptied(): Promise<boolean> {
    try {
      return await this.#writer.connection().execute(async connection => {
        await sql`pragma busy_timeout = 0`.execute(connection);
        try {
          const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(TRUNCATE)`.execute(connection);
          return rows[0]?.busy === 0;
        } finally {
          await sql.raw(`pragma busy_timeout = ${busyTimeoutMs}`).execute(connection);
        }
      });
    } catch (error) {
      if (this.#closed) return true;
      this.#log.warn({ reason: reasonOf(error) }, 'the write-ahead log could not be emptied; tried again');
      return false;
    }
  }
}
