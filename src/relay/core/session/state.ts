/** What the relay knows of one box while it speaks with it. */
import type { MonoMs, WallMs } from '../../../base/brand.ts';
import type { Rejection } from '../../../wire/envelope.ts';
import type { Place, Stand } from '../intake.ts';

/** Changes that are on their way and not yet proven; what changes meanwhile goes along with the next. */
export const unprovenMax = 4;
/** Commands that wait at the box or on the way to it. */
export const commandsMax = 16;

/** A delta or a snapshot that no receipt has proven yet. */
export interface Unproven {
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
export interface Asked {
  readonly challenge: string;
  readonly at: MonoMs;
  readonly answered: boolean;
}

export interface Spent {
  readonly ids: readonly string[];
  /** Revision of the set of which that was said. */
  readonly rev: number;
  /** The last event of the box then. */
  readonly after: Stand;
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
  /** What the box has proven to have. Epoch 0: nothing. */
  readonly known: Revision;
  /** What it last said to have, true or an old word: what is sent goes on from there, and its answer tells. */
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

  readonly link: Link;
  readonly heard: MonoMs | null;
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

  readonly commands: readonly PendingCommand[];
  /** Messages refused since that was last told, and why the last one was. */
  readonly refused: { readonly count: number; readonly last: Refusal | null; readonly tellDue: MonoMs };
}
