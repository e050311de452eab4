import sodium from 'libsodium-wrappers';
import { Fault } from '../../base/fault.ts';
import type { Secret } from '../../base/secret.ts';

/** These are kept encrypted, so that no value of one column passes for one of another. */
type SealedKind =
  | 'code'
  | 'tag'
  | 'badge'
  | 'claim'
  | 'relay-key'
  | 'answer'
  | 'fleetio'
  | 'check'
  | 'address'
  | 'message'
  | 'link'
  | 'second-factor'
  | 'webhook'
  | 'former';

/** These can be looked up without being readable. */
type HashedKind = 'code' | 'badge' | 'tag' | 'check' | 'request' | 'address' | 'recovery-code';

/** Encryption at rest (contracts.md §4), under one key that is not in the database. */
export interface AtRest {
  /** Bound to `kind` and to the row that it stands in: a copy of it in another row does not open. */
  seal(kind: SealedKind, row: string, text: string): string;
  /** @throws Fault `at-rest` when it was not sealed for this place under this key */
  open(kind: SealedKind, row: string, sealed: string): string;
  /** Keyed, 64 hex digits. */
  hash(kind: HashedKind, text: string): string;
}

/** `x1.` and base64 of nonce and ciphertext: XChaCha20-Poly1305, whose nonces may be drawn at random for ever. */
const prefix = 'x1.';
const nonceBytes = 24;
const hashBytes = 32;

/** Two keys from the one that is kept: what encrypts never hashes. */
export async function openAtRest(key: Secret): Promise<AtRest> {
  await sodium.ready;
  const root = sodium.from_hex(key.reveal());
  const derived = (what: string): Uint8Array =>
    sodium.crypto_generichash(32, `smartbox-relay/1/${what}`, root);
  return new SodiumAtRest(derived('seal'), derived('hash'));
}

class SodiumAtRest implements AtRest {
  readonly #sealKey: Uint8Array;
  readonly #hashKey: Uint8Array;

  constructor(sealKey: Uint8Array, hashKey: Uint8Array) {
    this.#sealKey = sealKey;
    this.#hashKey = hashKey;
  }

  seal(kind: SealedKind, row: string, text: string): string {
    const nonce = sodium.randombytes_buf(nonceBytes);
    const place = placeOf(kind, row);
    const sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(text, place, null, nonce, this.#sealKey);
    return prefix + Buffer.concat([nonce, sealed]).toString('base64');
  }

  open(kind: SealedKind, row: string, sealed: string): string {
    const bytes = Buffer.from(sealed.slice(prefix.length), 'base64');
    try {
      if (!sealed.startsWith(prefix)) throw new Error('unknown form');
      return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        null,
        bytes.subarray(nonceBytes),
        placeOf(kind, row),
        bytes.subarray(0, nonceBytes),
        this.#sealKey,
        'text',
      );
    } catch (error) {
      throw new Fault(
        'at-rest',
        `what is stored as ${kind} of ${row} does not open`,
        'It was changed, or encrypted under another key: restore the backup, with its key.',
        error,
      );
    }
  }

  hash(kind: HashedKind, text: string): string {
    return sodium.crypto_generichash(hashBytes, `${kind}\n${text}`, this.#hashKey, 'hex');
  }
}

const placeOf = (kind: SealedKind, row: string): string => `${kind}\n${row}`;
