import type { BookingId, DriverId, Fingerprint, KeyName, WallMs } from '../../base/brand.ts';

/** Life of a booking's right (rules.md 6). `used` is for codes; phone and badge take again inside the window. */
export type Life = 'fresh' | 'granted' | 'out' | 'used';

/** The use that one booking has had on this box. The database keeps it for ever beside the booking; the core's state holds it only while its grant is under way or its key is out. */
export interface Use {
  readonly booking: BookingId;
  readonly life: Life;
  readonly key: KeyName;
  /** Pulses given to the present grant without the door opening. */
  readonly pulses: number;
  /** Openings after which the key was not taken. */
  readonly openings: number;
  /** Its code has been through a whole take and return (and the booking is not `reuse`): never takes again. */
  readonly codeUsed: boolean;
  readonly reuse: boolean;
  readonly who: DriverId | null;
  readonly end: WallMs | null;
  readonly dueSoonSaid: boolean;
  readonly overdueSaid: boolean;
}

/** A booking as the cache holds it, with everything a decision needs: the core never asks back. */
export interface Candidate {
  readonly booking: BookingId;
  readonly key: KeyName;
  readonly start: WallMs;
  /** `null` = until changed. */
  readonly end: WallMs | null;
  readonly reuse: boolean;
  readonly driver: DriverId | null;
  readonly cancelled: boolean;
  /** Its code belongs to an earlier box epoch: void until sent again, but still returns a key (docs/synchronisation.md). */
  readonly voided: boolean;
  /** Another booking of the same key has its window at the moment of the entry (rules.md 2). */
  readonly conflicting: boolean;
  /** Phone or badge alone is not enough. */
  readonly needsPin: boolean;
  /** The use that it has had here; null: none yet. */
  readonly use: Use | null;
}

/** Who stands at the pad, as far as the pad knows: the thing whose PIN is asked, or that names several keys. */
export interface Subject {
  readonly by: 'phone' | 'badge';
  readonly fingerprint: Fingerprint;
}

/** An entry that was typed as the PIN of this subject, and is not; `known`: there are bookings of the subject. */
export interface PinTried {
  readonly subject: Subject;
  readonly known: boolean;
}

/** Among which bookings an entry is looked up: all of them, or those whose key is out. */
export type Scope = 'all' | 'out';

/** One line of a numbered list (rules.md 21). */
export interface Option {
  readonly for: 'take' | 'return';
  readonly candidate: Candidate;
}
