/** The relay put together: store, broker, fleet, web. The one place that names them all. */

import { randomBytes } from 'node:crypto';
import { minutes } from '../../base/brand.ts';
import { reasonOf } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { processMemory, tidyMemory } from '../../base/memory.ts';
import type { Random } from '../../base/random.ts';
import { Shutdown } from '../../base/shutdown.ts';
import { systemTime } from '../../base/system-time.ts';
import { chainReady } from '../../wire/chain.ts';
import { hashPassword } from '../broker/password.ts';
import type { RelayConfig } from '../config/model.ts';
import { ensureFirstAccount, firstAccount } from '../domain/accounts.ts';
import { enrol } from '../domain/enrolment.ts';
import { ensureIdentity } from '../domain/identity.ts';
import type { MessageCeilings } from '../domain/notify-settings.ts';
import { ensureSearchWords } from '../domain/search-words.ts';
import { peopleRoutes } from '../http/api/routes/people.ts';
import { addRoutes } from '../http/app.ts';
import { newFirstLink } from '../http/pages/first-admin.ts';
import { type Server, startServer } from '../http/server.ts';
import type { Fleetio } from '../integrations/fleetio/fleetio.ts';
import { webhookMessages } from '../integrations/webhooks/http/webhook-document.ts';
import { faultWork } from '../messages/box-faults.ts';
import { queuePersonMail } from '../messages/person-mail.ts';
import { PasswordHasher } from '../secrets/passwords.ts';
import { PinHasher } from '../secrets/pins.ts';
import { apiRoutes } from './api-routes.ts';
import { beginFleet, isShared, pulseOf, type RunningFleet } from './compose-boxes.ts';
import { type Broker, reachBroker } from './compose-broker.ts';
import { fleetioRoom } from './compose-fleetio.ts';
import { tellHomeAssistant } from './compose-home-assistant.ts';
import { type Messaging, messaging } from './compose-messages.ts';
import { webhookRoom } from './compose-webhooks.ts';
import { lockData, ownFolder } from './data-lock.ts';
import { DiskReserve } from './disk-reserve.ts';
import { followers } from './followers.ts';
import { type Opened, openRelay, postgresAddress } from './open-store.ts';
import { OperatorProblems } from './operator-problems.ts';
import { publicUrl } from './public-url.ts';
import { quietness } from './quietness.ts';
import { ensureRetention } from './retention-timer.ts';
import { roomAddresses } from './room-addresses.ts';

