import type net from 'node:net';
import { Aedes, type AuthErrorCode, type AuthenticateError, type Client } from 'aedes';
import { after, type MonoMs, millis } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { TokenBucket } from '../../base/token-bucket.ts';
import type { LinkTime, OpenLink } from '../../wire/mqtt/link.ts';
import '../../wire/mqtt/packet-numbers.ts';
import { fromClient, PacketGuard } from '../../wire/mqtt/packet-guard.ts';
import { topic } from '../../wire/topics.ts';
import { introductionTrouble, maySubscribe, messageTrouble } from './confinement.ts';
import { InsideLink } from './inside-link.ts';
import { type Listener, type ListenOptions, listen } from './listener.ts';
import { passwordFits } from './password.ts';
import { Retained } from './retained.ts';
import { SerialQueue } from './serial-queue.ts';

export interface EmbeddedOptions {
  readonly listen: ListenOptions;
  /** The stored hash (`hashPassword`) of a box's password; null: no such box, or not enrolled. */
  passwordOf(box: string): Promise<string | null>;
  readonly time: LinkTime;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
}

interface Limits {
  /** Boxes that are connected. */
  readonly connections: number;
  /** Connections beside these that have not shown who they are; above it the busiest address loses its oldest one. */
  readonly strangers: number;
  /** Messages of one box: so many at once, then so many a second; more are read later. */
  readonly messagesBurst: number;
  readonly messagesPerSecond: number;
  /** Packets of any kind on one connection; more cut it. */
  readonly packetsBurst: number;
  readonly packetsPerSecond: number;
  /** One connection may have so much that it has not taken yet; more cuts it. */
  readonly backlogBytes: number;
}

const defaultLimits: Limits = {
  ...{ connections: 10_000, strangers: 6_000 },
  ...{ messagesBurst: 2_000, messagesPerSecond: 1_000 },
  ...{ packetsBurst: 20_000, packetsPerSecond: 4_000 },
  backlogBytes: 512 * 1024,
};

export interface EmbeddedBroker {
  readonly host: string;
  readonly port: number;
  /** For the relay itself; no credentials, no confinement. */
  readonly openLink: OpenLink;
  /** Boxes that are connected. */
  readonly boxes: number;
  /** Cuts a box's connection, whose password is no longer good, and forgets its retained document. */
  revoke(box: string): void;
  /** Its listener's certificate and key from now on. @throws Error where they cannot be used */
  serve(pair: { readonly cert: string; readonly key: string }): void;
  close(): Promise<void>;
}

/** Time that a wrong password costs. */
const refusedAfterMs = 1_000;
const connectMaxMs = 3_000;
const drainMaxMs = 120_000;
/** Lines in the log about clients that misbehave. */
const complaintsBurst = 20;
const complaintsPerSecond = 0.2;

/**
 * A broker of MQTT 3.1.1 inside the relay, with every box confined to its own topics and no session kept after a connection.
 * @throws Fault of `listen`
 */
export async function openEmbeddedBroker(options: EmbeddedOptions): Promise<EmbeddedBroker> {
  const broker = new Embedded(options);
  await broker.begin();
  return broker;
}

/** This much is known of a connection until it ends. */
interface ConnectionState {
  /** Why it is not let in; null: its password decides. */
  trouble: string | null;
  readonly pace: TokenBucket;
  readonly queue: SerialQueue;
  /** It has shown who it is. */
  readonly admitted: () => void;
}

