import type { Fingerprint, MonoMs } from '../../base/brand.ts';
import type { DenialReason } from '../../wire/journal.ts';

export interface PhoneAttempts {
  readonly fingerprint: Fingerprint;
  /** Wrong PINs since the last lock or right PIN. */
  readonly wrongs: number;
  /** How many locks there have been: picks 15 min, 1 h, 24 h. */
  readonly locks: number;
  readonly lockedUntil: MonoMs | null;
  readonly lastAt: MonoMs;
}

export interface Attempts {
  /** Wrong entries until 10 minutes have passed without one. */
  readonly wrongs: number;
  readonly lastWrongAt: MonoMs | null;
  /** The next entry is judged from here on; before it only returns are. */
  readonly waitUntil: MonoMs | null;
  readonly lockoutSaid: boolean;
  /** Look-ups among keys that are out, during a wait. */
  readonly returns: ReturnLookups;
  /** Most recently used last; ≤ `limits.phonesRemembered`. */
  readonly phones: readonly PhoneAttempts[];
  /** Denials written in the present minute, and by their reason those that were only counted. */
  readonly denials: {
    readonly since: MonoMs;
    readonly written: number;
    readonly summed: { readonly [Reason in DenialReason]?: number };
  };
  /** Unknown tags in the present minute: the first was said at once, the others are counted. */
  readonly tags: { readonly since: MonoMs; readonly said: boolean; readonly more: number };
}

/**
 * How much may still be looked up among keys that are out before it has to wait for the ordinary try: see attempts.ts, which
 * says why.
 */
export interface ReturnLookups {
  /** Wrong ones that may still come, ≤ `limits.returnLookups`; below 0: ordinary tries that are still to be paid for. */
  readonly left: number;
  /** The instant up to which what comes back with time is in `left`. */
  readonly since: MonoMs;
  /** The last that found nothing, in this wait. */
  readonly lastAt: MonoMs | null;
}
