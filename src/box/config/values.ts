/** Checks of single values: names, paths, addresses, zones. */
import type { Check } from '../../base/config/check.ts';
import { also, problem, text } from '../../base/config/check.ts';
import { shown } from '../../base/config/problem.ts';
import { path } from '../../base/config/texts.ts';
import { readTimeZone } from '../../base/time-zone.ts';
import { regions } from './regions.ts';

/** An id that may stand in a topic, a file name or a shell line. */
export const identifier: Check<string> = text(
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  64,
  'letters, digits, “.”, “_” or “-”, 1 to 64 of them, beginning with a letter or digit',
);

/** A Unix socket's path must fit `sun_path`: 108 bytes with the closing zero (unix(7)). */
export const socketPath = (folder: string): Check<string> =>
  also(path(folder), (value, at) => {
    if (Buffer.byteLength(value) <= 107) return value;
    return problem(at, `is too long for a socket: ${Buffer.byteLength(value)} bytes, at most 107`);
  });

/** Label of a GPIO chip, which the simulator uses as the name of a folder. */
export const chipLabel: Check<string> = text(
  /^(?!\.{1,2}$)[A-Za-z0-9._:@+ ()-]+$/,
  64,
  "a chip's label, without slashes (see gpiodetect, or /sys/class/gpio/gpiochip*/label)",
);

export const timezone: Check<string> = (value, at) => {
  const zone = typeof value === 'string' ? readTimeZone(value) : null;
  return zone ?? problem(at, `must be a time zone such as Europe/Amsterdam, not ${shown(value)}`);
};

export const region: Check<string> = (value, at) => {
  if (typeof value === 'string' && regions.includes(value)) return value;
  // YAML 1.1 readers took a bare NO for false; this one does not, but a %YAML 1.1 header brings it back.
  const hint = typeof value === 'string' && regions.includes(value.toUpperCase()) ? ' (in capitals)' : '';
  return problem(at, `must be a country such as NL, two capital letters, not ${shown(value)}${hint}`);
};

/** E.164: “+”, country code, subscriber number; 15 digits at most, no spaces. */
export const phone: Check<string> = text(
  /^\+[1-9][0-9]{6,14}$/,
  16,
  'a phone number in international form such as "+31201234567"',
);

export const relayUrl: Check<string> = (value, at) => {
  const url = typeof value === 'string' && value.length <= 300 ? URL.parse(value) : null;
  if (
    typeof value !== 'string' ||
    url === null ||
    !['mqtt:', 'mqtts:'].includes(url.protocol) ||
    url.hostname === ''
  )
    return problem(at, 'must be an address such as mqtts://relay.example:8883');
  if (url.username !== '' || url.password !== '')
    return problem(at, 'must not hold a name or password; the box proves who it is by its own key');
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    return problem(at, 'must end after the port');
  return value;
};

/** Loopback only: who reaches the simulated cabinet opens every door. */
export const listenAddress: Check<{ host: string; port: number }> = (value, at) => {
  const match =
    typeof value === 'string' ? /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/.exec(value) : null;
  const port = Number(match?.[2]);
  if (match === null || port > 65_535)
    return problem(at, 'must be a loopback address with a port, such as 127.0.0.1:8090');
  return { host: (match[1] ?? '').replaceAll(/[[\]]/g, ''), port };
};

export const hostAndPort: Check<{ host: string; port: number }> = (value, at) => {
  const url = typeof value === 'string' && value.length <= 300 ? URL.parse(`mqtt://${value}`) : null;
  if (typeof value !== 'string' || url === null || url.port === '' || url.host !== value)
    return problem(at, 'must be a host with a port, such as 127.0.0.1:1883');
  return { host: url.hostname.replaceAll(/[[\]]/g, ''), port: Number(url.port) };
};
