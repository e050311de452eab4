/** Checks of single values in relay.yaml. */
import { isIP } from 'node:net';
import { type Check, problem } from '../../base/config/check.ts';
import { readMail } from '../../base/mail-address.ts';
import { cleanLine } from '../../base/plain-line.ts';
import { withoutTrailingSlashes } from '../../base/trailing.ts';
import type { Address, ImapAddress, MailConfig, SmtpAddress } from './model.ts';

const urlMax = 500;

/** `HOST:PORT`, an IPv6 address in brackets; null where it is none. */
export function addressOf(value: unknown): Address | null {
  const match =
    typeof value === 'string' ? /^(\[[0-9a-fA-F:.]+\]|[\w.-]{1,253}):(\d{1,5})$/.exec(value) : null;
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) return null;
  return { host: (match[1] ?? '').replaceAll(/[[\]]/g, ''), port };
}

export const listenAddress: Check<Address> = (value, at) =>
  addressOf(value) ?? problem(at, 'must be an address with a port, such as 127.0.0.1:8080 or [::]:8080');

export const addressText = ({ host, port }: Address): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

const read = (value: unknown, protocols: readonly string[]): URL | null => {
  const url = typeof value === 'string' && value.length <= urlMax ? URL.parse(value) : null;
  return url !== null && protocols.includes(url.protocol) && url.hostname !== '' ? url : null;
};

const networksMax = 32;
const loopbackNetworks: readonly string[] = ['127.0.0.0/8', '::1'];

/** `true`: a proxy on this machine; otherwise the networks of the proxies, each as `10.1.2.3` or `10.1.0.0/16`. */
export const proxyNetworks: Check<readonly string[]> = (value, at) => {
  if (typeof value === 'boolean') return value ? loopbackNetworks : [];
  const networks: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (networks.length <= networksMax && networks.every(isNetwork)) return networks;
  return problem(
    at,
    `must be true (a proxy on this machine) or up to ${networksMax} networks such as [10.1.2.3, 10.1.0.0/16, "fd00::/8"]`,
  );
};

/** Everybody (`/0`) is no network of proxies: whoever calls could choose his address. */
function isNetwork(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 50) return false;
  const [address = '', bits, ...more] = value.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes('%')) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Public address of the HTTP side; a path is kept, for relays that live under one. */
export const httpUrl: Check<string> = (value, at) => {
  const url = read(value, ['http:', 'https:']);
  if (url === null) return problem(at, 'must be an address such as https://keys.example.org');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return problem(at, 'must be host, port and path only');
  return withoutTrailingSlashes(url.href);
};

/** A broker's address. Names and passwords have keys of their own, so that this may be logged. */
export const mqttUrl: Check<string> = (value, at) => {
  const url = read(value, ['mqtt:', 'mqtts:']);
  if (url === null) return problem(at, 'must be an address such as mqtts://broker.example.org:8883');
  if (url.username !== '' || url.password !== '')
    return problem(at, 'must not hold a name or password; those have keys of their own');
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    return problem(at, 'must end after the port');
  return withoutTrailingSlashes(url.href);
};

/**
 * As libpq writes it: the host may be left out, for a socket (`?host=/folder`), so that this is not always a URL. The password has a
 * key of its own, so that this may be shown.
 */
export const postgresUrl: Check<string> = (value, at) => {
  if (typeof value !== 'string' || value.length > urlMax || !/^postgres(ql)?:\/\/[\x21-\x7e]+$/.test(value))
    return problem(at, 'must be an address such as postgres://relay@db.example.org/smartbox');
  const [place = '', query = ''] = value.slice(value.indexOf('//') + 2).split('?', 2);
  const [, user = ''] = /^(.*)@/.exec(place) ?? [];
  return user.includes(':') || new URLSearchParams(query).has('password') ? problem(at, notHere) : value;
};

const notHere = 'must not hold the password; passwordFile names a file that does';

const smtpPort = 587;
const smtpsPort = 465;

/** `smtps://USER@HOST:PORT`. The password has a key of its own, so that this may be logged. */
export const smtpUrl: Check<SmtpAddress> = (value, at) => {
  const url = read(value, ['smtp:', 'smtps:']);
  if (url === null)
    return problem(at, 'must be an address such as smtps://keys%40example.org@mail.example.org');
  if (url.password !== '') return problem(at, notHere);
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    return problem(at, 'must end after the port');
  const user = percentRead(url.username);
  if (user === null || /\p{Cc}/u.test(user))
    return problem(at, 'has a user that cannot be read: % is written %25, @ is written %40');
  const tls = url.protocol === 'smtps:';
  return {
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: url.port === '' ? (tls ? smtpsPort : smtpPort) : Number(url.port),
    tls,
    user: user === '' ? null : user,
  };
};

const imapPort = 143;
const imapsPort = 993;

/** `imaps://USER@HOST:PORT/FOLDER` (RFC 5092). The password has a key of its own, so that this may be logged. */
export const imapUrl: Check<ImapAddress> = (value, at) => {
  const url = read(value, ['imap:', 'imaps:']);
  if (url === null || url.username === '')
    return problem(at, 'must be an address such as imaps://bounces%40example.org@mail.example.org/INBOX');
  if (url.password !== '') return problem(at, notHere);
  if (url.search !== '' || url.hash !== '') return problem(at, 'must end after the folder');
  const [user, folder] = [percentRead(url.username), percentRead(url.pathname.slice(1))];
  if (user === null || folder === null || /\p{Cc}/u.test(user + folder))
    return problem(at, 'has a user or a folder that cannot be read');
  const tls = url.protocol === 'imaps:';
  return {
    ...{ host: url.hostname.replaceAll(/[[\]]/g, ''), tls, user },
    port: url.port === '' ? (tls ? imapsPort : imapPort) : Number(url.port),
    folder: folder === '' ? 'INBOX' : folder,
  };
};

function percentRead(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** `keys@example.org`, or `Example keys <keys@example.org>`. */
export const mailFrom: Check<MailConfig['from']> = (value, at) => {
  const text = typeof value === 'string' && value.length <= 400 ? value.trim() : '';
  const bracket = text.endsWith('>') ? text.indexOf('<') : -1;
  const name = bracket < 0 ? '' : text.slice(0, bracket).trim();
  const reading = readMail(bracket < 0 ? text : text.slice(bracket + 1, -1));
  if (reading.is === 'read' && /^[^\p{Cc}<>"]{0,64}$/u.test(name))
    return { name: cleanLine(name).trim(), address: reading.address };
  const why = reading.is === 'refused' && text !== '' ? `; the address ${reading.why}` : '';
  return problem(at, `must be an address such as Example keys <keys@example.org>${why}`);
};
