/** Who a network address counts as, where something is shared out among strangers. */
import { isIPv6 } from 'node:net';
import type { Brand } from './brand.ts';

/** An IPv4 address, or the first 64 bits of an IPv6 address: whoever has one of a /64 has all of them (RFC 6177). */
export type Origin = Brand<string, 'Origin'>;

/** Groups of a /64. */
const networkGroups = 4;

/** Never throws; what is no address is an origin of its own. IPv4 that is written as IPv6 (RFC 4291, 2.5.5.2) is IPv4. */
export function originOf(address: string | undefined): Origin {
  const [bare = ''] = (address ?? '').split('%');
  if (!isIPv6(bare)) return bare as Origin;
  const mapped = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(bare);
  if (mapped !== null) return mapped[1] as Origin;
  return `${groupsOf(bare).slice(0, networkGroups).join(':')}::/64` as Origin;
}

/** The eight groups in their shortest form, without `::`. A dotted end stands for two of them. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const split = (part: string): string[] =>
    part === '' ? [] : part.split(':').flatMap(group => (group.includes('.') ? ['0', '0'] : [short(group)]));
  const [before, after] = [split(head), split(tail ?? '')];
  if (tail === undefined) return before;
  return [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
}

const short = (group: string): string => Number.parseInt(group, 16).toString(16);
