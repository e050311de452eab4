/** Copies of the relay divide the boxes: each share belongs to the copy that has its lease, and to no other. */
import type { Kysely } from 'kysely';
import { after, type Millis, type MonoMs, millis, mono } from '../../base/brand.ts';
import { repeat } from '../../base/every.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import type { Time } from '../../base/time.ts';
import { shares } from '../core/share.ts';
import { databaseNow } from '../store/box-rows.ts';
import {
  announceCopy,
  ensureShares,
  forgetCopy,
  releaseShares,
  renewShares,
  takeShares,
} from '../store/leases.ts';
import type { RelayStore } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';

const leaseMs = 10_000;
const renewMs = millis(3_000);
/** A copy lets go so long before its lease ends: another's clock may run faster. */
const marginMs = 2_000;

interface SharesOptions {
  readonly store: RelayStore;
  readonly time: Time;
  readonly log: Log;
  /** Names this run of this copy: one that was started anew has nothing left of the one before. */
  readonly copy: string;
  /** The database's own clock, unless a test has another one. */
  readonly now?: (tx: Kysely<Tables>) => Promise<number>;
  readonly taken: (share: number) => Promise<void>;
  readonly lost: (share: number) => Promise<void>;
}

interface Round {
  readonly still: readonly number[];
  readonly fresh: readonly number[];
  readonly copies: number;
}

export class Shares {
  /** How many there are, whichever copy holds them. */
  static readonly all = shares;
  readonly #options: SharesOptions;
  #held: ReadonlySet<number> = new Set();
  /** On the monotonic clock, from before the lease was asked for. */
  #until: MonoMs = mono(0);
  #cancel: () => void = () => {};
  #cancelEnd: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: SharesOptions) {
    this.#options = options;
  }

  get held(): ReadonlySet<number> {
    return this.#held;
  }

  /** @throws Fault of the store */
  async start(): Promise<void> {
    await this.#options.store.write(tx => ensureShares(tx, shares));
    await this.#turn();
    if (!this.#closed) this.#cancel = repeat(this.#options.time, () => this.#turn(), renewMs);
  }

  /** Gives back the shares of this copy, which are free at once. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    this.#cancelEnd();
    await this.#running;
    const { store, copy, log } = this.#options;
    const held = [...this.#held];
    await this.#leave(held);
    try {
      await store.write(async tx => {
        await releaseShares(tx, copy, held);
        await forgetCopy(tx, copy);
      });
    } catch (error) {
      log.warn(
        { reason: reasonOf(error) },
        'shares are not given back: they will be free when their leases end',
      );
    }
  }

  async #turn(): Promise<Millis> {
    this.#running = this.#round().catch((error: unknown) =>
      this.#options.log.error({ reason: reasonOf(error) }, 'the leases of this copy could not be renewed'),
    );
    await this.#running;
    return renewMs;
  }

  async #round(): Promise<void> {
    const { store, time, copy } = this.#options;
    const asked = time.mono();
    const round = await store.write(async (tx): Promise<Round> => {
      const now = await (this.#options.now?.(tx) ?? databaseNow(tx, store.engine));
      const until = now + leaseMs;
      const copies = await announceCopy(tx, copy, now, until);
      const still = await renewShares(tx, copy, now, until);
      const most = Math.ceil(shares / copies) - still.length;
      return { copies, still, fresh: await takeShares(tx, { copy, now, until, most }) };
    });
    this.#hold(asked);
    const have = new Set([...round.still, ...round.fresh]);
    await this.#leave([...this.#held].filter(share => !have.has(share)));
    for (const share of have) {
      if (this.#held.has(share)) continue;
      this.#held = new Set([...this.#held, share]);
      await this.#options.taken(share);
    }
    await this.#giveUp(this.#held.size - Math.ceil(shares / round.copies));
  }

  /** Another copy has come: what is above the fair part is let go first, and only then given back. */
  async #giveUp(count: number): Promise<void> {
    if (count <= 0) return;
    const { store, copy } = this.#options;
    const extra = [...this.#held].sort((a, b) => b - a).slice(0, count);
    await this.#leave(extra);
    await store.write(tx => releaseShares(tx, copy, extra));
  }

  async #leave(some: readonly number[]): Promise<void> {
    if (some.length === 0) return;
    this.#held = new Set([...this.#held].filter(share => !some.includes(share)));
    for (const share of some) await this.#options.lost(share);
  }

  /** When the lease cannot be renewed in time, all is let go, whatever the database does meanwhile. */
  #hold(asked: MonoMs): void {
    this.#until = after(asked, millis(leaseMs - marginMs));
    this.#cancelEnd();
    if (this.#closed) return;
    this.#cancelEnd = this.#options.time.at(this.#until, () => {
      this.#options.log.error({ shares: this.#held.size }, 'the leases of this copy end: others take over');
      void this.#leave([...this.#held]);
    });
  }
}
