import { millis, type WallMs } from '../../base/brand.ts';
import { Fault, reasonOf } from '../../base/fault.ts';
import type { Claim } from '../../wire/enrolment.ts';
import { newSealPair, type SealPair } from '../../wire/envelope.ts';
import type { OpenLink } from '../../wire/mqtt/link.ts';
import { keyId, type RelayKey } from '../../wire/relay-key.ts';
import { notDegraded } from '../bookings/import.ts';
import type {
  CredentialFile,
  Credentials,
  EnrolAsk,
  Enrolled,
  Enrolment,
  Post,
  RelationState,
  RelayDoor,
} from '../ports.ts';
import { enrol } from './enrol.ts';
import { hereBookings } from './here-bookings.ts';
import { Uplink, type UplinkParts } from './uplink.ts';

export interface RelationParts extends Omit<UplinkParts, 'voice' | 'relayKey' | 'openLink' | 'handedOver'> {
  readonly file: CredentialFile;
  readonly post: Post;
  readonly slots: readonly number[];
  /** @throws Fault `bad-input` where the address or the authority makes no sense */
  readonly links: (credentials: Credentials) => OpenLink;
}

/** The box and its relay: strangers, or enrolled and talking. */
export class Relation implements RelayDoor {
  readonly #parts: RelationParts;
  #uplink: Uplink | null = null;
  /** Its id at the relay, as far as it has spoken there since the start. */
  #box: string | null = null;
  #trouble: string | null = null;
  #tried: { readonly claim: string; readonly pair: SealPair } | null = null;
  #busy = false;
  #closed = false;

  private constructor(parts: RelationParts) {
    this.#parts = parts;
  }

  /** What the disk remembers goes on. Never throws for what is wrong with it: that is a trouble to be shown. */
  static async open(parts: RelationParts): Promise<Relation> {
    const relation = new Relation(parts);
    try {
      await relation.#resume();
    } catch (error) {
      relation.#trouble = reasonOf(error);
      parts.log.error({ reason: reasonOf(error) }, 'the relay cannot be spoken to');
    }
    return relation;
  }

  async #resume(): Promise<void> {
    const { file, store, write } = this.#parts;
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

  get state(): RelationState {
    const { store, state, time } = this.#parts;
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
    return { link: 'down', since, trouble: this.#trouble, ...place, waiting: millis(Math.max(0, waiting)) };
  }

  /** @throws Fault as `enrol`, `busy`, `storage-…`; nothing has changed then */
  enrol(ask: EnrolAsk, who: string): Promise<Enrolled> {
    return this.#alone(async () => {
      const { vault, store, file, write, judged, state } = this.#parts;
      notDegraded(state().health.storage);
      const nonce = (): string => this.#parts.challenge();
      const credentials = await enrol(ask, {
        ...this.#parts,
        nonce,
        pairFor: claim => this.#pairFor(claim),
        vault,
      });
      const here = hereBookings(store.bookings, judged());
      file.stage(credentials);
      await this.#disconnect();
      const { id, relayKey, box, name } = credentials;
      const why = `as ${box}, by relay ${keyId(relayKey)}`;
      const another = this.#box !== null && this.#box !== box;
      write({ type: 'enrolled', enrolled: true, who, why }, () => this.#become({ id, relayKey }, another));
      file.adopt(id);
      await this.#connect(credentials, relayKey);
      return { box, name, here };
    });
  }

  /** Keys that are out stay returnable; all other bookings end (contracts.md §3). `another`: box of the same relay. */
  #become(enrolment: Enrolment, another: boolean): void {
    const { bookings, synced, journal } = this.#parts.store;
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

  unenrol({ who, why }: Parameters<RelayDoor['unenrol']>[0]): Promise<void> {
    return this.#alone(async () => {
      const { store, file, write, state } = this.#parts;
      if (!state().sync.enrolled)
        throw new Fault('not-enrolled', 'this box runs alone already', 'Nothing is to be done.');
      notDegraded(state().health.storage);
      await this.#disconnect();
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
    const { vault, links } = this.#parts;
    const { box, seal } = credentials;
    this.#box = box;
    this.#trouble = null;
    this.#uplink = await Uplink.open({
      ...this.#parts,
      voice: { box, pair: seal, sign: text => vault.sign(text) },
      relayKey,
      openLink: links(credentials),
      handedOver: next => this.#handedOver({ ...credentials, relayKey: next }),
    });
    if (this.#closed) await this.#disconnect();
  }

  /** The database knows already; the file is for when that is lost. */
  #handedOver(credentials: Credentials): void {
    const { file, log } = this.#parts;
    try {
      file.stage(credentials);
      file.adopt(credentials.id);
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'the relay’s new key is in the database only');
    }
  }

  async #disconnect(): Promise<void> {
    const uplink = this.#uplink;
    this.#uplink = null;
    await uplink?.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#disconnect();
  }
}
