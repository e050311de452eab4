import type { WallMs } from '../../base/brand.ts';
import { Fault, reasonOf } from '../../base/fault.ts';
import { type Authorities, authoritiesDigest, readCertificates } from '../../wire/authorities.ts';
import type { AuthoritiesMessage } from '../../wire/down.ts';
import type { Claim } from '../../wire/enrolment.ts';
import { newSealPair, type SealPair } from '../../wire/envelope.ts';
import type { OpenLink } from '../../wire/mqtt/link.ts';
import { BrokerTrust } from '../../wire/mqtt/trust.ts';
import { keyId, type RelayKey } from '../../wire/relay-key.ts';
import type { KnownTime } from '../../wire/tls/known-time.ts';
import { requireWritable } from '../ports/writable.ts';
import type {
  CredentialFile,
  Credentials,
  EnrolAsk,
  Enrolled,
  Enrolment,
  Post,
  RelayAdministration,
  RelayState,
} from '../ports.ts';
import { enrol } from './enrol.ts';
import { localBookings } from './local-bookings.ts';
import { Uplink } from './uplink.ts';
import type { UplinkDeps } from './uplink-deps.ts';

type Ours = 'identity' | 'relayKey' | 'openLink' | 'handedOver' | 'believeBroker' | 'authorities';

interface RelayClientDeps extends Omit<UplinkDeps, Ours> {
  readonly file: CredentialFile;
  readonly post: Post;
  readonly slots: readonly number[];
  /** By which the broker's certificate is judged. */
  readonly knownTime: () => KnownTime;
  /** @throws Fault `bad-input` where the address or the authority makes no sense */
  readonly links: (credentials: Credentials, trust: BrokerTrust) => OpenLink;
}

/** The newest first. */
const listsOf = ({ ca, formerCa }: Credentials): readonly Authorities[] =>
  formerCa === null ? [ca] : [ca, formerCa.ca];

/** The box's side of its relay: not enrolled, or enrolled and connected. */
export class RelayClient implements RelayAdministration {
  readonly #deps: RelayClientDeps;
  #uplink: Uplink | null = null;
  /** Its id at the relay, as far as it has spoken there since the start. */
  #box: string | null = null;
  #trouble: string | null = null;
  /** Those of the link that lives, as they are now. */
  #credentials: Credentials | null = null;
  #tried: { readonly claim: string; readonly pair: SealPair } | null = null;
  #busy = false;
  #stopWatching = (): void => {};
  #closed = false;

  private constructor(deps: RelayClientDeps) {
    this.#deps = deps;
  }

  /** Goes on with the enrolment that the disk remembers. Never throws for what is wrong with it: that is a trouble to be shown. */
  static async open(deps: RelayClientDeps): Promise<RelayClient> {
    const relayClient = new RelayClient(deps);
    try {
      await relayClient.#resume();
    } catch (error) {
      relayClient.#trouble = reasonOf(error);
      deps.log.error({ reason: reasonOf(error) }, 'the relay cannot be spoken to');
    }
    return relayClient;
  }

