/**
 * Messages travel over MQTT in envelopes that a broker, or another box, can neither read nor make (docs/synchronisation.md).
 *
 * Down: `crypto_box_seal` (X25519, XSalsa20-Poly1305) to the box's key, then signed with the relay's Ed25519 key over box,
 * relay key and sealed bytes. Up: the box's signature and the body, encrypted with ChaCha20-Poly1305 (RFC 8439) under a key
 * that box and relay derive from their X25519 keys; a sealed box would cost the relay five times as much.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import * as v from 'valibot';
import { canonical, type Json } from '../base/canonical.ts';
import { Fault } from '../base/fault.ts';
import { parseForeign } from '../base/foreign-json.ts';
import { verifySignature } from './chain.ts';
import { type Down, down } from './down.ts';
import { base64, boxId, hex32, hex128, said } from './parts.ts';
import { readAs } from './reading.ts';
import { keyId, type RelayKey } from './relay-key.ts';
import { payloadMaxBytes } from './topics.ts';
import { type Up, up } from './up.ts';

export const downEnvelope = v.looseObject({
  v: v.literal(1),
  box: boxId,
  /** Id of the relay key that signed. */
  key: hex32,
  sealed: base64,
  sig: hex128,
});

export const upEnvelope = v.looseObject({
  v: v.literal(1),
  box: boxId,
  /** Id of the relay key that it is encrypted to. */
  key: hex32,
  sealed: base64,
});

export type DownEnvelope = v.InferOutput<typeof downEnvelope>;
export type UpEnvelope = v.InferOutput<typeof upEnvelope>;

/** An X25519 pair, raw. */
export interface SealPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

export type Sign = (text: string) => string;

/** Why a payload was refused: becomes `message-rejected`, at the box and at the relay. */
export type Rejection =
  | 'too-large'
  | 'not-json'
  | 'bad-envelope'
  | 'other-box'
  | 'unknown-key'
  | 'bad-signature'
  | 'cannot-open'
  | 'bad-message';

export type Opened<Message> =
  | { readonly message: Message }
  | { readonly rejected: Rejection; readonly detail: string }
  /** Well signed, but of a kind that this version does not know. */
  | { readonly unsupported: string };

const rejected = (
  reason: Rejection,
  detail = '',
): { readonly rejected: Rejection; readonly detail: string } => ({
  rejected: reason,
  detail: detail.slice(0, 200),
});

const downText = (box: string, key: string, sealed: string): string =>
  `smartbox/1/down\n${box}\n${key}\n${sealed}`;
const upText = (box: string, key: string, body: string): string => `smartbox/1/up\n${box}\n${key}\n${body}`;
const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64');

/** A fresh X25519 pair. */
export function newSealPair(): SealPair {
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  return { publicKey, privateKey };
}

export interface DownAddress {
  readonly box: string;
  /** The box's X25519 public key, hex. */
  readonly seal: string;
}

/**
 * @throws Fault `message-too-large` for what no broker would carry
 */
export function sealDown(
  message: Down,
  to: DownAddress,
  from: { readonly key: RelayKey; readonly sign: Sign },
): Buffer {
  const text = sealed(canonical(message as unknown as Json), sodium.from_hex(to.seal)).toString('base64');
  const key = keyId(from.key);
  const sig = from.sign(downText(to.box, key, text));
  return payload({ v: 1, box: to.box, key, sealed: text, sig });
}

const nonceBytesOfSeal = 24;
const seedBytes = 32;

/**
 * `crypto_box_seal` as libsodium documents it: a fresh public key, then the box of it, whose nonce is a hash of both public
 * keys. Its own takes half as long again, since WebAssembly asks for the fresh key's randomness four bytes at a time.
 */
function sealed(plain: string, to: Uint8Array): Buffer {
  const { publicKey, privateKey } = sodium.crypto_box_seed_keypair(randomBytes(seedBytes));
  const nonce = sodium.crypto_generichash(nonceBytesOfSeal, Buffer.concat([publicKey, to]), null);
  return Buffer.concat([publicKey, sodium.crypto_box_easy(plain, nonce, to, privateKey)]);
}

function payload(envelope: DownEnvelope | UpEnvelope): Buffer {
  const bytes = Buffer.from(JSON.stringify(envelope));
  if (bytes.length <= payloadMaxBytes) return bytes;
  throw new Fault(
    'message-too-large',
    `a message of ${bytes.length} bytes`,
    'Split it: 64 KiB is the limit.',
  );
}

/** The relay keys that a box believes, by id: the one that it pinned, and in a rotation the one before. */
export type Believed = (key: string) => RelayKey | null;

/** Signature before anything is decrypted; nothing is believed of a payload that fails anywhere. Never throws. */
export function openDown(
  bytes: Uint8Array,
  mine: { readonly box: string; readonly pair: SealPair },
  believed: Believed,
): Opened<Down> {
  const read = envelopeOf(bytes, downEnvelope);
  if ('rejected' in read) return read;
  const { envelope } = read;
  if (envelope.box !== mine.box) return rejected('other-box');
  const key = believed(envelope.key);
  if (key === null) return rejected('unknown-key');
  const signed = downText(envelope.box, envelope.key, envelope.sealed);
  if (!verifySignature(signed, envelope.sig, key.sign)) return rejected('bad-signature');
  try {
    const { publicKey, privateKey } = mine.pair;
    const plain = sodium.crypto_box_seal_open(bytesOf(envelope.sealed), publicKey, privateKey, 'text');
    return messageOf(plain, down, knownDown);
  } catch {
    return rejected('cannot-open');
  }
}

