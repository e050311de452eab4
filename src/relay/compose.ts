/** The relay put together: store, broker, fleet, web. The one place that names them all. */
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Log } from '../base/log.ts';
import { Secret } from '../base/secret.ts';
import { chainReady } from '../wire/chain.ts';
import { readBrokerUrl } from '../wire/mqtt/address.ts';
import type { OpenLink } from '../wire/mqtt/link.ts';
import { type EmbeddedBroker, openEmbeddedBroker } from './broker/embedded.ts';
import type { BrokerConfig, MqttConfig, RelayConfig } from './config/model.ts';
import { addressText } from './config/values.ts';
import { lockData, ownFolder } from './data-lock.ts';
import { ensureFirstAccount, firstAccount } from './domain/accounts.ts';
import { ensureIdentity } from './domain/identity.ts';
import { Fleetio } from './fleetio/fleetio.ts';
import { type Opened, openRelay, secretText } from './opened.ts';
import type { Random } from './ports.ts';
import { PinHasher } from './secrets/pins.ts';
import { systemTime } from './system-time.ts';
import { addRoutes } from './web/app.ts';
import { newFirstLink } from './web/first-admin.ts';
import { apiRoutes } from './web/routes.ts';
import { type Server, startServer } from './web/server.ts';

export interface Relay {
  readonly httpUrl: string;
  readonly brokerUrl: string;
  /** Secret part of the first administrator's link; null: there is a token already. */
  readonly firstLink: string | null;
  stop(): Promise<void>;
}

export const random: Random = bytes => randomBytes(bytes);
const chanceSteps = 2 ** 32;
const chance = (): number => randomInt(chanceSteps) / chanceSteps;

/** What was started so far ends in the reverse order, whether all of it came up or not. */
class Started {
  readonly #ends: (() => void | Promise<void>)[] = [];

  add(end: () => void | Promise<void>): void {
    this.#ends.push(end);
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}

/** @throws Fault naming what stands in the way; nothing is left running then */
export async function runRelay(config: RelayConfig, log: Log): Promise<Relay> {
  const started = new Started();
  try {
    return await start(config, log, started);
  } catch (error) {
    await started.stop();
    throw error;
  }
}

async function start(config: RelayConfig, log: Log, started: Started): Promise<Relay> {
  await chainReady;
  ownFolder(config.data);
  started.add(lockData(config.data));
  const opened = await openRelay(config, log);
  started.add(() => opened.store.close());
  await firstRows(opened);
  const broker = await reachBroker(config, opened, log);
  started.add(broker.close);
  let { port } = config.http.listen;
  const fleetio = new Fleetio({
    ...{ store: opened.store, atRest: opened.atRest, random, time: systemTime, log, chance },
    allowLoopback: config.fleetio.allowLoopback,
    webhookUrl: () => `${publicUrl(config, port)}/webhooks/fleetio`,
  });
  started.add(() => fleetio.close());
  const server = await serve(config, { opened, broker, fleetio, log });
  started.add(() => server.close());
  port = server.port;
  fleetio.start();
  const httpUrl = publicUrl(config, server.port);
  const firstLink = await newFirstLink(opened.store, firstAccount, random);
  log.info({ http: httpUrl, mqtt: broker.url }, 'the relay is ready');
  return { httpUrl, brokerUrl: broker.url, firstLink, stop: () => started.stop() };
}

/** What every relay has from its first start on. */
const firstRows = ({ store, atRest }: Opened): Promise<unknown> =>
  store.write(async tx => {
    const now = systemTime.wall();
    await ensureFirstAccount(tx, now);
    await ensureIdentity(tx, { atRest, random, now });
  });

interface Broker {
  readonly openLink: OpenLink;
  /** What boxes are told. */
  readonly url: string;
  readonly ca: string | null;
  readonly close: () => Promise<void>;
}

async function reachBroker(config: RelayConfig, opened: Opened, log: Log): Promise<Broker> {
  if (config.mqtt !== null) return await inside(config.mqtt, opened, log);
  if (config.broker === null) throw new RangeError('a configuration without a broker');
  return await outside(config.broker);
}

async function inside(
  { listen, url, tls, caFile }: MqttConfig,
  { store }: Opened,
  log: Log,
): Promise<Broker> {
  const secured = tls === null ? {} : { tls: pems(tls) };
  const broker: EmbeddedBroker = await openEmbeddedBroker({
    listen: { ...listen, ...secured },
    passwordOf: async box => {
      const row = await store.db
        .selectFrom('box')
        .select('password')
        .where('id', '=', box)
        .executeTakeFirst();
      return row?.password ?? null;
    },
    time: systemTime,
    random: chance,
    log,
  });
  const scheme = tls === null ? 'mqtt' : 'mqtts';
  return {
    openLink: broker.openLink,
    url: url ?? `${scheme}://${addressText({ ...listen, port: broker.port })}`,
    ca: caFile === null ? null : secretText(caFile, 'mqtt.caFile'),
    close: () => broker.close(),
  };
}

const pems = ({ certFile, keyFile }: { readonly certFile: string; readonly keyFile: string }) => ({
  cert: readFileSync(certFile, 'utf8'),
  key: readFileSync(keyFile, 'utf8'),
});

async function outside({ url, caFile, username, passwordFile, boxes }: BrokerConfig): Promise<Broker> {
  const { mqttLinks } = await import('../wire/mqtt/client.ts');
  const password = passwordFile === null ? '' : secretText(passwordFile, 'broker.passwordFile');
  const ca = caFile === null ? null : secretText(caFile, 'broker.caFile');
  const openLink = mqttLinks({
    address: readBrokerUrl(url),
    username,
    password: new Secret(password),
    ...(ca === null ? {} : { tls: { ca } }),
    time: systemTime,
    random: chance,
  });
  const boxCa = boxes.caFile === null ? null : secretText(boxes.caFile, 'broker.boxes.caFile');
  return { openLink, url: boxes.url, ca: boxCa, close: async () => {} };
}

const publicUrl = ({ http }: RelayConfig, port: number): string =>
  http.url ?? `http://${addressText({ host: http.listen.host, port })}`;

interface Served {
  readonly opened: Opened;
  readonly broker: Broker;
  readonly fleetio: Fleetio;
  readonly log: Log;
}

function serve(config: RelayConfig, { opened, broker, fleetio, log }: Served): Promise<Server> {
  const { listen, trustProxy, url } = config.http;
  const { store, atRest } = opened;
  const httpUrl = publicUrl(config, listen.port);
  return startServer({
    ...{ ...listen, trustProxy, log },
    isHttps: url?.startsWith('https:') === true,
    routes: app =>
      addRoutes(app, {
        ...{ store, atRest, random, time: systemTime, httpUrl, brokerUrl: broker.url },
        routes: apiRoutes({ pins: new PinHasher(), fleetio }),
        webhook: (raw, proof) => fleetio.intake.receive(raw, proof),
        enrol: () => Promise.reject(new Error('later')),
        pulse: () => ({ brokerUp: true, shares: { mine: 0, all: 0 }, queues: {}, counters: {} }),
      }),
  });
}
