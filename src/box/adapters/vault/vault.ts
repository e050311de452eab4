import { join } from 'node:path';
import sodium from 'libsodium-wrappers';
import { type Fingerprint, fingerprint } from '../../../base/brand.ts';
import type { Secret } from '../../../base/secret.ts';
import type { CredentialKind, CredentialTexts, Vault } from '../../ports.ts';
import { Pins } from './pins.ts';
import { secretFile } from './secret-file.ts';

const pepperBytes = 32;
const seedBytes = 32;
const hashBytes = 32;

/** A reader cannot tell a badge from a tag, so neither can the namespace. */
const namespaces: Readonly<Record<CredentialKind, string>> = {
  code: 'code/1',
  phone: 'phone/1',
  badge: 'card/1',
  tag: 'card/1',
};

interface VaultOptions {
  /** The data folder; must exist. */
  readonly folder: string;
  /** Id of the box: the same code in two boxes has two fingerprints even under one pepper. */
  readonly box: string;
}

/**
 * Reads the secrets of this box, and makes them on its first start.
 * @throws Fault `secret-file`
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const pepper = secretFile(join(options.folder, 'pepper'), pepperBytes);
  const seed = secretFile(join(options.folder, 'signing.key'), seedBytes);
  await sodium.ready;
  return new BoxVault(options.box, pepper, seed);
}

class BoxVault implements Vault {
  readonly publicKey: string;
  readonly #box: string;
  readonly #pepper: Uint8Array;
  readonly #privateKey: Uint8Array;
  readonly #pins: Pins;

  constructor(box: string, pepper: Uint8Array, seed: Uint8Array) {
    const pair = sodium.crypto_sign_seed_keypair(seed);
    this.publicKey = sodium.to_hex(pair.publicKey);
    this.#privateKey = pair.privateKey;
    this.#box = box;
    this.#pepper = pepper;
    this.#pins = new Pins(bytes => sodium.crypto_generichash(hashBytes, bytes, pepper));
  }

  fingerprint<Kind extends CredentialKind>(kind: Kind, text: CredentialTexts[Kind]): Fingerprint {
    const named = `${namespaces[kind]}|${this.#box}|${text}`;
    const hash = sodium.crypto_generichash(hashBytes, named, this.#pepper);
    // sodium's own hex is a chain of one-letter strings, twenty times the size of this one.
    return fingerprint(Buffer.from(hash).toString('hex'));
  }

  hashPin(pin: Secret): Promise<string> {
    return this.#pins.hash(pin);
  }

  keyPin(verifier: string): string | null {
    return this.#pins.keyed(verifier);
  }

  verifyPin(pin: Secret, verifier: string): Promise<boolean> {
    return this.#pins.verify(pin, verifier);
  }

  async pretendPin(pin: Secret): Promise<false> {
    await this.#pins.verify(pin, '');
    return false;
  }

  sign(text: string): string {
    return sodium.crypto_sign_detached(text, this.#privateKey, 'hex');
  }
}
