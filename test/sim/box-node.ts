/** A box's computer: real store, core, loop, credential lookup and uplink in a folder in memory; its power goes at any instant. */
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { millis, type SlotId, slotId } from '../../src/base/brand.ts';
import { Fault } from '../../src/base/fault.ts';
import { silent } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { restoreDatabase } from '../../src/box/adapters/sqlite/restore.ts';
import { type BoxStore, openStore } from '../../src/box/adapters/sqlite/store.ts';
import { credentialFile } from '../../src/box/adapters/vault/credential-file.ts';
import { openVault } from '../../src/box/adapters/vault/vault.ts';
import { restore } from '../../src/box/core/durable.ts';
import type { InputBody } from '../../src/box/core/input.ts';
import { keyDefinitions } from '../../src/box/core/key-definitions.ts';
import type { BoxState } from '../../src/box/core/model.ts';
import { Loop } from '../../src/box/engine/loop.ts';
import { CredentialLookup } from '../../src/box/panel/credential-lookup.ts';
import type { Commit, Credentials, Post, Store, Vault } from '../../src/box/ports.ts';
import { RelayClient } from '../../src/box/relay-client/relay-client.ts';
import type { JournalEvent } from '../../src/wire/journal.ts';
import { noPhones } from '../box/control/fake-box.ts';
import { documentOf, judgedIn, rules } from './box-site.ts';
import type { Broker } from './broker.ts';
import { Cabinet } from './cabinet.ts';
import { LifeClock, PowerCut, type World } from './world.ts';

export interface BoxNodeOptions {
  readonly world: World;
  readonly broker: Broker;
  readonly folder: string;
  /** Id at the relay; in its own configuration it has another. */
  readonly id: string;
  readonly slots: number;
  readonly post: Post;
}

/** What a history is told; `state` is the one before. */
export interface BoxWatch {
  committed(box: BoxNode, events: readonly JournalEvent[]): void;
  stepped(box: BoxNode, input: InputBody, before: BoxState): void;
}

export interface BoxLife {
  readonly clock: LifeClock;
  readonly store: Store;
  readonly vault: Vault;
  readonly loop: Loop;
  readonly credentials: CredentialLookup;
  readonly relayClient: RelayClient;
  readonly isAlive: () => boolean;
}

export type Loss = 'restore' | 'older-card' | 'older-file' | 'lost-file';

export class BoxNode {
  readonly options: BoxNodeOptions;
  readonly cabinet: Cabinet;
  readonly watch: BoxWatch;
  offsetMs = 0;
  /** What its disk says to a commit; null: it is good. */
  disk: 'storage-full' | 'storage-io' | null = null;
  dies: { commits: number; readonly when: 'before' | 'after' } | null = null;
  life: BoxLife | null = null;
  /** When its database was last an older one, or gone; and whether the relay has heard of it since. */
  lostAt: number | null = null;
  lostBy: Loss | null = null;
  heardSince = true;
  /** Number of the last event before it was enrolled: those are its own. */
  enrolledAfter = 0;
  #folder: string;
  #folders = 0;
  #challenges = 0;
  /** What it has said since its database was last another one. */
  #said = new WeakSet<Uint8Array>();
  readonly #left: BoxStore[] = [];

