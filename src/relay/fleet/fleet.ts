import { after, type MonoMs, minutes, mono, seconds } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import { chainReady } from '../../wire/chain.ts';
import type { OpenLink } from '../../wire/mqtt/link.ts';
import { everyBox, topic } from '../../wire/topics.ts';
import { shareOf } from '../core/share.ts';
import { dirtyBoxes, enrolledBoxes, newestIdentity, unsentCommands } from '../store/fleet-rows.ts';
import { clearDirty, endCommands } from '../store/fleet-writes.ts';
import { relayEpoch } from '../store/migrate.ts';
import type { Desk } from './desk.ts';
import { EventIntake } from './event-intake.ts';
import { KeyRing } from './key-ring.ts';
import { Notes } from './notes.ts';
import type { FleetCounts, FleetParts } from './parts.ts';
import { Serving } from './serving.ts';
import type { Session } from './session.ts';
import { Tally } from './tally.ts';
import { inTurns } from './turns.ts';

const tickMs = seconds(1);
/** How often another copy's new key is looked for. */
const ringMs = seconds(10);
/** Changed boxes that one sweep takes note of. */
const sweepMax = 2_000;
const clearMax = 128;
/** A command without an answer has none any more so long after its end. */
const forgottenMs = minutes(2);
/** Snapshots that are read and sent at one time. */
const snapshotsMax = 8;

export interface FleetOptions extends FleetParts {
  readonly openLink: OpenLink;
  /** Names this copy of the relay to the broker. */
  readonly copy: string;
  /** `all`: no other copy runs. Otherwise the shares that are given to it one by one. */
  readonly serve: 'all' | 'shares';
}

