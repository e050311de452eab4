import type { WallMs } from '../../base/brand.ts';
import { codeOf, Fault } from '../../base/fault.ts';
import { TimeSlice } from '../../base/time-slice.ts';
import type { Delta, Snapshot } from '../../wire/down.ts';
import type { InputBody } from '../core/input.ts';
import type { BoxState, Use } from '../core/model.ts';
import type { Standing, Store, Time, Vault } from '../ports.ts';
import { changedLines, type DigestLines, digestOf, linesOf } from './digest-lines.ts';
import { type ReceivedRecord, receivedRecord } from './from-wire.ts';
import { changeOf, type SetAfter, type SetChange } from './set-change.ts';
import { type SetContext, setWrite } from './set-write.ts';
import { isMuch, SlicedChange } from './sliced-change.ts';
import { SnapshotAssembly, setRecordsMax } from './snapshot-assembly.ts';
import { UsedCodes } from './used-codes.ts';

export interface ApplierDeps {
  readonly store: Pick<Store, 'bookings' | 'keys' | 'synced' | 'incoming'>;
  readonly vault: Vault;
  readonly time: Time;
  state(): BoxState;
  judged(): WallMs;
  write(input: InputBody, also: () => void): void;
  /** Most records of one transaction; 200 where it is absent: more would keep the keypad waiting. */
  readonly atOnceMax?: number;
}

/** The outcome of a message with records. Nothing has changed unless it was `applied`. */
export type Applied =
  | { readonly as: 'applied' }
  /** It says nothing new, or is one part of several. */
  | { readonly as: 'nothing' }
  /** It does not fit what is here. */
  | { readonly as: 'wants'; readonly what: 'delta' | 'snapshot' }
  | { readonly as: 'rejected'; readonly reason: string };

/** Bookings of one change that are looked up one by one. */
const lookUpMax = 256;

/** Where the set stands, as receipts say it. */
interface Knowledge extends Standing {
  readonly count: number;
  readonly digest: string;
}

/**
 * The relay's set on this box. What a message changes is found out in slices, while keys are pressed; then one transaction
 * takes what differs. One message at a time: whoever calls waits for the one before.
 */
export class Applier {
  readonly #deps: ApplierDeps;
  /** Lets others have a turn where this one has lasted long enough. */
  readonly yieldTurn: () => Promise<void>;
  readonly #assembly = new SnapshotAssembly();
  #lines: DigestLines;
  #digest: string;
  #deferred: ReadonlySet<string>;
  /** False: what was decided on before this run was not wholly in its table when the lines were read. */
  #whole: boolean;
  readonly usedCodes: UsedCodes;
  #closed = false;

  private constructor(deps: ApplierDeps, read: Read, yieldTurn: () => Promise<void>) {
    this.#deps = deps;
    this.yieldTurn = yieldTurn;
    this.#lines = read.lines;
    this.#digest = read.digest;
    this.#whole = read.whole;
    this.#deferred = deferredOf(deps);
    this.usedCodes = new UsedCodes(deps.store);
  }

  static async open(deps: ApplierDeps): Promise<Applier> {
    // One for all: a turn has one length, however many kinds of work share it.
    const slice = new TimeSlice(deps.time);
    const yieldTurn = (): Promise<void> => slice.yield();
    // Asked first: what waits may be taken in while the lines are read.
    const whole = !deps.store.incoming.waits;
    const lines = await linesOf(deps.store.synced.pairs(), yieldTurn);
    return new Applier(deps, { lines, digest: await digestOf(lines, yieldTurn), whole }, yieldTurn);
  }

