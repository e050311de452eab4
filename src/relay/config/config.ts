/** `relay.yaml` (contracts.md §4): every key, default and range. No file at all is a good configuration too. */
import { dirname, join, resolve } from 'node:path';
import {
  also,
  type Check,
  flag,
  inside,
  integer,
  mapping,
  oneOf,
  optional,
  type Place,
  problem,
  required,
  text,
} from '../../base/config/check.ts';
import { type Parsed, parseText, readConfigFile } from '../../base/config/read.ts';
import { label, path } from '../../base/config/texts.ts';
import { inClearProblem, isInClear, readBrokerUrl } from '../../wire/mqtt/address.ts';
import type {
  Address,
  BrokerConfig,
  FleetioConfig,
  HomeAssistantConfig,
  HttpConfig,
  LimitsConfig,
  LogLevel,
  MailConfig,
  MosquittoConfig,
  MqttConfig,
  RelayConfig,
  SmsConfig,
  StoreConfig,
  WebhooksConfig,
} from './model.ts';
import { mail, sms } from './notify.ts';
import { httpUrl, listenAddress, mqttUrl, postgresUrl, proxyNetworks } from './values.ts';

const defaultData = 'smartbox-relay-data';

const loopback = (port: number): Address => ({ host: '127.0.0.1', port });

/** Where paths are meant from, and what the command line says. */
interface Surroundings {
  /** Folder of the file. */
  readonly folder: string;
  /** The working folder, for the default. */
  readonly here: string;
  /** `--data`, which wins over the file. */
  readonly data: string | null;
}

/**
 * `file` null: none was named, and all is as it comes.
 * @throws ConfigProblems with every problem at once
 */
export function readRelayConfig(file: string | null, data: string | null, here: string): RelayConfig {
  const folder = file === null ? here : dirname(resolve(here, file));
  const check = relayFile({ folder, here, data });
  if (file !== null) return readConfigFile(resolve(here, file), check);
  const parsed = parseText('{}', check);
  if ('problems' in parsed) throw new RangeError('the default configuration is not valid');
  return parsed.config;
}

/** Never throws on any text. */
export const parseRelayConfig = (text: string, around: Surroundings): Parsed<RelayConfig> =>
  parseText(text, relayFile(around));

interface Read extends Omit<RelayConfig, 'data' | 'store' | 'secrets'> {
  readonly data: string | null;
  readonly store: Exclude<StoreConfig, { readonly kind: 'sqlite' }> | null;
  readonly secrets: { readonly keyFile: string | null };
}

const relayFile =
  ({ folder, here, data }: Surroundings): Check<RelayConfig> =>
  (value, at) => {
    // A file of comments alone says nothing, which is allowed.
    const read = sections(folder)(value ?? {}, at);
    if (read === undefined) return undefined;
    if (read.mqtt !== null && read.broker !== null)
      return problem(
        inside(at, 'broker'),
        'and mqtt are both here: for a broker outside remove the section mqtt, for the one inside remove broker',
      );
    const home = data === null ? (read.data ?? join(here, defaultData)) : resolve(here, data);
    return {
      ...read,
      data: home,
      mqtt: read.mqtt ?? (read.broker === null ? mqttByDefault : null),
      store: read.store ?? { kind: 'sqlite', file: join(home, 'relay.db') },
      secrets: { keyFile: read.secrets.keyFile ?? join(home, 'at-rest.key') },
    };
  };

const sections = (folder: string): Check<Read> =>
  mapping<Read>({
    data: optional<string | null>(path(folder), null),
    http: optional(http, { listen: loopback(8080), url: null, trustProxy: [] }),
    mqtt: optional<MqttConfig | null>(mqtt(folder), null),
    broker: optional<BrokerConfig | null>(broker(folder), null),
    store: optional<Read['store']>(store(folder), null),
    secrets: optional(mapping({ keyFile: optional<string | null>(path(folder), null) }), { keyFile: null }),
    fleetio: optional(mapping<FleetioConfig>({ allowLoopback: optional(flag, false) }), {
      allowLoopback: false,
    }),
    webhooks: optional(mapping<WebhooksConfig>({ allowLoopback: optional(flag, false) }), {
      allowLoopback: false,
    }),
    homeAssistant: optional<HomeAssistantConfig | null>(homeAssistant(folder), null),
    mail: optional<MailConfig | null>(mail(folder), null),
    sms: optional<SmsConfig | null>(sms(folder), null),
    limits: optional(limits, defaultLimits),
    log: optional<LogLevel>(oneOf<LogLevel>('debug', 'info', 'warn', 'error'), 'info'),
  });

const http = mapping<HttpConfig>({
  listen: optional(listenAddress, loopback(8080)),
  url: optional<string | null>(httpUrl, null),
  trustProxy: optional<readonly string[]>(proxyNetworks, []),
});

const defaultLimits: LimitsConfig = {
  ...{ requestsBurst: 600, requestsPerMin: 1_200 },
  ...{ messagesPerDay: 20_000, messagesPerPhoneDay: 50 },
};