/** The boxes of this relay as far as this copy of it serves them. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #desk: Omit<Desk, 'publish' | 'replaced'>;
  readonly #tally = new Tally();
  readonly #notes: Notes;
  readonly #intake: EventIntake;
  /** By share; 0 where one serves all. */
  readonly #servings = new Map<number, Serving>();
  readonly #topics = new Map<number, string>();
  #ring: KeyRing;
  #ringDue: MonoMs = mono(0);
  #stopDirty: () => void = () => {};
  #cancelTick: () => void = () => {};
  #sweeping: Promise<void> | null = null;
  #closed = false;

  constructor(options: FleetOptions, ring: KeyRing, epoch: number) {
    this.#options = options;
    this.#ring = ring;
    this.#notes = new Notes(options, this.#tally.add);
    this.#intake = new EventIntake(options, this.#tally.add);
    this.#desk = {
      ...options,
      epoch,
      notes: this.#notes,
      intake: this.#intake,
      ring: () => this.#ring,
      checkRing: () => this.checkRing(),
      counted: this.#tally.add,
      inTurn: inTurns(snapshotsMax),
    };
  }

  /** @throws Fault of the store, or `at-rest` */
  static async start(options: FleetOptions): Promise<Fleet> {
    await chainReady;
    const { db } = options.store;
    const fleet = new Fleet(options, await KeyRing.load(db, options.atRest), await relayEpoch(db));
    fleet.#begin();
    return fleet;
  }

  get counts(): FleetCounts {
    return this.#tally.counts;
  }

  /** Sessions with boxes, and those of them whose link is up. */
  get boxes(): { readonly known: number; readonly up: number } {
    let known = 0;
    let up = 0;
    for (const { sessions } of this.#servings.values())
      for (const { state } of sessions.values()) {
        known += 1;
        if (state.link === 'up') up += 1;
      }
    return { known, up };
  }

  /** Whether the broker is there for all that is served here. */
  get up(): boolean {
    return [...this.#servings.values()].every(({ up }) => up);
  }

  /** What this session knows of the box, if it is served here. */
  session(box: string): Session | null {
    return this.#servings.get(this.#shareOf(box))?.sessions.get(box) ?? null;
  }

  /** A command waits for this box: do not wait for the sweep. */
  async nudge(): Promise<void> {
    await this.#commands();
  }

  /** This copy has the lease of the share from now on. */
  async serveShare(share: number): Promise<void> {
    if (this.#closed || this.#servings.has(share)) return;
    this.#servings.set(share, this.#serving(share));
    await this.#subscribe([share]);
  }

  /** The lease is over, or nearly: whatever comes is another copy's. */
  async leaveShare(share: number): Promise<void> {
    const serving = this.#servings.get(share);
    this.#servings.delete(share);
    this.#topics.delete(share);
    await serving?.close();
  }

  /** Looks whether the relay has a new key; true if it had. */
  async checkRing(): Promise<boolean> {
    const newest = await newestIdentity(this.#options.store.db);
    if (newest === null || newest === this.#ring.newest?.id) return false;
    this.#ring = await KeyRing.load(this.#options.store.db, this.#options.atRest);
    for (const serving of this.#servings.values()) serving.rotated();
    return true;
  }

  /** Finishes writing what was heard. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelTick();
    this.#stopDirty();
    await this.#sweeping;
    await Promise.all([...this.#servings.values()].map(each => each.close()));
    await this.#intake.settled();
    await this.#notes.settled();
  }

  #begin(): void {
    const { store, serve } = this.#options;
    this.#stopDirty = store.onDirty(boxes => this.#dirty(boxes));
    if (serve === 'all') {
      const serving = this.#serving(0);
      this.#servings.set(0, serving);
      serving.open([everyBox('up'), everyBox('state')]);
    }
    this.#arm();
  }

  #serving(share: number): Serving {
    const { openLink, copy, serve } = this.#options;
    const clientId = serve === 'all' ? copy : `${copy}-${share}`;
    const owns = serve === 'all' ? () => true : (box: string) => shareOf(box) === share;
    return new Serving({ desk: this.#desk, openLink, clientId, owns });
  }

  #shareOf(box: string): number {
    return this.#options.serve === 'all' ? 0 : shareOf(box);
  }

  #dirty(boxes: readonly string[]): void {
    for (const [share, serving] of this.#servings) {
      const its = boxes.filter(box => this.#shareOf(box) === share);
      if (its.length > 0) serving.dirty(its);
    }
  }

  #arm(): void {
    const { time } = this.#options;
    this.#cancelTick = time.at(after(time.mono(), tickMs), () => {
      this.#tick();
      if (!this.#closed) this.#arm();
    });
  }

  #tick(): void {
    for (const serving of this.#servings.values()) serving.tick();
    this.#notes.tick();
    this.#sweeping ??= this.#sweep()
      .catch((error: unknown) => this.#options.log.warn({ reason: reasonOf(error) }, 'a sweep failed'))
      .finally(() => {
        this.#sweeping = null;
      });
  }

  async #sweep(): Promise<void> {
    await this.#sweepDirty();
    await this.#commands();
    if (this.#options.serve === 'shares') await this.#subscribe([...this.#servings.keys()]);
    const now = this.#options.time.mono();
    if (now < this.#ringDue) return;
    this.#ringDue = after(now, ringMs);
    await this.checkRing();
  }

  /** What a notice did not tell, and the flags of what has been noted. */
  async #sweepDirty(): Promise<void> {
    const { store } = this.#options;
    const rows = await dirtyBoxes(store.db, sweepMax);
    const noted = rows.filter(({ id, revision }) => {
      const serving = this.#servings.get(this.#shareOf(id));
      if (serving === undefined) return false;
      const session = serving.sessions.get(id);
      if (session === undefined || session.state.newest >= revision) return true;
      serving.dirty([id]);
      return false;
    });
    for (let from = 0; from < noted.length; from += clearMax)
      await store.write(tx => clearDirty(tx, noted.slice(from, from + clearMax)));
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
      const serving = this.#servings.get(share);
      const text = its.join(' ');
      if (serving === undefined || this.#closed || (this.#topics.get(share) ?? '') === text) continue;
      this.#topics.set(share, text);
      serving.open(its);
    }
  }
}
