import type { KeyName, SlotId, WallMs } from '../../base/brand.ts';
import type { DenialReason } from '../../wire/journal.ts';

/** What the driver should read, as data; the catalogues in `texts/` put it into words. */
export type Screen =
  /** Ready; how old the bookings are, when that is known. */
  | { readonly text: 'ready' }
  | { readonly text: 'entering'; readonly length: number }
  | { readonly text: 'take'; readonly slot: SlotId; readonly key: KeyName }
  | { readonly text: 'return'; readonly slot: SlotId; readonly key: KeyName }
  | { readonly text: 'open'; readonly slot: SlotId }
  /** Granted, but another lock is powered just now. */
  | { readonly text: 'soon'; readonly slot: SlotId }
  | { readonly text: 'pin' }
  | { readonly text: 'checking' }
  | { readonly text: 'choose'; readonly options: readonly ChoiceLine[] }
  /** A refusal that may be explained; `unknown` and `pin-wrong` never reach the driver apart. */
  | { readonly text: 'denied'; readonly reason: Exclude<DenialReason, 'unknown' | 'pin-wrong'> }
  /** The one refusal that covers `unknown` and `pin-wrong`, and everything after 3 wrong entries. */
  | { readonly text: 'refused' }
  | { readonly text: 'too-early'; readonly from: WallMs }
  /** The booking has begun but the key is still with the driver before. */
  | { readonly text: 'not-back'; readonly key: KeyName }
  | { readonly text: 'box-full' }
  | { readonly text: 'wrong-slot'; readonly right: SlotId }
  | { readonly text: 'close-door'; readonly slot: SlotId }
  | { readonly text: 'taken'; readonly key: KeyName }
  | { readonly text: 'returned'; readonly key: KeyName }
  | { readonly text: 'not-taken'; readonly slot: SlotId }
  | { readonly text: 'not-opened'; readonly slot: SlotId; readonly triesLeft: number }
  | { readonly text: 'jammed'; readonly slot: SlotId }
  | { readonly text: 'found-empty'; readonly slot: SlotId }
  | { readonly text: 'transferred'; readonly key: KeyName }
  | { readonly text: 'learn-tag'; readonly key: KeyName; readonly slot: SlotId }
  | { readonly text: 'learnt'; readonly key: KeyName; readonly slot: SlotId };

export interface ChoiceLine {
  /** What to type before `#`. */
  readonly number: number;
  readonly for: 'take' | 'return';
  readonly key: KeyName;
}

/** Lights and sounds, by meaning. `key` is the tick of a key press. */
export type Signal = 'key' | 'granted' | 'denied' | 'done' | 'attention' | 'alarm';