  async #resume(): Promise<void> {
    const { file, store, write } = this.#deps;
    const known = store.synced.enrolment();
    if (known !== null) file.adopt(known.id);
    const credentials = file.read();
    if (credentials === null) {
      if (known !== null) this.#trouble = 'its credentials are gone; enrol the box again';
      return;
    }
    const same = known?.id === credentials.id;
    if (!same) {
      // The database is new, or an older one: the file knows better, and the relay sends all again.
      const { id, relayKey } = credentials;
      const why = 'credentials of another database';
      write({ type: 'enrolled', enrolled: true, who: 'smartboxd', why }, () => {
        store.synced.enrol({ id, relayKey });
        store.synced.stand({ epoch: 0, rev: 0 });
      });
    }
    await this.#connect(credentials, same ? known.relayKey : credentials.relayKey);
  }

  get state(): RelayState {
    const { store, state, time } = this.#deps;
    const { epoch, rev } = store.synced.standing();
    const place = { epoch, revision: rev };
    const uplink = this.#uplink?.state;
    if (uplink !== undefined) {
      const { up, since, trouble, waiting } = uplink;
      return { link: up ? 'up' : 'down', since, trouble, ...place, waiting };
    }
    const alone = !state().sync.enrolled;
    if (alone) return { link: null, since: null, trouble: this.#trouble, ...place, waiting: 0 };
    const waiting = store.journal.last().seq - store.synced.acknowledged();
    const since = (time.wall() - time.mono()) as WallMs;
    return { link: 'down', since, trouble: this.#trouble, ...place, waiting: Math.max(0, waiting) };
  }

  /** @throws Fault as `enrol`, `busy`, `storage-…`; nothing has changed then */
  enrol(ask: EnrolAsk, who: string): Promise<Enrolled> {
    return this.#alone(async () => {
      const { vault, store, file, write, judged, state } = this.#deps;
      requireWritable(state().health.storage);
      const nonce = (): string => this.#deps.challenge();
      const credentials = await enrol(ask, {
        ...this.#deps,
        nonce,
        pairFor: claim => this.#pairFor(claim),
        vault,
      });
      const here = localBookings(store.bookings, judged());
      file.stage(credentials);
      await this.#disconnect();
      // What was decided on is wholly there before anything becomes of it.
      await store.incoming.settle();
      const { id, relayKey, box, name } = credentials;
      const why = `as ${box}, by relay ${keyId(relayKey)}`;
      const another = this.#box !== null && this.#box !== box;
      write({ type: 'enrolled', enrolled: true, who, why }, () =>
        this.#become({ id, relayKey, sign: vault.publicKey }, another),
      );
      file.adopt(id);
      await this.#connect(credentials, relayKey);
      return { box, name, here };
    });
  }

  /** Keys that are out stay returnable; all other bookings end (contracts.md §3). `another`: box of the same relay. */
  #become(enrolment: Enrolment, another: boolean): void {
    const { bookings, synced, journal } = this.#deps.store;
    const before = synced.enrolment();
    const same = before !== null && keyId(before.relayKey) === keyId(enrolment.relayKey);
    bookings.cancelAll('here');
    if (!same || another) {
      bookings.cancelAll('relay');
      synced.clear();
      synced.acknowledge(journal.last().seq);
    }
    synced.enrol(enrolment);
  }

  #pairFor({ id, secret }: Claim): SealPair {
    const claim = `${id}${secret}`;
    if (this.#tried?.claim !== claim) this.#tried = { claim, pair: newSealPair() };
    return this.#tried.pair;
  }

  unenrol({ who, why }: Parameters<RelayAdministration['unenrol']>[0]): Promise<void> {
    return this.#alone(async () => {
      const { store, file, write, state } = this.#deps;
      if (!state().sync.enrolled)
        throw new Fault('not-enrolled', 'this box runs alone already', 'Nothing is to be done.');
      requireWritable(state().health.storage);
      await this.#disconnect();
      // What was decided on is wholly there before anything becomes of it.
      await store.incoming.settle();
      // First the file: found beside a database that knows no relay, it would enrol the box again.
      file.remove();
      write({ type: 'enrolled', enrolled: false, who, why }, () => {
        store.bookings.cancelAll('relay');
        store.synced.clear();
        store.synced.enrol(null);
      });
      this.#trouble = null;
    });
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Fault('busy', 'the box is being enrolled just now', 'Ask again in a moment.');
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  async #connect(credentials: Credentials, relayKey: RelayKey): Promise<void> {
    if (this.#closed) return;
    const { vault, links, knownTime, watch } = this.#deps;
    const { box, seal } = credentials;
    const trust = new BrokerTrust(listsOf(credentials), () => this.#brokerProven(), knownTime);
    this.#stopWatching = watch({ events: () => {}, changed: () => trust.recheck() });
    this.#credentials = credentials;
    this.#box = box;
    this.#trouble = null;
    this.#uplink = await Uplink.open({
      ...this.#deps,
      identity: { box, pair: seal, sign: text => vault.sign(text) },
      relayKey,
      openLink: links(credentials, trust),
      handedOver: next => this.#handedOver(next),
      believeBroker: message => this.#believeBroker(message, trust),
      authorities: () => authoritiesDigest(this.#credentials?.ca ?? null),
    });
    if (this.#closed) await this.#disconnect();
  }

  /** The database knows already; the file is for when that is lost. */
  #handedOver(relayKey: RelayKey): void {
    this.#tryToKeep({ relayKey }, 'the relay’s new key is in the database only');
  }

  /** The list that was told before is believed as well until a broker was reached under the new one: nobody is cut off by an order. */
  #believeBroker({ epoch, rev, ca }: AuthoritiesMessage, trust: BrokerTrust): boolean {
    const now = this.#credentials;
    if (now === null || epoch < now.caEpoch || (epoch === now.caEpoch && rev <= now.caRev)) return false;
    const formerCa = ca === now.ca ? now.formerCa : (now.formerCa ?? { ca: now.ca });
    const next = { ...now, ca, caEpoch: epoch, caRev: rev, formerCa };
    if (ca !== null) readCertificates(ca);
    this.#keep(next);
    trust.replace(listsOf(next));
    return true;
  }

  #brokerProven(): void {
    this.#tryToKeep({ formerCa: null }, 'the authorities of before are still in the file');
  }

  #tryToKeep(change: Partial<Credentials>, otherwise: string): void {
    const now = this.#credentials;
    if (now === null) return;
    try {
      this.#keep({ ...now, ...change });
    } catch (error) {
      this.#credentials = { ...now, ...change };
      this.#deps.log.warn({ reason: reasonOf(error) }, otherwise);
    }
  }

  /** @throws Fault `storage-…` */
  #keep(credentials: Credentials): void {
    const { file } = this.#deps;
    file.stage(credentials);
    file.adopt(credentials.id);
    this.#credentials = credentials;
  }

  async #disconnect(): Promise<void> {
    const uplink = this.#uplink;
    this.#uplink = null;
    this.#stopWatching();
    this.#stopWatching = (): void => {};
    await uplink?.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#disconnect();
  }
}
