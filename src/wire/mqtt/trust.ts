import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import { type Authorities, readCertificates } from '../authorities.ts';
import {
  type ChainDates,
  DatedTrust,
  datesOf,
  presented,
  type Refusal,
  RefusedError,
} from '../tls/dated-trust.ts';
import type { KnownTime } from '../tls/known-time.ts';
import { type VerifyChain, verifyChain } from '../tls/verify-chain.ts';

/** Refusals that another list of authorities may explain (OpenSSL's verification errors, as Node names them). */
const untrusted: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

export const isUntrusted = (code: string): boolean => untrusted.has(code);

interface Known {
  readonly list: Authorities;
  /** Undefined: the authorities that Node trusts. */
  readonly context: SecureContext | undefined;
}

/** @throws Fault `bad-input` when a list cannot be read */
function known(list: Authorities): Known {
  if (list === null) return { list, context: undefined };
  // A secure context takes text that is no certificate for an empty list.
  readCertificates(list);
  return { list, context: createSecureContext({ ca: list }) };
}

/**
 * Lists of authorities, the newest first. Each is tried by itself, so that it is known which one a broker's certificate
 * belongs to: the older ones are believed for as long as the newest has let no broker in.
 */
export class BrokerTrust {
  #all: readonly Known[];
  #at = 0;
  readonly #proven: () => void;
  readonly #dated: DatedTrust | null;
  /** The connection that was let in last, while it lives. */
  #live: { readonly dates: ChainDates; readonly socket: TLSSocket } | null = null;

  /**
   * `proven`: the newest list has let a broker in; the others are forgotten here. `now`: of a machine whose system's clock may be
   * wrong (see `DatedTrust`, which looks at chains by `verify`); without it OpenSSL alone judges.
   * @throws Fault `bad-input`
   */
  constructor(
    lists: readonly Authorities[],
    proven: () => void = () => {},
    now: (() => KnownTime) | null = null,
    verify: VerifyChain = verifyChain,
  ) {
    this.#all = lists.map(known);
    this.#proven = proven;
    this.#dated = now === null ? null : new DatedTrust(now, verify);
  }

  /** Whether this judges what OpenSSL lets through or refuses. */
  get judges(): boolean {
    return this.#dated !== null;
  }

  /** As `DatedTrust.judge`. */
  judge(socket: TLSSocket, host: string, list: Authorities): Refusal | null {
    const refusal = this.#dated?.judge(socket, host, list) ?? null;
    const dates = refusal === null ? datesOf(presented(socket)) : null;
    if (dates !== null) {
      this.#live = { dates, socket };
      socket.once('close', () => {
        if (this.#live?.socket === socket) this.#live = null;
      });
    }
    return refusal;
  }

  /** The time may be known by now: a broker that was let in on trust goes, if its certificate is not valid at this time. */
  recheck(): void {
    if (this.#live === null || this.#dated === null) return;
    const refusal = this.#dated.again(this.#live.dates);
    if (refusal !== null) this.#live.socket.destroy(new RefusedError(refusal));
  }

  /** For the next connection. */
  get context(): SecureContext | undefined {
    return this.#all[this.#at]?.context;
  }

  get list(): Authorities {
    return this.#all[this.#at]?.list ?? null;
  }

  /** From now on, the newest first. @throws Fault `bad-input`; nothing has changed then */
  replace(lists: readonly Authorities[]): void {
    this.#all = lists.map(known);
    this.#at = 0;
  }

  /** A connection under `list` got in. */
  served(list: Authorities): void {
    const [newest] = this.#all;
    if (newest === undefined || newest.list !== list || this.#all.length < 2) return;
    this.#all = [newest];
    this.#at = 0;
    this.#proven();
  }

  /** The broker's certificate is by none of `list`: the next try believes another one. */
  refused(list: Authorities): void {
    if (this.list === list) this.#at = (this.#at + 1) % Math.max(1, this.#all.length);
  }
}
