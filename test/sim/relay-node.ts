/** The relay's computer: real store, domain, fleet and timers on a file in memory; it dies, restarts and is restored from copies. */
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { wall } from '../../src/base/brand.ts';
import { Fault } from '../../src/base/fault.ts';
import { silent } from '../../src/base/log.ts';
import type { Random } from '../../src/base/random.ts';
import { type DumpLine, dump } from '../../src/relay/backup/dump.ts';
import { load } from '../../src/relay/backup/load.ts';
import { Fleet } from '../../src/relay/boxes/fleet.ts';
import { bookingWork } from '../../src/relay/domain/booking-work.ts';
import type { Context } from '../../src/relay/domain/context.ts';
import { ensureIdentity } from '../../src/relay/domain/identity.ts';
import type { AtRest } from '../../src/relay/secrets/at-rest.ts';
import { openSqliteStore } from '../../src/relay/store/sqlite.ts';
import type { RelayStore, Work } from '../../src/relay/store/store.ts';
import { WorkRunner } from '../../src/relay/work/runner.ts';
import type { WireRecord } from '../../src/wire/records.ts';
import type { Broker, Tap } from './broker.ts';
import { LifeClock, type World } from './world.ts';

/** A copy of the database, as `smartbox-relay backup` has it. */
export type RelayCopy = readonly DumpLine[];

export interface RelayNodeOptions {
  readonly world: World;
  readonly broker: Broker;
  readonly folder: string;
  readonly atRest: AtRest;
  readonly random: Random;
}

interface Life {
  readonly clock: LifeClock;
  readonly file: string;
  readonly store: RelayStore;
  readonly fleet: Fleet;
  readonly runner: WorkRunner;
  readonly isAlive: () => boolean;
}

const never = <T>(): Promise<T> => new Promise(() => {});

export class RelayNode {
  readonly options: RelayNodeOptions;
  #offsetMs = 0;
  /** When its clock was last set. */
  steppedAt = 0;
  /** Its disk refuses what is written. */
  diskFull = false;
  /** The next of so many commits is its last; before it, or just after it. */
  dies: { commits: number; readonly when: 'before' | 'after' } | null = null;
  /** Told of each commit. */
  changed: (boxes: readonly string[]) => void = () => {};
  /** Told of each set that is read to be sent. */
  read: (
    box: string,
    set: { readonly rev: number; readonly digest: string; readonly put: readonly WireRecord[] },
  ) => void = () => {};
  /** Told of each message before it goes. */
  says: Tap = () => {};
  epoch = 1;
  #files = 0;
  #life: Life | null = null;
  #raw: Database.Database | null = null;
  readonly #left: RelayStore[] = [];

  constructor(options: RelayNodeOptions) {
    this.options = options;
  }

  /** How far its clock is from the truth. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  set offsetMs(ms: number) {
    if (ms !== this.#offsetMs) this.steppedAt = this.options.world.now;
    this.#offsetMs = ms;
  }

  get alive(): boolean {
    return this.#life !== null;
  }

  /** The database as it is on the disk: what a commit has left, and nothing else. */
  get disk(): Database.Database {
    if (this.#raw === null) throw new Error('there is no relay');
    return this.#raw;
  }

  #fresh(): string {
    this.#files += 1;
    return join(this.options.folder, `relay-${this.#files}.db`);
  }

  /** The first start. */
  async begin(): Promise<void> {
    await this.#start(this.#fresh());
    await this.act(context => ensureIdentity(context.tx, context));
  }

