import type { Fingerprint } from '../../base/brand.ts';
import type { PhoneNumber, PhoneReading } from '../../base/phone-number.ts';
import type { Secret } from '../../base/secret.ts';
import type { SentTag, TagIdentity } from '../../base/tag-number.ts';

/** The texts of which fingerprints are made, each as its one reader gives it. */
export interface CredentialTexts {
  readonly code: string;
  readonly phone: PhoneNumber;
  /** Boxes of before kept tags as they were sent, with their version byte. */
  readonly badge: TagIdentity | SentTag;
  readonly tag: TagIdentity | SentTag;
}
export type CredentialKind = keyof CredentialTexts;

/** Operations that need the pepper or the box's signing key. */
export interface Vault {
  /** Keyed BLAKE2b-256 of a normalised credential. Badge and tag share a namespace: a reader cannot tell them apart. */
  fingerprint<Kind extends CredentialKind>(kind: Kind, text: CredentialTexts[Kind]): Fingerprint;
  /** Salted scrypt (16 MiB), then keyed. One at a time, off the event loop. */
  hashPin(pin: Secret): Promise<string>;
  /** The verifier that a relay has made of a PIN (wire/records.ts), keyed like our own; null for anything malformed. */
  keyPin(verifier: string): string | null;
  /** Constant time in the digits; false for anything malformed. */
  verifyPin(pin: Secret, verifier: string): Promise<boolean>;
  /** Costs what `verifyPin` costs and is always false: for subjects that do not exist. */
  pretendPin(pin: Secret): Promise<false>;
  readonly publicKey: string;
  sign(text: string): string;
}

/** Phone numbers as people type them at the pad or in a file. */
export interface Phones {
  /** As people write them in a file. */
  written(text: string): PhoneReading;
  /** An entry of the pad that has the shape of a number in the box's region, or of one with a country code; else null. */
  dialled(entry: string): PhoneNumber | null;
  /** The same entry in the plans of all countries, one by one so that whoever asks can breathe; null: no number there. */
  anywhere(entry: string): Iterable<PhoneNumber | null>;
  /** Whether an entry that is a number in some country was meant as one, so that a PIN is asked whether it is known or not. */
  isMeant(entry: string): boolean;
}
