import type { Fingerprint } from '../../base/brand.ts';
import type { Secret } from '../../base/secret.ts';

export type CredentialKind = 'code' | 'phone' | 'badge' | 'tag';

/** What needs the pepper or the box's signing key. */
export interface Vault {
  /** Keyed BLAKE2b-256 of a normalised credential. Badge and tag share a namespace: a reader cannot tell them apart. */
  fingerprint(kind: CredentialKind, text: string): Fingerprint;
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
  /** E.164 where the text is a valid number, in the site's region (trunk 0, 00, country code without +); else null. */
  normalise(text: string): string | null;
}
