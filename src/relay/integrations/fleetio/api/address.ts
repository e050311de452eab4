/** Where a client may connect to: not to this machine, its network, or what a cloud serves to the machine it runs on. */
import { hostOf, isInnerNumber, isOwnHost, type Reach } from '../../../../base/reach.ts';
import { withoutTrailingSlashes } from '../../../../base/trailing.ts';
import { FleetioError } from './errors.ts';

export const defaultBaseUrl = 'https://secure.fleetio.com/api';
const urlMax = 300;

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
  if (isOwnHost(host)) {
    if (!allowLoopback) throw refused('is this machine, which “fleetio.allowLoopback” of relay.yaml forbids');
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused('must begin with https://');
    return { url, reach: 'loopback' };
  }
  if (url.protocol !== 'https:') throw refused('must begin with https://');
  if (isInnerNumber(host)) throw refused('is an address inside of a network');
  return { url, reach: 'world' };
}

const refused = (what: string): FleetioError => new FleetioError('fleetio-address', `baseUrl: ${what}`);

export const innerName = (hostname: string): FleetioError => refused(`${hostname} is inside of a network`);
