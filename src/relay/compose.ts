/** The relay put together: store, broker, fleet, web. The one place that names them all. */
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { Secret } from '../base/secret.ts';
import { chainReady } from '../wire/chain.ts';
import { readBrokerUrl } from '../wire/mqtt/address.ts';
import type { OpenLink } from '../wire/mqtt/link.ts';
import { type EmbeddedBroker, openEmbeddedBroker } from './broker/embedded.ts';
import { hashPassword } from './broker/password.ts';
import type { BrokerConfig, MqttConfig, RelayConfig } from './config/model.ts';
import { addressText } from './config/values.ts';
import { shares as allShares } from './core/share.ts';
import { lockData, ownFolder } from './data-lock.ts';
import { ensureFirstAccount, firstAccount } from './domain/accounts.ts';
import { enrol } from './domain/enrolment.ts';
import { ensureIdentity } from './domain/identity.ts';
import { Fleet } from './fleet/fleet.ts';
import { meaningIn } from './fleet/meaning.ts';
import { Shares } from './fleet/shares.ts';
import { timerWorkIn } from './fleet/timer-work.ts';
import { Timers, type TimerWork } from './fleet/timers.ts';
import type { Fleetio } from './fleetio/fleetio.ts';
import { fleetioRoom } from './fleetio-room.ts';
import { tidyMemory } from './memory.ts';
import { type Messaging, messaging } from './messaging.ts';
import { MosquittoBoxes } from './mosquitto-boxes.ts';
import { type Opened, openRelay, secretText } from './opened.ts';
import type { Random } from './ports.ts';
import { ensureRetention, retentionWork } from './retention-timer.ts';
import { PinHasher } from './secrets/pins.ts';
import { boxPassword } from './store/fleet-rows.ts';
import { systemTime } from './system-time.ts';
import { addRoutes } from './web/app.ts';
import { newFirstLink } from './web/first-admin.ts';
import type { Pulse } from './web/health.ts';
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
  const copy = `relay-${randomBytes(6).toString('hex')}`;
  const { allowLoopback } = config.fleetio;
  const room = fleetioRoom({ opened, log, copy, allowLoopback, httpUrl: () => publicUrl(config, port) });
  started.add(() => room.close());
  const fleet = await beginFleet(config, { opened, broker, log, copy, more: room.timers }, started);
  const messages = beginMessages(config, { opened, log });
  started.add(() => messages.close());
  const { fleetio } = room;
  const server = await serve(config, { opened, broker, fleet, fleetio, messages: messages.web, log });
  started.add(() => server.close());
  port = server.port;
  room.start();
  started.add(tidyMemory(systemTime));
  const httpUrl = publicUrl(config, server.port);
  messages.start(httpUrl);
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
    await ensureRetention(tx, now);
  });

interface Broker {
  readonly openLink: OpenLink;
  /** What boxes are told. */
  readonly url: string;
  readonly ca: string | null;
  /** A box has another password now, or none. */
  readonly changed: (box: string) => void | Promise<void>;
  readonly close: () => void | Promise<void>;
}

async function reachBroker(config: RelayConfig, opened: Opened, log: Log): Promise<Broker> {
  if (config.mqtt !== null) return await inside(config.mqtt, opened, log);
  if (config.broker === null) throw new RangeError('a configuration without a broker');
  return await outside(config.broker, opened, log);
}

async function inside(
  { listen, url, tls, caFile }: MqttConfig,
  { store }: Opened,
  log: Log,
): Promise<Broker> {
  const secured = tls === null ? {} : { tls: pems(tls) };
  const broker: EmbeddedBroker = await openEmbeddedBroker({
    listen: { ...listen, ...secured },
    passwordOf: box => boxPassword(store.db, box),
    time: systemTime,
    random: chance,
    log,
  });
  const scheme = tls === null ? 'mqtt' : 'mqtts';
  return {
    openLink: broker.openLink,
    url: url ?? `${scheme}://${addressText({ ...listen, port: broker.port })}`,
    ca: caFile === null ? null : secretText(caFile, 'mqtt.caFile'),
    changed: box => broker.forget(box),
    close: () => broker.close(),
  };
}

const pems = ({ certFile, keyFile }: { readonly certFile: string; readonly keyFile: string }) => ({
  cert: readFileSync(certFile, 'utf8'),
  key: readFileSync(keyFile, 'utf8'),
});

