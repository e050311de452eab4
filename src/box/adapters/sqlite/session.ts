import type { Statement } from 'better-sqlite3';
import { type WallMs, wall } from '../../../base/brand.ts';
import { noHash } from '../../../wire/chain.ts';
import type { JournalEvent } from '../../../wire/journal.ts';
import type { Commit, Loaded, SecretName, Store, Vault } from '../../ports.ts';
import { type BookingsDeps, SqliteBookings } from './bookings.ts';
import type { Db } from './connection.ts';
import { SqliteJournal } from './journal.ts';
import { SqliteKeys } from './keys.ts';
import { Meta } from './meta.ts';
import { isLoss } from './recovery.ts';
import { useOf } from './rows.ts';
import { SqliteSynced } from './synced.ts';

type Plain = Statement<[]>;

interface SessionSite {
  readonly box: string;
  readonly vault: Vault;
  /** As the deps of bookings has it; absent: nothing arrives. */
  readonly arriving?: Pick<BookingsDeps, 'arriving' | 'isStale'>;
}

/** One open connection with everything compiled for it; replaced as a whole when the connection cannot be trusted. */
export class Session {
  readonly db: Db;
  readonly meta: Meta;
  readonly synced: SqliteSynced;
  readonly bookings: SqliteBookings;
  readonly keys: SqliteKeys;
  readonly journal: SqliteJournal;
  readonly #begin: Plain;
  readonly #commit: Plain;
  readonly #rollback: Plain;
  readonly #passive: Plain;
  readonly #setPart: Statement<[string, string]>;
  readonly #dropPart: Statement<[string]>;
  #floor: number | null;
  #now: number;
  #recovered: string | null;
  #secretsLost: string | null;
  #broken = false;

  constructor(db: Db, site: SessionSite) {
    this.db = db;
    this.meta = new Meta(db);
    this.synced = new SqliteSynced({ db, meta: this.meta, believed: () => this.#floor ?? 0 });
    const start = { seq: this.meta.number('start-seq') ?? 0, hash: this.meta.text('start-hash') ?? noHash };
    this.journal = new SqliteJournal(db, site, start);
    this.bookings = new SqliteBookings({
      db,
      epoch: () => this.epoch,
      now: () => this.#now,
      arriving: (by, print, at) => site.arriving?.arriving(by, print, at),
      isStale: id => site.arriving?.isStale(id) === true,
    });
    this.keys = new SqliteKeys(db, this.bookings);
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#passive = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    this.#setPart = db.prepare(
      'INSERT INTO part VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body',
    );
    this.#dropPart = db.prepare('DELETE FROM part WHERE name = ?');
    this.#recovered = this.meta.text('recovered');
    this.#secretsLost = this.meta.text('secrets-lost');
    this.#floor = this.#storedFloor();
    this.#now = Math.max(this.journal.edge()?.at ?? 0, this.#floor ?? 0);
  }

  get epoch(): number {
    return this.synced.boxEpoch;
  }

  /** The floor rides in the row of an event; a commit without events leaves it in `meta`, with the event it came after. */
  #storedFloor(): number | null {
    const edge = this.journal.edge();
    const after = this.meta.number('floor-seq') ?? -1;
    return edge !== null && edge.seq > after ? edge.floor : this.meta.number('floor');
  }

  load(): Loaded {
    const parts = this.db.prepare<[], { name: string; body: string }>('SELECT name, body FROM part').all();
    const open = this.db
      .prepare<[], string>("SELECT body FROM use WHERE life IN ('granted', 'out') ORDER BY booking")
      .pluck();
    const { seq, hash } = this.journal.last();
    return {
      parts,
      openUses: open.all().flatMap(body => useOf(body) ?? []),
      floor: this.#floor === null ? null : wall(this.#floor),
      epoch: this.epoch,
      lastSeq: seq,
      lastHash: hash,
      recovered: this.#recovered,
      lost: isLoss(this.#recovered),
      secretsLost: secretNames(this.#secretsLost ?? ''),
    };
  }

  secretsReported(): ReturnType<Store['secretsReported']> {
    const [at = '', ...names] = this.meta.text('secrets-told')?.split(' ') ?? [];
    return names.length === 0 ? null : { names: secretNames(names.join(' ')), at: wall(Number(at)) };
  }

  /** @throws whatever SQLite or `also` throws; the transaction is rolled back then. */
  write(commit: Commit, also: (() => void) | undefined): readonly JournalEvent[] {
    return this.transaction(() => {
      const { stamp } = commit;
      const floor = commit.floor === null ? this.#floor : Math.floor(commit.floor);
      also?.();
      for (const use of commit.uses) this.bookings.writeUse(use, stamp.at);
      for (const { name, body } of commit.parts) this.#part(name, body);
      for (const { key, fingerprint } of commit.tags) this.keys.bind(key, fingerprint);
      const late = (commit.late ?? []).map(each =>
        this.journal.append(each.entry, each.stamp, floor, this.epoch),
      );
      const now = commit.entries.map(entry => this.journal.append(entry, stamp, floor, this.epoch));
      this.bookings.settle();
      this.synced.settle();
      this.#keep(stamp.at, floor, late.length + now.length);
      return [...late, ...now];
    });
  }

  #part(name: string, body: string | null): void {
    if (body === null) this.#dropPart.run(name);
    else this.#setPart.run(name, body);
  }

  #keep(at: WallMs, floor: number | null, events: number): void {
    if (events === 0 && floor !== null && floor !== this.#floor) {
      this.meta.set('floor', floor);
      this.meta.set('floor-seq', this.journal.last().seq);
    }
    if (events > 0 && this.#recovered !== null) {
      this.meta.remove('recovered');
      this.#recovered = null;
    }
    if (events > 0 && this.#secretsLost !== null) {
      this.meta.set('secrets-told', `${Math.floor(at)} ${this.#secretsLost}`);
      this.meta.remove('secrets-lost');
      this.#secretsLost = null;
    }
    this.#floor = floor;
    this.#now = Math.max(at, floor ?? 0);
  }

  transaction<T>(work: () => T): T {
    this.#begin.run();
    try {
      const done = work();
      this.#commit.run();
      return done;
    } catch (error) {
      this.#takeBack();
      throw error;
    }
  }

  /** Memory says again what the file says. Where that cannot even be read, this session is over. */
  #takeBack(): void {
    try {
      if (this.db.inTransaction) this.#rollback.run();
      this.bookings.forget();
      this.journal.forget();
      this.synced.forget();
      this.#floor = this.#storedFloor();
      this.#recovered = this.meta.text('recovered');
      this.#secretsLost = this.meta.text('secrets-lost');
    } catch {
      this.#broken = true;
    }
  }

  /** After a failed rollback: nothing may be written through this connection any more. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Moves the log into the file as far as no reader is in the way, and opens the next log at once: its header costs an fsync. */
  checkpoint(): void {
    this.#passive.all();
    this.transaction(() => this.meta.set('checkpoints', (this.meta.number('checkpoints') ?? 0) + 1));
  }
}

const secrets: readonly SecretName[] = ['signing-key', 'pepper'];

const secretNames = (text: string): readonly SecretName[] =>
  secrets.filter(name => text.split(' ').includes(name));
