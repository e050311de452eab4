import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { after, type MonoMs, millis } from '../../base/brand.ts';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import type { BrokerAddress } from './address.ts';
import { Backoff } from './backoff.ts';
import { Connection, type Transport } from './connection.ts';
import type { Link, LinkHandlers, LinkOptions, LinkTime, OpenLink } from './link.ts';
import { Liveness } from './liveness.ts';
import { linkDown, overload, Pending, refusal } from './pending.ts';

/** From the first SYN to the broker's yes to the subscriptions. */
const connectMaxMs = 30_000;
/** A broker that takes no goodbye gets none. */
const leaveMaxMs = 1_000;

export interface MqttOptions {
  readonly address: BrokerAddress;
  readonly username: string;
  readonly password: Secret;
  readonly tls?: {
    /** PEM; without it the authorities that Node trusts. */
    readonly ca?: string;
    /** The name that the certificate must have; the host of the address by default. */
    readonly servername?: string;
  };
  readonly time: LinkTime;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Links over TCP or TLS to any broker of MQTT 3.1.1. This file loads the mqtt package: import it with `await import` when
 * something else has to be ready first.
 * @throws Fault `bad-input` when the authority's certificate cannot be read
 */
export function mqttLinks({ tls: options, ...mqtt }: MqttOptions): OpenLink {
  const trust = mqtt.address.tls && options?.ca !== undefined ? trusting(options.ca) : undefined;
  const transport: Transport & Chance = {
    ...mqtt,
    ...(trust === undefined ? {} : { trust }),
    ...(options?.servername === undefined ? {} : { servername: options.servername }),
  };
  return (link, handlers) => new MqttLink(transport, link, handlers);
}

function trusting(ca: string): SecureContext {
  try {
    // A secure context takes text that is no certificate for an empty list.
    new X509Certificate(ca);
    return createSecureContext({ ca });
  } catch (error) {
    const hint = 'Give the certificate of the authority as PEM.';
    throw new Fault('bad-input', `the broker's authority cannot be read: ${reasonOf(error)}`, hint, error);
  }
}

interface Chance {
  readonly time: LinkTime;
  readonly random: () => number;
}

class MqttLink implements Link {
  readonly #mqtt: Transport & Chance;
  readonly #options: LinkOptions;
  readonly #handlers: LinkHandlers;
  readonly #backoff: Backoff;
  #handling = false;
  readonly #pending = new Pending();
  #connection: Connection | null = null;
  #liveness: Liveness | null = null;
  #upSince: MonoMs | null = null;
  #upMs = 0;
  #closed = false;
  #cancelTimer = (): void => {};
  #gone = (): void => {};

  constructor(mqtt: Transport & Chance, options: LinkOptions, handlers: LinkHandlers) {
    this.#mqtt = mqtt;
    this.#options = options;
    this.#handlers = handlers;
    this.#backoff = new Backoff(mqtt.random);
    this.#connect();
  }

  get up(): boolean {
    return this.#upSince !== null && !this.#closed;
  }

  publish(topic: string, payload: Uint8Array, { retain = false } = {}): Promise<void> {
    const connection = this.#connection;
    const fault = refusal(this.up, payload) ?? overload(this.#pending, payload.length);
    if (fault !== null || connection === null) return Promise.reject(fault ?? linkDown('not connected'));
    return this.#pending.add(payload.length, settle =>
      connection.publish(topic, payload, retain, error =>
        settle(error === null ? null : linkDown(error.message)),
      ),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer();
    this.#liveness?.stop();
    this.#pending.fail(linkDown('closed'));
    const connection = this.#connection;
    if (connection === null) return;
    const gone = new Promise<void>(resolve => {
      this.#gone = resolve;
    });
    const up = this.#upSince !== null;
    this.#cancelTimer = this.#after(up ? leaveMaxMs : 0, () => connection.cut('closed'));
    if (up) connection.leave();
    await gone;
  }

  #connect(): void {
    const connection = new Connection(this.#mqtt, this.#options, {
      accepted: () => this.#accepted(connection),
      message: (topic, payload, done) => this.#message(topic, payload, done),
      closed: reason => this.#lost(reason),
    });
    this.#connection = connection;
    this.#cancelTimer = this.#after(connectMaxMs, () =>
      connection.cut(`the broker did not let us in within ${connectMaxMs} ms`),
    );
  }

  #accepted(connection: Connection): void {
    if (this.#closed) return;
    this.#cancelTimer();
    this.#upSince = this.#mqtt.time.mono();
    this.#liveness = new Liveness(this.#mqtt.time, {
      heard: () => connection.heardBytes,
      sent: () => connection.sentBytes,
      backlog: () => connection.backlogBytes,
      owed: () => this.#pending.count,
      ping: () => connection.ping(),
      dead: reason => connection.cut(reason),
    });
    const { state } = this.#options;
    // Nobody waits for this one; without its acknowledgement the link is found dead like with any other.
    if (state !== undefined) this.publish(state.topic, state.here(), { retain: true }).catch(() => {});
    this.#handlers.connected();
  }

  #message(topic: string, payload: Uint8Array, done: () => void): void {
    const connection = this.#connection;
    if (this.#closed || connection === null) return;
    this.#handling = true;
    this.#liveness?.handling(true);
    const handled = (error: unknown): void => {
      this.#handling = false;
      this.#liveness?.handling(false);
      if (error !== null) connection.cut(`a message on ${topic} was not handled: ${reasonOf(error)}`);
      done();
      if (this.#connection === null) this.#reconnect();
    };
    try {
      const pending = this.#handlers.message(topic, payload);
      if (pending === undefined) handled(null);
      else pending.then(() => handled(null), handled);
    } catch (error) {
      handled(error);
    }
  }

  #lost(reason: string): void {
    this.#upMs = this.#upSince === null ? 0 : this.#mqtt.time.mono() - this.#upSince;
    this.#cancelTimer();
    this.#liveness?.stop();
    this.#liveness = null;
    this.#connection = null;
    this.#upSince = null;
    if (this.#closed) {
      this.#gone();
      return;
    }
    this.#pending.fail(linkDown(reason));
    this.#reconnect();
    this.#handlers.lost(reason);
  }

  /** Not before the last message is handled: so messages come one at a time, whatever happens to connections. */
  #reconnect(): void {
    if (this.#handling || this.#closed) return;
    this.#cancelTimer = this.#after(this.#backoff.next(this.#upMs), () => this.#connect());
  }

  #after(ms: number, wake: () => void): () => void {
    const { time } = this.#mqtt;
    return time.at(after(time.mono(), millis(ms)), wake);
  }
}
