/** One durable commit of 200 bytes, on the disk that is measured: what no change can be faster than. */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import Database from 'better-sqlite3';

export class CommitFloor {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement<[string]>;
  readonly #body = 'x'.repeat(200);

  constructor(folder: string) {
    this.#db = new Database(join(folder, 'floor.db'));
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.exec('CREATE TABLE floor (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
    this.#insert = this.#db.prepare('INSERT INTO floor (body) VALUES (?)');
  }

  /** Milliseconds. */
  commit(): number {
    const from = performance.now();
    this.#insert.run(this.#body);
    return performance.now() - from;
  }

  close(): void {
    this.#db.close();
  }
}