export interface Relay {
  readonly httpUrl: string;
  readonly brokerUrl: string;
  /** Secret part of the first person's link; null: there is one, or a token, already. */
  readonly firstLink: string | null;
  /** Reads the files of certificates again, now; they are looked at by themselves as well. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

export const random: Random = bytes => randomBytes(bytes);

/** @throws Fault naming what stands in the way; nothing is left running then */
export async function runRelay(config: RelayConfig, log: Log): Promise<Relay> {
  const shutdown = new Shutdown(log);
  try {
    return await start(config, log, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(config: RelayConfig, log: Log, shutdown: Shutdown): Promise<Relay> {
  await chainReady;
  ownFolder(config.data);
  shutdown.add('data lock', lockData(config.data), release => release());
  const opened = await openRelay(config, log);
  shutdown.add('store', opened.store, each => each.close());
  await enterAmongCopies(config, log, shutdown);
  await firstRows(opened);
  const { store, atRest } = opened;
  const problems = new OperatorProblems({ store, atRest, random, time: systemTime, log });
  shutdown.add('operator’s problems', problems, each => each.close());
  let { port } = config.http.listen;
  const pagesUrl = (): string => publicUrl(config, port);
  const copy = `relay-${randomBytes(6).toString('hex')}`;
  const { allowLoopback } = config.fleetio;
  const room = fleetioRoom({ opened, log, copy, allowLoopback, httpUrl: pagesUrl });
  shutdown.add('fleetio', room, each => each.close());
  // What was wrong before may be right with the configuration of now; if not, the next request tells.
  problems.clear('proxy-untrusted', 'http');
  const broker = await reachBroker(config, { store, atRest, random, problems, log });
  shutdown.add('broker', broker, each => each.close());
  const hasRoom = await reserveDisk(config, { problems, log }, shutdown);
  const { openLink, reload } = broker;
  const faults = faultWork({ atRest: opened.atRest, random }, pagesUrl);
  const webhooks = webhookRoom(config, { opened, log, httpUrl: pagesUrl });
  shutdown.add('webhooks', webhooks, each => each.close());
  const more = { ...room.work, ...faults, ...webhooks.work };
  const serving = { opened, openLink, log, copy, hasRoom, more, problems };
  const fleet = await beginFleet(config, serving, shutdown);
  broker.begin(fleet.fleet);
  await tellHomeAssistant(config, { opened, log, problems, leads: fleet.leads, httpUrl: pagesUrl }, shutdown);
  const messages = beginMessages(config, { opened, problems, log });
  shutdown.add('messages', messages, each => each.close());
  const { fleetio } = room;
  const served = { opened, broker, fleet, fleetio, messages: messages.web, problems, log, pagesUrl };
  const server = await serve(config, served);
  shutdown.add('web server', server, each => each.close());
  port = server.port;
  room.start();
  const tidying = { time: systemTime, memory: processMemory, isQuiet: quietness() };
  shutdown.add('memory', tidyMemory(tidying), stop => stop());
  const httpUrl = publicUrl(config, server.port);
  messages.start(httpUrl);
  const firstLink = await newFirstLink(opened.store, firstAccount, {
    random,
    nowMs: systemTime.wall(),
  });
  log.info({ http: httpUrl, mqtt: broker.url }, 'the relay is ready');
  return { httpUrl, brokerUrl: broker.url, firstLink, reload, stop: () => shutdown.run() };
}

/** @throws Fault `copy-refused`: a copy whose broker is inside must be the only one on its database */
async function enterAmongCopies(config: RelayConfig, log: Log, shutdown: Shutdown): Promise<void> {
  if (config.store.kind !== 'postgres') return;
  const { PostgresCopies } = await import('../store/postgres-copies.ts');
  const copies = await PostgresCopies.enter({
    url: postgresAddress(config.store),
    mode: isShared(config) ? 'shared' : 'alone',
    log,
    ousted: fault => {
      log.error({ code: fault.code, hint: fault.hint }, `${fault.message}: this one stops`);
      process.kill(process.pid, 'SIGTERM');
    },
  });
  shutdown.add('copies', copies, each => each.close());
}

/** On PostgreSQL the disk is another machine's. */
async function reserveDisk(
  { store, data }: RelayConfig,
  parts: { readonly problems: OperatorProblems; readonly log: Log },
  shutdown: Shutdown,
): Promise<() => boolean> {
  if (store.kind !== 'sqlite') return () => true;
  const reserve = new DiskReserve({ ...parts, folder: data, time: systemTime });
  shutdown.add('disk reserve', reserve, each => each.close());
  await reserve.start();
  return () => reserve.hasRoom;
}

/** Writes the rows that every relay has from its first start on. */
const firstRows = ({ store, atRest }: Opened): Promise<unknown> =>
  store.write(async tx => {
    const now = systemTime.wall();
    await ensureFirstAccount(tx, now);
    await ensureIdentity(tx, { atRest, random, now });
    await ensureRetention(tx, now);
    await ensureSearchWords(tx);
  });

interface Serving {
  readonly opened: Opened;
  readonly broker: Broker;
  readonly fleet: RunningFleet;
  readonly messages: Messaging['web'];
  readonly problems: OperatorProblems;
  readonly log: Log;
}

function beginMessages(
  config: RelayConfig,
  { opened, problems, log }: Pick<Serving, 'opened' | 'problems' | 'log'>,
): Messaging {
  const { store, atRest } = opened;
  const copy = `outbox-${randomBytes(6).toString('hex')}`;
  const parts = { store, atRest, random, time: systemTime, log, copy, ceilings: ceilingsOf(config) };
  return messaging(config, parts, { httpUrl: publicUrl(config, config.http.listen.port), problems });
}

const dayMs = minutes(24 * 60);

const ceilingsOf = ({ limits }: RelayConfig): MessageCeilings => ({
  perDay: limits.messagesPerDay,
  perPhoneDay: limits.messagesPerPhoneDay,
});

interface Served extends Serving {
  readonly fleetio: Fleetio;
  /** Where people find its pages, once it serves them. */
  readonly pagesUrl: () => string;
}

function serve(
  config: RelayConfig,
  { opened, broker, fleet, fleetio, messages, problems, log, pagesUrl }: Served,
): Promise<Server> {
  const { listen, trustProxy, url } = config.http;
  const { store, atRest } = opened;
  const deps = { store, atRest, random, time: systemTime, httpUrl: publicUrl(config, listen.port) };
  const pins = new PinHasher();
  const mail = messages.mails ? { queue: queuePersonMail, nudge: messages.nudge } : null;
  const links = { pagesUrl, mail };
  const people = peopleRoutes(links);
  // Its broker lets it in no more, and cuts it where it is in.
  const retired = (box: string): void =>
    void Promise.resolve(broker.changed(box)).catch(error =>
      log.error({ box, reason: reasonOf(error) }, 'the broker does not know yet that a box was retired'),
    );
  const nudge = (): void =>
    void fleet.fleet
      .nudge()
      .catch(error => log.warn({ reason: reasonOf(error) }, 'a command waits for the sweep'));
  const parts = { pins, nudge, retired, fleetio, people };
  const { allowLoopback } = config.webhooks;
  return startServer({
    ...{ ...listen, trustedProxies: trustProxy, log },
    untrustedProxy: address =>
      problems.raise(
        ...(['proxy-untrusted', 'http'] as const),
        `Requests with X-Forwarded-For come from ${address}.`,
        dayMs,
      ),
    isHttps: url?.startsWith('https:') === true,
    routes: app =>
      addRoutes(app, {
        ...{ ...deps, followers, brokerUrl: broker.url, webhookMessages },
        ...{ passwords: new PasswordHasher(), people, links },
        routes: apiRoutes({ ...parts, ceilings: ceilingsOf(config), allowLoopback }),
        requestRate: { burst: config.limits.requestsBurst, perMinute: config.limits.requestsPerMin },
        addRooms: roomAddresses({ ...deps, followers, pins, fleetio, messages, allowLoopback }),
        enrol: async request => {
          const { url: address, authorities } = broker;
          const house = { atRest, random, followers, hashPassword, broker: address, ca: authorities() };
          const answer = await store.write(tx => enrol({ ...house, tx, now: systemTime.wall() }, request));
          await broker.changed(answer.box);
          return answer;
        },
        pulse: () => pulseOf(fleet),
      }),
  });
}
