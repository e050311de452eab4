/** The state of a booking, from its row and from what the box is known to have (contracts.md §4). */

export const bookingStates = [
  'not-sent',
  'sent',
  'on-box',
  'box-unreachable',
  'taken',
  'returned',
  'overdue',
  'cancelled',
  'ended',
] as const;
export type BookingState = (typeof bookingStates)[number];

/** The instants of a booking, as its row has them; null: not yet. */
export interface BookingFacts {
  readonly start: number;
  readonly end: number | null;
  readonly reuse: boolean;
  readonly updated: number;
  /** Revision of the box's set in which its present content was put. */
  readonly rev: number;
  readonly sent: number | null;
  readonly onBox: number | null;
  readonly cancelled: number | null;
  readonly ended: number | null;
  readonly taken: number | null;
  readonly returned: number | null;
  readonly overdue: number | null;
}

/** A box as far as the relay knows it, and since when. */
export interface BoxKnowledge {
  /** Epoch of this relay now. */
  readonly relayEpoch: number;
  readonly knownEpoch: number;
  readonly knownRev: number;
  readonly knownAt: number | null;
  readonly link: 'never' | 'up' | 'lost';
  readonly linkSince: number | null;
}

export interface BookingLife {
  readonly state: BookingState;
  /** When that began. */
  readonly since: number;
}

export const isOut = (facts: BookingFacts): boolean => facts.taken !== null && facts.returned === null;

/** Whether a receipt of the box proves that it has this very content, under the epoch that this relay has now. */
export const isProven = (facts: BookingFacts, box: BoxKnowledge): boolean =>
  facts.rev > 0 && box.knownEpoch === box.relayEpoch && box.knownRev >= facts.rev;

export function bookingLife(facts: BookingFacts, box: BoxKnowledge): BookingLife {
  const { taken, returned, overdue, cancelled, ended, updated } = facts;
  if (taken !== null && returned === null)
    return overdue === null ? { state: 'taken', since: taken } : { state: 'overdue', since: overdue };
  if (cancelled !== null && cancelled > (returned ?? -1)) return { state: 'cancelled', since: cancelled };
  if (returned !== null) return { state: 'returned', since: returned };
  if (ended !== null) return { state: 'ended', since: ended };
  if (isProven(facts, box)) return { state: 'on-box', since: facts.onBox ?? box.knownAt ?? updated };
  if (box.link === 'lost') return { state: 'box-unreachable', since: box.linkSince ?? updated };
  return facts.sent === null
    ? { state: 'not-sent', since: updated }
    : { state: 'sent', since: Math.max(facts.sent, updated) };
}

/** A booking whose window is over stays on the box for so long, so that a driver there is told `too-late`. */
const graceMs = 3_600_000;

/**
 * Whether the box is to have it: until it is over; and while its key is out, in any case. What is used up or cancelled the
 * box forgets.
 */
export function isInSet(facts: BookingFacts, now: number): boolean {
  if (isOut(facts)) return true;
  if (facts.cancelled !== null || (facts.returned !== null && !facts.reuse)) return false;
  return facts.end === null || now < facts.end + graceMs;
}

/** When something about it changes by itself; null: never. */
export function nextInstant(facts: BookingFacts, now: number): number | null {
  const { end, ended, cancelled } = facts;
  if (end === null || !isInSet(facts, now)) return null;
  // One that was cancelled while its key is out ends when the key is back, and is never late.
  if (ended === null) return cancelled === null ? end : null;
  return isOut(facts) ? null : end + graceMs;
}

/** Whether its code may still open something; one that may not is wiped. */
export const needsCode = (facts: BookingFacts): boolean =>
  isOut(facts) ||
  (facts.cancelled === null && facts.ended === null && (facts.returned === null || facts.reuse));

/** For a box whose database is new: never a fresh life for a code whose take the relay has an event of (docs/synchronisation.md). */
export function lifeOnWire(facts: BookingFacts): 'fresh' | 'out' | 'used' {
  if (isOut(facts)) return 'out';
  return facts.returned !== null && !facts.reuse ? 'used' : 'fresh';
}
