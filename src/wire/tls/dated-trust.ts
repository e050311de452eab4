import { X509Certificate } from 'node:crypto';
import {
  checkServerIdentity,
  type DetailedPeerCertificate,
  getCACertificates,
  type TLSSocket,
} from 'node:tls';
import { type WallMs, wall } from '../../base/brand.ts';
import { codeOf } from '../../base/fault.ts';
import { type Authorities, readCertificates } from '../authorities.ts';
import type { KnownTime } from './known-time.ts';
import { type VerifyChain, verifyChain } from './verify-chain.ts';

/** Why a server is not believed. */
export interface Refusal {
  /** As Node names it. */
  readonly code: string;
  readonly reason: string;
  /** It is looked at a second time (`examined`), after which it may be believed. */
  readonly again: boolean;
}

/** As a socket fails with it. */
export class RefusedError extends Error {
  readonly code: string;
  readonly again: boolean;

  constructor({ code, reason, again }: Refusal) {
    super(reason);
    this.code = code;
    this.again = again;
  }
}

/** Within which instants every certificate of a chain is valid. */
export interface ChainDates {
  readonly from: WallMs;
  readonly to: WallMs;
}

const notYet = 'CERT_NOT_YET_VALID';
const expired = 'CERT_HAS_EXPIRED';

/** A server serves one chain, or two while it is replaced, and each is judged under two lists at most, before and after the time is known. */
const examinedMax = 8;
/** A chain has 3 certificates; what somebody else sends may be longer. */
const chainMax = 10;

/**
 * Judges servers by what this machine knows of the time, where OpenSSL goes by the system's clock. A box without a clock chip begins
 * in the past, and every certificate that was renewed meanwhile is not valid yet there: then nobody could ever tell it the time.
 *
 * - As long as nobody has vouched for the time, a certificate is believed that may be valid now: it has not ended before the least that
 *   it can be.
 * - Once somebody has, it has to be valid then, whatever the system's clock says.
 * - In all else it is judged as ever. A chain with a wrong date is looked at a second time, for OpenSSL names one error only: so
 *   the first connection to such a server fails, and a later one succeeds.
 */
export class DatedTrust {
  readonly #now: () => KnownTime;
  readonly #verify: VerifyChain;
  /** By whether the time was sure, authorities and certificate: null, or what is wrong with it besides its dates. The oldest goes first. */
  readonly #examined = new Map<string, string | null>();
  #examining: Promise<void> = Promise.resolve();

  constructor(now: () => KnownTime, verify: VerifyChain = verifyChain) {
    this.#now = now;
    this.#verify = verify;
  }

  /**
   * Of a server that was connected to with `rejectUnauthorized: false`, in the very turn of `secureConnect`: a socket that is destroyed
   * there has sent nothing yet. Null: it is believed.
   */
  judge(socket: TLSSocket, host: string, authorities: Authorities): Refusal | null {
    const chain = presented(socket);
    const code = socket.authorized ? '' : codeFor(socket, host);
    if (code !== '' && code !== notYet && code !== expired) return refusalOf(code);
    const dates = datesOf(chain);
    if (dates === null) return refusalOf('CERT_UNTRUSTED');
    const outside = this.#outside(dates);
    if (outside !== null) return refusalOf(outside);
    if (code === '') return null;
    if (checkServerIdentity(host, socket.getPeerCertificate()) !== undefined)
      return refusalOf('ERR_TLS_CERT_ALTNAME_INVALID');
    const key = `${this.#now().sure}\n${authorities ?? ''}\n${chain[0]?.fingerprint256 ?? ''}`;
    const found = this.#examined.get(key);
    if (found === null) return null;
    this.#examining = this.#examine(key, {
      chain,
      authorities,
      at: this.#instant(dates, authoritiesOf(chain, authorities)),
    });
    return { ...refusalOf(code, found), again: true };
  }

  /** The code of what is wrong with these dates, now. Null: nothing. */
  #outside({ from, to }: ChainDates): string | null {
    const now = this.#now();
    if (to < (now.sure ? now.at : now.least)) return expired;
    return now.sure && now.at < from ? notYet : null;
  }

  /** At which the chain is looked at: now, or the earliest instant that may be now and lies within its dates. */
  #instant({ from }: ChainDates, authorities: readonly X509Certificate[]): WallMs {
    const now = this.#now();
    return now.sure ? now.at : wall(Math.max(now.least, from, datesOf(authorities)?.from ?? 0));
  }

  async #examine(key: string, chain: Parameters<VerifyChain>[0]): Promise<void> {
    const fault = await this.#verify(chain);
    this.#examined.delete(key);
    this.#examined.set(key, fault);
    const [oldest] = this.#examined.keys();
    if (this.#examined.size > examinedMax && oldest !== undefined) this.#examined.delete(oldest);
  }

  /** When the second look at what was refused last is over. */
  examined(): Promise<void> {
    return this.#examining;
  }

  /** Whether a server that was believed still is: by now somebody may have vouched for the time. Null: it is. */
  again(dates: ChainDates): Refusal | null {
    const outside = this.#outside(dates);
    return outside === null ? null : refusalOf(outside);
  }
}

/** Null: it presented none. */
export const datesOf = (chain: readonly X509Certificate[]): ChainDates | null =>
  chain.length === 0
    ? null
    : {
        from: wall(Math.max(...chain.map(each => each.validFromDate.getTime()))),
        to: wall(Math.min(...chain.map(each => each.validToDate.getTime()))),
      };

/** Those that may have issued the last of a chain. */
function authoritiesOf(chain: readonly X509Certificate[], list: Authorities): readonly X509Certificate[] {
  const all =
    list === null
      ? getCACertificates('default').map(pem => new X509Certificate(pem))
      : readCertificates(list);
  return all.filter(authority => chain.at(-1)?.checkIssued(authority) === true);
}

/** The server's own first, up to an authority where that is known. (`getPeerX509Certificate` can be asked only once in Node 24.) */
export function presented(socket: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw !== undefined && chain.length < chainMax) {
    const certificate = new X509Certificate(next.raw);
    if (chain.some(has => has.fingerprint256 === certificate.fingerprint256)) break;
    chain.push(certificate);
    next = next.issuerCertificate;
  }
  return chain;
}

/** Node says it as a code, or as an error that has one. */
function codeFor(socket: TLSSocket, host: string): string {
  const { authorizationError: error } = socket as { readonly authorizationError: unknown };
  const code = typeof error === 'string' ? error : codeOf(error);
  if (code !== '') return code;
  return checkServerIdentity(host, socket.getPeerCertificate()) === undefined
    ? 'CERT_UNTRUSTED'
    : 'ERR_TLS_CERT_ALTNAME_INVALID';
}

const words: Readonly<Record<string, string>> = {
  [notYet]: 'certificate is not yet valid',
  [expired]: 'certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name than that of the host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate in certificate chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unable to verify the first certificate',
};

function refusalOf(code: string, more: string | null = null): Refusal {
  const reason = words[code] ?? code.toLowerCase().replaceAll('_', ' ');
  return { code, reason: more === null ? reason : `${reason}, and ${more}`, again: false };
}
