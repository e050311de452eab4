/** Who may ask a page that is for this machine alone. */
import type { IncomingMessage } from 'node:http';

/** The page is only ever known by these names: another name that leads to this machine is somebody's trick (DNS rebinding). */
const names = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;

export const isOwnHost = ({ headers }: IncomingMessage): boolean => names.test(headers.host ?? '');

/** Browsers say from which site a form comes; older ones name the origin alone. What is no browser says neither. */
export function isOwnForm({ headers: { origin, host, 'sec-fetch-site': site } }: IncomingMessage): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined || URL.parse(origin)?.host === host;
}
