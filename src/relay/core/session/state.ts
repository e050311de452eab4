/** The relay's knowledge of one box while it speaks with it. */
import type { MonoMs, WallMs } from '../../../base/brand.ts';
import type { Rejection } from '../../../wire/envelope.ts';
import type { Place, Stand } from '../intake.ts';

/** Changes that are on their way and not yet proven; what changes meanwhile goes along with the next. */
export const unprovenMax = 4;
/** Commands that wait at the box or on the way to it. */
export const commandsMax = 16;

/** A delta or a snapshot that no receipt has proven yet. */
interface Unproven {
  /** Null: a snapshot. */
  readonly from: number | null;
  readonly to: number;
  readonly count: number;
  readonly digest: string;
  /** When it must be proven, or all is sent again from what is known. */
  readonly due: MonoMs;
}

export interface PendingCommand {
  readonly id: string;
  readonly notAfter: WallMs;
  /** When it is sent (again). */
  readonly due: MonoMs;
  readonly tries: number;
}

/** A challenge of the box, when it came, and whether a vouch has answered it. */
interface Asked {
  readonly challenge: string;
  readonly at: MonoMs;
  readonly answered: boolean;
}

interface Spent {
  readonly ids: readonly string[];
  /** Revision of the set of which that was said. */
  readonly rev: number;
  /** The last event of the box then. */
  readonly after: Stand;
}

/** Signs of the last hour that two computers speak as one box, and whether that is a Problem by now. */
interface Twins {
  readonly signs: readonly MonoMs[];
  readonly told: boolean;
}

/** Relay epoch and revision. */
export interface Revision {
  readonly epoch: number;
  readonly rev: number;
}

/** Why a message was refused: what the envelope says, or that there were too many. */
export type Refusal = Rejection | 'flood';

export type Link = 'never' | 'up' | 'lost';

export interface SessionState {
  readonly box: string;
  /** Of the relay, and the newest revision of this box's set as far as it is known here. */
  readonly epoch: number;
  readonly newest: number;
  /** There may be a newer one, or a command: look. */
  readonly dirty: boolean;
  /** The set that the box has proven to have. Epoch 0: none. */
  readonly known: Revision;
  /** The set that it last said to have, true or an old word: what is sent goes on from there, and its answer tells. */
  readonly says: Revision & { readonly digest: string };
  readonly unproven: readonly Unproven[];
  /** How often in a row the wait for a proof was in vain. */
  readonly tries: number;
  /** Asked for by the box, or by what its receipt shows. */
  readonly whole: boolean;
  /** The set is being read and sent just now; after a failure not again before `readDue`. */
  readonly reading: boolean;
  readonly readDue: MonoMs;

  /** Id of the relay key that it has pinned; null: not heard yet. */
  readonly pinned: string | null;
  /** When it may be told of the newest key again. */
  readonly keysDue: MonoMs;

  /** Digest of the authorities by which it last said to know the broker; null: it did not say, and learns none. */
  readonly authorities: string | null;
  /** When it is told of the newest ones again; null: it has them. */
  readonly authoritiesDue: MonoMs | null;

  /** Runs of the box that have said hello, the last one last: one that speaks again after another is a second computer. */
  readonly instances: readonly string[];
  /** Whether the box has said that it signs its retained state; null: it has not introduced itself in this session. */
  readonly signsState: boolean | null;
  /** The run whose hello was the last that was the first of its run, however old that looked. */
  readonly newRun: string | null;
  readonly twins: Twins;

  readonly link: Link;
  /** Also by its retained state, which anybody may have written who gets in at the broker. */
  readonly heard: MonoMs | null;
  /** The last word that only this box can have made. */
  readonly proven: MonoMs | null;
  /** When a word for a key that is none of ours is seen to again. */
  readonly foreignDue: MonoMs;
  /** The latest instant that the box has told and ours has reached: a word of before then is late, or an old one again. */
  readonly told: WallMs;
  readonly asked: Asked | null;

  /** The highest epoch that the box has told, and where its journal is stored up to. */
  readonly boxEpoch: number;
  readonly stand: Stand;
  /** Codes that it last said to be used up; looked at once the journal is stored up to `after`. */
  readonly spent: Spent | null;
  /** The epoch of the stand forked after it; the Problem is raised. */
  readonly forked: boolean;
  /** The last acknowledgement: which need not be said twice within a moment. */
  readonly acked: { readonly place: Place; readonly at: MonoMs } | null;
  /** When a new epoch may be ordered again. */
  readonly orderDue: MonoMs;
  /** Above which epoch the last order was; 0: none was given. */
  readonly ordered: number;

  readonly commands: readonly PendingCommand[];
  /** Messages refused since that was last told, and why the last one was. */
  readonly refused: { readonly count: number; readonly last: Refusal | null; readonly tellDue: MonoMs };
}
