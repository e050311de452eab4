/** Whether a message goes now, later or not at all, from what is known when its turn comes. */
import type { BookingState } from './booking-life.ts';

export const messageKinds = [
  'access',
  'moved',
  'cancelled',
  'reminder',
  'waiting',
  'fresh-code',
  'key-away',
  'key-back',
  'overdue',
  'verify-phone',
  'old-phone-check',
  'phone-changed',
  'phone-void',
  'prompt',
  'asked-again',
  'box-faults',
  'person-invited',
  'person-reset',
] as const;
export type MessageKind = (typeof messageKinds)[number];

interface KindRules {
  readonly to: 'driver' | 'admins';
  /** Of the booking it is dropped when it is no longer so; what is about a driver goes whatever becomes of a booking. */
  readonly about: 'booking' | 'driver';
  /**
   * A code, which is worth nothing until the box has it; a number that proves a phone, or a link that lets in whoever has it,
   * which nobody gets a second time.
   */
  readonly says: 'code' | 'check' | 'link' | null;
  /** A person waits for it, or it warns of theft: it goes in quiet hours too. */
  readonly urgent: boolean;
}

const ofBooking: KindRules = { to: 'driver', about: 'booking', says: null, urgent: false };
const ofDriver: KindRules = { ...ofBooking, about: 'driver' };
const forAdmins: KindRules = { ...ofBooking, to: 'admins' };

/** These rules hold for each kind. `mootness` below says, too, when what a message tells of a booking is no longer so. */
const rulesOf: Readonly<Record<MessageKind, KindRules>> = {
  access: { ...ofBooking, says: 'code' },
  moved: ofBooking,
  cancelled: ofBooking,
  reminder: { ...ofBooking, says: 'code' },
  waiting: ofBooking,
  'fresh-code': { ...ofBooking, says: 'code', urgent: true },
  'key-away': { ...ofBooking, says: 'code' },
  'key-back': { ...ofBooking, says: 'code' },
  overdue: { ...ofBooking, urgent: true },
  'verify-phone': { ...ofDriver, says: 'check', urgent: true },
  'old-phone-check': { ...ofDriver, says: 'check', urgent: true },
  'phone-changed': { ...ofDriver, urgent: true },
  'phone-void': ofDriver,
  prompt: forAdmins,
  'asked-again': forAdmins,
  'box-faults': { ...forAdmins, urgent: true },
  'person-invited': { ...forAdmins, says: 'link', urgent: true },
  'person-reset': { ...forAdmins, says: 'link', urgent: true },
};

export const isForAdmins = (kind: MessageKind): boolean => rulesOf[kind].to === 'admins';

/** A text of the kind must hold this, also in an account's own words: without it the message would be worth nothing. */
export const mustSay = (kind: MessageKind): KindRules['says'] => rulesOf[kind].says;

export const saysCode = (kind: MessageKind): boolean => mustSay(kind) === 'code';

/**
 * Names the kind in whose words it is said while the key is not in the box: a code that works is no key that waits, and nobody is
 * sent to an empty door. The row keeps its kind: it is the same message, in words that are true now.
 */
export const saidAs = (kind: MessageKind, isKeyAway: boolean): MessageKind =>
  isKeyAway && saysCode(kind) ? 'key-away' : kind;

/** Those that tell of a booking whose key may be away: its driver is told again when it is back. */
export const needsKeyBack = (kind: MessageKind): boolean => kind === 'moved' || saysCode(kind);

/** Those that hold a number or a link which proves who somebody is: nobody but its holder gets it, and it is kept no longer than it has to be. */
export const provesWho = (kind: MessageKind): boolean =>
  mustSay(kind) === 'check' || mustSay(kind) === 'link';

/** The booking that a message is about, as it is now. */
export interface ToldBooking {
  readonly state: BookingState;
  readonly start: number;
  readonly end: number | null;
  /** A receipt proves that the box has it as it is now. */
  readonly proven: boolean;
  /** Its key is not in the box, and not with its own driver. */
  readonly keyAway: boolean;
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
  /** It goes by SMS to a number that was read in a region that nobody chose: a stranger may have it. */
  readonly numberIsGuess: boolean;
  /** Sent in the last 24 hours, and the most that may be: of the account, and to this number by SMS. */
  readonly sentOfAccount: number;
  readonly perDay: number;
  readonly sentToPhone: number;
  readonly perPhoneDay: number;
}

type DropReason =
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
  | {
      readonly do: 'wait';
      readonly until: number;
      readonly why: 'phone-region' | 'not-on-box' | 'key-away' | 'quiet' | 'account-cap';
    }
  | { readonly do: 'drop'; readonly why: DropReason }
  | { readonly do: 'opted-out' };

/** How soon it is looked at again whether the box has the booking, or the key; how soon, whether the account may send again. */
const provenAgainMs = 15_000;
/** How soon it is looked at again whether somebody has chosen the region of a number. */
const guessAgainMs = 15_000;
const capAgainMs = 600_000;

export function messageStep(facts: MessageFacts): MessageStep {
  const { kind, now, until, booking } = facts;
  if (until !== null && now >= until) return { do: 'drop', why: 'too-late' };
  const moot = booking === null ? null : mootness(kind, booking, now);
  if (moot !== null) return { do: 'drop', why: moot };
  if (facts.optedOut) return { do: 'opted-out' };
  if (facts.numberIsGuess) return { do: 'wait', until: now + guessAgainMs, why: 'phone-region' };
  if (booking !== null && saysCode(kind) && !booking.proven && booking.state !== 'taken')
    return { do: 'wait', until: now + provenAgainMs, why: 'not-on-box' };
  if (booking?.keyAway === true && kind === 'key-back')
    return { do: 'wait', until: now + provenAgainMs, why: 'key-away' };
  if (mayRest(facts)) return { do: 'wait', until: facts.quietUntil ?? now, why: 'quiet' };
  if (facts.sentToPhone >= facts.perPhoneDay) return { do: 'drop', why: 'phone-cap' };
  if (facts.sentOfAccount >= facts.perDay) return { do: 'wait', until: now + capAgainMs, why: 'account-cap' };
  return { do: 'send' };
}

/** The content of the message is no longer true. */
function mootness(kind: MessageKind, booking: ToldBooking, now: number): DropReason | null {
  const { state, end, sameDriver } = booking;
  if (rulesOf[kind].about === 'driver' || isForAdmins(kind)) return null;
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
  if (quietUntil === null || rulesOf[kind].urgent) return false;
  return booking === null || booking.start > quietUntil;
}
