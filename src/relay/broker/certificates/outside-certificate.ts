/** The certificates of a broker outside, whose files are not ours: looked at where they are served, before they end. */
import type { X509Certificate } from 'node:crypto';
import { after, hours, minutes } from '../../../base/brand.ts';
import type { Log } from '../../../base/log.ts';
import type { Time } from '../../../base/time.ts';
import { type BrokerAddress, readBrokerUrl } from '../../../wire/mqtt/address.ts';
import type { CertificateProblems } from './broker-certificates.ts';
import { endingOf, endOf, instantText, nameOf } from './chain-facts.ts';

/** A look costs one connection, and a renewed certificate should end its Problem the same day. */
const lookMs = hours(12);
/** Nobody answered, or it ends soon: somebody may be at work on it. */
const againMs = minutes(60);

interface OutsideCertificateOptions {
  /** Keys of relay.yaml, for people, and the address that each names; those without TLS are left out. */
  readonly places: readonly { readonly name: string; readonly url: string }[];
  /** Null: nobody answers there. Never rejects. */
  readonly served: (host: string, port: number) => Promise<X509Certificate | null>;
  readonly problems: CertificateProblems;
  readonly time: Time;
  readonly log: Log;
}

interface Place {
  readonly name: string;
  readonly address: BrokerAddress;
}

export class OutsideCertificates {
  readonly #options: OutsideCertificateOptions;
  readonly #places: readonly Place[];
  #looking: Promise<void> = Promise.resolve();
  #cancel: () => void = () => {};
  #closed = false;

  constructor(options: OutsideCertificateOptions) {
    this.#options = options;
    this.#places = options.places
      .map(({ name, url }) => ({ name, address: readBrokerUrl(url) }))
      .filter(({ address }) => address.tls);
  }

  /** To be called at the start, and whenever the broker was reached anew: it may serve another certificate since. */
  look(): Promise<void> {
    if (this.#places.length === 0) return this.#looking;
    this.#looking = this.#looking.then(() => this.#lookOnce());
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #lookOnce(): Promise<void> {
    if (this.#closed) return;
    const calm = await Promise.all(this.#places.map(place => this.#judge(place)));
    if (this.#closed) return;
    const { time } = this.#options;
    this.#cancel();
    const inMs = calm.every(is => is) ? lookMs : againMs;
    this.#cancel = time.at(after(time.mono(), inMs), () => void this.look());
  }

  /** Whether nothing is to be expected there soon. */
  async #judge({ name, address: { host, port } }: Place): Promise<boolean> {
    const { served, problems, time, log } = this.#options;
    const certificate = await served(host, port);
    if (this.#closed) return true;
    if (certificate === null) {
      log.info({ host, port }, 'nobody shows a certificate there');
      return false;
    }
    const endsAt = endOf([certificate]);
    const ending = endingOf(endsAt, time.wall());
    const verb = endsAt <= time.wall() ? 'has ended' : 'ends';
    const detail = `The certificate at ${name} (${nameOf([certificate])}) ${verb} on ${instantText(endsAt)}. It is the broker’s own: renew it there.`;
    for (const [kind, when] of [
      ['certificate-ends-now', 'now'],
      ['certificate-ends', 'soon'],
    ] as const)
      if (ending === when) problems.raise(kind, name, detail);
      else problems.clear(kind, name);
    return ending === null;
  }
}