class Embedded implements EmbeddedBroker {
  readonly #options: EmbeddedOptions;
  readonly #limits: Limits;
  readonly #aedes: Aedes;
  readonly #retained = new Retained();
  readonly #boxes = new Map<string, Client>();
  readonly #connections = new WeakMap<Client, ConnectionState>();
  readonly #closing = new Set<() => void>();
  readonly #complaints: TokenBucket;
  #listener: Listener | null = null;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#complaints = new TokenBucket(complaintsBurst, complaintsPerSecond);
    this.#aedes = this.#makeAedes();
  }

  get host(): string {
    return this.#options.listen.host;
  }

  get port(): number {
    return this.#listener?.port ?? 0;
  }

  get boxes(): number {
    return this.#boxes.size;
  }

  readonly openLink: OpenLink = (options, handlers) => {
    const { time, random } = this.#options;
    const closing = (listener: () => void): (() => void) => {
      this.#closing.add(listener);
      return () => this.#closing.delete(listener);
    };
    const inside = { aedes: this.#aedes, retained: this.#retained, time, random, closing };
    return new InsideLink(inside, options, handlers);
  };

  async begin(): Promise<void> {
    await this.#aedes.listen();
    try {
      this.#listener = await listen(this.#options.listen, this.#limits, socket => this.#receive(socket));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  serve(pair: { readonly cert: string; readonly key: string }): void {
    this.#listener?.serve(pair);
  }

  revoke(box: string): void {
    const nothing = Buffer.alloc(0);
    const packet = { cmd: 'publish', topic: topic(box, 'state'), payload: nothing, qos: 1 } as const;
    const clear = (): void => this.#aedes.publish({ ...packet, dup: false, retain: true }, () => {});
    // Its will comes first.
    const client = this.#boxes.get(box);
    if (client === undefined) clear();
    else client.close(clear);
  }

  async close(): Promise<void> {
    for (const listener of this.#closing) listener();
    await new Promise<void>(resolve => this.#aedes.close(() => resolve()));
    await this.#listener?.close();
  }

  #makeAedes(): Aedes {
    const aedes = new Aedes({
      // Without a limit on messages in flight: with one, so many boxes that do not read would stop all the others.
      ...{ concurrency: 0, connectTimeout: connectMaxMs, drainTimeout: drainMaxMs },
      preConnect: (client, packet, done) => {
        const connection = this.#connections.get(client);
        if (connection !== undefined) connection.trouble = introductionTrouble(packet);
        // Nothing is kept for a client that is away, whatever it asks for.
        packet.clean = true;
        done(null, connection !== undefined);
      },
      authenticate: (client, username, password, done) => {
        this.#admit(client, username ?? '', password).then(
          trouble => (trouble === null ? done(null, true) : done(trouble, false)),
          error => done(refused(3, reasonOf(error)), false),
        );
      },
      authorizePublish: (client, packet, done) => {
        const trouble = client === null ? null : messageTrouble(client.id, packet);
        if (trouble !== null) done(new Error(trouble));
        else this.#paced(client, () => done(null));
      },
      authorizeSubscribe: (client, subscription, done) =>
        done(null, maySubscribe(client.id, subscription.topic) ? subscription : null),
      authorizeForward: (client, packet) => (this.#keepsUp(client) ? packet : null),
      published: (packet, _client, done) => {
        if (packet.retain) this.#retained.note(packet.topic, Buffer.from(packet.payload));
        done(null);
      },
    });
    return this.#watch(aedes);
  }

  #watch(aedes: Aedes): Aedes {
    aedes.on('client', client => this.#boxes.set(client.id, client));
    aedes.on('clientDisconnect', client => {
      if (this.#boxes.get(client.id) === client) this.#boxes.delete(client.id);
    });
    aedes.on('clientError', (client, error) => this.#complain(client.id, error.message));
    aedes.on('connectionError', (_client, error) => this.#complain('', error.message));
    return aedes;
  }

  #receive(socket: net.Socket): void {
    const { packetsBurst, packetsPerSecond, messagesBurst, messagesPerSecond } = this.#limits;
    const { time } = this.#options;
    const packets = new TokenBucket(packetsBurst, packetsPerSecond);
    let flood = false;
    const guard = new PacketGuard(fromClient, () => {
      if (!packets.take(time.mono())) flood = true;
    });
    const client = this.#aedes.handle(socket);
    // After the broker's own listener, which decides when to read; heard before it gets the bytes.
    socket.on('data', (chunk: Buffer) => {
      const trouble = guard.see(chunk) ?? (flood ? 'too many packets' : null);
      if (trouble !== null) socket.destroy(new Error(trouble));
    });
    const pace = new TokenBucket(messagesBurst, messagesPerSecond);
    const admitted = (): void => this.#listener?.admitted(socket);
    this.#connections.set(client, { trouble: 'no introduction', pace, queue: new SerialQueue(), admitted });
  }

  /** Null: let in. */
  async #admit(client: Client, box: string, password?: Uint8Array): Promise<AuthenticateError | null> {
    const trouble = this.#connections.get(client)?.trouble ?? null;
    if (trouble !== null) return refused(5, trouble);
    const stored = await this.#options.passwordOf(box);
    if (passwordFits(stored, password ?? new Uint8Array())) {
      // A box that comes again takes over its own place.
      if (this.#boxes.size >= this.#limits.connections && !this.#boxes.has(client.id))
        return refused(3, 'too many boxes');
      this.#connections.get(client)?.admitted();
      return null;
    }
    await this.#until(after(this.#options.time.mono(), millis(refusedAfterMs)));
    return refused(4, 'unknown box or wrong password');
  }

  /** In the order in which they came, also where some of them have to wait. */
  #paced(client: Client | null, go: () => void): void {
    const connection = client === null ? undefined : this.#connections.get(client);
    if (connection === undefined) {
      go();
      return;
    }
    const now = this.#options.time.mono();
    const due = after(now, millis(connection.pace.spend(1, now)));
    connection.queue.enter(() => (due <= this.#options.time.mono() ? undefined : this.#until(due)), go);
  }

  #keepsUp(client: Client): boolean {
    if (client.conn.writableLength <= this.#limits.backlogBytes) return true;
    client.conn.destroy(new Error(`${client.conn.writableLength} bytes not taken`));
    return false;
  }

  #complain(box: string, reason: string): void {
    if (!this.#complaints.take(this.#options.time.mono())) return;
    this.#options.log.warn({ box, reason }, 'broker: a connection was cut');
  }

  #until(at: MonoMs): Promise<void> {
    return new Promise(resolve => this.#options.time.at(at, resolve));
  }
}

const refused = (code: 3 | 4 | 5, message: string): AuthenticateError =>
  Object.assign(new Error(message), { returnCode: code as AuthErrorCode });
