/** Where a client may connect to: not to this machine, its network, or what a cloud serves to the machine it runs on. */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { withoutTrailingSlashes } from '../../../../base/trailing.ts';
import { FleetioError } from './errors.ts';

export const defaultBaseUrl = 'https://secure.fleetio.com/api';
const urlMax = 300;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Special-purpose ranges (IANA's registries, RFC 6890 and after): private, link-local with cloud metadata, mapped, multicast. */
const inner = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inner.addSubnet(net, bits, 'ipv4');
/** Of IPv6 only what is given out to the world may be reached, without its ways of writing IPv4. */
const outer6 = new BlockList();
outer6.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  inner.addSubnet(net, bits, 'ipv6');

export type Reach = 'world' | 'loopback';

/** Whether an address (not a name) may be connected to. */
export function mayReach(address: string, reach: Reach): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0) return false;
  if (reach === 'loopback') return loopback.check(address, family);
  if (family === 'ipv6' && !outer6.check(address, 'ipv6')) return false;
  return !inner.check(address, family);
}

export interface Base {
  readonly url: URL;
  readonly reach: Reach;
}

/**
 * `https:` and a public host; this machine itself only where relay.yaml allows it.
 * @throws FleetioError `fleetio-address`
 */
export function readBase(text: string, allowLoopback: boolean): Base {
  const url = text.length <= urlMax ? URL.parse(text) : null;
  if (url === null) throw refused('is no address');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw refused('must be host, port and path only');
  url.pathname = withoutTrailingSlashes(url.pathname);
  const host = hostOf(url);
  if (host === 'localhost' || (isIP(host) !== 0 && mayReach(host, 'loopback'))) {
    if (!allowLoopback) throw refused('is this machine, which “fleetio.allowLoopback” of relay.yaml forbids');
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('must begin with https://');
    return { url, reach: 'loopback' };
  }
  if (url.protocol !== 'https:') throw refused('must begin with https://');
  if (isIP(host) !== 0 && !mayReach(host, 'world')) throw refused('is an address inside of a network');
  return { url, reach: 'world' };
}

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const refused = (what: string): FleetioError => new FleetioError('fleetio-address', `baseUrl: ${what}`);

/**
 * Resolves for one connection, and gives only addresses that may be reached: what was checked is what is connected to, so
 * a name that answers differently a moment later gains nothing.
 */
export const lookupWithin =
  (reach: Reach): LookupFunction =>
  (hostname, options, callback) => {
    lookup(
      hostname,
      { family: options.family ?? 0, hints: options.hints ?? 0, all: true },
      (error, found) => {
        if (error !== null) return callback(error, '', 0);
        const allowed = found.filter(({ address }) => mayReach(address, reach));
        const [first] = allowed;
        if (first === undefined) return callback(refused(`${hostname} is inside of a network`), '', 0);
        if (options.all === true) return callback(null, allowed as LookupAddress[]);
        return callback(null, first.address, first.family);
      },
    );
  };
