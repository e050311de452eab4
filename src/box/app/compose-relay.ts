/** The relay's part of `compose.ts`: loaded when the box is ready, with MQTT and all that speaks to a relay. */
import { randomBytes } from 'node:crypto';
import { programVersion } from '../../base/version.ts';
import { isInClear, readBrokerUrl } from '../../wire/mqtt/address.ts';
import { mqttLinks } from '../../wire/mqtt/client.ts';
import type { OpenLink } from '../../wire/mqtt/link.ts';
import type { BrokerTrust } from '../../wire/mqtt/trust.ts';
import type { KnownTime } from '../../wire/tls/known-time.ts';
import type { BoxPlace } from '../../wire/up.ts';
import { posting } from '../adapters/post.ts';
import { credentialFile } from '../adapters/vault/credential-file.ts';
import type { BoxConfig } from '../config/box-config.ts';
import { statusOf } from '../control/ops-report.ts';
import { knownTime } from '../core/clock.ts';
import type { Loop } from '../engine/loop.ts';
import type { BoxHandle, Credentials, Store } from '../ports.ts';
import { RelayClient } from '../relay-client/relay-client.ts';
import { upDocument } from '../relay-client/state-document.ts';

export interface RelayDeps {
  readonly config: BoxConfig;
  readonly box: BoxHandle;
  readonly store: Store;
  readonly loop: Loop;
}

export function openRelay({ config, box, store, loop }: RelayDeps): Promise<RelayClient> {
  const { time, vault, log } = box;
  const now = (): KnownTime => knownTime(loop.state, { mono: time.mono(), wall: time.wall() });
  return RelayClient.open({
    ...{ store, vault, time, log, knownTime: now, post: posting(now) },
    file: credentialFile(config.data),
    slots: config.slots.map(slot => slot.id),
    label: config.box.id,
    place: placeIn(config),
    program: programVersion,
    state: box.state,
    judged: box.judged,
    write: box.write,
    watch: box.watch,
    report: loop.report,
    challenge: () => randomBytes(16).toString('hex'),
    random: Math.random,
    document: () => upDocument(statusOf(box), store.synced.standing(), Math.floor(box.judged())),
    instance: randomBytes(16).toString('hex'),
    links: (credentials, trust) => linksTo(config, credentials, trust, box),
  });
}

function placeIn({ box }: BoxConfig): BoxPlace {
  const { name, timezone, region, language, phone } = box;
  return { name, timezone, region, language, phone };
}

/** `uplink:` goes before what the relay said where its broker is. @throws Fault `bad-input` */
function linksTo(
  config: BoxConfig,
  { broker, username, password }: Credentials,
  trust: BrokerTrust,
  { time, log }: BoxHandle,
): OpenLink {
  const address = readBrokerUrl(config.uplink?.url ?? broker);
  if (isInClear(address)) log.warn({ host: address.host }, 'the broker is reached without TLS');
  return mqttLinks({
    address,
    ...{ username, password, time },
    tls: { trust },
    random: Math.random,
  });
}
