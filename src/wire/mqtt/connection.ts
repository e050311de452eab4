import net from 'node:net';
import tls from 'node:tls';
import './packet-numbers.ts';
import { type IPublishPacket, MqttClient } from 'mqtt';
import { reasonOf } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import type { BrokerAddress } from './address.ts';
import type { LinkOptions } from './link.ts';
import { keepaliveS } from './liveness.ts';
import { fromBroker, PacketGuard } from './packet-guard.ts';

export interface Transport {
  readonly address: BrokerAddress;
  readonly username: string;
  readonly password: Secret;
  /** Only with TLS: whom to trust, and the name that the certificate must have where that is not the host. */
  readonly trust?: tls.SecureContext;
  readonly servername?: string;
}

/** What one connection tells, in this order: `accepted` at most once, then `closed` once, whatever happens. */
export interface ConnectionEvents {
  /** Connected and subscribed. */
  accepted(): void;
  /** `done`: acknowledges, unless the connection was cut or left. Nothing further comes before it. */
  message(topic: string, payload: Uint8Array, done: () => void): void;
  closed(reason: string): void;
}

/** Our timers tell when to ping and when to give up: see `Liveness`. */
const noTimer = { set: (): number => 0, clear: (): void => {} };

/**
 * One connection, from the first SYN to the end, with a client of its own: so nothing that the mqtt package keeps for the next
 * one (stores, queues, subscriptions) is ever there.
 */
export class Connection {
  readonly #client: MqttClient;
  readonly #events: ConnectionEvents;
  #socket: net.Socket | null = null;
  #heardBytes = 0;
  #reason: string | null = null;
  #closed = false;

  constructor(transport: Transport, options: LinkOptions, events: ConnectionEvents) {
    this.#events = events;
    this.#client = new MqttClient(() => this.#open(transport), {
      ...{ protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: keepaliveS },
      ...{ reconnectPeriod: 0, resubscribe: false, queueQoSZero: false, timerVariant: noTimer },
      clientId: options.clientId,
      username: transport.username,
      password: Buffer.from(transport.password.reveal()),
      ...(options.state === undefined ? {} : { will: will(options.state) }),
    });
    this.#client.handleMessage = (packet, done) => this.#message(packet, () => done());
    this.#client.on('error', error => this.#because(reasonOf(error)));
    this.#client.on('close', () => this.#end());
    this.#client.on('connect', () => this.#subscribe(options.subscriptions));
  }

  get heardBytes(): number {
    return this.#heardBytes;
  }

  get sentBytes(): number {
    return (this.#socket?.bytesWritten ?? 0) - this.backlogBytes;
  }

  get backlogBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  ping(): void {
    this.#client.sendPing();
  }

  /** `done` hears null at the PUBACK; it may hear nothing at all when the connection closes first. */
  publish(topic: string, payload: Uint8Array, retain: boolean, done: (error: Error | null) => void): void {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#client.publish(topic, bytes, { qos: 1, retain }, error => done(error ?? null));
  }

  /** Without a word: the broker publishes the will. */
  cut(reason: string): void {
    this.#because(reason);
    this.#socket?.destroy();
  }

  /** With a DISCONNECT, which the broker takes the will back for. What is on its way is sent first. */
  leave(): void {
    this.#because('closed');
    this.#socket?.end(Buffer.from([0xe0, 0]));
  }

  /** Only the first reason is the cause of the others. */
  #because(reason: string): void {
    this.#reason ??= reason;
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.closed(this.#reason ?? 'the broker closed the connection');
  }

  #open(transport: Transport): net.Socket {
    const socket = connect(transport);
    const guard = new PacketGuard(fromBroker);
    // Before the parser's own listener; see PacketGuard.
    socket.on('data', (chunk: Buffer) => {
      this.#heardBytes += chunk.length;
      const trouble = guard.see(chunk);
      if (trouble !== null) this.cut(`the broker sent ${trouble}`);
    });
    socket.on('error', error => this.#because(reasonOf(error)));
    this.#socket = socket;
    return socket;
  }

  #subscribe(topics: readonly string[]): void {
    if (topics.length === 0) {
      this.#events.accepted();
      return;
    }
    this.#client.subscribe([...topics], { qos: 1 }, (error, granted) => {
      if (error !== null || granted?.some(({ qos }) => qos !== 1))
        this.cut('the broker refused a subscription');
      else if (!this.#closed) this.#events.accepted();
    });
  }

  #message({ topic, payload }: IPublishPacket, acknowledge: () => void): void {
    if (this.#reason !== null || typeof payload === 'string') return;
    this.#events.message(topic, payload, () => {
      if (this.#reason === null) acknowledge();
    });
  }
}

const will = ({ topic, gone }: NonNullable<LinkOptions['state']>) => ({
  ...{ topic, payload: Buffer.from(gone), qos: 1 as const, retain: true },
});

function connect({ address: { host, port, tls: secured }, trust, servername }: Transport): net.Socket {
  if (!secured) return net.connect({ host, port, noDelay: true });
  const name = servername ?? (net.isIP(host) === 0 ? host : undefined);
  const socket = tls.connect({
    ...{ host, port, minVersion: 'TLSv1.2', rejectUnauthorized: true },
    ...(name === undefined ? {} : { servername: name }),
    ...(trust === undefined ? {} : { secureContext: trust }),
  });
  return socket.setNoDelay(true);
}