  async #start(file: string): Promise<void> {
    const { world, broker, atRest, random } = this.options;
    const clock = new LifeClock(world, () => this.offsetMs);
    const isAlive = (): boolean => clock.alive;
    const inner = await openSqliteStore({ file, log: silent });
    this.#left.push(inner);
    world.watch(() => clock.alive && inner.waiting > 0);
    const store = this.#fragile(inner, isAlive);
    inner.onDirty(boxes => isAlive() && this.changed(boxes));
    const parts = { store, atRest, random, time: clock, log: silent, hasRoom: () => true };
    this.#raw?.close();
    this.#raw = new Database(file, { readonly: true });
    this.epoch = this.#storedEpoch();
    const fleet = await Fleet.start({
      ...{
        ...parts,
        onSetRead: (box, set) => this.read(box, set),
        openLink: broker.linksOf(isAlive, (topic, payload) => this.says(topic, payload)),
        copy: 'relay',
        serve: 'all',
      },
    });
    const runner = new WorkRunner({
      store,
      time: clock,
      log: silent,
      copy: 'relay',
      handlers: bookingWork({ atRest, random }),
    });
    runner.start();
    this.#life = { clock, file, store, fleet, runner, isAlive };
    world.tell(`relay: starts, epoch ${this.epoch}`);
  }

  #storedEpoch(): number {
    const row = this.disk.prepare("SELECT value FROM meta WHERE name = 'epoch'").get() as
      | { readonly value: string }
      | undefined;
    return Number(row?.value ?? 1);
  }

  /** A store whose computer may die at any commit. */
  #fragile(inner: RelayStore, isAlive: () => boolean): RelayStore {
    return {
      engine: inner.engine,
      db: inner.db,
      get waiting() {
        return inner.waiting;
      },
      onDirty: listener => inner.onDirty(boxes => isAlive() && listener(boxes)),
      onWork: listener => inner.onWork(due => isAlive() && listener(due)),
      onNews: listener => inner.onNews(news => isAlive() && listener(news)),
      close: () => inner.close(),
      write: async <T>(work: Work<T>): Promise<T> => {
        if (!isAlive()) return never();
        const { dies } = this;
        if (this.diskFull) throw new Fault('storage-full', 'the disk is full', 'Free space.');
        if (dies !== null) dies.commits -= 1;
        const last = dies !== null && dies.commits <= 0;
        if (last && dies.when === 'before') this.kill();
        if (!isAlive()) return never();
        const done = await inner.write(work);
        if (last && isAlive()) this.kill();
        return isAlive() ? done : never();
      },
    };
  }

  get clock(): LifeClock {
    return this.life.clock;
  }

  get life(): Life {
    if (this.#life === null) throw new Error('the relay is not there');
    return this.#life;
  }

  /** A use case in the name of an administrator. */
  act<T>(work: (context: Context) => Promise<T>): Promise<T> {
    const { store, clock } = this.life;
    const { atRest, random } = this.options;
    return store.write(tx =>
      work({ tx, account: 'main', atRest, random, who: 'admin', now: wall(clock.wall()) }),
    );
  }

  /** Ends it in the midst of whatever it does. Gives the file as it was at this instant. */
  kill(): void {
    const { clock, file, isAlive } = this.life;
    this.dies = null;
    clock.alive = false;
    this.options.broker.forget(isAlive);
    const next = this.#fresh();
    for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, next + end);
    this.#life = null;
    this.#next = next;
    this.options.world.tell('relay: dies');
  }

  /** The file with which it starts again. */
  #next = '';

  /** Ends in order. */
  async stop(): Promise<void> {
    const { fleet, runner, clock, file, isAlive } = this.life;
    await runner.close();
    await fleet.close();
    clock.alive = false;
    this.options.broker.forget(isAlive);
    this.#life = null;
    this.#next = file;
    this.options.world.tell('relay: stops');
  }

  async again(): Promise<void> {
    if (!this.alive) await this.#start(this.#next);
  }

  async copy(): Promise<RelayCopy> {
    const lines: DumpLine[] = [];
    const { store, clock } = this.life;
    for await (const line of dump(store, { atRest: new Uint8Array(32), nowMs: clock.wall() }))
      lines.push(line);
    return lines;
  }

  /** On a new machine, whose clock is right. */
  async restore(copy: RelayCopy): Promise<void> {
    if (this.alive) this.kill();
    const file = this.#fresh();
    const store = await openSqliteStore({ file, log: silent });
    async function* lines(): AsyncIterable<string> {
      for (const line of copy) yield JSON.stringify(line);
    }
    this.offsetMs = 0;
    await load(store, lines(), {
      identities: [],
      replace: false,
      nowMs: this.options.world.wall,
      key: async () => {},
    });
    await store.close();
    this.options.world.tell('relay: restored from a copy');
    await this.#start(file);
  }

  async close(): Promise<void> {
    if (this.alive) this.kill();
    this.#raw?.close();
    for (const store of this.#left) await store.close();
  }
}
