/** Whom a request counts for where tries are limited: the one reader of a request's address. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Origin, originOf } from '../../base/origin.ts';

/** As the trusted proxies tell it, or the address of the connection; one origin for an IPv6 /64. */
export const requestOrigin = (request: FastifyRequest): Origin => originOf(request.ip);

/**
 * Calls back with each address that sends `X-Forwarded-For` and is not trusted to: either a proxy that the configuration does
 * not name, behind which all callers share one limit, or somebody who would like to choose his address.
 */
export function watchProxies(
  app: FastifyInstance,
  trusted: readonly string[],
  untrusted: (address: string) => void,
): void {
  const isTrusted = networksOf(trusted);
  app.addHook('onRequest', async ({ headers, socket }) => {
    if (headers['x-forwarded-for'] === undefined) return;
    const address = originOf(socket.remoteAddress);
    if (!isTrusted(socket.remoteAddress ?? '')) untrusted(address);
  });
}

function networksOf(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return address => {
    const mapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
    if (isIPv4(mapped)) return list.check(mapped, 'ipv4');
    return isIPv6(address) && list.check(address, 'ipv6');
  };
}
