/** Whether a message goes now, later or not at all, from what is known when its turn comes. */
import type { BookingState } from './booking-life.ts';

export const messageKinds = [
  'access',
  'moved',
  'cancelled',
  'reminder',
  'waiting',
  'fresh-code',
  'overdue',
  'verify-phone',
  'prompt',
  'asked-again',
] as const;
export type MessageKind = (typeof messageKinds)[number];

/** Those that administrators get; drivers get the others. */
export const isForAdmins = (kind: MessageKind): boolean => kind === 'prompt' || kind === 'asked-again';

/** Those that say a code: worth nothing until the box has it. */
export const saysCode = (kind: MessageKind): boolean =>
  kind === 'access' || kind === 'reminder' || kind === 'fresh-code';

/** Those that somebody waits for, awake. */
const isUrgent = (kind: MessageKind): boolean =>
  kind === 'verify-phone' || kind === 'fresh-code' || kind === 'overdue';

/** The booking that a message is about, as it is now. */
export interface ToldBooking {
  readonly state: BookingState;
  readonly start: number;
  readonly end: number | null;
  /** A receipt proves that the box has it as it is now. */
  readonly proven: boolean;
  /** Its driver is the one that the message is for. */
  readonly sameDriver: boolean;
}

export interface MessageFacts {
  readonly kind: MessageKind;
  readonly now: number;
  /** Never after. */
  readonly until: number | null;
  readonly booking: ToldBooking | null;
  /** End of the quiet hours that it is now; null: it is not. */
  readonly quietUntil: number | null;
  readonly optedOut: boolean;
  /** Sent in the last 24 hours, and the most that may be: of the account, and to this number by SMS. */
  readonly sentOfAccount: number;
  readonly perDay: number;
  readonly sentToPhone: number;
  readonly perPhoneDay: number;
}

export type DropReason =
  | 'too-late'
  | 'cancelled'
  | 'over'
  | 'taken'
  | 'other-driver'
  | 'not-out'
  | 'on-box'
  | 'phone-cap';

export type MessageStep =
  | { readonly do: 'send' }
  | { readonly do: 'wait'; readonly until: number; readonly why: 'not-on-box' | 'quiet' | 'account-cap' }
  | { readonly do: 'drop'; readonly why: DropReason }
  | { readonly do: 'opted-out' };

/** How soon it is looked at again whether the box has the booking; how soon, whether the account may send again. */
const provenAgainMs = 15_000;
const capAgainMs = 600_000;

export function messageStep(facts: MessageFacts): MessageStep {
  const { kind, now, until, booking } = facts;
  if (until !== null && now >= until) return { do: 'drop', why: 'too-late' };
  const moot = booking === null ? null : mootness(kind, booking, now);
  if (moot !== null) return { do: 'drop', why: moot };
  if (facts.optedOut) return { do: 'opted-out' };
  if (booking !== null && saysCode(kind) && !booking.proven && booking.state !== 'taken')
    return { do: 'wait', until: now + provenAgainMs, why: 'not-on-box' };
  if (mayRest(facts)) return { do: 'wait', until: facts.quietUntil ?? now, why: 'quiet' };
  if (facts.sentToPhone >= facts.perPhoneDay) return { do: 'drop', why: 'phone-cap' };
  if (facts.sentOfAccount >= facts.perDay) return { do: 'wait', until: now + capAgainMs, why: 'account-cap' };
  return { do: 'send' };
}

/** What the message says is no longer so. */
function mootness(kind: MessageKind, booking: ToldBooking, now: number): DropReason | null {
  const { state, end, sameDriver } = booking;
  if (kind === 'verify-phone' || isForAdmins(kind)) return null;
  if (kind === 'cancelled') return null;
  if (!sameDriver) return 'other-driver';
  if (kind === 'overdue') return state === 'overdue' ? null : 'not-out';
  if (state === 'cancelled') return 'cancelled';
  if (state === 'ended' || (end !== null && now >= end)) return 'over';
  if (kind === 'fresh-code' || kind === 'moved') return null;
  if (state === 'taken' || state === 'overdue' || state === 'returned') return 'taken';
  return kind === 'waiting' && booking.proven ? 'on-box' : null;
}

/** A message rests over quiet hours unless it would then come when its booking has begun already. */
function mayRest({ kind, quietUntil, booking }: MessageFacts): boolean {
  if (quietUntil === null || isUrgent(kind)) return false;
  return booking === null || booking.start > quietUntil;
}
