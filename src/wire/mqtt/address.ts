import { Fault } from '../../base/fault.ts';

export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

const hint = 'Write mqtt://HOST[:PORT] or mqtts://HOST[:PORT]; name and password have places of their own.';

/** @throws Fault `bad-input`. Ports default to 1883, with TLS to 8883. */
export function readBrokerUrl(text: string): BrokerAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const bad = (why: string): Fault => new Fault('bad-input', `the broker's URL ${why}`, hint);
  if (url === null) throw bad('is no URL');
  const tls = url.protocol === 'mqtts:';
  if (!tls && url.protocol !== 'mqtt:') throw bad(`begins with ${url.protocol}//, not mqtt:// or mqtts://`);
  if (url.hostname === '') throw bad('names no host');
  // Not quoted: it may hold a password.
  if (url.username !== '' || url.password !== '') throw bad('holds a name or a password');
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    throw bad('goes on after the port');
  const port = url.port === '' ? (tls ? 8883 : 1883) : Number(url.port);
  if (port === 0) throw bad('has port 0');
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, tls };
}

/** `localhost`, 127.0.0.0/8 and ::1, without brackets. */
export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** Everybody on the way reads the password and when which box speaks; what it says is signed and sealed all the same. */
export const isInClear = ({ host, tls }: BrokerAddress): boolean => !tls && !isLoopbackHost(host);

/** A configuration says this of such an address. */
export const inClearProblem =
  'is mqtt:// to another machine, which lets everybody on the way read the password; use mqtts://, or say plain: true beside it';
