import type { DriverId, Fingerprint, KeyName, SlotId, WallMs } from '../../base/brand.ts';
import type { RelayKey } from '../../wire/relay-key.ts';

/** A record of the relay's set as the box keeps it: what people type or tap is there as fingerprints only (docs/synchronisation.md). */
export type KeptRecord = KeptKey | KeptDriver | KeptBooking;

interface Head {
  readonly id: string;
  readonly rev: number;
}

export interface KeptKey extends Head {
  readonly kind: 'key';
  readonly name: KeyName;
  readonly slot: SlotId;
  readonly tag: Fingerprint | null;
}

export interface KeptDriver extends Head {
  readonly kind: 'driver';
  readonly driver: DriverId;
  readonly phone: Fingerprint | null;
  readonly badge: Fingerprint | null;
  /** A verifier of the vault. */
  readonly pin: string | null;
}

export interface KeptBooking extends Head {
  readonly kind: 'booking';
  readonly key: KeyName;
  readonly start: WallMs;
  readonly end: WallMs | null;
  readonly code: Fingerprint | null;
  readonly driver: DriverId | null;
  readonly reuse: boolean;
  readonly boxEpoch: number;
}

/** Which set of the relay is applied; both 0: none. */
export interface Standing {
  readonly epoch: number;
  readonly rev: number;
}

/** Whose word counts, since which enrolment. */
export interface Enrolment {
  /** Says which credentials belong to it. */
  readonly id: string;
  readonly relayKey: RelayKey;
  /** Public key by which the relay knows what this box signs; absent: that of now, as far as is known. */
  readonly sign?: string;
}

/** A command that was obeyed, with the answer that is said again whenever it comes again. */
export interface ExecutedCommand {
  readonly id: string;
  readonly notAfter: WallMs;
  readonly answer: string;
}

/** The set that the box has from its relay, beside what follows from it for bookings and keys. */
export interface Synced {
  standing(): Standing;
  enrolment(): Enrolment | null;
  /** Every record with its revision, in no order that matters; read page by page, so that others may have turns between. */
  pairs(): Iterable<{ readonly id: string; readonly rev: number }>;
  get(id: string): KeptRecord | null;
  keys(): readonly KeptKey[];
  driver(driver: DriverId): KeptDriver | null;
  /** Ids of a driver's bookings; read page by page. */
  bookingsOf(driver: DriverId): Iterable<string>;
  /** Bookings that changed while their key was out: they follow when it is back. */
  deferred(): readonly KeptBooking[];
  /** Bookings of the set that were taken and returned here, in no order that matters. Looks through the whole set. */
  used(): readonly string[];
  /** The answer to a command that was obeyed before; null: it was not. */
  answerTo(command: string): string | null;
  /** Events up to this number are with the relay for good; no retention deletes later ones. Kept with some later commit. */
  acknowledge(seq: number): void;
  acknowledged(): number;
  /** Number of the present epoch of the box. */
  readonly boxEpoch: number;
  /** The number after which the present box epoch began. */
  epochBegan(): number;

  /* ---- inside `also` of a commit -------------------------------------------------------------------------------- */

  put(record: KeptRecord, deferred: boolean): void;
  drop(id: string): void;
  clear(): void;
  stand(standing: Standing): void;
  enrol(enrolment: Enrolment | null): void;
  /** @throws Fault `too-many-commands` when the table is full of commands that may still come again */
  remember(obeyed: ExecutedCommand): void;
  /** Events of this commit already belong to `epoch`; codes that were sent for an earlier one are void. */
  beginEpoch(epoch: number): void;
}
