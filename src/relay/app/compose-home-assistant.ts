/** Home Assistant put together: a link of its own to a broker of the customer's. */

import { randomInt } from 'node:crypto';
import { Fault } from '../../base/fault.ts';
import type { Log } from '../../base/log.ts';
import { Secret } from '../../base/secret.ts';
import type { Shutdown } from '../../base/shutdown.ts';
import { systemTime } from '../../base/system-time.ts';
import { programVersion } from '../../base/version.ts';
import { readBrokerUrl } from '../../wire/mqtt/address.ts';
import type { RelayConfig } from '../config/model.ts';
import { firstAccount } from '../domain/accounts.ts';
import { HomeAssistant } from '../integrations/home-assistant/home-assistant.ts';
import { type Opened, secretText } from './open-store.ts';
import type { OperatorProblems } from './operator-problems.ts';

const away = ['home-assistant-away', 'mqtt'] as const;

const chanceSteps = 2 ** 32;

interface Told {
  readonly opened: Opened;
  readonly log: Log;
  readonly problems: Pick<OperatorProblems, 'raise' | 'clear'>;
  /** Of several copies this one speaks. */
  readonly leads: () => boolean;
  readonly httpUrl: () => string;
}

/**
 * Only where somebody has asked for it. A broker that is away keeps nothing from starting.
 * @throws Fault `secret-file`; `bad-input` for an account that there is not, or an authority that is none
 */
export async function tellHomeAssistant(
  { homeAssistant: config }: Pick<RelayConfig, 'homeAssistant'>,
  { opened: { store }, log, problems, leads, httpUrl }: Told,
  shutdown: Shutdown,
): Promise<void> {
  // Whoever has taken the section out has no such broker any more.
  if (config === null) problems.clear(...away);
  if (config === null) return;
  const account = config.account ?? firstAccount;
  const row = await store.db.selectFrom('account').select('id').where('id', '=', account).executeTakeFirst();
  if (row === undefined)
    throw new Fault(
      'bad-input',
      `homeAssistant.account: there is no account ${account}`,
      'Give its id, or leave it out for the first one.',
    );
  const password = new Secret(secretText(config.passwordFile, 'homeAssistant.passwordFile'));
  const { mqttLinks } = await import('../../wire/mqtt/client.ts');
  const openLink = mqttLinks({
    ...{ address: readBrokerUrl(config.url), username: config.username, password, time: systemTime },
    ...(config.caFile === null ? {} : { tls: { ca: secretText(config.caFile, 'homeAssistant.caFile') } }),
    random: () => randomInt(chanceSteps) / chanceSteps,
  });
  const { prefix, topic } = config;
  const places = () => ({ prefix, topic, pagesUrl: httpUrl(), version: programVersion });
  const told = new HomeAssistant({
    ...{ store, time: systemTime, log, openLink, account, places, leads },
    failing: reason => problems.raise(...away, `homeAssistant: ${config.url}: ${reason}`),
    working: () => problems.clear(...away),
  });
  told.start();
  shutdown.add('home assistant', told, each => each.close());
}