  constructor(options: BoxNodeOptions, watch: BoxWatch) {
    this.options = options;
    this.watch = watch;
    this.cabinet = new Cabinet(options.world, options.slots, input => this.report(input));
    this.#folder = this.#fresh();
    mkdirSync(this.#folder, { mode: 0o700 });
    const { random } = options.world;
    for (const name of ['pepper', 'signing.key']) {
      const secret = Uint8Array.from({ length: 32 }, () => random.int(0, 255));
      writeFileSync(join(this.#folder, name), secret, { mode: 0o600 });
    }
  }

  get id(): string {
    return this.options.id;
  }

  get slots(): readonly SlotId[] {
    return Array.from({ length: this.options.slots }, (_, at) => slotId(at + 1));
  }

  #fresh(): string {
    this.#folders += 1;
    return join(this.options.folder, `${this.options.id}-${this.#folders}`);
  }

  /** As they lie on its disk. */
  credentials(): Credentials | null {
    return credentialFile(this.#folder).read();
  }

  get databaseFile(): string {
    return join(this.#folder, 'smartbox.db');
  }

  async boot(): Promise<void> {
    const { world } = this.options;
    const clock = new LifeClock(world, () => this.offsetMs);
    const vault = await openVault({ folder: this.#folder, box: this.options.id });
    const inner = openStore({ folder: this.#folder, box: 'depot', vault, log: silent, machine: 'm-1' });
    this.#left.push(inner);
    const store = this.#fragile(inner, clock);
    // As the daemon does before anything else; while the disk refuses, the rest comes later.
    if (this.disk === null) await store.incoming.settle();
    try {
      await this.#begin({ clock, vault, store });
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
    }
  }

  async #begin(ground: Pick<BoxLife, 'clock' | 'vault' | 'store'>): Promise<void> {
    const { clock, vault, store } = ground;
    const isAlive = (): boolean => clock.alive;
    const loaded = store.load();
    const keys = keyDefinitions(this.slots, store.keys.all());
    const site = { rules, slots: this.slots.map(id => ({ id, pulseMs: millis(300), sensed: true })), keys };
    const report = (input: InputBody): void =>
      clock.guard(() => this.#step(loop, input, () => loop.report(input)));
    const credentials: CredentialLookup = new CredentialLookup({
      ...{ time: clock, store, vault, log: silent, report, state: () => loop.state },
      phones: async () => noPhones,
    });
    const loop: Loop = new Loop(restore(site, loaded), {
      ...{ time: clock, store, log: silent, examine: credentials.examine },
      cabinet: this.cabinet.whileAlive(() => clock.alive),
    });
    this.options.world.tell(`${this.id}: boots, ${loaded.recovered ?? 'as it was'}`);
    loop.report({ type: 'booted', reason: loaded.recovered ?? 'power', levels: this.cabinet.levels() });
    const relayClient = await this.#relayClient({ ...ground, loop, credentials, isAlive });
    if (clock.alive) this.life = { ...ground, loop, credentials, relayClient, isAlive };
  }

  #step(loop: Loop, input: InputBody, work: () => void): void {
    const before = loop.state;
    work();
    this.watch.stepped(this, input, before);
  }

  #relayClient({ clock, vault, store, loop, isAlive }: Omit<BoxLife, 'relayClient'>): Promise<RelayClient> {
    const { world, broker, post } = this.options;
    return RelayClient.open({
      ...{ store, vault, time: clock, log: silent, label: 'depot', program: '0.0.0', slots: this.slots },
      state: () => loop.state,
      judged: () => judgedIn(loop.state, clock),
      knownTime: () => ({ sure: true, at: judgedIn(loop.state, clock) }),
      write: (input, also) => this.#step(loop, input, () => loop.write(input, also)),
      report: input => this.#step(loop, input, () => loop.report(input)),
      watch: watcher => loop.watch(watcher),
      challenge: () => {
        this.#challenges += 1;
        return this.#challenges.toString(16).padStart(32, '0');
      },
      instance: world.random.int(1, 1e9).toString().padStart(32, '0'),
      random: () => world.random.next(),
      document: () => documentOf(store, Math.floor(judgedIn(loop.state, clock))),
      post,
      file: credentialFile(this.#folder),
      links: () => broker.linksOf(isAlive, (_topic, payload) => this.#said.add(payload)),
    });
  }

  /** A store whose disk may refuse, and whose computer may die at any commit. */
  #fragile(inner: BoxStore, clock: LifeClock): Store {
    const commit = (what: Commit, also?: () => void): readonly JournalEvent[] => {
      if (!clock.alive) throw new PowerCut();
      const { dies, disk } = this;
      if (disk !== null) throw new Fault(disk, 'the disk refuses', 'Wait.');
      if (dies !== null) dies.commits -= 1;
      const last = dies !== null && dies.commits <= 0;
      if (last && dies.when === 'before') this.#die(clock);
      const events = inner.commit(what, also);
      this.watch.committed(this, events);
      if (last) this.#die(clock);
      return events;
    };
    return {
      get bookings() {
        return inner.bookings;
      },
      get incoming() {
        return inner.incoming;
      },
      get keys() {
        return inner.keys;
      },
      get journal() {
        return inner.journal;
      },
      get synced() {
        return inner.synced;
      },
      load: () => inner.load(),
      secretsReported: () => inner.secretsReported(),
      commit,
      checkpointIfIdle: () => inner.checkpointIfIdle(),
      freeReserve: () => false,
      restoreReserve: () => {},
      backup: path => inner.backup(path),
      close: () => inner.close(),
    };
  }

  #die(clock: LifeClock): never {
    this.#end(clock);
    throw new PowerCut();
  }

  #end(clock: LifeClock): void {
    clock.alive = false;
    this.dies = null;
    const next = this.#fresh();
    mkdirSync(next, { mode: 0o700 });
    // What the disk holds at this instant, without the order that a store leaves when it is closed.
    cpSync(this.#folder, next, { recursive: true, filter: file => !/-shm$|\.lock/.test(file) });
    this.#folder = next;
    const { life } = this;
    this.life = null;
    if (life !== null) this.options.broker.forget(life.isAlive);
    this.options.world.tell(`${this.id}: its power goes`);
  }

  /** Somebody has got this from a box. */
  heard(payload: Uint8Array): void {
    if (this.#said.has(payload)) this.heardSince = true;
  }

  /** The power goes now. */
  cut(): void {
    if (this.life !== null) this.#end(this.life.clock);
  }

  /** What a person or a door does; ends with the life in whose midst it falls. */
  report(input: InputBody): void {
    const { life } = this;
    if (life === null) return;
    life.clock.guard(() => this.#step(life.loop, input, () => life.loop.report(input)));
  }

  /** Digits and `#`. */
  enters(digits: string): void {
    const { life } = this;
    if (life !== null) life.clock.guard(() => life.credentials.entry(new Secret(digits), false));
  }

  /** The whole card as it is now, in a folder of its own. Only while the power is on, when all is quiet. */
  copy(): string {
    const to = `${this.#fresh()}-copy`;
    mkdirSync(to, { mode: 0o700 });
    const live = new Database(this.databaseFile);
    live.prepare('VACUUM INTO ?').run(join(to, 'smartbox.db'));
    live.close();
    for (const name of ['pepper', 'signing.key', 'relay.json', 'smartbox.mark'])
      if (existsSync(join(this.#folder, name))) copyFileSync(join(this.#folder, name), join(to, name));
    return to;
  }

  /** The power goes, and when it comes back the database is another one. */
  lose(how: Loss, copy: string): void {
    this.cut();
    const from = join(copy, 'smartbox.db');
    this.options.world.tell(`${this.id}: its database: ${how}`);
    this.lostAt = this.options.world.now;
    this.heardSince = false;
    this.#said = new WeakSet();
    this.lostBy = how;
    this.options.world.count(`lost: ${how}`);
    if (how === 'restore') {
      restoreDatabase(this.#folder, from);
      return;
    }
    for (const end of ['', '-wal']) rmSync(this.databaseFile + end, { force: true });
    if (how === 'older-card') rmSync(join(this.#folder, 'smartbox.mark'), { force: true });
    if (how === 'older-card') cpSync(copy, this.#folder, { recursive: true });
    else if (how === 'older-file') copyFileSync(from, this.databaseFile);
  }

  close(): void {
    this.cut();
    for (const store of this.#left) store.close();
  }
}
