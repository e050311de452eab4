/** What goes wrong in the world of one seed: some kinds of it, chosen by the seed, each at its own rate. */
import type { BoxNode, Loss } from './box-node.ts';
import type { Broker } from './broker.ts';
import { fair } from './broker.ts';
import { type FaultKind, faultRates, type Leaning } from './leaning.ts';
import type { RelayCopy, RelayNode } from './relay-node.ts';
import type { World } from './world.ts';

/** Kinds that come as a pair. */
const needs: Partial<Record<FaultKind, FaultKind>> = { restoreRelay: 'copyRelay', loseBox: 'copyBox' };

const clockSteps = [
  -86_400_000, -3_600_000, -90_000, -8_000, -2_000, 2_000, 8_000, 90_000, 3_600_000,
] as const;

export interface FaultParts {
  readonly world: World;
  readonly broker: Broker;
  readonly relay: RelayNode;
  readonly boxes: readonly BoxNode[];
  /** A box has another database now, and runs again. */
  readonly lost: (box: BoxNode) => void;
  readonly leaning: Leaning;
}

export class Faults {
  readonly #parts: FaultParts;
  readonly kinds: ReadonlySet<FaultKind>;
  readonly #relayCopies: RelayCopy[] = [];
  readonly #boxCopies = new Map<BoxNode, string[]>();
  readonly #booting = new Set<BoxNode>();
  #starting = false;
  #over = false;

  constructor(parts: FaultParts) {
    this.#parts = parts;
    const { random } = parts.world;
    const kinds = new Set<FaultKind>();
    for (const kind of Object.keys(faultRates) as FaultKind[]) {
      // Lost databases are rare: most seeds are to hold the strict rules.
      const chance = kind === 'restoreRelay' || kind === 'loseBox' ? 0.3 : 0.5;
      if (!random.chance(chance)) continue;
      kinds.add(kind);
      const other = needs[kind];
      if (other !== undefined) kinds.add(other);
    }
    this.kinds = parts.leaning.faults === undefined ? kinds : new Set(parts.leaning.faults);
    if (random.chance(0.6))
      parts.broker.weather = {
        lose: random.chance(0.5) ? 0.06 : 0,
        double: random.chance(0.5) ? 0.1 : 0,
        late: random.chance(0.5) ? 0.1 : 0,
        lateMs: random.pick([200, 3_000, 40_000]),
      };
    const { lose } = parts.leaning;
    if (lose !== undefined) parts.broker.weather = { ...parts.broker.weather, lose };
  }

  /** One of them. */
  async turn(): Promise<void> {
    const chosen = Object.fromEntries([...this.kinds].map(kind => [kind, faultRates[kind]])) as Record<
      FaultKind,
      number
    >;
    if (this.kinds.size === 0) return;
    const { world, broker } = this.#parts;
    const kind = world.random.weighted(chosen);
    world.tell(`fault: ${kind}`);
    world.count(`fault ${kind}`);
    if (kind === 'cutRelay') broker.disturb(id => id.startsWith('relay'));
    else if (kind === 'restartBroker')
      broker.restart({ forgets: world.random.chance(0.5), downMs: world.random.int(0, 30_000) });
    else if (/box|power|^disk/i.test(kind)) this.#ofBox(kind);
    else await this.#ofRelay(kind);
  }

  #ofBox(kind: FaultKind): void {
    const { world, boxes, broker } = this.#parts;
    const { random } = world;
    const box = random.pick(boxes);
    if (kind === 'cutBox') broker.disturb(id => id === box.id);
    else if (kind === 'power') box.cut();
    else if (kind === 'powerAtCommit')
      box.dies = { commits: random.int(1, 4), when: random.pick(['before', 'after']) };
    else if (kind === 'boxClock') box.offsetMs += random.pick(clockSteps);
    else if (kind === 'disk') this.#disk(box);
    else if (kind === 'copyBox') this.#copy(box);
    else this.#lose(box);
  }

  #disk(box: BoxNode): void {
    const { world } = this.#parts;
    box.disk = world.random.pick(['storage-full', 'storage-io'] as const);
    world.in(world.random.int(500, 20_000), () => {
      box.disk = null;
    });
  }

  #copy(box: BoxNode): void {
    if (box.life === null) return;
    const copies = this.#boxCopies.get(box) ?? [];
    copies.push(box.copy());
    this.#boxCopies.set(box, copies);
  }

  #lose(box: BoxNode): void {
    const { random } = this.#parts.world;
    const copies = this.#boxCopies.get(box) ?? [];
    if (copies.length === 0 || this.#booting.has(box)) return;
    const how = random.pick<Loss>(['restore', 'older-card', 'older-file', 'lost-file']);
    box.lose(how, random.pick(copies));
    const bootMs = random.int(20_000, 60_000);
    this.#bootLater(box, bootMs);
    if (random.chance(0.5)) this.#parts.broker.bar(box.id, bootMs + 60_000);
    // Somebody tries whether a code that was used lives again.
    this.#parts.world.in(bootMs + random.int(100, 30_000), () => this.#parts.lost(box));
  }

  async #ofRelay(kind: FaultKind): Promise<void> {
    const { world, relay } = this.#parts;
    const { random } = world;
    if (!relay.alive || this.#starting) return;
    if (kind === 'relayClock') relay.offsetMs += random.pick(clockSteps);
    else if (kind === 'killRelay') relay.kill();
    else if (kind === 'killRelayAtCommit')
      relay.dies = { commits: random.int(1, 6), when: random.pick(['before', 'after']) };
    else if (kind === 'stopRelay') await relay.stop();
    else if (kind === 'relayDisk') this.#relayDisk();
    else if (kind === 'copyRelay') this.#relayCopies.push(await relay.copy());
    else await this.#restore();
  }

  #relayDisk(): void {
    const { world, relay } = this.#parts;
    relay.diskFull = true;
    world.in(world.random.int(500, 15_000), () => {
      relay.diskFull = false;
    });
  }

  async #restore(): Promise<void> {
    const { world, relay } = this.#parts;
    if (this.#relayCopies.length > 0) await relay.restore(world.random.pick(this.#relayCopies));
  }

  /** Whoever has died is started again, after a while. */
  look(): void {
    const { world, boxes, relay } = this.#parts;
    for (const box of boxes)
      if (box.life === null && !this.#booting.has(box))
        this.#bootLater(box, this.#over ? 100 : world.random.int(500, 60_000));
    if (relay.alive || this.#starting) return;
    this.#starting = true;
    world.in(this.#over ? 100 : world.random.int(500, 60_000), () => {
      void relay
        .again()
        .catch((error: unknown) => world.fail(error))
        .finally(() => {
          this.#starting = false;
        });
    });
  }

  #bootLater(box: BoxNode, ms: number): void {
    const { world } = this.#parts;
    this.#booting.add(box);
    world.in(ms, () => {
      void box
        .boot()
        .catch((error: unknown) => world.fail(error))
        .finally(() => this.#booting.delete(box));
    });
  }

  /** From now on nothing goes wrong. */
  end(): void {
    const { broker, relay, boxes } = this.#parts;
    this.#over = true;
    broker.weather = fair;
    relay.dies = null;
    relay.diskFull = false;
    relay.offsetMs = 0;
    for (const box of boxes) {
      box.dies = null;
      box.disk = null;
    }
  }
}
