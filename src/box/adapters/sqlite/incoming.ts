import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { setImmediate as breath } from 'node:timers/promises';
import { assert } from '../../../base/assert.ts';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { BookingRow, Incoming } from '../../ports.ts';
import { isRefusal, storageFault } from './faults.ts';
import { syncFile } from './files.ts';
import { idOf, type PlacedRow, rowsFrom, writeRows } from './incoming-file.ts';
import { incomingFile } from './paths.ts';
import type { Session } from './session.ts';

/** What the store lends: its folder, its one connection, and how to keep the log short meanwhile. */
export interface IncomingGround {
  readonly folder: string;
  readonly log: Log;
  session(): Session;
  /** @throws Fault `storage-…` */
  guarded<T>(work: (session: Session) => T): T;
  moveLog(): Promise<void>;
  closed(): boolean;
}

/** What one transaction may take of the keypad's time: rows are added to it or taken from it to stay between the two. */
const shortMs = 10;
const longMs = 20;
const rowsAtFirst = 64;
const rowsLeast = 8;
const rowsMost = 2_048;

/** Which file the database has taken on, and how far it is: the rest begins at this byte. */
interface Place {
  readonly id: string;
  readonly byte: number;
}

/**
 * Bookings that are too many for one transaction. They are first written down beside the database; then one commit decides
 * that they are bookings; then they become so, slice by slice, each slice with how far it got. A kill before the decision
 * leaves nothing, one after it leaves the rest for later.
 */
export class SqliteIncoming implements Incoming {
  readonly #ground: IncomingGround;
  #staged: Place | 'being written' | null = null;
  #running: Promise<void> | null = null;
  #settling = false;

  constructor(ground: IncomingGround) {
    this.#ground = ground;
  }

  /** Rows are being taken in just now. */
  get settling(): boolean {
    return this.#settling;
  }

  get #file(): string {
    return incomingFile(this.#ground.folder);
  }

  async stage(rows: AsyncIterable<BookingRow>): Promise<void> {
    assert(this.#place() === null, 'what was decided is settled before more is staged');
    const id = randomBytes(8).toString('hex');
    const fresh = `${this.#file}.new`;
    this.#staged = 'being written';
    try {
      const byte = await writeRows(fresh, id, rows);
      renameSync(fresh, this.#file);
      syncFile(this.#ground.folder);
      this.#staged = { id, byte };
    } catch (error) {
      this.drop();
      throw storageFault(error);
    }
  }

  decide(): void {
    const { meta, db } = this.#ground.session();
    const staged = this.#staged;
    assert(
      staged !== null && typeof staged === 'object' && db.inTransaction,
      'decided is what was staged, inside a commit',
    );
    meta.set('incoming', textOf(staged));
  }

  drop(): void {
    this.#staged = null;
    for (const file of [this.#file, `${this.#file}.new`]) if (existsSync(file)) rmSync(file, { force: true });
  }

  settle(): Promise<void> {
    this.#running ??= this.#settle().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #place(): Place | null {
    const text = this.#ground.session().meta.text('incoming');
    if (text === null) return null;
    const [id = '', byte = ''] = text.split(' ');
    return { id, byte: Number(byte) };
  }

  async #settle(): Promise<void> {
    const place = this.#place();
    if (place === null) {
      if (this.#staged === null) this.drop();
      return;
    }
    this.#staged = null;
    this.#settling = true;
    try {
      await this.#rest(place);
    } finally {
      this.#settling = false;
    }
  }

  /** What makes no sense is given up aloud: it must not hold up everything after it. */
  async #rest(place: Place): Promise<void> {
    let lost: Fault | null = null;
    try {
      if (idOf(this.#file) !== place.id) throw new Error('its file is not there');
      await this.#all(place);
    } catch (error) {
      if (isRefusal(error) || codeOf(error) === 'stopping') throw error;
      lost = importLost(error);
      this.#ground.log.error({ reason: reasonOf(error) }, lost.message);
    }
    this.#ground.guarded(session => session.transaction(() => session.meta.remove('incoming')));
    this.drop();
    if (lost !== null) throw lost;
  }

  /** @throws Fault `storage-…`, `stopping`; the rest is for later then */
  async #all({ id, byte }: Place): Promise<void> {
    let size = rowsAtFirst;
    let slice: PlacedRow[] = [];
    for await (const row of rowsFrom(this.#file, byte)) {
      slice.push(row);
      if (slice.length < size) continue;
      size = nextSize(size, this.#keep(slice, id));
      slice = [];
      await this.#ground.moveLog();
      await breath();
    }
    if (slice.length > 0) this.#keep(slice, id);
  }

  /** One transaction; tells how many milliseconds it took. */
  #keep(slice: readonly PlacedRow[], id: string): number {
    const { closed, guarded } = this.#ground;
    if (closed())
      throw new Fault('stopping', 'the daemon is stopping', 'The rest is kept when it runs again.');
    const from = performance.now();
    guarded(session =>
      session.transaction(() => {
        for (const { row } of slice) session.bookings.put(row);
        session.bookings.settle();
        session.meta.set('incoming', textOf({ id, byte: slice.at(-1)?.end ?? 0 }));
      }),
    );
    return performance.now() - from;
  }
}

const importLost = (cause: unknown): Fault =>
  new Fault(
    'import-lost',
    'the rest of an import is lost: what was written down of it cannot be read any more',
    'Import the file again, and check the disk.',
    cause,
  );

const textOf = ({ id, byte }: Place): string => `${id} ${byte}`;

function nextSize(size: number, tookMs: number): number {
  if (tookMs > longMs) return Math.max(rowsLeast, size >> 1);
  return tookMs < shortMs ? Math.min(rowsMost, size + (size >> 2)) : size;
}