const limits = mapping<LimitsConfig>({
  requestsBurst: optional(integer(1, 1_000_000), defaultLimits.requestsBurst),
  requestsPerMin: optional(integer(1, 1_000_000), defaultLimits.requestsPerMin),
  messagesPerDay: optional(integer(1, 1_000_000), defaultLimits.messagesPerDay),
  messagesPerPhoneDay: optional(integer(1, 10_000), defaultLimits.messagesPerPhoneDay),
});

const mqttByDefault: MqttConfig = { listen: loopback(1883), url: null, tls: null, caFile: null };

type Tls = NonNullable<MqttConfig['tls']>;

const tls = (folder: string): Check<Tls> =>
  mapping<Tls>({ certFile: required(path(folder)), keyFile: required(path(folder)) });

/** Unless the file says `plain: true`, no password crosses a network in clear. */
const inClear = (url: string | null, plain: boolean, at: Place): boolean => {
  if (url === null || plain || !isInClear(readBrokerUrl(url))) return false;
  problem(at, inClearProblem);
  return true;
};

const mqtt = (folder: string): Check<MqttConfig> =>
  also(
    mapping<MqttConfig & { readonly plain: boolean }>({
      listen: optional(listenAddress, loopback(1883)),
      url: optional<string | null>(mqttUrl, null),
      tls: optional<Tls | null>(tls(folder), null),
      caFile: optional<string | null>(path(folder), null),
      plain: optional(flag, false),
    }),
    ({ plain, ...read }, at) => (inClear(read.url, plain, inside(at, 'url')) ? undefined : read),
  );

const topicLevel = text(/^[\w-]+$/, 32, 'letters, digits, - and _, 32 at most');
const topicPath = text(
  /^[\w-]+(\/[\w-]+)*$/,
  64,
  'a topic of letters, digits, - and _, such as homeassistant',
);

const homeAssistant = (folder: string): Check<HomeAssistantConfig> =>
  also(
    mapping<HomeAssistantConfig & { readonly plain: boolean }>({
      url: required(mqttUrl),
      caFile: optional<string | null>(path(folder), null),
      username: required(label(64)),
      passwordFile: required(path(folder)),
      prefix: optional(topicPath, 'homeassistant'),
      topic: optional(topicLevel, 'smartbox'),
      account: optional<string | null>(label(64), null),
      plain: optional(flag, false),
    }),
    ({ plain, ...read }, at) => (inClear(read.url, plain, inside(at, 'url')) ? undefined : read),
  );

type MosquittoRead = Omit<MosquittoConfig, 'pidFile'> & { readonly pidFile: string | null };

interface BrokerRead extends Omit<BrokerConfig, 'boxes'> {
  readonly boxes: { readonly url: string | null; readonly caFile: string | null } | null;
  readonly plain: boolean;
}

/** Boxes reach the broker as the relay does, unless the file says otherwise. */
const broker = (folder: string): Check<BrokerConfig> =>
  also(
    mapping<BrokerRead>({
      url: required(mqttUrl),
      caFile: optional<string | null>(path(folder), null),
      username: optional(label(64), 'smartbox_relay'),
      passwordFile: optional<string | null>(path(folder), null),
      boxes: optional<BrokerRead['boxes']>(
        mapping({
          url: optional<string | null>(mqttUrl, null),
          caFile: optional<string | null>(path(folder), null),
        }),
        null,
      ),
      mosquitto: optional<MosquittoConfig | null>(mosquitto(folder), null),
      plain: optional(flag, false),
    }),
    ({ boxes, plain, ...read }, at): BrokerConfig | undefined => {
      const own = inClear(read.url, plain, inside(at, 'url'));
      const theirs = inClear(boxes?.url ?? null, plain, inside(inside(at, 'boxes'), 'url'));
      if (own || theirs) return undefined;
      return { ...read, boxes: { url: boxes?.url ?? read.url, caFile: boxes?.caFile ?? read.caFile } };
    },
  );

/** Without a pidFile it is where `broker-config` lets Mosquitto write it. */
const mosquitto = (folder: string): Check<MosquittoConfig> =>
  also(mosquittoSection(folder), read => ({
    ...read,
    pidFile: read.pidFile ?? join(read.dataFolder, 'mosquitto.pid'),
  }));

const mosquittoSection = (folder: string): Check<MosquittoRead> =>
  mapping<MosquittoRead>({
    folder: required(path(folder)),
    dataFolder: optional(path(folder), '/var/lib/mosquitto'),
    listen: optional(listenAddress, { host: '0.0.0.0', port: 8883 }),
    tls: optional<Tls | null>(tls(folder), null),
    pidFile: optional<string | null>(path(folder), null),
    runAs: optional(label(32), 'mosquitto'),
  });

const store = (folder: string): Check<NonNullable<Read['store']>> =>
  also(
    mapping<{ readonly url: string; readonly passwordFile: string | null }>({
      url: required(postgresUrl),
      passwordFile: optional<string | null>(path(folder), null),
    }),
    (read: { readonly url: string; readonly passwordFile: string | null }, _at: Place) =>
      ({ kind: 'postgres', ...read }) as const,
  );
