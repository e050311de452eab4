import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { setImmediate as breath } from 'node:timers/promises';
import { assert } from '../../../base/assert.ts';
import type { Fingerprint, WallMs } from '../../../base/brand.ts';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Arrival, BookingStaging } from '../../ports.ts';
import { Arriving } from './arriving.ts';
import { isRefusal, storageFault } from './faults.ts';
import { syncFile } from './files.ts';
import { idOf, type PlacedRow, rowsFrom, writeRows } from './incoming-file.ts';
import type { Credential } from './lookups.ts';
import { incomingFile } from './paths.ts';
import type { Session } from './session.ts';

/** The store lends its folder, its one connection, and how to keep the log short meanwhile. */
interface IncomingDeps {
  readonly folder: string;
  readonly log: Log;
  session(): Session;
  /** @throws Fault `storage-…` */
  guarded<T>(work: (session: Session) => T): T;
  moveLog(): Promise<void>;
  closed(): boolean;
}

/** One transaction may take so much of the keypad's time: rows are added to it or taken from it to stay between the two. */
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
export class SqliteBookingStaging implements BookingStaging {
  readonly #deps: IncomingDeps;
  #staged: Place | 'being written' | null = null;
  #running: Promise<void> | null = null;
  #settling = false;
  /** Rows that were staged, for those who come before all are in their table; they are believed from the decision on. */
  #arriving: Arriving | null = null;
  #decided = false;
  /** The disk does: then it is the old rows by which drivers are told that nothing can be taken. */
  #refusing = false;

  constructor(deps: IncomingDeps) {
    this.#deps = deps;
  }

  /** Rows are being taken in just now. */
  get settling(): boolean {
    return this.#settling;
  }

  get waits(): boolean {
    return this.#place() !== null;
  }

  get #file(): string {
    return incomingFile(this.#deps.folder);
  }

  async stage(rows: AsyncIterable<Arrival>): Promise<void> {
    assert(this.#place() === null, 'what was decided is settled before more is staged');
    const id = randomBytes(8).toString('hex');
    const fresh = `${this.#file}.new`;
    this.#staged = 'being written';
    const arriving = new Arriving();
    this.#arriving = arriving;
    try {
      const byte = await writeRows(fresh, id, noted(rows, arriving));
      renameSync(fresh, this.#file);
      syncFile(this.#deps.folder);
      this.#staged = { id, byte };
    } catch (error) {
      this.drop();
      throw storageFault(error);
    }
  }

  decide(): void {
    const { meta, db } = this.#deps.session();
    const staged = this.#staged;
    assert(
      staged !== null && typeof staged === 'object' && db.inTransaction,
      'decided is what was staged, inside a commit',
    );
    meta.set('incoming', textOf(staged));
    this.#decided = true;
  }

  /** Somebody asks for bookings of this credential: those that are decided on are taken in now, whatever stands before them. */
  bring(by: Credential, print: Fingerprint, at: WallMs): void {
    // A decision whose commit failed was none.
    const found = this.#decided && this.#place() !== null ? (this.#arriving?.of(by, print, at) ?? []) : [];
    if (found.length === 0) return;
    try {
      this.#deps.guarded(session => {
        const put = (): void => {
          for (const arrival of found) takeRow(session, arrival);
          session.bookings.settle();
        };
        if (session.db.inTransaction) put();
        else session.transaction(put);
      });
      this.#arriving?.took(found);
      this.#refusing = false;
    } catch (error) {
      this.#refusing = true;
      this.#deps.log.warn(
        { reason: reasonOf(error) },
        'a booking that has arrived could not be taken in yet',
      );
    }
  }

  /** Decided on, and its row is still what it was. */
  isStale(id: string): boolean {
    if (!this.#decided || this.#refusing) return false;
    return this.#arriving?.isStale(id) === true && this.#place() !== null;
  }

  drop(): void {
    this.#staged = null;
    this.#arriving = null;
    this.#decided = false;
    for (const file of [this.#file, `${this.#file}.new`]) if (existsSync(file)) rmSync(file, { force: true });
  }

  settle(): Promise<void> {
    this.#running ??= this.#settle().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  #place(): Place | null {
    const text = this.#deps.session().meta.text('incoming');
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

  /** Stages the rest of a set that was begun; one that makes no sense is given up aloud, since it must not hold up everything after it. */
  async #rest(place: Place): Promise<void> {
    let lost: Fault | null = null;
    try {
      if (idOf(this.#file) !== place.id) throw new Error('its file is not there');
      await this.#all(place);
    } catch (error) {
      if (isRefusal(error) || codeOf(error) === 'stopping') throw error;
      lost = importLost(error);
      this.#deps.log.error({ reason: reasonOf(error) }, lost.message);
    }
    this.#deps.guarded(session => session.transaction(() => session.meta.remove('incoming')));
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
      await this.#deps.moveLog();
      await breath();
    }
    if (slice.length > 0) this.#keep(slice, id);
  }

  /** One transaction; tells how many milliseconds it took. */
  #keep(slice: readonly PlacedRow[], id: string): number {
    const { closed, guarded } = this.#deps;
    if (closed())
      throw new Fault('stopping', 'the daemon is stopping', 'The rest is kept when it runs again.');
    const from = performance.now();
    guarded(session =>
      session.transaction(() => {
        for (const arrival of slice) {
          const { record, dropped } = arrival;
          const deferred = takeRow(session, arrival);
          if (record !== null) session.synced.put(record, deferred);
          if (dropped !== undefined) session.synced.drop(dropped);
        }
        session.bookings.settle();
        session.meta.set('incoming', textOf({ id, byte: slice.at(-1)?.end ?? 0 }));
      }),
    );
    this.#arriving?.took(slice);
    return performance.now() - from;
  }
}

async function* noted(rows: AsyncIterable<Arrival>, arriving: Arriving): AsyncGenerator<Arrival> {
  for await (const arrival of rows) {
    arriving.add(arrival);
    const { row, record, released, dropped } = arrival;
    yield {
      ...{ row, record },
      ...(released === undefined ? {} : { released }),
      ...(dropped === undefined ? {} : { dropped }),
    };
  }
}

/** Says whether it waits for its key; done a second time it changes nothing. */
function takeRow({ bookings }: Session, { row, record, released }: Arrival): boolean {
  if (released !== undefined) bookings.release(released);
  if (row === null) return false;
  if (record !== null && bookings.isHeldOtherwise(row)) return true;
  bookings.put(row);
  return false;
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
