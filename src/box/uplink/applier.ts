import type { WallMs } from '../../base/brand.ts';
import { Fault } from '../../base/fault.ts';
import type { Delta, Snapshot } from '../../wire/down.ts';
import { Pause } from '../bookings/pause.ts';
import type { InputBody } from '../core/input.ts';
import type { BoxState } from '../core/model.ts';
import type { Standing, Store, Time, Vault } from '../ports.ts';
import { Collection, setRecordsMax } from './collection.ts';
import { type Incoming, incoming } from './kept.ts';
import { changeOf, type SetChange } from './set-change.ts';
import { changedLines, digestOf, linesOf, type SetLines } from './set-lines.ts';
import { setWrite } from './set-write.ts';
import { Spent } from './spent.ts';

export interface ApplierParts {
  readonly store: Pick<Store, 'bookings' | 'keys' | 'synced'>;
  readonly vault: Vault;
  readonly time: Time;
  state(): BoxState;
  judged(): WallMs;
  write(input: InputBody, also: () => void): void;
}

/** What a message with records came to. Nothing has changed unless it was `applied`. */
export type Applied =
  | { readonly as: 'applied' }
  /** It says nothing new, or is one part of several. */
  | { readonly as: 'nothing' }
  /** It does not fit what is here. */
  | { readonly as: 'wants'; readonly what: 'delta' | 'snapshot' }
  | { readonly as: 'rejected'; readonly reason: string };

/** Where the set stands, as receipts say it. */
export interface Knowledge extends Standing {
  readonly count: number;
  readonly digest: string;
}

/**
 * The relay's set on this box. What a message changes is found out in slices, while keys are pressed; then one transaction
 * takes what differs. One message at a time: whoever calls waits for the one before.
 */
export class Applier {
  readonly #parts: ApplierParts;
  readonly #collection = new Collection();
  #lines: SetLines;
  #digest: string;
  #deferred: ReadonlySet<string>;
  readonly spent: Spent;
  #closed = false;

  private constructor(parts: ApplierParts, lines: SetLines, digest: string) {
    this.#parts = parts;
    this.#lines = lines;
    this.#digest = digest;
    this.#deferred = deferredOf(parts);
    this.spent = new Spent(parts.store);
  }

  static async open(parts: ApplierParts): Promise<Applier> {
    const lines = linesOf(parts.store.synced.pairs());
    return new Applier(parts, lines, await digestOf(lines, breathing(parts)));
  }

  get knowledge(): Knowledge {
    return { ...this.#parts.store.synced.standing(), count: this.#lines.length, digest: this.#digest };
  }

  /** Bookings that wait for their key to come back. */
  get deferred(): ReadonlySet<string> {
    return this.#deferred;
  }

  /** What is under way changes nothing any more. */
  close(): void {
    this.#closed = true;
    this.#collection.clear();
  }

  /** @throws Fault `storage-…`, `stopping` */
  async delta(message: Delta): Promise<Applied> {
    const { epoch, rev } = this.#parts.store.synced.standing();
    if (message.epoch < epoch) return { as: 'rejected', reason: 'old-epoch' };
    if (message.epoch > epoch) return { as: 'wants', what: 'snapshot' };
    if (message.to <= rev) return { as: 'nothing' };
    if (message.from !== rev) return { as: 'wants', what: 'delta' };
    const records = await this.#read(message.put);
    return await this.#take(message, records, message.drop);
  }

  /** @throws Fault `storage-…`, `stopping` */
  async snapshot(message: Snapshot): Promise<Applied> {
    const { epoch, rev } = this.#parts.store.synced.standing();
    if (message.epoch < epoch) return { as: 'rejected', reason: 'old-epoch' };
    if (message.epoch === epoch && message.to < rev) return { as: 'nothing' };
    if (message.part > message.parts) return { as: 'rejected', reason: 'bad-message' };
    const added = this.#collection.add(message, await this.#read(message.put));
    if (added === 'too-many') return { as: 'rejected', reason: 'too-many-records' };
    if (added === 'some') return { as: 'nothing' };
    const records = [...this.#collection.records];
    this.#collection.clear();
    const sent = new Set(records.map(({ kept }) => kept.id));
    const others = [...this.#parts.store.synced.pairs()].map(({ id }) => id).filter(id => !sent.has(id));
    return await this.#take(message, records, others, sent);
  }

  async #read(put: Delta['put']): Promise<readonly Incoming[]> {
    const breathe = breathing(this.#parts);
    const records: Incoming[] = [];
    for (const record of put) {
      records.push(incoming(record, this.#parts.vault));
      await breathe();
    }
    return records;
  }

  /** `sent`: the ids of the whole set; what the cache has from the relay beside them goes. */
  async #take(
    to: Pick<Delta, 'epoch' | 'to' | 'count' | 'digest'>,
    records: readonly Incoming[],
    drops: readonly string[],
    sent: ReadonlySet<string> | null = null,
  ): Promise<Applied> {
    const breathe = breathing(this.#parts);
    const { synced, bookings } = this.#parts.store;
    const change = await changeOf(records, drops, synced, breathe);
    const come = [...change.puts.values()].map(({ kept }) => kept);
    const lines = changedLines(this.#lines, change.gone, come);
    const digest = await digestOf(lines, breathe);
    if (lines.length !== to.count || digest !== to.digest) return { as: 'wants', what: 'snapshot' };
    if (lines.length > setRecordsMax) return { as: 'rejected', reason: 'too-many-records' };
    const strays = sent === null ? [] : bookings.fromRelay().filter(id => !sent.has(id));
    const whole: SetChange = { ...fieldsOf(change), bookings: new Set([...change.bookings, ...strays]) };
    const problem = this.#write(whole, { epoch: to.epoch, rev: to.to });
    if (problem !== null) return { as: 'rejected', reason: problem };
    this.#lines = lines;
    this.#digest = digest;
    return { as: 'applied' };
  }

  /** Bookings whose key has come back get what the relay has sent meanwhile. @throws Fault `storage-…` */
  followUp(): void {
    const waiting = this.#parts.store.synced.deferred().map(({ id }) => id);
    const back = waiting.filter(id => !this.#isOpen(id));
    if (back.length === 0) return;
    const nothing = { puts: new Map(), gone: [], drops: new Set<string>(), keys: false };
    this.#write({ ...nothing, bookings: new Set(back) }, null);
  }

  #isOpen(id: string): boolean {
    return this.#parts.state().uses.some(use => use.booking === id);
  }

  #write(change: SetChange, standing: Standing | null): string | null {
    if (this.#closed) throw new Fault('stopping', 'the link to the relay ends', 'Ask again when it runs.');
    const { store, state, write } = this.#parts;
    const made = setWrite(change, { ...storeOf(store), state: state() }, standing);
    if (typeof made === 'string') return made;
    write(made.input, made.also);
    this.spent.consider(made.used);
    this.#deferred = deferredOf(this.#parts);
    return null;
  }
}

const deferredOf = ({ store }: ApplierParts): ReadonlySet<string> =>
  new Set(store.synced.deferred().map(({ id }) => id));

/** The parts of a store are getters of whichever connection is open now. */
const storeOf = ({ bookings, keys, synced }: ApplierParts['store']): ApplierParts['store'] => ({
  bookings,
  keys,
  synced,
});

const fieldsOf = ({ puts, gone, drops, keys }: SetChange): Omit<SetChange, 'bookings'> => ({
  puts,
  gone,
  drops,
  keys,
});

function breathing({ time }: ApplierParts): () => Promise<void> {
  const pause = new Pause(time);
  return () => pause.breathe();
}
