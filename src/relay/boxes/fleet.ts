import { after, type MonoMs, minutes, mono, seconds } from '../../base/brand.ts';
import { every } from '../../base/every.ts';
import { reasonOf } from '../../base/fault.ts';
import { chainReady } from '../../wire/chain.ts';
import type { OpenLink } from '../../wire/mqtt/link.ts';
import { everyBox, topic } from '../../wire/topics.ts';
import { shareOf } from '../core/share.ts';
import { type ToldAuthorities, toldAuthorities } from '../domain/authorities.ts';
import { dirtyBoxes, enrolledBoxes, newestIdentity, unsentCommands } from '../store/box-rows.ts';
import { clearDirty, endCommands } from '../store/box-writes.ts';
import { relayEpoch } from '../store/migrate.ts';
import { Counters, type FleetCounts } from './counters.ts';
import { EventIntake } from './event-intake.ts';
import type { FleetContext } from './fleet-context.ts';
import type { FleetDeps } from './fleet-deps.ts';
import { KeyRing } from './key-ring.ts';
import { limitConcurrency } from './limit-concurrency.ts';
import type { Session } from './session.ts';
import { ShareConnection } from './share-connection.ts';
import { WriteBehind } from './write-behind.ts';

const tickMs = seconds(1);
/** How often another copy's new key is looked for. */
const ringMs = seconds(10);
/** Changed boxes that one sweep takes note of. */
const sweepMax = 2_000;
const clearMax = 128;
/** A command without an answer has none any more so long after its end. */
const forgottenMs = minutes(2);
/** One connection of several may be away for so long, while it is made or made anew, before the broker counts as away. */
const reconnectMs = seconds(10);
/** Snapshots that are read and sent at one time. */
const snapshotsMax = 8;

export interface FleetOptions extends FleetDeps {
  readonly openLink: OpenLink;
  /** Names this copy of the relay to the broker. */
  readonly copy: string;
  /** `all`: no other copy runs. Otherwise the shares that are given to it one by one. */
  readonly serve: 'all' | 'shares';
}

