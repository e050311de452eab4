import type { Statement } from 'better-sqlite3';
import type { WallMs } from '../../../base/brand.ts';
import { instantText } from '../../../base/instant.ts';
import { checkpointText, eventLine, hashEvent, noHash } from '../../../wire/chain.ts';
import type { Checkpoint, Entry, JournalEvent } from '../../../wire/journal.ts';
import type { EventStamp, Journal, JournalPage, Vault } from '../../ports.ts';
import type { Db } from './connection.ts';
import { spanEvents } from './schema.ts';

/** Events that one read of the file brings. */
const pageEvents = 200;

/** Where the chain stands. */
interface Head {
  readonly seq: number;
  readonly hash: string;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Hash of event `to`. */
  readonly head: string;
}

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly floor: number | null;
  readonly body: string;
}

/** The chain of events in the file. */
export class SqliteJournal implements Journal {
  readonly #box: string;
  readonly #vault: Vault;
  readonly #insert: Statement<[number, number, number | null, string]>;
  readonly #page: Statement<[number, number], string>;
  readonly #rows: Statement<[number, number], Pick<Row, 'seq' | 'body'>>;
  readonly #before: Statement<[number], Pick<Row, 'seq' | 'body'>>;
  readonly #edge: Statement<[], Row>;
  readonly #first: Statement<[], number | null>;
  readonly #addSpan: Statement<[{ last: number; first: number }]>;
  readonly #spanSince: Statement<[number], number | null>;
  readonly #spanUntil: Statement<[number], number | null>;
  readonly #seqSince: Statement<[number, number], number>;
  readonly #seqUntil: Statement<[number, number, number], number>;
  readonly #count: Statement<[number, number], number>;
  readonly #start: Head;
  #head: Head;

