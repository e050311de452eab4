/** One seed: a relay, some boxes, a broker, people and trouble, in virtual time; then quiet, and all must agree. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wall } from '../../src/base/brand.ts';
import { codeOf } from '../../src/base/fault.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Post } from '../../src/box/ports.ts';
import { ensureFirstAccount } from '../../src/relay/domain/accounts.ts';
import { createBox } from '../../src/relay/domain/boxes.ts';
import { enrol } from '../../src/relay/domain/enrolment.ts';
import { createKey } from '../../src/relay/domain/keys.ts';
import { openAtRest } from '../../src/relay/secrets/at-rest.ts';
import { chainReady } from '../../src/wire/chain.ts';
import type { EnrolRequest } from '../../src/wire/enrolment.ts';
import { keyId } from '../../src/wire/relay-key.ts';
import { seeded } from '../relay/domain/house.ts';
import { type AdminDeps, Admins } from './admins.ts';
import { commandsSettled, difference, openProblems, sameJournals, sameSets, unheardOf } from './agreement.ts';
import { Attackers } from './attackers.ts';
import { BoxNode } from './box-node.ts';
import { Broker } from './broker.ts';
import { Faults } from './faults.ts';
import { History } from './history.ts';
import { type Leaning, ordinary } from './leaning.ts';
import { People } from './people.ts';
import { RelayNode } from './relay-node.ts';
import { World } from './world.ts';

/** Things that people, faults and attackers do in one life. */
const turns = 260;
/** How long it may take until all agree, once nothing goes wrong any more. */
const quietMostMs = 45 * 60_000;
/** And until a used code is known for one: the next word of the box, and what it takes to be stored. */
const spentMostMs = 60_000;
const lookEveryMs = 20_000;

export interface Life {
  readonly tally: ReadonlyMap<string, number>;
  readonly minutes: number;
}

export class Simulation {
  readonly world: World;
  readonly folder: string;
  readonly broker: Broker;
  readonly relay: RelayNode;
  readonly history: History;
  readonly boxes: BoxNode[] = [];
  readonly admins: Admins;
  readonly people: People;
  readonly attackers: Attackers;
  readonly faults: Faults;
  readonly #leaning: Leaning;

  static async make(seed: number, leaning: Leaning = ordinary): Promise<Simulation> {
    await chainReady;
    const key = createHash('sha256').update(`key ${seed}`).digest('hex');
    return new Simulation(new World(seed), await openAtRest(new Secret(key)), leaning);
  }

  private constructor(world: World, atRest: Awaited<ReturnType<typeof openAtRest>>, leaning: Leaning) {
    this.world = world;
    this.#leaning = leaning;
    const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
    this.folder = mkdtempSync(join(memory, 'smartbox-sim-'));
    this.broker = new Broker(world);
    const ground = { world, broker: this.broker, folder: this.folder };
    this.relay = new RelayNode({ ...ground, atRest, random: seeded(world.seed) });
    this.history = new History(world, this.relay);
    const { relay, history, boxes, broker } = this;
    for (let at = world.random.pick([1, 2, 2, 3, 4]); at > 0; at -= 1)
      boxes.push(
        new BoxNode(
          { ...ground, id: `yard-${at}`, slots: world.random.int(1, 3), post: this.#post },
          history,
        ),
      );
    history.boxes = boxes;
    broker.arrivals.push(history.arrived);
    this.people = new People(world, history, boxes);
    const release: AdminDeps['release'] = released => this.people.released.push(released);
    this.admins = new Admins({ world, relay, history, boxes, release, leaning });
    this.attackers = new Attackers({ world, broker, history, boxes });
    const lost = (box: BoxNode): void => this.people.hurryTo(box);
    this.faults = new Faults({ world, broker, relay, boxes, lost, leaning });
  }

  /** The relay's HTTP end. */
  readonly #post: Post = async (_url, body) => {
    const { atRest, random } = this.relay.options;
    const setup = {
      atRest,
      random,
      followers: [],
      broker: 'mqtt://127.0.0.1:1883',
      ca: null,
      hashPassword: () => 'hashed',
    };
    const now = wall(this.relay.clock.wall());
    try {
      const request = JSON.parse(body) as EnrolRequest;
      const answer = await this.relay.life.store.write(tx => enrol({ ...setup, tx, now }, request));
      return { status: 200, body: JSON.stringify(answer) };
    } catch (error) {
      return { status: 409, body: JSON.stringify({ code: codeOf(error), detail: String(error) }) };
    }
  };

  /** Everybody is there, and knows each other. */
  async begin(): Promise<void> {
    const { relay, world, boxes, admins } = this;
    await relay.begin();
    await relay.act(({ tx, now }) => ensureFirstAccount(tx, now));
    await admins.noteKeys();
    for (const box of boxes) {
      const { claim } = await relay.act(context => createBox(context, { name: box.id, id: box.id }));
      await box.boot();
      box.enrolledAfter = box.life?.store.journal.last().seq ?? 0;
      await box.life?.relayClient.enrol({ relay: 'http://127.0.0.1', claim, plain: false }, 'ada');
      for (const slot of box.slots) {
        const key = { name: `${box.id} van ${slot}`, box: box.id, slot };
        admins.keys.push({ box: box.id, ...(await relay.act(context => createKey(context, key))) });
      }
    }
    if (world.random.chance(0.1)) await admins.crowd(boxes[0]?.id ?? '');
    await world.run(5_000);
  }

