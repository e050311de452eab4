/** The broker put together: the one inside or the one outside, with its certificates and with what boxes are told of it. */

import { randomInt } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import { Secret } from '../../base/secret.ts';
import { systemTime } from '../../base/system-time.ts';
import type { Authorities } from '../../wire/authorities.ts';
import { readBrokerUrl } from '../../wire/mqtt/address.ts';
import type { OpenLink } from '../../wire/mqtt/link.ts';
import { BrokerTrust } from '../../wire/mqtt/trust.ts';
import type { Fleet } from '../boxes/fleet.ts';
import { BrokerCertificates, type ServedNow } from '../broker/certificates/broker-certificates.ts';
import { pathOf } from '../broker/certificates/chain-facts.ts';
import { OutsideCertificates } from '../broker/certificates/outside-certificate.ts';
import { peerCertificate } from '../broker/certificates/peer-certificate.ts';
import { type EmbeddedBroker, openEmbeddedBroker } from '../broker/embedded.ts';
import type { BrokerConfig, MqttConfig, RelayConfig } from '../config/model.ts';
import { addressText } from '../config/values.ts';
import { checkUntold, tellAuthorities } from '../domain/authorities.ts';
import type { DomainDeps } from '../domain/context.ts';
import { boxPassword } from '../store/box-rows.ts';
import type { RelayStore } from '../store/store.ts';
import { MosquittoBoxes } from './mosquitto-boxes.ts';
import { secretText } from './open-store.ts';
import type { OperatorProblems } from './operator-problems.ts';

const chanceSteps = 2 ** 32;
const chance = (): number => randomInt(chanceSteps) / chanceSteps;

export interface Broker {
  readonly openLink: OpenLink;
  /** Boxes are told these. */
  readonly url: string;
  readonly authorities: () => Authorities;
  /** Watches the files; boxes are told of what changes in them. */
  readonly begin: (fleet: Fleet) => void;
  /** Reads the files of certificates again, now. */
  readonly reload: () => Promise<void>;
  /** A box has another password now, or none. */
  readonly changed: (box: string) => void | Promise<void>;
  readonly close: () => void | Promise<void>;
}

interface BrokerDeps extends DomainDeps {
  readonly store: RelayStore;
  readonly problems: OperatorProblems;
  readonly log: Log;
}

export async function reachBroker(config: RelayConfig, deps: BrokerDeps): Promise<Broker> {
  if (config.mqtt !== null) return await inside(config.mqtt, deps);
  if (config.broker === null) throw new RangeError('a configuration without a broker');
  return await outside(config.broker, deps);
}

async function inside({ listen, url, tls, caFile }: MqttConfig, deps: BrokerDeps): Promise<Broker> {
  const { store, problems, log } = deps;
  let broker: EmbeddedBroker | null = null;
  const certificates = await BrokerCertificates.open({
    ...{ pair: tls, caFile, problems, time: systemTime, log },
    names: { pair: 'mqtt.tls', ca: 'mqtt.caFile' },
    serve: pair => broker?.serve(pair),
  });
  const { pair } = certificates.now;
  broker = await openEmbeddedBroker({
    listen: { ...listen, ...(pair === null ? {} : { tls: pair }) },
    passwordOf: box => boxPassword(store.db, box),
    time: systemTime,
    random: chance,
    log,
  });
  const { openLink, port } = broker;
  const scheme = tls === null ? 'mqtt' : 'mqtts';
  return {
    openLink,
    url: url ?? `${scheme}://${addressText({ ...listen, port })}`,
    authorities: () => certificates.now.authorities,
    begin: fleet => certificates.begin(now => tellBoxes(now, deps, fleet)),
    reload: () => certificates.reload(),
    changed: box => broker.revoke(box),
    close: () => {
      certificates.close();
      return broker.close();
    },
  };
}

/** Whoever was away then is a Problem, where the certificate of now is nothing to it. */
async function tellBoxes(
  { pair, authorities }: ServedNow,
  { store, atRest, random }: BrokerDeps,
  fleet: Fleet,
): Promise<void> {
  await store.write(async tx => {
    const context = { tx, atRest, random, who: 'relay', now: systemTime.wall() };
    const told = await tellAuthorities(tx, authorities);
    await checkUntold(context, told, list => pair === null || pathOf(pair.chain, list) !== null);
  });
  await fleet.checkAuthorities();
}

async function outside(config: BrokerConfig, deps: BrokerDeps): Promise<Broker> {
  const { url, caFile, username, passwordFile, boxes, mosquitto } = config;
  const { store, problems, log } = deps;
  const { mqttLinks } = await import('../../wire/mqtt/client.ts');
  const password = passwordFile === null ? '' : secretText(passwordFile, 'broker.passwordFile');
  const files = { pair: null, problems, time: systemTime, log, serve: () => {} } as const;
  const names = (ca: string) => ({ pair: 'broker', ca });
  const own = await BrokerCertificates.open({ ...files, caFile, names: names('broker.caFile') });
  const forBoxes = await BrokerCertificates.open({
    ...{ ...files, caFile: boxes.caFile, names: names('broker.boxes.caFile') },
  });
  const trust = new BrokerTrust([own.now.authorities]);
  const openLink = mqttLinks({
    address: readBrokerUrl(url),
    username,
    password: new Secret(password),
    tls: { trust },
    time: systemTime,
    random: chance,
  });
  const users =
    mosquitto === null
      ? null
      : new MosquittoBoxes({
          ...{ mosquitto, relay: { username, password }, store, problems, time: systemTime, log },
        });
  await users?.begin();
  const shown = shownBy(config, deps);
  return {
    openLink: whenConnected(openLink, () => void shown.look()),
    url: boxes.url,
    authorities: () => forBoxes.now.authorities,
    begin: fleet => {
      void shown.look();
      own.begin(async now => trust.replace([now.authorities]));
      forBoxes.begin(now => tellBoxes(now, deps, fleet));
    },
    reload: async () => {
      await own.reload();
      await forBoxes.reload();
    },
    changed: () => users?.changed(),
    close: () => {
      shown.close();
      own.close();
      forBoxes.close();
      users?.close();
    },
  };
}

const shownBy = ({ url, boxes }: BrokerConfig, { problems, log }: BrokerDeps): OutsideCertificates =>
  new OutsideCertificates({
    places: [
      { name: 'broker.boxes.url', url: boxes.url },
      ...(url === boxes.url ? [] : [{ name: 'broker.url', url }]),
    ],
    ...{ served: peerCertificate, problems, time: systemTime, log },
  });

const whenConnected =
  (openLink: OpenLink, then: () => void): OpenLink =>
  (options, handlers) =>
    openLink(options, {
      connected: () => {
        then();
        handlers.connected();
      },
      lost: reason => handlers.lost(reason),
      message: (name, payload) => handlers.message(name, payload),
    });
