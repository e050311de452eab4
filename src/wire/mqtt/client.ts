import { Fault, reasonOf } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';
import type { BrokerAddress } from './address.ts';
import { Connection, type ConnectionEvents, type OpenConnection, type Transport } from './connection.ts';
import type { LinkOptions, LinkTime, OpenLink } from './link.ts';
import { MqttLink } from './mqtt-link.ts';
import { BrokerTrust, isUntrusted } from './trust.ts';

export interface MqttOptions {
  readonly address: BrokerAddress;
  readonly username: string;
  readonly password: Secret;
  readonly tls?: {
    /** PEM; without it the authorities that Node trusts. */
    readonly ca?: string;
    /** In place of `ca`: lists that may change while links live. */
    readonly trust?: BrokerTrust;
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
  const trust = mqtt.address.tls ? (options?.trust ?? trusting(options?.ca ?? null)) : null;
  const transport: Transport = {
    ...mqtt,
    ...(options?.servername === undefined ? {} : { servername: options.servername }),
  };
  const { time, random } = mqtt;
  return (link, handlers) => {
    const connect = (events: ConnectionEvents): OpenConnection =>
      trust === null
        ? new Connection(transport, link, events)
        : trustingConnection(transport, link, events, trust);
    return new MqttLink({ time, random, connect }, link, handlers);
  };
}

function trusting(ca: string | null): BrokerTrust {
  try {
    return new BrokerTrust([ca]);
  } catch (error) {
    const hint = 'Give the certificate of the authority as PEM.';
    throw new Fault('bad-input', `the broker's authority cannot be read: ${reasonOf(error)}`, hint, error);
  }
}

/** Under one of the lists; what becomes of it tells whether the next connection is to try another. */
function trustingConnection(
  transport: Transport,
  link: LinkOptions,
  events: ConnectionEvents,
  trust: BrokerTrust,
): OpenConnection {
  const { context, list } = trust;
  const host = transport.servername ?? transport.address.host;
  const trusted: Transport = {
    ...transport,
    ...(context === undefined ? {} : { trust: context }),
    ...(trust.judges ? { judge: socket => trust.judge(socket, host, list) } : {}),
  };
  return new Connection(trusted, link, {
    ...events,
    accepted: () => {
      trust.served(list);
      events.accepted();
    },
    closed: (reason, code) => {
      if (!isUntrusted(code)) return events.closed(reason, code);
      trust.refused(list);
      return events.closed(`the broker's certificate is not believed: ${reason.split(';')[0]}`, code);
    },
  });
}
