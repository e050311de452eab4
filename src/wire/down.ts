/** The relay says these to a box. Every kind is signed by the relay's key and sealed to the box's (envelope.ts). */
import * as v from 'valibot';
import { authoritiesMaxChars } from './authorities.ts';
import { challenge, hex64, instantMs, recordId, said, slot, whole } from './parts.ts';
import { record } from './records.ts';
import { handover, handoversMax } from './relay-key.ts';

/** Records in one message, whatever their size. */
export const recordsMax = 512;
/** Parts of a snapshot: 2,000 × some 35 KiB of records is far beyond any box. */
export const partsMax = 2_000;

const set = {
  /** Relay epoch: rises when a relay was restored from a copy. */
  epoch: whole,
  /** How many records the whole set has, at the revision that this leads to, and its digest (digest.ts). */
  count: whole,
  digest: hex64,
  /** The relay's clock when it sent this. */
  at: instantMs,
};

/** The set from revision `from` to `to`. A box that is not at `from` changes nothing and says where it is. */
export const delta = v.looseObject({
  kind: v.literal('delta'),
  ...set,
  from: whole,
  to: whole,
  put: v.pipe(v.array(record), v.maxLength(recordsMax)),
  /** Ids of records that are no longer in the set. */
  drop: v.pipe(v.array(recordId), v.maxLength(recordsMax * 4)),
});

/** One of `parts` parts of the whole set at revision `to`; applied in one transaction when all are there. */
export const snapshot = v.looseObject({
  kind: v.literal('snapshot'),
  ...set,
  to: whole,
  /** The same in all parts; another one begins a new collection. */
  id: recordId,
  /** From 1. */
  part: v.pipe(whole, v.minValue(1), v.maxValue(partsMax)),
  parts: v.pipe(whole, v.minValue(1), v.maxValue(partsMax)),
  put: v.pipe(v.array(record), v.maxLength(recordsMax)),
});

/**
 * Revision `rev` is the newest there is, said in answer to the challenge that the box sent: so this is no old word held
 * back. It makes the sync age 0 and vouches for the clock.
 */
export const vouch = v.looseObject({
  kind: v.literal('vouch'),
  epoch: whole,
  rev: whole,
  digest: hex64,
  at: instantMs,
  challenge,
});

/** All events up to number `seq` of box epoch `boxEpoch` are stored for good; the next one is wanted. Also after a hello. */
export const ack = v.looseObject({ kind: v.literal('ack'), boxEpoch: whole, seq: whole });

/** The box's numbers lie behind what the relay has of it: begin a new box epoch (docs/synchronisation.md), above `above`. */
export const newEpoch = v.looseObject({
  kind: v.literal('new-epoch'),
  above: whole,
  why: said,
  /** The last event that the relay has: a box whose journal holds it was taken for another by an old word, and goes on. */
  has: v.optional(v.object({ boxEpoch: whole, seq: whole, head: hex64 })),
});

/** The relay's key is another one now. Signed by the key that the box has pinned. */
export const keys = v.looseObject({
  kind: v.literal('keys'),
  chain: v.pipe(v.array(handover), v.minLength(1), v.maxLength(handoversMax)),
});

/**
 * Whom to believe as the broker from now on, beside what was believed before as long as only that lets in. Only for a box that
 * says `authorities` itself. One whose number is not higher, of an epoch that is not higher, is an old word and changes nothing.
 */
export const authorities = v.looseObject({
  kind: v.literal('authorities'),
  /** Relay epoch, and the number of the list in it. */
  epoch: whole,
  rev: whole,
  /** PEM; null: those of the system. */
  ca: v.nullable(v.pipe(v.string(), v.maxLength(authoritiesMaxChars))),
});

/** Rules under the names and in the units of the configuration: those that are named change, `maxSyncAgeH: null` sets no limit. */
export const rulesPatch = v.strictObject({
  leadMin: v.optional(v.pipe(whole, v.maxValue(1_440))),
  openWithinS: v.optional(v.pipe(whole, v.minValue(5), v.maxValue(300))),
  doorHeldS: v.optional(v.pipe(whole, v.minValue(10), v.maxValue(3_600))),
  doorSettleMs: v.optional(v.pipe(whole, v.maxValue(5_000))),
  dueSoonMin: v.optional(v.pipe(whole, v.maxValue(1_440))),
  overdueGraceMin: v.optional(v.pipe(whole, v.maxValue(1_440))),
  maxSyncAgeH: v.optional(v.nullable(v.pipe(whole, v.minValue(1), v.maxValue(8_784)))),
  badgeNeedsPin: v.optional(v.boolean()),
});

const textsPatch = v.strictObject({
  /** Whom to call, as shown; null: what the box's configuration says. */
  phone: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(32)))),
  name: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(64)))),
});

/** These may be commanded from afar; never `gpio`, `slots`, `uplink` or pulse limits (docs/synchronisation.md). */
export const order = v.variant('verb', [
  v.looseObject({ verb: v.literal('open'), slot }),
  v.looseObject({ verb: v.literal('lockdown'), on: v.boolean(), until: v.nullable(instantMs) }),
  v.looseObject({ verb: v.literal('resync') }),
  /** Forgets `jammed`, `sensor-suspect` and a line's fault of a slot: somebody was there and has mended it. */
  v.looseObject({ verb: v.literal('restore'), slot }),
  v.looseObject({ verb: v.literal('rules'), rules: rulesPatch }),
  v.looseObject({ verb: v.literal('texts'), texts: textsPatch }),
]);

/** Runs at most once, not after `notAfter`; with a clock that is not believed only where it quotes the box's challenge. */
export const command = v.looseObject({
  kind: v.literal('command'),
  id: recordId,
  notAfter: instantMs,
  challenge: v.nullable(challenge),
  who: said,
  why: said,
  order,
});

/** The relay knows this box no longer under these keys; it must be enrolled again. */
export const unsupported = v.looseObject({ kind: v.literal('unsupported'), of: said });

export const down = v.variant('kind', [
  delta,
  snapshot,
  vouch,
  ack,
  newEpoch,
  keys,
  authorities,
  command,
  unsupported,
]);

export type Delta = v.InferOutput<typeof delta>;
export type Snapshot = v.InferOutput<typeof snapshot>;
export type Vouch = v.InferOutput<typeof vouch>;
export type Ack = v.InferOutput<typeof ack>;
export type NewEpoch = v.InferOutput<typeof newEpoch>;
export type Keys = v.InferOutput<typeof keys>;
export type AuthoritiesMessage = v.InferOutput<typeof authorities>;
export type Order = v.InferOutput<typeof order>;
export type CommandMessage = v.InferOutput<typeof command>;
export type Down = v.InferOutput<typeof down>;
export const downKinds = [
  'delta',
  'snapshot',
  'vouch',
  'ack',
  'new-epoch',
  'keys',
  'authorities',
  'command',
  'unsupported',
] as const;
