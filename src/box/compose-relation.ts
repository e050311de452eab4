/** The relay's part of `compose.ts`: loaded when the box is ready, with MQTT and all that speaks to a relay. */
import { randomBytes } from 'node:crypto';
import { programVersion } from '../base/version.ts';
import { readBrokerUrl } from '../wire/mqtt/address.ts';
import { mqttLinks } from '../wire/mqtt/client.ts';
import type { OpenLink } from '../wire/mqtt/link.ts';
import { post } from './adapters/post.ts';
import { credentialFile } from './adapters/vault/credential-file.ts';
import type { BoxConfig } from './config.ts';
import type { BoxHandle } from './control/handle.ts';
import { statusOf } from './control/ops-report.ts';
import type { Loop } from './loop.ts';
import type { Credentials, Store } from './ports.ts';
import { Relation } from './uplink/relation.ts';
import { upDocument } from './uplink/state-document.ts';

export interface RelationGround {
  readonly config: BoxConfig;
  readonly box: BoxHandle;
  readonly store: Store;
  readonly loop: Loop;
}

export function openRelation({ config, box, store, loop }: RelationGround): Promise<Relation> {
  const { time, vault, log } = box;
  return Relation.open({
    ...{ store, vault, time, log, post },
    file: credentialFile(config.data),
    slots: config.slots.map(slot => slot.id),
    label: config.box.id,
    program: programVersion,
    state: box.state,
    judged: box.judged,
    write: box.write,
    watch: box.watch,
    report: loop.report,
    challenge: () => randomBytes(16).toString('hex'),
    random: Math.random,
    document: () => upDocument(statusOf(box), store.synced.standing(), Math.floor(box.judged())),
    links: credentials => linksTo(config, credentials, box),
  });
}

/** `uplink:` goes before what the relay said where its broker is. @throws Fault `bad-input` */
function linksTo(config: BoxConfig, credentials: Credentials, { time }: BoxHandle): OpenLink {
  const { broker, username, password, ca } = credentials;
  return mqttLinks({
    address: readBrokerUrl(config.uplink?.url ?? broker),
    ...{ username, password, time },
    ...(ca === null ? {} : { tls: { ca } }),
    random: Math.random,
  });
}
