import net from 'node:net';
import tls from 'node:tls';
import './packet-numbers.ts';
import { type IPublishPacket, MqttClient } from 'mqtt';
import type { MonoMs } from '../../base/brand.ts';
import { codeOf, reasonOf } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import { type Refusal, RefusedError } from '../tls/dated-trust.ts';
import type { BrokerAddress } from './address.ts';
import type { LinkOptions, LinkTime } from './link.ts';
import { keepaliveS } from './liveness.ts';
import { fromBroker, PacketGuard } from './packet-guard.ts';

export interface Transport {
  readonly address: BrokerAddress;
  readonly username: string;
  readonly password: Secret;
  /** Only with TLS: whom to trust, and the name that the certificate must have where that is not the host. */
  readonly trust?: tls.SecureContext;
  /** Who judges in place of OpenSSL alone: null lets the broker in. Nothing has been sent to it before. */
  readonly judge?: (socket: tls.TLSSocket) => Refusal | null;
  readonly servername?: string;
  readonly time: Pick<LinkTime, 'mono'>;
}

/** One connection tells these, in this order: `accepted` at most once, then `closed` once, whatever happens. */
export interface ConnectionEvents {
  /** Connected and subscribed. */
  accepted(): void;
  /** `done`: acknowledges, unless the connection was cut or left. Nothing further comes before it. */
  message(topic: string, payload: Uint8Array, done: () => void): void;
  /** `code`: of the system or of TLS, where that was the cause; empty where it was not. */
  closed(reason: string, code: string): void;
}

/** Our timers tell when to ping and when to give up: see `Liveness`. */
const noTimer = { set: (): number => 0, clear: (): void => {} };

/** A link needs this much of a connection. */
export interface OpenConnection {
  /** Bytes that came in, that the system has taken from us, and that it has not taken yet. */
  readonly heardBytes: number;
  readonly sentBytes: number;
  readonly backlogBytes: number;
  /** How long ago the last byte came in, in milliseconds. */
  readonly silentMs: number;
  ping(): void;
  /** `done` hears null at the PUBACK; it may hear nothing at all when the connection closes first. */
  publish(topic: string, payload: Uint8Array, retain: boolean, done: (error: Error | null) => void): void;
  /** Without a word: the broker publishes the will. */
  cut(reason: string): void;
  /** With a DISCONNECT, which the broker takes the will back for. What is on its way is sent first. */
  leave(): void;
}

/**
 * One connection, from the first SYN to the end, with a client of its own: so nothing that the mqtt package keeps for the next
 * one (stores, queues, subscriptions) is ever there.
 */
export class Connection implements OpenConnection {
  readonly #client: MqttClient;
  readonly #events: ConnectionEvents;
  #socket: net.Socket | null = null;
  readonly #time: Transport['time'];
  #heardBytes = 0;
  #heardAt: MonoMs;
  #reason: string | null = null;
  #code = '';
  #closed = false;

  constructor(transport: Transport, options: LinkOptions, events: ConnectionEvents) {
    this.#events = events;
    this.#time = transport.time;
    this.#heardAt = transport.time.mono();
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

  get silentMs(): number {
    return this.#time.mono() - this.#heardAt;
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

  publish(topic: string, payload: Uint8Array, retain: boolean, done: (error: Error | null) => void): void {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#client.publish(topic, bytes, { qos: 1, retain }, error => done(error ?? null));
  }

  cut(reason: string): void {
    this.#because(reason);
    this.#socket?.destroy();
  }

  leave(): void {
    this.#because('closed');
    this.#socket?.end(Buffer.from([0xe0, 0]));
  }

  /** Only the first reason is the cause of the others. */
  #because(reason: string, code = ''): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#code = code;
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.closed(this.#reason ?? 'the broker closed the connection', this.#code);
  }

  #open(transport: Transport): net.Socket {
    const socket = connect(transport);
    const guard = new PacketGuard(fromBroker);
    // Before the parser's own listener; see PacketGuard.
    socket.on('data', (chunk: Buffer) => {
      this.#heardBytes += chunk.length;
      this.#heardAt = this.#time.mono();
      const trouble = guard.see(chunk);
      if (trouble !== null) this.cut(`the broker sent ${trouble}`);
    });
    socket.on('error', error => this.#because(reasonOf(error), codeOf(error)));
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

function connect({ address: { host, port, tls: secured }, trust, judge, servername }: Transport): net.Socket {
  if (!secured) return net.connect({ host, port, noDelay: true });
  const name = servername ?? (net.isIP(host) === 0 ? host : undefined);
  const socket = tls.connect({
    ...{ host, port, minVersion: 'TLSv1.2', rejectUnauthorized: judge === undefined },
    ...(name === undefined ? {} : { servername: name }),
    ...(trust === undefined ? {} : { secureContext: trust }),
  });
  if (judge !== undefined)
    socket.once('secureConnect', () => {
      const refusal = judge(socket);
      if (refusal !== null) socket.destroy(new RefusedError(refusal));
    });
  return socket.setNoDelay(true);
}
