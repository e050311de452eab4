/** Checks of single values in relay.yaml. */
import { type Check, problem } from '../../base/config/check.ts';
import type { Address, MailConfig, SmtpAddress } from './model.ts';

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

/** Public address of the HTTP side; a path is kept, for relays that live under one. */
export const httpUrl: Check<string> = (value, at) => {
  const url = read(value, ['http:', 'https:']);
  if (url === null) return problem(at, 'must be an address such as https://keys.example.org');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return problem(at, 'must be host, port and path only');
  return url.href.replace(/\/+$/, '');
};

/** A broker's address. Names and passwords have keys of their own, so that this may be logged. */
export const mqttUrl: Check<string> = (value, at) => {
  const url = read(value, ['mqtt:', 'mqtts:']);
  if (url === null) return problem(at, 'must be an address such as mqtts://broker.example.org:8883');
  if (url.username !== '' || url.password !== '')
    return problem(at, 'must not hold a name or password; those have keys of their own');
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    return problem(at, 'must end after the port');
  return url.href.replace(/\/+$/, '');
};

/** As libpq writes it: the host may be left out, for a socket (`?host=/folder`), so that this is not always a URL. */
export const postgresUrl: Check<string> = (value, at) => {
  if (typeof value === 'string' && value.length <= urlMax && /^postgres(ql)?:\/\/[\x21-\x7e]+$/.test(value))
    return value;
  return problem(at, 'must be an address such as postgres://relay@db.example.org/smartbox');
};

const smtpPort = 587;
const smtpsPort = 465;

/** `smtps://USER@HOST:PORT`. The password has a key of its own, so that this may be logged. */
export const smtpUrl: Check<SmtpAddress> = (value, at) => {
  const url = read(value, ['smtp:', 'smtps:']);
  if (url === null)
    return problem(at, 'must be an address such as smtps://keys%40example.org@mail.example.org');
  if (url.password !== '')
    return problem(at, 'must not hold the password; passwordFile names a file that does');
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    return problem(at, 'must end after the port');
  const tls = url.protocol === 'smtps:';
  return {
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: url.port === '' ? (tls ? smtpsPort : smtpPort) : Number(url.port),
    tls,
    user: url.username === '' ? null : decodeURIComponent(url.username),
  };
};

/** `keys@example.org`, or `Example keys <keys@example.org>`. */
export const mailFrom: Check<MailConfig['from']> = (value, at) => {
  const [, name = '', address] =
    (typeof value === 'string' &&
      value.length <= 320 &&
      /^(?:([^\p{Cc}<>"]{1,64}?)\s*<)?([^\s@<>"(),;:]+@[^\s@<>"(),;:]+?)>?$/u.exec(value.trim())) ||
    [];
  if (address === undefined) return problem(at, 'must be an address such as Example keys <keys@example.org>');
  return { name: name.trim(), address };
};