/** The boxes of this relay as far as this copy of it serves them. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #context: Omit<FleetContext, 'publish' | 'replaced'>;
  readonly #counters = new Counters();
  readonly #writeBehind: WriteBehind;
  readonly #intake: EventIntake;
  /** By share; 0 where one serves all. */
  readonly #connections = new Map<number, ShareConnection>();
  readonly #topics = new Map<number, string>();
  #ring: KeyRing;
  #authorities: ToldAuthorities | null = null;
  #ringDue: MonoMs = mono(0);
  #stopDirty: () => void = () => {};
  #cancelTick: () => void = () => {};
  #sweeping: Promise<void> | null = null;
  #closed = false;

  constructor(options: FleetOptions, ring: KeyRing, epoch: number) {
    this.#options = options;
    this.#ring = ring;
    this.#writeBehind = new WriteBehind(options, this.#counters.add);
    this.#intake = new EventIntake(options, this.#counters.add);
    this.#context = {
      ...options,
      epoch,
      writeBehind: this.#writeBehind,
      intake: this.#intake,
      ring: () => this.#ring,
      checkRing: () => this.checkRing(),
      authorities: () => this.#authorities,
      counted: this.#counters.add,
      limited: limitConcurrency(snapshotsMax),
    };
  }

  /** @throws Fault of the store, or `at-rest` */
  static async start(options: FleetOptions): Promise<Fleet> {
    await chainReady;
    const { db } = options.store;
    const fleet = new Fleet(options, await KeyRing.load(db, options.atRest), await relayEpoch(db));
    fleet.#authorities = await toldAuthorities(db);
    fleet.#begin();
    return fleet;
  }

  get counts(): FleetCounts {
    return this.#counters.counts;
  }

  /** Sessions with boxes, and those of them whose link is up. */
  get boxes(): { readonly known: number; readonly up: number } {
    let known = 0;
    let up = 0;
    for (const { sessions } of this.#connections.values())
      for (const { state } of sessions.values()) {
        known += 1;
        if (state.link === 'up') up += 1;
      }
    return { known, up };
  }

  /** Whether the broker is there for all that is served here. Where nothing is served, no broker is needed. */
  get up(): boolean {
    const open = [...this.#connections.values()].filter(({ isOpen }) => isOpen);
    if (open.length === 0) return true;
    const now = this.#options.time.mono();
    const soon = ({ awaySince }: ShareConnection): boolean =>
      awaySince === null || now < after(awaySince, reconnectMs);
    return open.some(({ up }) => up) && open.every(soon);
  }

  /** The session of a box; null: it is not served here. */
  session(box: string): Session | null {
    return this.#connections.get(this.#shareOf(box))?.sessions.get(box) ?? null;
  }

  /** A command waits for this box: do not wait for the sweep. */
  async nudge(): Promise<void> {
    await this.#commands();
  }

  /** This copy has the lease of the share from now on. */
  async serveShare(share: number): Promise<void> {
    if (this.#closed || this.#connections.has(share)) return;
    this.#connections.set(share, this.#connectionFor(share));
    await this.#subscribe([share]);
  }

  /** The lease is over, or nearly: whatever comes is another copy's. */
  async leaveShare(share: number): Promise<void> {
    const connection = this.#connections.get(share);
    this.#connections.delete(share);
    this.#topics.delete(share);
    await connection?.close();
  }

  /** Looks whether the relay has a new key; true if it had. */
  async checkRing(): Promise<boolean> {
    const newest = await newestIdentity(this.#options.store.db);
    if (newest === null || newest === this.#ring.newest?.id) return false;
    this.#ring = await KeyRing.load(this.#options.store.db, this.#options.atRest);
    for (const connection of this.#connections.values()) connection.rotated();
    return true;
  }

  /** Looks whether boxes are told of other authorities by now. */
  async checkAuthorities(): Promise<void> {
    const told = await toldAuthorities(this.#options.store.db);
    if (told?.rev === this.#authorities?.rev) return;
    this.#authorities = told;
    for (const connection of this.#connections.values()) connection.authoritiesChanged();
  }

  /** Finishes writing what was heard. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTick();
    this.#stopDirty();
    await this.#sweeping;
    await Promise.all([...this.#connections.values()].map(each => each.close()));
    await this.#intake.settled();
    await this.#writeBehind.settled();
  }

  #begin(): void {
    const { store, serve } = this.#options;
    this.#stopDirty = store.onDirty(boxes => this.#dirty(boxes));
    if (serve === 'all') {
      const connection = this.#connectionFor(0);
      this.#connections.set(0, connection);
      connection.open([everyBox('up'), everyBox('state')]);
    }
    this.#cancelTick = every(this.#options.time, tickMs, () => this.#tick());
  }

  #connectionFor(share: number): ShareConnection {
    const { openLink, copy, serve } = this.#options;
    const clientId = serve === 'all' ? copy : `${copy}-${share}`;
    const owns = serve === 'all' ? () => true : (box: string) => shareOf(box) === share;
    return new ShareConnection({ fleet: this.#context, openLink, clientId, owns });
  }

  #shareOf(box: string): number {
    return this.#options.serve === 'all' ? 0 : shareOf(box);
  }

  #dirty(boxes: readonly string[]): void {
    for (const [share, connection] of this.#connections) {
      const its = boxes.filter(box => this.#shareOf(box) === share);
      if (its.length > 0) connection.dirty(its);
    }
  }

  #tick(): void {
    for (const connection of this.#connections.values()) connection.tick();
    this.#writeBehind.tick();
    this.#sweeping ??= this.#sweep()
      .catch((error: unknown) => this.#options.log.warn({ reason: reasonOf(error) }, 'a sweep failed'))
      .finally(() => {
        this.#sweeping = null;
      });
  }

  async #sweep(): Promise<void> {
    await this.#sweepDirty();
    await this.#commands();
    if (this.#options.serve === 'shares') await this.#subscribe([...this.#connections.keys()]);
    const now = this.#options.time.mono();
    if (now < this.#ringDue) return;
    this.#ringDue = after(now, ringMs);
    await this.checkRing();
    await this.checkAuthorities();
  }

  /** Finds changes that no notice told of, and takes back the flags of those that have been noted. */
  async #sweepDirty(): Promise<void> {
    const { store } = this.#options;
    const rows = await dirtyBoxes(store.db, sweepMax);
    const noted = rows.filter(({ id, revision }) => {
      const connection = this.#connections.get(this.#shareOf(id));
      if (connection === undefined) return false;
      const session = connection.sessions.get(id);
      if (session === undefined || session.state.newest >= revision) return true;
      connection.dirty([id]);
      return false;
    });
    for (let from = 0; from < noted.length; from += clearMax)
      await store.write(tx => clearDirty(tx, noted.slice(from, from + clearMax)));
  }

  /** Before the first box, one connection shows whether the broker can be reached. */
  #reachBroker(): void {
    const connections = [...this.#connections.values()];
    if (this.#closed || connections.some(({ isOpen }) => isOpen)) return;
    connections[0]?.open([]);
  }

  async #commands(): Promise<void> {
    const { store, time } = this.#options;
    const open = await unsentCommands(store.db);
    for (const command of open) this.session(command.box)?.order([command]);
    // Those of boxes that nobody has heard of since.
    const over = time.wall() - forgottenMs;
    if (open.some(({ not_after }) => not_after < over)) await store.write(tx => endCommands(tx, over));
  }

  /** The topics of the boxes of these shares: another link, where they are not the same any more. */
  async #subscribe(some: readonly number[]): Promise<void> {
    const topics = new Map<number, string[]>(some.map(share => [share, []]));
    for (const box of await enrolledBoxes(this.#options.store.db))
      topics.get(shareOf(box))?.push(topic(box, 'up'), topic(box, 'state'));
    for (const [share, its] of topics) {
      const connection = this.#connections.get(share);
      const text = its.join(' ');
      if (connection === undefined || this.#closed || (this.#topics.get(share) ?? '') === text) continue;
      this.#topics.set(share, text);
      connection.open(its);
    }
    this.#reachBroker();
  }
}
