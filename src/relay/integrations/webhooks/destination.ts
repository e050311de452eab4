/** Where events may be sent: to the world by https, and to this machine where relay.yaml says so. */
import { Fault } from '../../../base/fault.ts';
import { hostOf, isInnerNumber, isOwnHost, type Reach } from '../../../base/reach.ts';
import { badInput } from '../../domain/faults.ts';

const addressMax = 500;

interface Destination {
  readonly url: URL;
  readonly reach: Reach;
}

/**
 * It is read anew before each call: relay.yaml may have changed.
 * @throws Fault `bad-input`
 */
export function readDestination(text: string, allowLoopback: boolean): Destination {
  const url = text.length <= addressMax ? URL.parse(text) : null;
  if (url === null) throw wrong('is no address');
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    throw wrong('must have no password and no “#” in it');
  const host = hostOf(url);
  if (isOwnHost(host)) {
    if (!allowLoopback) throw wrong('is this machine, which “webhooks.allowLoopback” of relay.yaml forbids');
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong('must begin with https://');
    return { url, reach: 'loopback' };
  }
  if (url.protocol !== 'https:') throw wrong('must begin with https://');
  if (isInnerNumber(host)) throw wrong('is an address inside of a network');
  return { url, reach: 'world' };
}

const wrong = (problem: string): Fault =>
  badInput('url', problem, 'Give an address that the world can reach, such as https://example.org/hook.');

/** The name stands for nothing that may be reached. */
export const innerCode = 'webhook-address';
export const innerHost = (hostname: string): Fault =>
  new Fault(innerCode, `${hostname} is inside of a network`, 'Give an address that the world can reach.');
