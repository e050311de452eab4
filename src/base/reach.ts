/** Which addresses the outside may be reached at: not this machine, its network, or what a cloud serves to the machine it runs on. */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

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

export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

/** Whether an address names this machine itself, by its name or by a number. */
export function isOwnHost(host: string): boolean {
  return host === 'localhost' || (isIP(host) !== 0 && mayReach(host, 'loopback'));
}

/** A number that is inside of a network; of a name only a look at the time of the call can tell. */
export const isInnerNumber = (host: string): boolean => isIP(host) !== 0 && !mayReach(host, 'world');

/**
 * Resolves for one connection, and gives only addresses that may be reached: what was checked is what is connected to, so
 * a name that answers differently a moment later gains nothing. `refusal` is the error of the call where none is left.
 */
export const lookupWithin =
  (reach: Reach, refusal: (hostname: string) => Error): LookupFunction =>
  (hostname, options, callback) => {
    lookup(
      hostname,
      { family: options.family ?? 0, hints: options.hints ?? 0, all: true },
      (error, found) => {
        if (error !== null) return callback(error, '', 0);
        const allowed = found.filter(({ address }) => mayReach(address, reach));
        const [first] = allowed;
        if (first === undefined) return callback(refusal(hostname), '', 0);
        if (options.all === true) return callback(null, allowed as LookupAddress[]);
        return callback(null, first.address, first.family);
      },
    );
  };