  get knowledge(): Knowledge {
    return { ...this.#deps.store.synced.standing(), count: this.#lines.length, digest: this.#digest };
  }

  /** Bookings that wait for their key to come back. */
  get deferred(): ReadonlySet<string> {
    return this.#deferred;
  }

  /** Work that is under way changes nothing any more. */
  close(): void {
    this.#closed = true;
    this.#assembly.clear();
  }

  /** @throws Fault `storage-…`, `stopping` */
  async delta(message: Delta): Promise<Applied> {
    const { epoch, rev } = this.#deps.store.synced.standing();
    if (message.epoch < epoch) return { as: 'rejected', reason: 'old-epoch' };
    if (message.epoch > epoch) return { as: 'wants', what: 'snapshot' };
    if (message.to <= rev) return { as: 'nothing' };
    if (message.from !== rev) return { as: 'wants', what: 'delta' };
    const records = await this.#read(message.put);
    return await this.#take(message, records, message.drop);
  }

  /** @throws Fault `storage-…`, `stopping` */
  async snapshot(message: Snapshot): Promise<Applied> {
    const { epoch, rev } = this.#deps.store.synced.standing();
    if (message.epoch < epoch) return { as: 'rejected', reason: 'old-epoch' };
    if (message.epoch === epoch && message.to < rev) return { as: 'nothing' };
    if (message.part > message.parts) return { as: 'rejected', reason: 'bad-message' };
    const added = this.#assembly.add(message, await this.#read(message.put));
    if (added === 'too-many') return { as: 'rejected', reason: 'too-many-records' };
    if (added === 'some') return { as: 'nothing' };
    const records = [...this.#assembly.records];
    this.#assembly.clear();
    await this.#settle();
    const sent = new Set<string>();
    for (const { kept } of records) {
      sent.add(kept.id);
      await this.yieldTurn();
    }
    const others: string[] = [];
    for (const { id } of this.#deps.store.synced.pairs()) {
      if (!sent.has(id)) others.push(id);
      await this.yieldTurn();
    }
    return await this.#take(message, records, others, sent);
  }

  async #read(put: Delta['put']): Promise<readonly ReceivedRecord[]> {
    const records: ReceivedRecord[] = [];
    for (const record of put) {
      await this.yieldTurn();
      records.push(receivedRecord(record, this.#deps.vault));
    }
    return records;
  }

  /** `sent`: the ids of the whole set; what the cache has from the relay beside them goes. */
  async #take(
    to: Pick<Delta, 'epoch' | 'to' | 'count' | 'digest'>,
    records: readonly ReceivedRecord[],
    drops: readonly string[],
    sent: ReadonlySet<string> | null = null,
  ): Promise<Applied> {
    const yieldTurn = this.yieldTurn;
    await this.#settle();
    const change = await changeOf(records, drops, this.#deps.store.synced, yieldTurn);
    const come = [...change.puts.values()].map(({ kept }) => kept);
    const lines = await changedLines(this.#lines, change.gone, come, yieldTurn);
    const digest = await digestOf(lines, yieldTurn);
    if (lines.length !== to.count || digest !== to.digest) return { as: 'wants', what: 'snapshot' };
    if (lines.length > setRecordsMax) return { as: 'rejected', reason: 'too-many-records' };
    const strays = sent === null ? [] : await this.#strays(sent);
    const waiting = [...this.#deferred].filter(id => change.puts.has(id));
    const more = new Set([...change.bookings, ...strays, ...waiting]);
    const whole: SetChange = { ...fieldsOf(change), bookings: more };
    const decided = (): void => {
      this.#lines = lines;
      this.#digest = digest;
    };
    const problem = await this.#keep(whole, { epoch: to.epoch, rev: to.to }, decided);
    return problem === null ? { as: 'applied' } : { as: 'rejected', reason: problem };
  }

  /** Bookings that the relay has sent once and that are in no set any more. */
  async #strays(sent: ReadonlySet<string>): Promise<readonly string[]> {
    const strays: string[] = [];
    for (const id of this.#deps.store.bookings.fromRelay()) {
      if (!sent.has(id)) strays.push(id);
      await this.yieldTurn();
    }
    return strays;
  }

  /**
   * A large change is written down beside the database first, then decided on with all else in one transaction, and taken in in
   * slices; from the decision on each look-up finds it. `decided` is called once it is.
   */
  async #keep(change: SetChange, standing: Standing, decided: () => void): Promise<string | null> {
    const { store } = this.#deps;
    if (!isMuch(change, this.#deps.atOnceMax)) {
      const problem = this.#write(change, { standing });
      if (problem === null) decided();
      return problem;
    }
    const { incoming } = store;
    const arrivals = new SlicedChange(change, () => this.#context());
    await incoming.stage(arrivals.rows(this.yieldTurn));
    try {
      const { change: rest, ...arriving } = arrivals.rest();
      const problem = this.#write(rest, { standing, arriving });
      if (problem !== null) incoming.drop();
      if (problem !== null) return problem;
    } catch (error) {
      incoming.drop();
      throw error;
    }
    decided();
    await this.#settle();
    if (this.#closed) return null;
    this.#afterwards(this.#deps.state().uses.filter(({ booking }) => arrivals.has(booking)));
    return null;
  }

  /** Rows that an earlier message has left are taken in before anything is compared with it. @throws Fault `storage-…`, `stopping` */
  async #settle(): Promise<void> {
    try {
      await this.#deps.store.incoming.settle();
      if (!this.#whole) await this.#readLines();
      this.#whole = true;
    } catch (error) {
      // What is told of the set is what is there, so that the relay sends it again.
      if (codeOf(error) === 'import-lost') await this.#readLines();
      throw error;
    }
  }

  async #readLines(): Promise<void> {
    this.#lines = await linesOf(this.#deps.store.synced.pairs(), this.yieldTurn);
    this.#digest = await digestOf(this.#lines, this.yieldTurn);
  }

  /** Once all is in its table: what can be known only then, and what a driver's key does that went out meanwhile. */
  #afterwards(out: readonly Use[]): void {
    const { synced } = this.#deps.store;
    this.usedCodes.consider(synced.used());
    this.#deferred = deferredOf(this.#deps);
    this.#writeBookings([...out.map(({ booking }) => booking), ...this.#back()]);
  }

  /** Bookings whose key has come back get what the relay has sent meanwhile. @throws Fault `storage-…` */
  followUp(): void {
    if (!this.#deps.store.incoming.waits) this.#writeBookings(this.#back());
  }

  #back(): readonly string[] {
    const waiting = this.#deps.store.synced.deferred().map(({ id }) => id);
    return waiting.filter(id => !this.#isOpen(id));
  }

  #writeBookings(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const nothing = { puts: new Map(), gone: [], drops: new Set<string>(), keys: false };
    this.#write({ ...nothing, bookings: new Set(ids) }, { standing: null });
  }

  #isOpen(id: string): boolean {
    return this.#deps.state().uses.some(use => use.booking === id);
  }

  /** The parts of a store are getters of whichever connection is open now. */
  #context(): SetContext {
    const { store, state } = this.#deps;
    return { bookings: store.bookings, keys: store.keys, synced: store.synced, state: state() };
  }

  /** `arriving`: what is decided on with it, and taken in later. */
  #write(change: SetChange, { standing, arriving = null }: Writing): string | null {
    if (this.#closed) throw new Fault('stopping', 'the link to the relay ends', 'Ask again when it runs.');
    const { store, write } = this.#deps;
    const made = setWrite(change, this.#context(), standing, arriving?.after);
    if (typeof made === 'string') return made;
    const { input, also, perhapsUsed } = made;
    write({ ...input, count: input.count + (arriving?.news ?? 0) }, () => {
      also();
      if (arriving !== null) store.incoming.decide();
    });
    // Each is looked up once; of many, the file knows faster which are used.
    this.usedCodes.consider(perhapsUsed.length <= lookUpMax ? perhapsUsed : store.synced.used());
    this.#deferred = deferredOf(this.#deps);
    return null;
  }
}

/** The set as a start finds it. */
interface Read {
  readonly lines: DigestLines;
  readonly digest: string;
  readonly whole: boolean;
}

interface Writing {
  readonly standing: Standing | null;
  readonly arriving?: { readonly after: SetAfter; readonly news: number } | null;
}

const deferredOf = ({ store }: ApplierDeps): ReadonlySet<string> =>
  new Set(store.synced.deferred().map(({ id }) => id));

const fieldsOf = ({ puts, gone, drops, keys }: SetChange): Omit<SetChange, 'bookings'> => ({
  puts,
  gone,
  drops,
  keys,
});