async function outside(config: BrokerConfig, { store }: Opened, log: Log): Promise<Broker> {
  const { url, caFile, username, passwordFile, boxes, mosquitto } = config;
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
  const reached = { openLink, url: boxes.url, ca: boxCa };
  if (mosquitto === null) return { ...reached, changed: () => {}, close: () => {} };
  const files = new MosquittoBoxes({
    mosquitto,
    relay: { username, password },
    store,
    time: systemTime,
    log,
  });
  await files.begin();
  return { ...reached, changed: () => files.changed(), close: () => files.close() };
}

/** Several copies divide the boxes where they have one database and one broker; else this one has them all. */
async function beginFleet(
  config: RelayConfig,
  { opened, broker, log, copy, more }: FleetServing,
  started: Started,
): Promise<Sailing> {
  const { store, atRest } = opened;
  const parts = { store, atRest, time: systemTime, random, log };
  const isShared = store.engine === 'postgres' && config.broker !== null;
  const serve = isShared ? 'shares' : 'all';
  const fleet = await Fleet.start({
    ...parts,
    meaning: meaningIn(parts),
    openLink: broker.openLink,
    copy,
    serve,
  });
  started.add(() => fleet.close());
  const work = { ...timerWorkIn({ atRest, random }), ...retentionWork({ atRest, random }), ...more };
  const timers = new Timers({ store, time: systemTime, log, copy, work });
  timers.start();
  started.add(() => timers.close());
  if (!isShared) return { fleet, sharesHeld: () => allShares };
  const held = new Shares({
    ...{ store, time: systemTime, log, copy },
    taken: share => fleet.serveShare(share),
    lost: share => fleet.leaveShare(share),
  });
  await held.start();
  started.add(() => held.close());
  return { fleet, sharesHeld: () => held.held.size };
}

interface FleetServing extends Omit<Serving, 'fleet' | 'messages'> {
  readonly copy: string;
  /** Timers of other rooms. */
  readonly more: Readonly<Record<string, TimerWork>>;
}

interface Sailing {
  readonly fleet: Fleet;
  readonly sharesHeld: () => number;
}

interface Serving {
  readonly opened: Opened;
  readonly broker: Broker;
  readonly fleet: Sailing;
  readonly messages: Messaging['web'];
  readonly log: Log;
}

function beginMessages(config: RelayConfig, { opened, log }: Pick<Serving, 'opened' | 'log'>): Messaging {
  const { store, atRest } = opened;
  const copy = `outbox-${randomBytes(6).toString('hex')}`;
  const parts = { store, atRest, random, time: systemTime, log, copy };
  return messaging(config, parts, publicUrl(config, config.http.listen.port));
}

const publicUrl = ({ http }: RelayConfig, port: number): string =>
  http.url ?? `http://${addressText({ host: http.listen.host, port })}`;

interface Served extends Serving {
  readonly fleetio: Fleetio;
}

function serve(
  config: RelayConfig,
  { opened, broker, fleet, fleetio, messages, log }: Served,
): Promise<Server> {
  const { listen, trustProxy, url } = config.http;
  const { store, atRest } = opened;
  const httpUrl = publicUrl(config, listen.port);
  const pins = new PinHasher();
  // Its broker lets it in no more, and cuts it where it is in.
  const retired = (box: string): void =>
    void Promise.resolve(broker.changed(box)).catch(error =>
      log.error({ box, reason: reasonOf(error) }, 'the broker does not know yet that a box was retired'),
    );
  const nudge = (): void =>
    void fleet.fleet
      .nudge()
      .catch(error => log.warn({ reason: reasonOf(error) }, 'a command waits for the sweep'));
  return startServer({
    ...{ ...listen, trustProxy, log },
    isHttps: url?.startsWith('https:') === true,
    routes: app =>
      addRoutes(app, {
        ...{ store, atRest, random, time: systemTime, httpUrl, brokerUrl: broker.url },
        routes: apiRoutes({ pins, nudge, retired, fleetio }),
        webhook: (raw, proof) => fleetio.intake.receive(raw, proof),
        messages: { ...messages, pins },
        enrol: async request => {
          const { url: address, ca } = broker;
          const house = { atRest, random, hashPassword, broker: address, ca };
          const answer = await store.write(tx => enrol({ ...house, tx, now: systemTime.wall() }, request));
          await broker.changed(answer.box);
          return answer;
        },
        pulse: () => pulseOf(fleet),
      }),
  });
}

const pulseOf = ({ fleet, sharesHeld }: Sailing): Pulse => ({
  brokerUp: fleet.up,
  shares: { mine: sharesHeld(), all: allShares },
  queues: {},
  counters: { ...fleet.counts },
});
