import type { BookingId, KeyName, WallMs } from '../../base/brand.ts';
import type { Secret } from '../../base/secret.ts';
import type { RelayKey } from '../../wire/relay-key.ts';

/** How the box gets in at its relay's broker, and what it opens the relay's words with. */
export interface Credentials {
  /** Says which enrolment they belong to. */
  readonly id: string;
  /** Id of the box at the relay, and the name it has there. */
  readonly box: string;
  readonly name: string;
  /** The relay that is believed, as far as this file knows. */
  readonly relayKey: RelayKey;
  /** mqtt:// or mqtts://. */
  readonly broker: string;
  readonly username: string;
  readonly password: Secret;
  /** Certificate authorities of the broker, PEM; null: the system's. */
  readonly ca: string | null;
  /** Of which of the relay's lists that is one: a later one has a higher relay epoch or a higher number. */
  readonly caEpoch: number;
  readonly caRev: number;
  /** The list before, which is believed as well until the broker was reached under `ca`. */
  readonly formerCa: { readonly ca: string | null } | null;
  /** X25519, raw. */
  readonly seal: { readonly publicKey: Uint8Array; readonly privateKey: Uint8Array };
}

/** Where they are kept: a file that only the daemon reads, beside its other secrets. */
export interface CredentialFile {
  /** @throws Fault `secret-file` where it is damaged or others can read it. Null: the box was never enrolled. */
  read(): Credentials | null;
  /** Lays them ready, durably; they take effect with `adopt`. @throws Fault `storage-…` */
  stage(credentials: Credentials): void;
  /** Those that lie ready are used from now on, if they are of this enrolment. */
  adopt(id: string): void;
  remove(): void;
}

/** The technician's part of an enrolment. */
export interface EnrolAsk {
  /** https://, or http:// to this very machine; any http:// with `plain`, and any mqtt:// that it names. */
  readonly relay: string;
  readonly claim: string;
  readonly plain: boolean;
}

/** A booking that no relay has sent. */
export interface LocalBooking {
  readonly id: BookingId;
  readonly key: KeyName;
  /** Its key is out and comes back by it; all others end. */
  readonly out: boolean;
}

export interface LocalBookings {
  readonly named: readonly LocalBooking[];
  readonly more: number;
}

export interface Enrolled {
  readonly box: string;
  readonly name: string;
  readonly here: LocalBookings;
}

/** How it stands with the relay, for people. */
export interface RelayState {
  /** Null: the box runs alone. */
  readonly link: 'up' | 'down' | null;
  readonly since: WallMs | null;
  readonly trouble: string | null;
  /** Relay epoch and revision of the set that is here. */
  readonly epoch: number;
  readonly revision: number;
  /** Events that the relay does not have. */
  readonly waiting: number;
}

/** Operations of a technician on the enrolment. */
export interface RelayAdministration {
  /** Proves the claim, keeps what the relay gives, and comes online; also where the box was enrolled before. */
  enrol(ask: EnrolAsk, who: string): Promise<Enrolled>;
  /** @throws Fault `not-enrolled`, `busy`, `storage-…` */
  unenrol(by: { readonly who: string; readonly why: string }): Promise<void>;
}

interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One POST of JSON: no redirects, a time-out, an answer of bounded size.
 * @throws Fault `relay-away`, `relay-untrusted`, `relay-answer`
 */
export type Post = (url: string, body: string) => Promise<PostAnswer>;
