/** The key pairs by which the relay is known: made here, their private halves never printed. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Random } from '../../base/random.ts';
import { Secret } from '../../base/secret.ts';
import { newSealPair, type SealPair, type Sign } from '../../wire/envelope.ts';
import type { RelayKey } from '../../wire/relay-key.ts';

interface IdentityKeys {
  readonly key: RelayKey;
  /** Ed25519 seed and X25519 private key, hex. */
  readonly privateSign: Secret;
  readonly privateSeal: Secret;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** PKCS #8 around an Ed25519 seed (RFC 8410 §7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const rawBytes = 32;

const privateKey = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });

/** `chainReady` must have settled. */
export function newIdentityKeys(random: Random): IdentityKeys {
  const seed = Buffer.from(random(rawBytes));
  const spki = createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' });
  const pair = newSealPair();
  return {
    key: { sign: hex(spki.subarray(-rawBytes)), seal: hex(pair.publicKey) },
    privateSign: new Secret(hex(seed)),
    privateSeal: new Secret(hex(pair.privateKey)),
  };
}

/** Ed25519 by node:crypto, which takes half the time that WebAssembly does. Signatures in hex. */
export function signerOf(privateSign: Secret): Sign {
  const key = privateKey(Buffer.from(privateSign.reveal(), 'hex'));
  return text => sign(null, Buffer.from(text), key).toString('hex');
}

export function sealPairOf(key: RelayKey, privateSeal: Secret): SealPair {
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
  return { publicKey: bytes(key.seal), privateKey: bytes(privateSeal.reveal()) };
}