  async trouble(): Promise<void> {
    const { world, admins, people, attackers, faults } = this;
    const { random } = world;
    const attacked = random.chance(0.6);
    const ordinarily = random.pick([0.02, 0.1, 0.2]);
    const { troubled = ordinarily, repeats = 0 } = this.#leaning;
    for (let turn = 0; turn < turns; turn += 1) {
      if (random.chance(troubled)) await faults.turn();
      else if (repeats > 0 && random.chance(repeats)) attackers.repeat();
      else if (attacked && random.chance(0.15)) attackers.turn();
      else if (random.chance(0.5)) await admins.turn();
      else people.turn();
      faults.look();
      await world.run(random.chance(0.1) ? random.int(5_000, 40_000) : random.int(0, 4_000));
    }
  }

  /** Nothing goes wrong any more. In time all agree. */
  async quiet(): Promise<void> {
    const { world, faults, relay, boxes } = this;
    faults.end();
    world.tell('quiet');
    await this.#allAgree();
    // A code that was used in a branch of a journal that nobody will ever hear: the box names it with its next word.
    await this.#until(
      spentMostMs,
      () => boxes.map(box => unheardOf(relay, box)).find(why => why !== null) ?? null,
    );
    await this.#allAgree();
  }

  async #until(mostMs: number, whyNot: () => string | null): Promise<void> {
    const { world } = this;
    const end = world.now + mostMs;
    for (let why = whyNot(); why !== null; why = whyNot()) {
      if (world.now > end) throw new Error(`after ${mostMs / 60_000} quiet minutes ${why}`);
      await world.run(lookEveryMs);
    }
  }

  async #allAgree(): Promise<void> {
    const { world, faults } = this;
    const end = world.now + quietMostMs;
    for (let why = await this.#why(); why !== null; why = await this.#why()) {
      if (world.now > end) throw new Error(`they never agree: ${why}\n${this.#minds()}`);
      faults.look();
      await this.#tidyUp();
      await world.run(lookEveryMs);
    }
  }

  /** What each of them has in mind, for whoever looks for the reason. */
  #minds(): string {
    const { relay, boxes } = this;
    return boxes
      .map(box => {
        const session = relay.alive ? relay.life.fleet.session(box.id)?.state : null;
        const its = { ...box.life?.relayClient.state, clock: box.life?.loop.state.clock };
        return `${box.id}: ${JSON.stringify(its)}\n  at the relay: ${JSON.stringify(session)}`;
      })
      .join('\n');
  }

  async #why(): Promise<string | null> {
    const { relay, boxes, people, admins } = this;
    if (!relay.alive) return 'the relay is away';
    if (people.holding.length > 0) return 'keys are out';
    const ids = await admins.noteKeys();
    const open = relay.disk.prepare('SELECT id FROM command WHERE outcome IS NULL').pluck().get();
    if (open !== undefined) return `command ${open} has no outcome`;
    return boxes.map(box => difference(relay, box, ids)).find(why => why !== null) ?? null;
  }

  /** Keys come back, and boxes whose relay key is gone are enrolled anew. */
  async #tidyUp(): Promise<void> {
    const { relay, boxes, people, admins, world } = this;
    for (const held of people.holding.slice(0, 2))
      if (!people.bringBack(held) && world.random.chance(0.3)) await people.handIn(held);
    if (!relay.alive) return;
    const ids = await admins.noteKeys();
    for (const box of boxes) {
      const pinned = box.credentials()?.relayKey;
      const lost = pinned === undefined || !ids.includes(keyId(pinned));
      if (!lost || box.life === null || !openProblems(relay, box.id).includes('re-enrol')) continue;
      world.tell(`admin: enrols ${box.id} again`);
      await admins.enrol(box);
      world.count('enrolled again');
    }
  }

  async agree(): Promise<void> {
    const { relay, boxes, history, admins } = this;
    for (const box of boxes) {
      await sameSets(relay, box, history);
      sameJournals(relay, box, history);
    }
    commandsSettled(relay, history, admins.ordered, boxes);
  }

  async close(): Promise<void> {
    for (const box of this.boxes) box.close();
    await this.relay.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * @throws Error with the seed and the end of its story, where a rule was broken
 */
export async function simulate(seed: number, leaning: Leaning = ordinary): Promise<Life> {
  const simulation = await Simulation.make(seed, leaning);
  const { world } = simulation;
  try {
    await simulation.begin();
    await simulation.trouble();
    await simulation.quiet();
    await simulation.agree();
    return { tally: world.tally, minutes: Math.round(world.now / 60_000) };
  } catch (error) {
    const story = world.story.slice(-Number(process.env.STORY ?? 60)).join('\n');
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`seed ${seed}: ${why}\n${story}`, { cause: error });
  } finally {
    await simulation.close();
  }
}
