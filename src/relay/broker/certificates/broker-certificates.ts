/** The certificate of the broker that boxes reach, and the authorities that they are told, kept as the files are. */
import { after, type Millis, type MonoMs, minutes, seconds } from '../../../base/brand.ts';
import { repeat } from '../../../base/every.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Time } from '../../../base/time.ts';
import type { Authorities } from '../../../wire/authorities.ts';
import {
  type PairFiles,
  readAuthorities,
  readPair,
  type ServedPair,
  signatureOf,
} from './certificate-files.ts';
import { endingOf, endOf, instantText, nameOf, objection, pathOf } from './chain-facts.ts';

/** How soon a file that was replaced is seen. A look costs some microseconds, and sees what a watch of the system misses. */
const lookMs = seconds(2);
/** Two files are not replaced in one instant: so long a pair that does not fit is nobody's mistake yet. */
const graceMs = seconds(15);
/** How often the end is compared with the clock. */
const endsMs = minutes(60);

type CertificateProblem =
  | 'certificate-not-taken'
  | 'certificate-untrusted'
  | 'certificate-ends'
  | 'certificate-ends-now';

export interface CertificateProblems {
  raise(kind: CertificateProblem, subject: string, detail: string): void;
  clear(kind: CertificateProblem, subject: string): void;
}

interface BrokerCertificateOptions {
  /** Null: this process serves none. */
  readonly pair: PairFiles | null;
  /** Null: boxes go by the authorities of their system. */
  readonly caFile: string | null;
  /** Keys of relay.yaml, for people. */
  readonly names: { readonly pair: string; readonly ca: string };
  /** New connections get this pair from now on; those that are open keep theirs. @throws Fault or Error: it cannot be served */
  readonly serve: (pair: ServedPair) => void;
  readonly problems: CertificateProblems;
  readonly time: Time;
  readonly log: Log;
}

/** The relay serves and tells this now. */
export interface ServedNow {
  readonly pair: ServedPair | null;
  readonly authorities: Authorities;
}

type File = 'pair' | 'ca';

export class BrokerCertificates {
  readonly #options: BrokerCertificateOptions;
  #now: ServedNow;
  #seen = '';
  #broken = new Map<File, { readonly since: MonoMs; readonly reason: string }>();
  #endsDue: MonoMs;
  #cancel: () => void = () => {};
  #looking: Promise<void> = Promise.resolve();
  #told: (now: ServedNow) => Promise<void> = async () => {};
  #isTold = false;
  /** The last word of each; null: that it is not so. */
  readonly #said = new Map<string, string | null>();
  #closed = false;

  /**
   * Opens what the files hold now; nothing is watched before `begin`.
   * @throws Fault `certificate-file` for what cannot be served: at a start there is nothing else to serve
   */
  static async open(options: BrokerCertificateOptions): Promise<BrokerCertificates> {
    const files = filesOf(options);
    const seen = await signatureOf(files);
    const pair = options.pair === null ? null : await readPair(options.pair);
    const authorities = options.caFile === null ? null : await readAuthorities(options.caFile);
    return new BrokerCertificates(options, { pair, authorities }, seen);
  }

  private constructor(options: BrokerCertificateOptions, now: ServedNow, seen: string) {
    this.#options = options;
    this.#now = now;
    this.#seen = seen;
    this.#endsDue = options.time.mono();
  }

  get now(): ServedNow {
    return this.#now;
  }

