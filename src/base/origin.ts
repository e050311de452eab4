/** Who a network address counts as, where something is shared out among strangers. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Brand } from './brand.ts';

/** An IPv4 address, or the first 64 bits of an IPv6 address: whoever has one of a /64 has all of them (RFC 6177). */
export type Origin = Brand<string, 'Origin'>;

/** Groups of a /64. */
const networkGroups = 4;

/** RFC 4291, 2.5.5.2, and RFC 6052, 2.1: what stands before an IPv4 address that is written as IPv6. */
const mappedHead = '0:0:0:0:0:ffff';
const translatedHead = '64:ff9b:0:0:0:0';

/**
 * An address as systems and proxies write it: without the zone, the port (`192.0.2.7:4711`, `[2001:db8::1]:443`) and the
 * brackets, IPv4 as IPv4. Null: it is none, as that of a socket that is gone already.
 */
export function plainAddress(written: string | undefined): string | null {
  const text = (written ?? '').trim();
  const [, inBrackets, dotted] = /^(?:\[([^\]]+)\]|(\d[\d.]*))(?::\d{1,5})?$/.exec(text) ?? [];
  const [bare = ''] = (inBrackets ?? dotted ?? text).split('%');
  if (isIPv4(bare)) return bare;
  return isIPv6(bare) ? (dottedBehind(mappedHead, groupsOf(bare)) ?? bare) : null;
}

/** Never throws; what is no address is an origin of its own. IPv4 that is written as IPv6 is IPv4. */
export function originOf(written: string | undefined): Origin {
  const address = plainAddress(written);
  if (address === null || isIPv4(address)) return (address ?? written ?? '') as Origin;
  const groups = groupsOf(address);
  const translated = dottedBehind(translatedHead, groups);
  return (translated ?? `${groups.slice(0, networkGroups).join(':')}::/64`) as Origin;
}

function dottedBehind(head: string, groups: readonly string[]): string | null {
  if (groups.slice(0, 6).join(':') !== head) return null;
  return groups
    .slice(6)
    .map(group => Number.parseInt(group, 16))
    .flatMap(value => [value >> 8, value & 255])
    .join('.');
}

/** The eight groups in their shortest form, without `::`. A dotted end stands for two of them. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const split = (part: string): string[] =>
    part === ''
      ? []
      : part.split(':').flatMap(group => (group.includes('.') ? ofDotted(group) : [short(group)]));
  const [before, after] = [split(head), split(tail ?? '')];
  if (tail === undefined) return before;
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}

function ofDotted(dotted: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d].map(value => value.toString(16));
}

const short = (group: string): string => Number.parseInt(group, 16).toString(16);
