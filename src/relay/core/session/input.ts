/** Inputs and effects of a session, both plain data. */
import type { MonoMs, WallMs } from '../../../base/brand.ts';
import type { Down } from '../../../wire/down.ts';
import type { Hello, Receipt, Up } from '../../../wire/up.ts';
import type { Place, Span, Stand } from '../intake.ts';
import type { linkProblems } from '../problems/link.ts';
import type { Refusal, SessionState } from './state.ts';

export interface Now {
  readonly mono: MonoMs;
  readonly wall: WallMs;
}

interface Told {
  readonly epoch: number;
  readonly rev: number;
  readonly digest: string;
}

export type Input =
  /** A message of the box; `relay`: id of the relay key that it was encrypted to. Events come as what became of them. */
  | { readonly type: 'said'; readonly up: Exclude<Up, { kind: 'events' }>; readonly relay: string }
  | { readonly type: 'refused'; readonly reason: Refusal }
  /** Events are stored up to here, the last of them from the instant `at`. */
  | { readonly type: 'stored'; readonly stand: Stand; readonly at: WallMs; readonly lost: Span | null }
  /** An event follows one that the relay does not have: the box has been somewhere that nobody knows of. */
  | { readonly type: 'unanchored'; readonly place: Place }
  /** A batch that was not taken, and where the journal is stored up to all the same. */
  | {
      readonly type: 'not-stored';
      readonly why: 'gap' | 'known' | 'fork' | 'forged';
      readonly detail: string;
    }
  /** The box sends more events in a day than the relay stores at once: the rest waits there. Or it does so no more. */
  | { readonly type: 'over-budget'; readonly is: boolean }
  /** The link as the retained state or the last will tells it; nothing is decided on it but when to speak. */
  | { readonly type: 'state'; readonly link: 'up' | 'lost' }
  /** Something about this box's set, or a command, has changed. */
  | { readonly type: 'dirty' }
  /** The set was read, and sent where it is newer than `from`; null: as a whole. */
  | {
      readonly type: 'sent';
      readonly from: number | null;
      readonly to: number;
      readonly count: number;
      readonly digest: string;
      readonly parts: number;
    }
  /** Reading or sending failed; it is tried again. */
  | { readonly type: 'not-sent' }
  /** The set of this word is the relay's own, of this very revision. */
  | { readonly type: 'checked'; readonly up: Hello | Receipt }
  /** It is not: the box says that it has revision `rev`, with another digest than the relay's, or later than there is. */
  | { readonly type: 'differs'; readonly rev: number; readonly newest: number }
  | {
      readonly type: 'commands';
      readonly pending: readonly { readonly id: string; readonly notAfter: WallMs }[];
    }
  /** A command that this version cannot say. */
  | { readonly type: 'unsayable'; readonly id: string }
  /** The relay itself is connected again: what was said meanwhile may be lost. */
  | { readonly type: 'resumed' }
  /** The relay has a new key. */
  | { readonly type: 'rotated' }
  /** Boxes are to know the broker by another list of authorities. */
  | { readonly type: 'authorities-changed' }
  | { readonly type: 'tick' };

/** A Problem that a session can find. */
export type Problem = keyof typeof linkProblems;

export type Effect =
  | { readonly type: 'send'; readonly message: Down }
  /** Read the set and send what is newer than `from`; null, or too much for one message: all of it. Answered `sent` or `not-sent`. */
  | { readonly type: 'update'; readonly from: number | null }
  /** Answer the challenge if what the box has told is still the newest there is; answered `differs` where it is not. */
  | { readonly type: 'vouch'; readonly challenge: string; readonly told: Told }
  /** Lead the box from the key that it has pinned to the newest one. */
  | { readonly type: 'keys'; readonly from: string }
  /** Tell the box by which authorities to know the broker. */
  | { readonly type: 'authorities' }
  | { readonly type: 'command'; readonly id: string; readonly challenge: string | null }
  /** `outcome`: `done`, or why not. `answered`: the box has said so itself. */
  | {
      readonly type: 'outcome';
      readonly id: string;
      readonly outcome: string;
      readonly answered?: true;
    }
  /** Nothing that was sent just now has led to the set of this word: compare it. Answered `checked` or `differs`. */
  | { readonly type: 'check'; readonly up: Hello | Receipt }
  /** The word itself is kept as a proof of `known`, and for its clock, program, label and challenge. */
  | { readonly type: 'heard'; readonly up: Hello | Receipt }
  | { readonly type: 'link'; readonly link: 'up' | 'lost' }
  /** The box is in a later epoch of its own: all its bookings are put again for that one. */
  | { readonly type: 'resend-all'; readonly boxEpoch: number }
  /** Codes that are used up at the box, in its set of revision `rev`, and of whose return no event will ever come. */
  | { readonly type: 'spent'; readonly ids: readonly string[]; readonly rev: number }
  /** The box has a later revision than the relay remembers to have given: count on from there. */
  | { readonly type: 'raise'; readonly above: number }
  | { readonly type: 'problem'; readonly kind: Problem; readonly detail: string }
  | { readonly type: 'solved'; readonly kind: Problem };

export interface Stepped {
  readonly state: SessionState;
  readonly effects: readonly Effect[];
}

/** One step in the making. */
export interface Draft {
  state: SessionState;
  readonly now: Now;
  /** Id of the relay's newest key. */
  readonly newestKey: string;
  /** Digest of the authorities that boxes are told; null: none are told yet. */
  readonly authorities: string | null;
  readonly effects: Effect[];
}

export function patch(draft: Draft, change: Partial<SessionState>): void {
  draft.state = { ...draft.state, ...change };
}