  /** `told`: what is served or told has changed, or is so at the start; called again until it resolves. */
  begin(told: (now: ServedNow) => Promise<void>): void {
    this.#told = told;
    const look = async (): Promise<Millis> => {
      await this.#inTurn(() => this.#look(false));
      return lookMs;
    };
    if (!this.#closed) this.#cancel = repeat(this.#options.time, look);
  }

  /** Looks now, whatever was seen before. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#look(true));
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#looking = this.#looking.then(work).catch((error: unknown) => {
      this.#options.log.error({ reason: reasonOf(error) }, 'the certificates could not be looked at');
    });
    return this.#looking;
  }

  async #look(asked: boolean): Promise<void> {
    if (this.#closed) return;
    const seen = await signatureOf(filesOf(this.#options));
    const due = this.#options.time.mono() >= this.#endsDue;
    if (asked || due || seen !== this.#seen || this.#broken.size > 0) {
      this.#seen = seen;
      await this.#read(asked ? 0 : graceMs);
    }
    if (due) this.#endsDue = after(this.#options.time.mono(), endsMs);
    if (!this.#isTold) await this.#tell();
  }

  async #tell(): Promise<void> {
    try {
      await this.#told(this.#now);
      this.#isTold = true;
    } catch (error) {
      this.#options.log.warn({ reason: reasonOf(error) }, 'boxes are not told of the certificates yet');
    }
  }

  async #read(grace: number): Promise<void> {
    const { pair: pairFiles, caFile } = this.#options;
    const before = this.#now;
    const authorities =
      caFile === null ? null : await this.#tried('ca', () => readAuthorities(caFile), grace);
    if (authorities !== undefined) {
      this.#mended('ca');
      this.#now = { ...this.#now, authorities };
    }
    const pair = pairFiles === null ? null : await this.#tried('pair', () => readPair(pairFiles), grace);
    if (pair !== undefined && pair !== null) this.#take(pair, grace);
    this.#judge();
    const same = before.authorities === this.#now.authorities && before.pair === this.#now.pair;
    if (!same) this.#isTold = false;
  }

  /** Undefined: what was read before goes on. */
  async #tried<T>(file: File, read: () => Promise<T>, grace: number): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#notTaken(file, reasonOf(error), grace);
      return undefined;
    }
  }

  /** One that boxes would refuse does not take the place of one that they believe. */
  #take(pair: ServedPair, grace: number): void {
    const { time, serve, log, names } = this.#options;
    const { pair: served, authorities } = this.#now;
    if (served !== null && served.cert === pair.cert && served.key === pair.key) {
      this.#mended('pair');
      return;
    }
    const now = time.wall();
    const wrong = objection(pair.chain, authorities, now);
    if (wrong !== null && served !== null && objection(served.chain, authorities, now) === null) {
      this.#notTaken('pair', wrong, grace);
      return;
    }
    try {
      serve(pair);
    } catch (error) {
      this.#notTaken('pair', reasonOf(error), grace);
      return;
    }
    this.#mended('pair');
    this.#now = { ...this.#now, pair };
    log.info({ certificate: nameOf(pair.chain) }, `${names.pair} has changed and is served`);
  }

  #notTaken(file: File, reason: string, grace: number): void {
    const { time, log, names } = this.#options;
    const now = time.mono();
    const known = this.#broken.get(file);
    const since = known?.since ?? now;
    if (known?.reason !== reason)
      log.warn({ file: names[file], reason }, 'a certificate is not taken; the one before goes on');
    this.#broken.set(file, { since, reason });
    if (now < after(since, grace as Millis)) return;
    this.#say(
      'certificate-not-taken',
      names[file],
      `What is in the files of ${names[file]} now is not taken: ${reason}. What was there before goes on.`,
    );
  }

  #mended(file: File): void {
    this.#broken.delete(file);
    this.#say('certificate-not-taken', this.#options.names[file], null);
  }

  /** Null: it is not so, or no more. What was said is not said again. */
  #say(kind: CertificateProblem, subject: string, detail: string | null): void {
    const name = `${kind} ${subject}`;
    const before = this.#said.get(name);
    if (before === detail) return;
    this.#said.set(name, detail);
    const { problems } = this.#options;
    // Another reason is another Problem: whoever mends what the first one named would look at the wrong file.
    if (detail === null || typeof before === 'string') problems.clear(kind, subject);
    if (detail !== null) problems.raise(kind, subject, detail);
  }

  /** Compares what is served with the clock and with what boxes are told. */
  #judge(): void {
    const { names, time } = this.#options;
    const { pair, authorities } = this.#now;
    if (pair === null) return;
    const now = time.wall();
    const path = pathOf(pair.chain, authorities);
    const endsAt = endOf(path ?? pair.chain);
    const about = `The certificate of ${names.pair} (${nameOf(pair.chain)})`;
    const wrong = path !== null && endsAt <= now ? null : objection(pair.chain, authorities, now);
    const shut = wrong === null ? null : `${about} shuts boxes out: ${wrong}.`;
    this.#say('certificate-untrusted', names.pair, shut);
    const verb = endsAt <= now ? 'has ended' : 'ends';
    const detail = `${about}, or the authority behind it, ${verb} on ${instantText(endsAt)}.`;
    const ending = endingOf(endsAt, now);
    this.#say('certificate-ends-now', names.pair, ending === 'now' ? detail : null);
    this.#say('certificate-ends', names.pair, ending === 'soon' ? detail : null);
  }
}

const filesOf = ({ pair, caFile }: BrokerCertificateOptions): readonly string[] => [
  ...(pair === null ? [] : [pair.certFile, pair.keyFile]),
  ...(caFile === null ? [] : [caFile]),
];
