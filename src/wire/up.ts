/** A box says these to the relay. Every kind is signed by the box's key and encrypted to the relay (envelope.ts). */
import * as v from 'valibot';
import { challenge, hex32, hex64, instantMs, recordId, said, slot, text, whole } from './parts.ts';

/** Events in one message. */
export const eventsMax = 64;

/** Used codes that one word names. */
export const spentMax = 64;

/** The box says how much it knows, so that the relay knows whether a driver's code works now (docs/synchronisation.md). */
const knowledge = {
  /** Relay epoch and revision of the set that is applied; both 0: none yet. */
  epoch: whole,
  rev: whole,
  /** How many records, and their digest as sent (digest.ts). */
  count: whole,
  digest: hex64,
  boxEpoch: whole,
  /** Number and hash of the last event of the box. */
  seq: whole,
  head: hex64,
  at: instantMs,
  clock: v.picklist(['synced', 'plausible', 'behind', 'ahead']),
  /**
   * Bookings of that set whose code is used up at the box, by all its events up to `seq`; absent: none. A relay that has
   * those events and holds such a code for fresh will never hear of its take: it was in a journal that has forked.
   */
  spent: v.optional(v.pipe(v.array(recordId), v.maxLength(spentMax))),
  /** Digest of the list of authorities by which it knows the broker (authorities.ts); absent: an older program, that learns none. */
  authorities: v.optional(hex64),
  /** The relay is to answer `vouch` with this; null: no need just now. */
  challenge: v.nullable(challenge),
};

/** Where the box stands, by its own configuration: it counts until a site of the relay says otherwise. */
export const boxPlace = v.looseObject({
  name: text(64),
  /** IANA name. */
  timezone: text(64),
  /** ISO 3166-1 alpha-2: how numbers are read there. */
  region: text(8),
  language: text(8),
  /** Whom drivers call, E.164. */
  phone: v.nullable(text(32)),
});
export type BoxPlace = v.InferOutput<typeof boxPlace>;

/** First word after each connect. */
export const hello = v.looseObject({
  kind: v.literal('hello'),
  ...knowledge,
  /** Id in the box's own configuration, as its events carry it. */
  label: v.pipe(text(64), v.minLength(1)),
  /** Version of the box's program. */
  program: text(32),
  /** Absent from boxes of before. */
  place: v.optional(boxPlace),
  /** Id of the relay key that it has pinned. */
  relayKey: hex32,
  /** Drawn anew at each start of the box: two computers that speak as one box take turns in it. Absent: an older program. */
  instance: v.optional(hex32),
  /** It signs its retained state (box-state.ts), so that one without a signature is not its own. Absent: an older program. */
  signsState: v.optional(v.boolean()),
  /** Whether the set is asked for whole, whatever the revision. */
  wants: v.picklist(['delta', 'snapshot']),
});

/** After each change of what it knows; `wants` where a message did not fit. */
export const receipt = v.looseObject({
  kind: v.literal('receipt'),
  ...knowledge,
  wants: v.picklist(['nothing', 'delta', 'snapshot']),
});

/**
 * Events in order and without gaps: the exact canonical lines of the journal. `live`: nothing was waiting before them. Where
 * the journal itself has a hole, the line after it begins a new batch.
 */
export const events = v.looseObject({
  kind: v.literal('events'),
  live: v.boolean(),
  /**
   * The event before the first line, as the journal at the box has it; both 0: there is none. So the relay can tell a batch
   * that ran ahead of another from events that the box has lost, and will not wait for those for ever.
   */
  follows: v.object({ boxEpoch: whole, seq: whole }),
  lines: v.pipe(v.array(v.pipe(v.string(), v.maxLength(4_096))), v.minLength(1), v.maxLength(eventsMax)),
  /**
   * An export that ended with the last of these lines would end with this: the exact line of the checkpoint, signed by the
   * box, so that an auditor can use the relay's copy. Absent: an older program.
   */
  checkpoint: v.optional(v.pipe(v.string(), v.maxLength(1_024))),
});

/** A command came to this. It is said again whenever the same command comes again. */
export const result = v.looseObject({
  kind: v.literal('result'),
  id: recordId,
  done: v.boolean(),
  /** Why not: `expired`, `challenge`, `no-such-slot` …; null where it is done. */
  code: v.nullable(said),
  slot: v.nullable(slot),
});

/** A kind of message that this version does not know. */
export const unsupportedUp = v.looseObject({ kind: v.literal('unsupported'), of: said });

export const up = v.variant('kind', [hello, receipt, events, result, unsupportedUp]);

export type Hello = v.InferOutput<typeof hello>;
export type Receipt = v.InferOutput<typeof receipt>;
export type Events = v.InferOutput<typeof events>;
export type Result = v.InferOutput<typeof result>;
export type Up = v.InferOutput<typeof up>;
export const upKinds = ['hello', 'receipt', 'events', 'result', 'unsupported'] as const;
