import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exits, UsageError } from '../../../base/command-line/usage.ts';
import { makeFolder } from '../../../base/make-folder.ts';
import { readBrokerUrl } from '../../../wire/mqtt/address.ts';
import {
  type MosquittoSettings,
  mosquittoAcl,
  mosquittoConfig,
  mosquittoFile,
  mosquittoPasswords,
} from '../../broker/mosquitto.ts';
import { giveToMosquitto, mustBeReachable } from '../../broker/mosquitto-owner.ts';
import { writeWhole } from '../../broker/mosquitto-users.ts';
import { hashRelayPassword } from '../../broker/password.ts';
import type { BrokerConfig, MosquittoConfig } from '../../config/model.ts';
import { boxPasswords } from '../mosquitto-boxes.ts';
import { secretText } from '../open-store.ts';
import { noteDeed } from './note-deed.ts';
import type { Task, Verb } from './verb.ts';
import { withRelay } from './with-relay.ts';

const folderMode = 0o750;
const boxesMax = 20_000;
const relaysMax = 100;

export const brokerConfig: Verb = {
  usage: 'broker-config mosquitto [--folder DIR]',
  summary: 'writes mosquitto.conf, ACL and password file for the broker of relay.yaml, and prints the first',
  flags: ['folder'],
  positionals: [1, 1],
  async run(task) {
    if (task.positionals[0] !== 'mosquitto')
      throw new UsageError('broker-config knows mosquitto', 'Write broker-config mosquitto.');
    const folder = resolve(
      task.text('folder') ?? task.config.broker?.mosquitto?.folder ?? join(task.config.data, 'mosquitto'),
    );
    const broker = brokerOf(task, folder);
    await mustBeReachable(folder, broker.mosquitto.runAs);
    makeFolder(folder, folderMode);
    // What somebody else made keeps its owner.
    const ownData = makeFolder(broker.mosquitto.dataFolder, folderMode);
    const text = mosquittoConfig(settingsOf(broker, folder));
    await writeWhole(join(folder, mosquittoFile.config), text);
    await writeWhole(join(folder, mosquittoFile.acl), mosquittoAcl(broker.username));
    await writeWhole(join(folder, mosquittoFile.passwords), await passwords(task, broker));
    const { dataFolder, runAs } = broker.mosquitto;
    const files = Object.values(mosquittoFile).map(name => join(folder, name));
    const todo = await giveToMosquitto({ folder, files, dataFolder: ownData ? dataFolder : null, runAs });
    task.print(text.trimEnd());
    task.say(`written into ${folder}: ${Object.values(mosquittoFile).join(', ')}`);
    if (todo !== null) task.say(todo);
    if (task.config.broker === null)
      task.say(
        `${section(broker)}\nPut this into relay.yaml in place of the section mqtt, and start mosquitto -c ${join(folder, mosquittoFile.config)}`,
      );
    return exits.done;
  },
};

interface Named extends Omit<BrokerConfig, 'passwordFile' | 'mosquitto'> {
  readonly passwordFile: string;
  readonly mosquitto: MosquittoConfig;
}

/** Makes up for one machine what relay.yaml leaves out: loopback, no TLS, a password of our own. */
function brokerOf({ config }: Task, folder: string): Named {
  const loopback = { host: '127.0.0.1', port: 1883 };
  const dataFolder = join(folder, 'state');
  const pidFile = join(dataFolder, 'mosquitto.pid');
  const plain = { folder, dataFolder, listen: loopback, tls: null, pidFile, runAs: 'mosquitto' };
  const given = config.broker ?? {
    ...{ url: 'mqtt://127.0.0.1:1884', caFile: null, username: 'smartbox_relay', passwordFile: null },
    ...{ boxes: { url: 'mqtt://127.0.0.1:1883', caFile: null }, mosquitto: null },
  };
  const passwordFile = given.passwordFile ?? join(folder, 'relay.password');
  return { ...given, passwordFile, mosquitto: given.mosquitto ?? plain };
}

function settingsOf({ url, username, mosquitto }: Named, folder: string): MosquittoSettings {
  const { host, port, tls: isSecured } = readBrokerUrl(url);
  const { dataFolder, listen, tls, pidFile, runAs } = mosquitto;
  if (port === listen.port)
    throw new UsageError(
      `boxes and relay have one port, ${port}`,
      'Give broker.url and broker.mosquitto.listen two: the relay’s is to be kept from the boxes.',
    );
  return {
    ...{ folder, dataFolder, runAs, pidFile, relayUser: username },
    boxes: { ...listen, tls, connectionsMax: boxesMax },
    relay: { host, port, tls: isSecured ? tls : null, connectionsMax: relaysMax },
  };
}

async function passwords(task: Task, { username, passwordFile }: Named): Promise<string> {
  if (!existsSync(passwordFile))
    writeFileSync(passwordFile, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  const hash = hashRelayPassword(secretText(passwordFile, 'broker.passwordFile'));
  return await withRelay(task, async ({ store }) => {
    // The file lets a broker check the password of every box, and the relay's own.
    await noteDeed(store, { what: 'broker-config-written', subject: 'mosquitto' });
    return mosquittoPasswords({ user: username, hash }, await boxPasswords(store));
  });
}

const section = ({ url, username, passwordFile, boxes, mosquitto }: Named): string => `broker:
  url: ${url}
  username: ${username}
  passwordFile: ${passwordFile}
  boxes: { url: ${boxes.url} }
  mosquitto:
    folder: ${mosquitto.folder}
    dataFolder: ${mosquitto.dataFolder}
    listen: 127.0.0.1:1883
    pidFile: ${mosquitto.pidFile}`;
