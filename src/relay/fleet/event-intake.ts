/** Events of all boxes on their way into the database: the journals move on and the lines are stored in one commit. */
import type { Transaction } from 'kysely';
import { reasonOf } from '../../base/fault.ts';
import type { EventLine } from '../core/event-line.ts';
import type { Continuation, Place, Span, Stand } from '../core/intake.ts';
import { toldBy } from '../core/session/journal.ts';
import { storeAllEvents } from '../store/events.ts';
import { hasEvent } from '../store/fleet-rows.ts';
import { moveStands, type StandRow } from '../store/fleet-writes.ts';
import type { Tables } from '../store/tables.ts';
import { Gathered } from './gathered.ts';
import type { Counted, FleetParts } from './parts.ts';

type Tx = Transaction<Tables>;

export interface EventOwner {
  readonly account: string;
  readonly box: string;
  readonly enrolment: number;
}

export interface Outcome {
  readonly stand: Stand;
  readonly last: EventLine;
  readonly lost: Span | null;
  /** The event that another should come before and does not. */
  readonly unanchored: Place | null;
}

export interface Batch {
  readonly owner: EventOwner;
  readonly from: Stand;
  readonly what: Continuation;
  /** Null: nothing was stored, since the journal does not stand where this batch goes on. */
  readonly settle: (outcome: Outcome | null) => void;
}

const batchesMost = 64;
/** Lines of all boxes that wait for the disk, some 20 MB; whoever brings more waits with it, so that nothing has to be sent again. */
const linesMost = 32_768;

export class EventIntake {
  readonly #parts: FleetParts;
  readonly #gathered: Gathered<Batch>;
  /** Found in the last run of a job. */
  readonly #moved = new WeakSet<Batch>();
  readonly #unanchored = new WeakMap<Batch, Place>();
  /** Not settled yet. */
  #lines = 0;
  #waiting: (() => void)[] = [];

  constructor(parts: FleetParts, counted: Counted) {
    this.#parts = parts;
    this.#gathered = new Gathered<Batch>({
      store: parts.store,
      most: batchesMost,
      write: (tx, batches) => this.#write(tx, batches),
      done: batches => {
        this.#freed(batches);
        for (const batch of batches) {
          if (this.#moved.has(batch)) counted('eventsStored', batch.what.lines.length);
          batch.settle(this.#outcome(batch));
        }
      },
      failed: (batches, error) => {
        counted('storeFailures');
        parts.log.error({ reason: reasonOf(error), batches: batches.length }, 'events are not stored');
        this.#freed(batches);
        for (const batch of batches) batch.settle(null);
      },
    });
  }

  get full(): boolean {
    return this.#lines >= linesMost;
  }

  /** Resolves when some of what waits is stored, or has failed. */
  room(): Promise<void> {
    return this.full ? new Promise(resolve => this.#waiting.push(resolve)) : Promise.resolve();
  }

  #freed(batches: readonly Batch[]): void {
    for (const { what } of batches) this.#lines -= what.lines.length;
    if (!this.full) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  push(batch: Batch): void {
    this.#lines += batch.what.lines.length;
    this.#gathered.push(batch);
  }

  settled(): Promise<void> {
    return this.#gathered.settled();
  }

  #outcome(batch: Batch): Outcome | null {
    const last = batch.what.lines.at(-1);
    if (!this.#moved.has(batch) || last === undefined) return null;
    const { stand, lost } = batch.what;
    return { stand, last, lost, unanchored: this.#unanchored.get(batch) ?? null };
  }

  async #write(tx: Tx, batches: readonly Batch[]): Promise<void> {
    const now = this.#parts.time.wall();
    const moved = await moveStands(tx, moves(batches, now));
    const taken = batches.filter(({ owner }) => moved.has(owner.box));
    for (const batch of batches) this.#moved.delete(batch);
    for (const batch of taken) {
      this.#moved.add(batch);
      await this.#anchor(tx, batch);
    }
    for (const [account, its] of byAccount(taken)) {
      await storeAllEvents(
        tx,
        account,
        its.flatMap(batch => rowsOf(batch, now)),
      );
      for (const { owner, what } of its)
        await this.#parts.meaning.applyEvents(tx, { account, box: owner.box, lines: what.lines }, now);
    }
  }

  async #anchor(tx: Tx, batch: Batch): Promise<void> {
    const { anchor } = batch.what;
    this.#unanchored.delete(batch);
    if (anchor === null) return;
    const { box, enrolment } = batch.owner;
    if (!(await hasEvent(tx, { box, enrolment, epoch: anchor.epoch, seq: anchor.seq }, anchor.head)))
      this.#unanchored.set(batch, batch.what.lines[0]?.event ?? anchor);
  }
}

/** Several batches of one box follow each other: the journal moves once, from where the first goes on to where the last ends. */
function moves(batches: readonly Batch[], now: number): readonly StandRow[] {
  const rows = new Map<string, StandRow>();
  for (const { owner, from, what } of batches) {
    const { box, enrolment } = owner;
    const toldAt = toldBy(what.lines.at(-1)?.at ?? 0, now);
    rows.set(box, { box, enrolment, from: rows.get(box)?.from ?? from, to: what.stand, toldAt });
  }
  return [...rows.values()];
}

function byAccount(batches: readonly Batch[]): ReadonlyMap<string, readonly Batch[]> {
  const accounts = new Map<string, Batch[]>();
  for (const batch of batches) {
    const its = accounts.get(batch.owner.account) ?? [];
    its.push(batch);
    accounts.set(batch.owner.account, its);
  }
  return accounts;
}

const rowsOf = ({ owner: { box, enrolment }, what }: Batch, stored: number) =>
  what.lines.map(({ event, text, at }) => ({
    box,
    enrolment,
    epoch: event.epoch,
    seq: event.seq,
    at,
    type: event.type,
    booking: event.booking ?? null,
    line: text,
    stored,
  }));
