/** Events of all boxes on their way into the database: the journals move on and the lines are stored in one commit. */
import type { Transaction } from 'kysely';
import { reasonOf } from '../../base/fault.ts';
import type { JournalEvent } from '../../wire/journal.ts';
import type { KeptCheckpoint } from '../core/checkpoint-line.ts';
import type { EventLine } from '../core/event-line.ts';
import type { Continuation, Place, Span, Stand } from '../core/intake.ts';
import { toldBy } from '../core/session/journal.ts';
import { applyEvents } from '../domain/events.ts';
import { BatchWriter } from '../store/batch-writer.ts';
import { hasEvent } from '../store/box-rows.ts';
import { moveStands, type StandRow } from '../store/box-writes.ts';
import { noteBoxNews, noteNews } from '../store/commit-effects.ts';
import { type NewCheckpoint, storeCheckpoints } from '../store/event-checkpoints.ts';
import { storeAllEvents } from '../store/events.ts';
import type { Tables } from '../store/tables.ts';
import type { Counted } from './counters.ts';
import type { FleetDeps } from './fleet-deps.ts';

type Tx = Transaction<Tables>;

interface EventOwner {
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

interface Batch {
  readonly owner: EventOwner;
  readonly from: Stand;
  readonly what: Continuation;
  /** The box's signed checkpoint at the last of these lines; null: none that fits them. */
  readonly checkpoint: KeptCheckpoint | null;
  /** Null: nothing was stored, since the journal does not stand where this batch goes on. */
  readonly settle: (outcome: Outcome | null) => void;
}

const batchesMost = 64;
/** Lines of all boxes that wait for the disk, some 20 MB; whoever brings more waits with it, so that nothing has to be sent again. */
const linesMost = 32_768;

export class EventIntake {
  readonly #deps: FleetDeps;
  readonly #writer: BatchWriter<Batch>;
  /** Found in the last run of a job. */
  readonly #moved = new WeakSet<Batch>();
  readonly #unanchored = new WeakMap<Batch, Place>();
  /** Not settled yet. */
  #lines = 0;
  #waiting: (() => void)[] = [];

  constructor(deps: FleetDeps, counted: Counted) {
    this.#deps = deps;
    this.#writer = new BatchWriter<Batch>({
      store: deps.store,
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
        deps.log.error({ reason: reasonOf(error), batches: batches.length }, 'events are not stored');
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
    this.#writer.push(batch);
  }

  settled(): Promise<void> {
    return this.#writer.settled();
  }

  #outcome(batch: Batch): Outcome | null {
    const last = batch.what.lines.at(-1);
    if (!this.#moved.has(batch) || last === undefined) return null;
    const { stand, lost } = batch.what;
    return { stand, last, lost, unanchored: this.#unanchored.get(batch) ?? null };
  }

  async #write(tx: Tx, batches: readonly Batch[]): Promise<void> {
    const { atRest, random, time } = this.#deps;
    const now = time.wall();
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
      await storeCheckpoints(
        tx,
        its.flatMap(batch => checkpointOf(batch, now) ?? []),
      );
      noteNews(tx, account, 'events');
      const context = { ...{ tx, atRest, random, account }, who: 'fleet', now };
      for (const { owner, what } of its) {
        const events = what.lines.map(({ event }) => event);
        await applyEvents(context, owner.box, events);
        noteBoxNews(tx, account, owner.box);
      }
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
    rows.set(box, { box, enrolment, from: rows.get(box)?.from ?? from, to: what.stand, toldAt, now });
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

function checkpointOf({ owner, what, checkpoint }: Batch, stored: number): NewCheckpoint | null {
  if (checkpoint === null) return null;
  const { epoch, seq } = what.stand;
  return { ...owner, epoch, seq, from: checkpoint.from, line: checkpoint.line, stored };
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
    key: event.key ?? null,
    slot: event.slot ?? null,
    driver: driverOf(event),
  }));

/** A technician says a name of their own, or nothing at all, where a driver is an id of ours. */
const driverOf = ({ who }: JournalEvent): string | null =>
  typeof who === 'string' && /^d_[0-9a-z]{1,94}$/.test(who) ? who : null;
