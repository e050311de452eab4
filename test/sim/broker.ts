/** A broker and the networks before it, over virtual time: it may lose, double, hold back and reorder whatever passes. */
import { Fault } from '../../src/base/fault.ts';
import type { Link, OpenLink, RetainedState } from '../../src/wire/mqtt/link.ts';
import { Client, type Connection } from './client.ts';
import { Hop } from './hop.ts';
import type { World } from './world.ts';

/** Publishes that wait for the broker: more are refused, as the real link does. */
const waitingMax = 256;

export interface Weather {
  /** Chance that a message is lost on a connection that stands. */
  lose: number;
  double: number;
  /** Chance to arrive up to `lateMs` after others. */
  late: number;
  lateMs: number;
}

export const fair: Weather = { lose: 0, double: 0, late: 0, lateMs: 0 };

export type Tap = (topic: string, payload: Uint8Array) => void;

export class Broker {
  readonly world: World;
  weather: Weather = fair;
  /** Sees everything that reaches the broker, and everything that reaches somebody. */
  readonly taps: Tap[] = [];
  readonly arrivals: Tap[] = [];
  readonly #clients = new Set<Client>();
  readonly #retained = new Map<string, Uint8Array>();
  readonly #wills = new Map<string, RetainedState>();
  #down = false;
  /** Until when somebody does not get through. */
  readonly #barred = new Map<string, number>();

  constructor(world: World) {
    this.world = world;
  }

  /** Links of one life of a computer: dead ones hear and say nothing. `says` sees what is published, at that instant. */
  linksOf(isAlive: () => boolean, says: Tap = () => {}): OpenLink {
    return (options, handlers) => {
      const link = this.#open(new Client(options, handlers, isAlive));
      const publish: Link['publish'] = (topic, payload, more) => {
        if (isAlive()) says(topic, payload);
        return link.publish(topic, payload, more);
      };
      return {
        publish,
        get up() {
          return link.up;
        },
        close: () => link.close(),
      };
    };
  }

