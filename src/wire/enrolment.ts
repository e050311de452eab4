/**
 * How a box and a relay come to know each other. The administrator carries a claim from the relay to the technician; it holds
 * what both need to recognise the other: a secret, and the fingerprint of the relay's key. So nothing that listens to, or
 * stands in for, the HTTP connection can enrol a box of its own or become the relay of this one.
 *
 * `POST /api/v1/enroll` with an `EnrolRequest`; the answer is an `EnrolAnswer` signed by the relay's key, with the broker's
 * password sealed to the box. Whoever asks again with the same claim and the same keys within its life gets the same answer.
 */
import { timingSafeEqual } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import * as v from 'valibot';
import { canonical, type Json } from '../base/canonical.ts';
import { base64, boxId, hex32, hex64, hex128, instantMs, text, whole } from './parts.ts';
import { shaped } from './reading.ts';
import { keyId, type RelayKey, relayKey } from './relay-key.ts';

/** A claim is dead so long after it was made, and after its first use. */
export const claimLifeMs = 15 * 60_000;

/** Crockford's base 32 in lower case: no i, l, o, u. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const idChars = 8;
const secretChars = 20;
const printChars = 16;

export interface Claim {
  readonly id: string;
  /** 100 bits. */
  readonly secret: string;
  /** First 80 bits of the relay key's id. */
  readonly print: string;
}

const base32 = (hex: string, chars: number): string => {
  let bits = BigInt(`0x${hex}`) >> BigInt(hex.length * 4 - chars * 5);
  let text = '';
  for (let at = 0; at < chars; at += 1) {
    text = (alphabet[Number(bits & 31n)] ?? '0') + text;
    bits >>= 5n;
  }
  return text;
};

/** `random`: at least 32 bytes from a CSPRNG. */
export function newClaim(random: Uint8Array, key: RelayKey): Claim {
  const hex = Buffer.from(random).toString('hex');
  return {
    id: base32(hex.slice(0, 12), idChars),
    secret: base32(hex.slice(12, 44), secretChars),
    print: claimPrint(key),
  };
}

export const claimPrint = (key: RelayKey): string => base32(keyId(key), printChars);

/** As people read it out: groups of four. */
export const claimText = ({ id, secret, print }: Claim): string =>
  `${id}${secret}${print}`.replace(/(.{4})(?!$)/g, '$1-');

/** Joins what the relay keeps of a claim: its secret, and the print of the key of then, by which the box will know the answer. */
export const sealedClaim = ({ secret, print }: Claim): string => secret + print;

/** `print` empty: of a claim that an older version made. */
export const openedClaim = (text: string): Pick<Claim, 'secret' | 'print'> => ({
  secret: text.slice(0, secretChars),
  print: text.slice(secretChars),
});

/** Spaces, dashes and capitals do not matter; o is 0, i and l are 1. Null: not a claim. */
export function readClaim(text: string): Claim | null {
  const plain = text.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1');
  if (plain.length !== idChars + secretChars + printChars) return null;
  if ([...plain].some(char => !alphabet.includes(char))) return null;
  return {
    id: plain.slice(0, idChars),
    secret: plain.slice(idChars, idChars + secretChars),
    print: plain.slice(idChars + secretChars),
  };
}

const asked = {
  claim: shaped(8, /^[0-9a-hjkmnp-tv-z]{8}$/),
  /** The box's own keys, made on it: Ed25519 and X25519, hex. */
  sign: hex64,
  seal: hex64,
  /** Id in the box's configuration, and the version of its program. */
  label: v.pipe(text(64), v.minLength(1)),
  program: text(32),
  /** Where its journal stands: the relay takes events from here on, or all where they begin at 0. */
  boxEpoch: whole,
  seq: whole,
  head: hex64,
  /** The slots that it has. */
  slots: v.pipe(v.array(v.pipe(whole, v.minValue(1), v.maxValue(999))), v.minLength(1), v.maxLength(999)),
  nonce: hex32,
};

export const enrolRequest = v.looseObject({
  ...asked,
  /** Keyed BLAKE2b-256 over the canonical rest, under the claim's secret. */
  proof: hex64,
  /** The box's signature over the same text: it has the key that it names. */
  sig: hex128,
});
export type EnrolRequest = v.InferOutput<typeof enrolRequest>;

const answered = {
  box: boxId,
  /** Display name at the relay. */
  name: text(200),
  relayKey,
  /** Relay epoch. */
  epoch: whole,
  /** Where the box connects: mqtt:// or mqtts://. */
  broker: v.pipe(v.string(), v.maxLength(500)),
  username: v.pipe(v.string(), v.maxLength(128)),
  /** Sealed to the box's X25519 key. */
  password: base64,
  /** Certificate authority of the broker, PEM; null: the system's. */
  ca: v.nullable(v.pipe(v.string(), v.maxLength(32_768))),
  at: instantMs,
  nonce: hex32,
};
export const enrolAnswer = v.looseObject({ ...answered, sig: hex128 });
export type EnrolAnswer = v.InferOutput<typeof enrolAnswer>;

const signedText = (what: string, value: object): string =>
  `smartbox/1/${what}\n${canonical({ ...(value as { [name: string]: Json }), proof: undefined, sig: undefined })}`;

export const enrolRequestText = (request: Omit<EnrolRequest, 'proof' | 'sig'>): string =>
  signedText('enrol', request);
export const enrolAnswerText = (answer: Omit<EnrolAnswer, 'sig'>): string => signedText('enrolled', answer);

/** Makes a proof that only somebody with the claim can make. */
export const claimProof = (request: Omit<EnrolRequest, 'proof' | 'sig'>, secret: string): string =>
  sodium.crypto_generichash(32, enrolRequestText(request), sodium.from_string(secret), 'hex');

/** Constant time. */
export const provesClaim = (request: EnrolRequest, secret: string): boolean =>
  timingSafeEqual(Buffer.from(request.proof, 'hex'), Buffer.from(claimProof(request, secret), 'hex'));
