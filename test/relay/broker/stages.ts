import { boxHashes, boxPasswords } from '../../../scripts/rig/broker-boxes.ts';
import { silent } from '../../../src/base/log.ts';
import { Secret } from '../../../src/base/secret.ts';
import { systemTime } from '../../../src/base/system-time.ts';
import {
  type EmbeddedBroker,
  type EmbeddedOptions,
  openEmbeddedBroker,
} from '../../../src/relay/broker/embedded.ts';
import { type MqttOptions, mqttLinks } from '../../../src/wire/mqtt/client.ts';
import type { OpenLink } from '../../../src/wire/mqtt/link.ts';
import { topic } from '../../../src/wire/topics.ts';
import type { Stage } from '../../wire/mqtt/link-contract.ts';

export const box = 'depot-a';

/** Waits of a hundred milliseconds between two tries. */
export const hasty = { time: systemTime, random: () => 0 };

export const openTestBroker = (options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedBroker> =>
  openEmbeddedBroker({
    listen: { host: '127.0.0.1', port: 0 },
    passwordOf: async name => boxHashes.get(name) ?? null,
    ...hasty,
    log: silent,
    ...options,
  });

export const boxLinks = (port: number, options: Partial<MqttOptions> = {}): OpenLink =>
  mqttLinks({
    address: { host: '127.0.0.1', port, tls: false },
    username: box,
    password: new Secret(boxPasswords[options.username ?? box] ?? ''),
    ...hasty,
    ...options,
  });

export const topics = { down: topic(box, 'down'), up: topic(box, 'up'), state: topic(box, 'state') };

/** The box's link is tried, against the broker inside the relay. */
export async function embeddedStage(): Promise<Stage> {
  const broker = await openTestBroker();
  const ends = { subject: boxLinks(broker.port), peer: broker.openLink, subjectId: box };
  const { down, up, state } = topics;
  return { ...ends, toSubject: down, fromSubject: up, state, close: () => broker.close() };
}

/** The relay's link inside is tried, with another one inside. */
export async function insideStage(): Promise<Stage> {
  const broker = await openTestBroker();
  const ends = { subject: broker.openLink, peer: broker.openLink, subjectId: 'relay' };
  const { down, up, state } = topics;
  return { ...ends, toSubject: up, fromSubject: down, state, close: () => broker.close() };
}