  /** `start`: where the chain of an earlier file of this box ended; the first event here follows it. */
  constructor(db: Db, site: { readonly box: string; readonly vault: Vault }, start: Head) {
    this.#box = site.box;
    this.#vault = site.vault;
    this.#start = start;
    this.#insert = db.prepare('INSERT INTO event VALUES (?, ?, ?, ?)');
    this.#page = db
      .prepare<[number, number], string>(
        `SELECT body FROM event WHERE seq >= ? AND seq <= ? ORDER BY seq LIMIT ${pageEvents}`,
      )
      .pluck();
    this.#rows = db.prepare('SELECT seq, body FROM event WHERE seq >= ? ORDER BY seq LIMIT ?');
    this.#before = db.prepare('SELECT seq, body FROM event WHERE seq < ? ORDER BY seq DESC LIMIT 1');
    this.#edge = db.prepare('SELECT seq, at, floor, body FROM event ORDER BY seq DESC LIMIT 1');
    this.#first = db.prepare<[], number | null>('SELECT min(seq) FROM event').pluck();
    this.#addSpan = db.prepare(
      'INSERT INTO span SELECT $last, min(at), max(at) FROM event WHERE seq > $first AND seq <= $last',
    );
    // The blocks that are wholly on the wrong side are skipped; the first that is not is read through.
    this.#spanSince = db
      .prepare<[number], number | null>('SELECT last FROM span WHERE most >= ? ORDER BY last LIMIT 1')
      .pluck();
    this.#spanUntil = db
      .prepare<[number], number | null>('SELECT last FROM span WHERE least < ? ORDER BY last DESC LIMIT 1')
      .pluck();
    this.#seqSince = db
      .prepare<[number, number], number>(
        'SELECT seq FROM event WHERE seq > ? AND at >= ? ORDER BY seq LIMIT 1',
      )
      .pluck();
    this.#seqUntil = db
      .prepare<[number, number, number], number>(
        'SELECT seq FROM event WHERE seq > ? AND seq <= ? AND at < ? ORDER BY seq DESC LIMIT 1',
      )
      .pluck();
    this.#count = db
      .prepare<[number, number], number>('SELECT count(*) FROM event WHERE seq >= ? AND seq <= ?')
      .pluck();
    this.#head = this.#stored();
  }

  /** Where the file stands, and the time that its last event tells. */
  edge(): { readonly at: number; readonly floor: number | null; readonly seq: number } | null {
    return this.#edge.get() ?? null;
  }

  #stored(): Head {
    const row = this.#edge.get();
    if (row === undefined || row.seq <= this.#start.seq) return this.#start;
    return { seq: row.seq, hash: (JSON.parse(row.body) as JournalEvent).hash };
  }

  /** After a rollback, or in a file that was opened anew. */
  forget(): void {
    this.#head = this.#stored();
  }

  /** In the transaction of the caller. */
  append(entry: Entry, stamp: EventStamp, floor: number | null, epoch: number): JournalEvent {
    const { seq: before, hash: prev } = this.#head;
    const seq = before + 1;
    const body = {
      ...entry,
      box: this.#box,
      epoch,
      seq,
      at: instantText(stamp.at),
      mono: Math.floor(stamp.mono),
      clock: stamp.clock,
      prev,
    };
    const event: JournalEvent = { ...body, hash: hashEvent(body) };
    this.#insert.run(seq, Math.floor(stamp.at), floor, eventLine(event));
    if (seq % spanEvents === 0) this.#addSpan.run({ last: seq, first: seq - spanEvents });
    this.#head = { seq, hash: event.hash };
    return event;
  }

  *read(range: { readonly from: number; readonly to: number }): Iterable<JournalEvent> {
    let from = range.from;
    while (from <= range.to) {
      const bodies = this.#page.all(from, range.to);
      for (const body of bodies) {
        const event = JSON.parse(body) as JournalEvent;
        from = event.seq + 1;
        yield event;
      }
      if (bodies.length < pageEvents) return;
    }
  }

  range(since: WallMs | null, until: WallMs | null): { readonly from: number; readonly to: number } {
    const first = this.first();
    const { seq: last } = this.#head;
    const from = since === null ? first : this.#from(since);
    const to = until === null ? last : this.#to(until);
    return from === null || to === null ? { from: last + 1, to: last } : { from, to };
  }

  #from(since: number): number | null {
    const block = this.#spanSince.get(since);
    const after = block == null ? this.#lastSpan() : block - spanEvents;
    return this.#seqSince.get(after, since) ?? null;
  }

  #to(until: number): number | null {
    const tail = this.#seqUntil.get(this.#lastSpan(), this.#head.seq, until);
    if (tail !== undefined) return tail;
    const block = this.#spanUntil.get(until);
    return block == null ? null : (this.#seqUntil.get(block - spanEvents, block, until) ?? null);
  }

  /** The number after which no block is closed yet. */
  #lastSpan(): number {
    return this.#head.seq - (this.#head.seq % spanEvents);
  }

  first(): number {
    return this.#first.get() ?? this.#head.seq + 1;
  }

  page(from: number, limit: number): JournalPage | null {
    const rows = this.#rows.all(from, limit);
    const [first] = rows;
    if (first === undefined) return null;
    const hole = rows.findIndex((row, at) => row.seq !== first.seq + at);
    const whole = hole < 0 ? rows : rows.slice(0, hole);
    const before = this.#before.get(first.seq);
    const follows =
      before === undefined
        ? { boxEpoch: 0, seq: 0 }
        : { boxEpoch: (JSON.parse(before.body) as JournalEvent).epoch, seq: before.seq };
    return { to: first.seq + whole.length - 1, lines: whole.map(row => row.body), follows };
  }

  last(): Head {
    return this.#head;
  }

  checkpoint(from: number, to: number): Checkpoint {
    const first = Math.max(from, this.first());
    const last = Math.min(to, this.#head.seq);
    const bodies = first <= last ? this.#page.all(last, last) : [];
    const head = bodies.map(body => (JSON.parse(body) as JournalEvent).hash)[0] ?? noHash;
    const count = this.#count.get(first, last) ?? 0;
    return this.#signed({ from: first, to: Math.max(last, first - 1), count, head });
  }

  vouch({ from, to, head }: Stretch): Checkpoint {
    return this.#signed({ from, to, count: to - from + 1, head });
  }

  #signed(range: Stretch & { readonly count: number }): Checkpoint {
    const checkpoint = { type: 'checkpoint', box: this.#box, ...range, key: this.#vault.publicKey } as const;
    return { ...checkpoint, sig: this.#vault.sign(checkpointText(checkpoint)) };
  }
}
