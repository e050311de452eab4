import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { exits } from '../../../base/command-line/usage.ts';
import { Fault, reasonOf } from '../../../base/fault.ts';
import { ensureFirstAccount, firstAccount } from '../../domain/accounts.ts';
import { ensureIdentity } from '../../domain/identity.ts';
import type { Verb } from './verb.ts';
import { withRelay } from './with-relay.ts';

/** relay.yaml with everything that can be said, as it is when nothing is said. */
export const exampleConfig = (data: string): string => `# smartbox-relay; what is left out is as shown
data: ${JSON.stringify(data)}
http:
  listen: 127.0.0.1:8080
  # url: https://keys.example.org        # what people and boxes are told
  # trustProxy: true                     # a proxy on this machine says who calls; elsewhere: [10.1.2.3, 10.1.0.0/16]
# mqtt:                                  # the broker inside
#   listen: 127.0.0.1:1883
#   url: mqtts://keys.example.org:8883   # what boxes are told
#   plain: true                          # allows mqtt:// to another machine: in a VPN, say
#   tls: { certFile: fullchain.pem, keyFile: privkey.pem }
#   caFile: ca.pem                       # authority that boxes are to believe, if it is your own
# broker:                                # instead of it: one outside; broker-config mosquitto prints this section
#   url: mqtts://broker.example.org:8884
#   username: smartbox_relay
#   passwordFile: broker.password
#   boxes: { url: mqtts://broker.example.org:8883 }
#   mosquitto: { folder: /etc/mosquitto/smartbox, pidFile: /run/mosquitto/mosquitto.pid }
# store: { url: postgres://smartbox@db.example.org/smartbox, passwordFile: db.password }
# mail:                                  # without it nobody is told anything by mail
#   url: smtps://keys%40example.org@mail.example.org
#   passwordFile: mail.password
#   from: Example keys <keys@example.org>
#   bounces:                             # the mailbox of that address: what comes back is read there
#     url: imaps://keys%40example.org@mail.example.org/INBOX
#     passwordFile: mail.password
# sms: { provider: twilio, accountSid: AC…, authTokenFile: twilio.token, from: "+15005550006" }
#  or  { provider: http, url: https://sms.example.org/send, headersFile: sms.headers, body: '{"to":"{to}","text":"{text}"}' }
# homeAssistant:                         # boxes as devices of Home Assistant, at a broker that it listens to
#   url: mqtts://home.example.org:8883
#   username: smartbox
#   passwordFile: home-assistant.password
#   topic: smartbox                      # another for each relay; prefix: homeassistant; account: the first
# secrets: { keyFile: at-rest.key }      # or the credential smartbox-relay-key, or SMARTBOX_RELAY_KEY
# limits: { requestsBurst: 600, requestsPerMin: 1200, messagesPerDay: 20000, messagesPerPhoneDay: 50 }   # of a token; of an account
log: info
`;

export const setup: Verb = {
  usage: 'setup [--config FILE] [--data DIR]',
  summary: 'makes data folder, keys and database, and a commented relay.yaml where there is none',
  flags: [],
  positionals: [0, 0],
  async run(task) {
    await withRelay(task, async ({ store, atRest }) => {
      const now = Date.now();
      await store.write(async tx => {
        await ensureFirstAccount(tx, now);
        await ensureIdentity(tx, { atRest, random: randomBytes, now });
      });
    });
    const file = resolve(task.configFile ?? 'relay.yaml');
    if (existsSync(file)) task.say(`${file} is there already and stays as it is`);
    else write(file, exampleConfig(task.config.data));
    task.say(`ready: smartbox-relay --config ${file}`);
    task.say('its first start prints a link: whoever opens it is its first administrator');
    task.say(`a token for ${firstAccount}: smartbox-relay token create --scope admin --config ${file}`);
    return exits.done;
  },
};

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o640 });
  } catch (error) {
    throw new Fault('unwritable', `${file}: ${reasonOf(error)}`, 'Name another file with --config.', error);
  }
}