  #open(client: Client): Link {
    this.#clients.add(client);
    this.#riseIn(client, this.world.random.int(5, 200));
    return {
      publish: (topic, payload, { retain = false } = {}) => this.#publish(client, topic, payload, retain),
      get up() {
        return client.up;
      },
      close: async () => this.#close(client),
    };
  }

  #riseIn(client: Client, ms: number): void {
    client.cancelRise();
    client.cancelRise = this.world.in(ms, () => this.#rise(client));
  }

  #rise(client: Client): void {
    if (client.closed || client.up || !client.isAlive()) return;
    if (this.#down || this.world.now < (this.#barred.get(client.options.clientId) ?? 0)) {
      client.handlers.lost('the broker is away');
      this.#riseIn(client, this.world.random.int(1_000, 10_000));
      return;
    }
    const { clientId, state } = client.options;
    this.#takeOver(client);
    const { world } = this;
    const [out, back] = [new Hop(world), new Hop(world)];
    client.connection = {
      ...{ passes: true, stalled: false, parked: [], waiting: new Set(), out, back },
      busy: Promise.resolve(),
    };
    client.up = true;
    if (state !== undefined) {
      this.#wills.set(clientId, state);
      this.#arrive(state.topic, state.here(), true);
    }
    client.handlers.connected();
    for (const [topic, payload] of this.#retained)
      if (client.hears(topic)) this.#give(client, topic, payload);
  }

  /** An older connection under this id ends, with its will. */
  #takeOver({ options: { clientId } }: Client): void {
    this.#sayWill(clientId);
    for (const other of this.#clients)
      if (other.options.clientId === clientId && other.connection !== null) other.connection.passes = false;
  }

  #sayWill(clientId: string): void {
    const will = this.#wills.get(clientId);
    this.#wills.delete(clientId);
    if (will !== undefined) this.#arrive(will.topic, will.gone, true);
  }

  #publish(client: Client, topic: string, payload: Uint8Array, retain: boolean): Promise<void> {
    const { connection } = client;
    if (!client.up || connection === null || !client.isAlive())
      return Promise.reject(new Fault('link-down', 'not connected', 'Wait.'));
    if (connection.waiting.size >= waitingMax)
      return Promise.reject(new Fault('link-busy', 'too much waits', 'Wait.'));
    return new Promise((resolve, reject) => {
      const waiting = { reject };
      connection.waiting.add(waiting);
      this.#over(connection, connection.out, () => {
        this.#arrive(topic, payload, retain);
        this.#over(connection, connection.back, () => {
          connection.waiting.delete(waiting);
          resolve();
        });
      });
    });
  }

  /** One way over a network: never, if it is cut meanwhile. */
  #over(connection: Connection, hop: Hop, arrived: () => void): void {
    hop.over(() => {
      if (connection.stalled && connection.passes) connection.parked.push(arrived);
      else if (connection.passes) arrived();
    });
  }

  #arrive(topic: string, payload: Uint8Array, retain: boolean): void {
    if (retain) this.#retained.set(topic, payload);
    for (const tap of this.taps) tap(topic, payload);
    this.route(topic, payload);
  }

  /** As a broker that nobody should trust passes it on; attackers use it too. */
  route(topic: string, payload: Uint8Array): void {
    const { random } = this.world;
    const { lose, double, late, lateMs } = this.weather;
    for (const client of this.#clients) {
      if (!client.hears(topic) || random.chance(lose)) continue;
      for (let copies = random.chance(double) ? 2 : 1; copies > 0; copies -= 1) {
        if (!random.chance(late)) this.#give(client, topic, payload);
        else this.world.in(random.int(1, lateMs), () => this.#give(client, topic, payload));
      }
    }
  }

  #give(client: Client, topic: string, payload: Uint8Array): void {
    const { connection } = client;
    if (connection === null) return;
    this.#over(connection, connection.back, () => {
      connection.busy = connection.busy.then(async () => {
        if (client.connection !== connection || !client.up || !client.isAlive()) return;
        for (const arrival of this.arrivals) arrival(topic, payload);
        try {
          await client.handlers.message(topic, payload);
        } catch (error) {
          if (client.connection === connection && client.isAlive()) this.#cut(client, `refused: ${error}`);
        }
      });
    });
  }

  #cut(client: Client, reason: string): void {
    const { connection } = client;
    if (connection === null || !client.up) return;
    connection.passes = false;
    this.#notice(client, connection, reason);
    this.world.in(this.world.random.int(0, 5_000), () => this.#dies(client, connection));
  }

  /** The client sees that its connection is gone, and tries anew. */
  #notice(client: Client, connection: Connection, reason: string): void {
    if (client.connection !== connection || client.closed || !client.isAlive()) return;
    client.connection = null;
    client.up = false;
    for (const { reject } of connection.waiting) reject(new Fault('link-down', reason, 'Wait.'));
    client.handlers.lost(reason);
    this.#riseIn(client, this.world.random.int(200, 8_000));
  }

  /** The broker sees that the connection is gone, unless another has taken over. */
  #dies(client: Client, connection: Connection): void {
    if (client.connection === null || client.connection === connection)
      this.#sayWill(client.options.clientId);
  }

  #close(client: Client): void {
    client.cancelRise();
    client.closed = true;
    client.up = false;
    // What was published just before is on its way already.
    this.world.in(30, () => this.#clients.delete(client));
    this.#wills.delete(client.options.clientId);
  }

  /** The computer of these links is gone without a word: the broker hears nothing and finds out later. */
  forget(isAlive: () => boolean): void {
    for (const client of [...this.#clients]) {
      if (client.isAlive !== isAlive) continue;
      client.cancelRise();
      this.#clients.delete(client);
      const { connection } = client;
      if (connection === null) continue;
      connection.passes = false;
      this.world.in(this.world.random.int(0, 90_000), () => this.#dies(client, connection));
    }
  }

  /** Connections of somebody: broken for both at once, for one side first, or stalled for a while. */
  disturb(isIts: (clientId: string) => boolean): string {
    const { random } = this.world;
    const how = random.pick(['cut', 'half-open', 'stall'] as const);
    for (const client of this.#clients) {
      const { connection } = client;
      if (connection === null || !client.up || !isIts(client.options.clientId)) continue;
      if (how === 'cut') this.#cut(client, 'cut');
      else if (how === 'stall') this.#stall(connection);
      else this.#halfOpen(client, connection);
    }
    return how;
  }

  #stall(connection: Connection): void {
    connection.stalled = true;
    this.world.in(this.world.random.int(500, 40_000), () => {
      connection.stalled = false;
      for (const arrived of connection.parked.splice(0)) if (connection.passes) arrived();
    });
  }

  #halfOpen(client: Client, connection: Connection): void {
    connection.passes = false;
    const { random } = this.world;
    this.world.in(random.int(100, 90_000), () => this.#notice(client, connection, 'half-open'));
    this.world.in(random.int(100, 90_000), () => this.#dies(client, connection));
  }

  /** Nobody of this name gets through for so long. */
  bar(clientId: string, ms: number): void {
    this.#barred.set(clientId, this.world.now + ms);
  }

  /** It goes and comes back, with what it had retained or without. */
  restart(options: { readonly forgets: boolean; readonly downMs: number }): void {
    if (options.forgets) this.#retained.clear();
    this.#wills.clear();
    this.#down = true;
    for (const client of [...this.#clients]) {
      const { connection } = client;
      if (connection === null) continue;
      connection.passes = false;
      this.world.in(this.world.random.int(0, 2_000), () =>
        this.#notice(client, connection, 'broker restarts'),
      );
    }
    this.world.in(options.downMs, () => {
      this.#down = false;
    });
  }
}