function envelopeOf<Schema extends typeof downEnvelope | typeof upEnvelope>(
  bytes: Uint8Array,
  schema: Schema,
): { readonly envelope: v.InferOutput<Schema> } | { readonly rejected: Rejection; readonly detail: string } {
  if (bytes.length > payloadMaxBytes) return rejected('too-large', `${bytes.length} bytes`);
  let value: unknown;
  try {
    value = parseForeign(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return rejected('not-json');
  }
  const parsed = readAs(schema, value);
  return parsed.success ? { envelope: parsed.output } : rejected('bad-envelope', where(parsed.issues[0]));
}

/** Which member is wrong and how, without its value: that may be a secret. */
const where = (issue: v.BaseIssue<unknown>): string =>
  `${v.getDotPath(issue) ?? 'message'}: ${issue.expected ?? 'other'} expected`;

const knownDown: ReadonlySet<string> = new Set(down.options.map(each => each.entries.kind.literal));
const knownUp: ReadonlySet<string> = new Set(up.options.map(each => each.entries.kind.literal));

function messageOf<Schema extends typeof down | typeof up>(
  plain: string,
  schema: Schema,
  known: ReadonlySet<string>,
): Opened<v.InferOutput<Schema>> {
  let value: unknown;
  try {
    value = parseForeign(plain);
  } catch {
    return rejected('bad-message', 'not JSON');
  }
  const kind = readAs(v.looseObject({ kind: said }), value);
  if (!kind.success) return rejected('bad-message', 'no kind');
  if (!known.has(kind.output.kind)) return { unsupported: kind.output.kind };
  const parsed = readAs(schema, value);
  return parsed.success ? { message: parsed.output } : rejected('bad-message', where(parsed.issues[0]));
}

/** The key under which one box and one relay key speak upwards. 32 bytes; both ends keep it while they live. */
export function upKey(own: Uint8Array, other: Uint8Array, box: string, relay: string): Uint8Array {
  const shared = sodium.crypto_scalarmult(own, other);
  return sodium.crypto_generichash(32, sodium.from_string(`smartbox/1/up\n${box}\n${relay}`), shared);
}

const nonceBytes = 12;
const tagBytes = 16;
const signatureHex = 128;
const cipher = 'chacha20-poly1305';

export interface UpSender {
  readonly box: string;
  /** Id of the relay key. */
  readonly relay: string;
  readonly key: Uint8Array;
  readonly sign: Sign;
}

/** @throws Fault `message-too-large` */
export function sealUp(message: Up, from: UpSender): Buffer {
  const body = canonical(message as unknown as Json);
  const sig = from.sign(upText(from.box, from.relay, body));
  const nonce = randomBytes(nonceBytes);
  const seal = createCipheriv(cipher, from.key, nonce, { authTagLength: tagBytes });
  seal.setAAD(Buffer.from(from.box), { plaintextLength: signatureHex + Buffer.byteLength(body) });
  const sealed = Buffer.concat([nonce, seal.update(sig + body, 'utf8'), seal.final(), seal.getAuthTag()]);
  return payload({ v: 1, box: from.box, key: from.relay, sealed: sealed.toString('base64') });
}

/** The relay opens a box's words with these. */
export interface UpKeys {
  /** `upKey` of this box for that relay key; null: the relay has no such key. */
  readonly keyFor: (relay: string) => Uint8Array | null;
  /** The box's Ed25519 public key, hex. */
  readonly sign: string;
}

/** A message with what proves it later: body and signature as the box made them. */
export interface Proven {
  readonly up: Up;
  readonly relay: string;
  readonly body: string;
  readonly sig: string;
}

/** Never throws. */
export function openUp(bytes: Uint8Array, box: string, keys: UpKeys): Opened<Proven> {
  const read = envelopeOf(bytes, upEnvelope);
  if ('rejected' in read) return read;
  const { envelope } = read;
  if (envelope.box !== box) return rejected('other-box');
  const key = keys.keyFor(envelope.key);
  if (key === null) return rejected('unknown-key');
  const plain = unsealed(bytesOf(envelope.sealed), key, box);
  if (plain === null) return rejected('cannot-open');
  const sig = plain.slice(0, signatureHex);
  const body = plain.slice(signatureHex);
  if (!verifySignature(upText(box, envelope.key, body), sig, keys.sign)) return rejected('bad-signature');
  const read2 = messageOf(body, up, knownUp);
  return 'message' in read2 ? { message: { up: read2.message, relay: envelope.key, body, sig } } : read2;
}

function unsealed(sealed: Buffer, key: Uint8Array, box: string): string | null {
  if (sealed.length < nonceBytes + tagBytes + signatureHex) return null;
  const text = sealed.subarray(nonceBytes, -tagBytes);
  const open = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  open.setAAD(Buffer.from(box), { plaintextLength: text.length });
  open.setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([open.update(text), open.final()]).toString('utf8');
  } catch {
    return null;
  }
}
