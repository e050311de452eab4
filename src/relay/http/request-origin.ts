/** Whom a request counts for where tries are limited: the one reader of a request's address. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Origin, originOf, plainAddress } from '../../base/origin.ts';

/**
 * As the trusted proxies tell it, or the address of the connection; one origin for an IPv6 /64. Whoever is told as no address
 * (`unknown`) counts as the connection, or every such word would be a caller of its own, without a limit.
 */
export const requestOrigin = ({ ip, socket }: FastifyRequest): Origin =>
  originOf(plainAddress(ip) === null ? socket.remoteAddress : ip);

/**
 * Calls back with each address that sends `X-Forwarded-For` and is not trusted to: either a proxy that the configuration does
 * not name, behind which all callers share one limit, or somebody who would like to choose his address.
 */
export function watchProxies(
  app: FastifyInstance,
  isTrusted: (address: string) => boolean,
  untrusted: (address: string) => void,
): void {
  app.addHook('onRequest', async ({ headers, socket }) => {
    if (headers['x-forwarded-for'] === undefined) return;
    const address = originOf(socket.remoteAddress);
    if (!isTrusted(socket.remoteAddress ?? '')) untrusted(address);
  });
}

/** Whether an address is one of the proxies in these networks (CIDR), however it is written: some write their port, too. */
export function proxiesOf(networks: readonly string[]): (written: string | undefined) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return written => {
    const address = plainAddress(written);
    return address !== null && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}
