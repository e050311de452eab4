/** Says what can be said of a certificate without a connection. Pure. */
import type { X509Certificate } from 'node:crypto';
import type { Authorities } from '../../../wire/authorities.ts';
import { readCertificates } from '../../../wire/authorities.ts';

/** A chain is not longer than this, whatever a file holds. */
const depthMax = 10;

type Chain = readonly [leaf: X509Certificate, ...rest: X509Certificate[]];

const issues = (issuer: X509Certificate, of: X509Certificate): boolean =>
  of.checkIssued(issuer) && of.verify(issuer.publicKey);

/**
 * The way from the certificate to one of the authorities, that one included; null: none of them stands behind it. Where the
 * authorities are those of the system, nobody here knows them, and the way is what the chain shows.
 */
export function pathOf(chain: Chain, authorities: Authorities): readonly X509Certificate[] | null {
  const anchors = authorities === null ? [] : readCertificates(authorities);
  const [leaf] = chain;
  const path: X509Certificate[] = [leaf];
  for (let at: X509Certificate | undefined = leaf; at !== undefined && path.length < depthMax; ) {
    const current: X509Certificate = at;
    if (anchors.some(({ fingerprint256 }) => fingerprint256 === current.fingerprint256)) return path;
    const anchor = anchors.find(each => issues(each, current));
    if (anchor !== undefined) return [...path, anchor];
    at = chain.find(each => !path.includes(each) && issues(each, current));
    if (at !== undefined) path.push(at);
  }
  return authorities === null ? path : null;
}

/** When the first certificate of a path ends, in milliseconds since 1970. */
export const endOf = (path: readonly X509Certificate[]): number =>
  Math.min(...path.map(({ validTo }) => Date.parse(validTo)));

const dayMs = 86_400_000;
const aheadDays = { soon: 14, now: 2 } as const;

/** Which of the two Problems it is: `now` from two days before its end on, `soon` from two weeks before it; null: neither. */
export function endingOf(endsAt: number, now: number): 'now' | 'soon' | null {
  const daysLeft = (endsAt - now) / dayMs;
  if (daysLeft <= aheadDays.now) return 'now';
  return daysLeft <= aheadDays.soon ? 'soon' : null;
}

const beginOf = (path: readonly X509Certificate[]): number =>
  Math.max(...path.map(({ validFrom }) => Date.parse(validFrom)));

/** `2027-03-01 12:00 UTC`. */
export const instantText = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Why boxes would not believe it now; null: nothing is wrong. */
export function objection(chain: Chain, authorities: Authorities, now: number): string | null {
  const path = pathOf(chain, authorities);
  if (path === null) return 'it is by none of the authorities that boxes are told';
  if (beginOf(path) > now) return `it begins only on ${instantText(beginOf(path))}`;
  return endOf(path) <= now ? `it has ended on ${instantText(endOf(path))}` : null;
}

/** Whom it is for and by whom, for people. */
export function nameOf([leaf]: Chain): string {
  const name = (text: string): string =>
    /(?:^|\n)CN=([^\n]{1,80})/.exec(text)?.[1] ?? text.split('\n')[0] ?? '';
  const names = (leaf.subjectAltName ?? '').replaceAll(/(?:DNS|IP Address):/g, '').slice(0, 80);
  return `for ${names === '' ? name(leaf.subject) : names}, by ${name(leaf.issuer)}`;
}
