/**
 * `broker-config mosquitto` writes this: a Mosquitto 2 that treats boxes as the broker inside the relay does (confinement.ts).
 * Two differences stay: Mosquitto grants any subscription and delivers nothing on it, and takes a message on a foreign topic
 * and throws it away.
 */
import { Fault } from '../../base/fault.ts';
import { withoutTrailingSlashes } from '../../base/trailing.ts';
import { packetMaxBytes } from '../../wire/mqtt/packet-guard.ts';
import { boxIdShape, everyBox } from '../../wire/topics.ts';
import { passwordHashShape } from './password.ts';

export interface MosquittoSettings {
  /** Where the three files are. */
  readonly folder: string;
  /** Where Mosquitto keeps retained documents; it must be able to write there. */
  readonly dataFolder: string;
  readonly boxes: MosquittoListener;
  /** For the relay, which boxes should not reach: here a client says which id it has, since copies share one name. */
  readonly relay: MosquittoListener;
  /** Username of the relay: no id of a box. */
  readonly relayUser: string;
  /** System user that Mosquitto becomes when root starts it. */
  readonly runAs: string;
  /** Where it writes its process id; null: nowhere. */
  readonly pidFile: string | null;
}

interface MosquittoListener {
  readonly host: string;
  readonly port: number;
  /** Certificate with its chain, and key, in PEM files that Mosquitto can read. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly connectionsMax: number;
}

export const mosquittoFile = {
  config: 'mosquitto.conf',
  acl: 'smartbox.acl',
  passwords: 'smartbox.passwords',
} as const;

/** @throws Fault `bad-input` for what cannot stand in a line of a configuration, or a username that a box could have */
export function mosquittoConfig(settings: MosquittoSettings): string {
  const { folder, dataFolder, boxes, relay, runAs, pidFile } = settings;
  relayUser(settings.relayUser);
  return lines([
    '# Written by smartbox-relay broker-config mosquitto, which writes it anew: keep changes elsewhere.',
    'per_listener_settings false',
    'allow_anonymous false',
    `password_file ${word(folder)}/${mosquittoFile.passwords}`,
    `acl_file ${word(folder)}/${mosquittoFile.acl}`,
    `user ${word(runAs)}`,
    ...(pidFile === null ? [] : [`pid_file ${word(pidFile)}`]),
    '',
    '# The default waits for the other side before each small packet: 45 ms instead of 3.',
    'set_tcp_nodelay true',
    `max_packet_size ${packetMaxBytes}`,
    'max_inflight_messages 16',
    '# For the relay, whom all boxes send to at once after a restart; what is dropped here is sent again, but late.',
    'max_queued_messages 10000',
    `max_queued_bytes ${64 * 1024 * 1024}`,
    '',
    '# Only retained documents: no session of ours outlives its connection.',
    'persistence true',
    `persistence_location ${withoutTrailingSlashes(word(dataFolder))}/`,
    'autosave_interval 60',
    'persistent_client_expiration 1d',
    'sys_interval 0',
    '',
    '# Boxes. A box is its username, so none can end the connection of another by taking its id.',
    ...listener(boxes),
    'use_username_as_clientid true',
    '',
    '# The relay. Keep it from the network that boxes are in.',
    ...listener(relay),
    'use_username_as_clientid false',
  ]);
}

function listener({ host, port, tls, connectionsMax }: MosquittoListener): readonly string[] {
  const secured =
    tls === null
      ? []
      : [`certfile ${word(tls.certFile)}`, `keyfile ${word(tls.keyFile)}`, 'tls_version tlsv1.2'];
  return [`listener ${port} ${word(host)}`, `max_connections ${connectionsMax}`, ...secured];
}

export function mosquittoAcl(user: string): string {
  const own = (lane: 'down' | 'up' | 'state'): string => everyBox(lane).replace('+', '%u');
  return lines([
    '# Written by smartbox-relay broker-config mosquitto. What is not named here is denied.',
    `user ${relayUser(user)}`,
    `topic read ${everyBox('up')}`,
    `topic read ${everyBox('state')}`,
    `topic write ${everyBox('down')}`,
    '# To clear the document of a box that is gone.',
    `topic write ${everyBox('state')}`,
    '',
    `pattern write ${own('up')}`,
    `pattern write ${own('state')}`,
    `pattern read ${own('down')}`,
  ]);
}

/**
 * `boxes`: stored hashes (`hashPassword`) by id. Sorted, so that the same boxes give the same file.
 * @throws Fault `bad-input` for a name or a hash that could not stand in the file
 */
export function mosquittoPasswords(
  relay: { readonly user: string; readonly hash: string },
  boxes: ReadonlyMap<string, string>,
): string {
  const sorted = [...boxes].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [box] of sorted) if (!boxIdShape.test(box)) throw unfit('the id of a box', box);
  // The hash is not quoted.
  for (const [box, hash] of [[relay.user, relay.hash] as const, ...sorted])
    if (!passwordHashShape.test(hash)) throw unfit('the stored password hash of', box);
  return lines([`${relayUser(relay.user)}:${relay.hash}`, ...sorted.map(([box, hash]) => `${box}:${hash}`)]);
}

/** A box of that name would have the relay's rights. */
function relayUser(name: string): string {
  if (boxIdShape.test(name)) throw unfit('the relay’s username, which a box could have,', name);
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name)) throw unfit('the relay’s username', name);
  return name;
}

function word(text: string): string {
  const unprintable = [...text].some(char => char < ' ' || char === '\x7f');
  if (text === '' || unprintable || text.trim() !== text)
    throw unfit('in mosquitto.conf', JSON.stringify(text));
  return text;
}

const unfit = (what: string, value: string): Fault =>
  new Fault(
    'bad-input',
    `cannot be written for Mosquitto: ${what} ${value}`,
    'A relay’s username holds an underscore, a dot or a capital letter; paths hold no line ends.',
  );

const lines = (each: readonly string[]): string => `${each.join('\n')}\n`;
