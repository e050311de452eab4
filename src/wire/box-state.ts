/**
 * The retained document on `smartbox/1/BOX/state`: for dashboards and a first glance. No secrets. That a disk takes no writes is
 * known from here alone (rules.md 13: what is written then is written later), so that what a box says here is signed by it.
 *
 * `sig` is the box's Ed25519 signature over `smartbox/1/state`, the box and the canonical document without `sig`. A broker could
 * still put an old one in the place of a newer one: `boxEpoch`, `seq` (the last event of the journal) and `at` only grow, and the
 * relay takes nothing that lies before what it has. A last will is made before the link and is signed by nobody: it can say that
 * the broker lost the connection, which a broker may say anyhow, and nothing about the box.
 */
import * as v from 'valibot';
import { canonical, type Json } from '../base/canonical.ts';
import { parseForeign } from '../base/foreign-json.ts';
import { verifySignature } from './chain.ts';
import type { Sign } from './envelope.ts';
import { hex128, instantMs, keyName, slot, text, whole } from './parts.ts';
import { readAs } from './reading.ts';
import { payloadMaxBytes } from './topics.ts';

const ability = v.picklist(['all', 'some', 'none']);

/** Absent from a box of an older program, which signs nothing here. */
const proof = { boxEpoch: v.optional(whole), seq: v.optional(whole), sig: v.optional(hex128) };

export const boxState = v.variant('link', [
  v.looseObject({
    link: v.literal('up'),
    v: v.literal(1),
    at: instantMs,
    program: text(32),
    epoch: whole,
    rev: whole,
    /** Seconds since the relay last vouched for the revision; null: never yet. */
    syncAgeS: v.nullable(whole),
    takes: ability,
    returns: ability,
    /** Codes of what is not as it should be. */
    troubles: v.pipe(v.array(text(200)), v.maxLength(2_000)),
    slots: v.array(
      v.looseObject({
        slot,
        door: v.picklist(['shut', 'open']),
        key: v.nullable(keyName),
        faulted: v.boolean(),
      }),
    ),
    ...proof,
  }),
  /** The last will: nobody can sign it, since it is given to the broker before there is anything to say. */
  v.looseObject({ link: v.literal('lost'), v: v.literal(1) }),
  /** A box says this when it stops in order. */
  v.looseObject({ link: v.literal('stopped'), v: v.literal(1), at: instantMs, ...proof }),
]);
export type BoxStateDocument = v.InferOutput<typeof boxState>;

export type ReadState =
  | { readonly state: BoxStateDocument; readonly isSigned: boolean }
  | { readonly rejected: 'too-large' | 'bad-message' };

const stateText = (box: string, document: object): string =>
  `smartbox/1/state\n${box}\n${canonical(document as Json)}`;

/** The bytes of a document that has `boxEpoch`, `seq` and `at`, signed. */
export function signedState(document: BoxStateDocument, box: string, sign: Sign): Uint8Array {
  return Buffer.from(JSON.stringify({ ...document, sig: sign(stateText(box, document)) }));
}

/**
 * A signature that is there must be right; without one the document is whoever's. Never throws.
 * @param sign the box's Ed25519 public key, hex
 */
export function readState(bytes: Uint8Array, box: string, sign: string): ReadState {
  if (bytes.length > payloadMaxBytes) return { rejected: 'too-large' };
  try {
    const value: unknown = parseForeign(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
    );
    const read = readAs(boxState, value);
    if (!read.success) return { rejected: 'bad-message' };
    const state = read.output;
    if (state.link === 'lost' || state.sig === undefined) return { state, isSigned: false };
    const { sig, ...rest } = value as Readonly<Record<string, unknown>>;
    const whole = state.boxEpoch !== undefined && state.seq !== undefined;
    const good = whole && verifySignature(stateText(box, rest), String(sig), sign);
    return good ? { state, isSigned: true } : { rejected: 'bad-message' };
  } catch {
    return { rejected: 'bad-message' };
  }
}
