import type { KeyName, SlotId, WallMs } from '../../base/brand.ts';
import type { DenialReason } from '../../wire/journal.ts';

/** A text for the driver, as data; the catalogues in `texts/` put it into words. */
export type Screen =
  /** Ready; how old the bookings are, when that is known. */
  | { readonly text: 'ready' }
  | { readonly text: 'entering'; readonly length: number; readonly what: 'code' | 'pin' | 'number' }
  /** The digits that were typed were cleared by silence, or its prompt is over: nothing of it was judged. */
  | { readonly text: 'begin-again' }
  | { readonly text: 'take'; readonly slot: SlotId; readonly key: KeyName }
  | { readonly text: 'return'; readonly slot: SlotId; readonly key: KeyName }
  | { readonly text: 'open'; readonly slot: SlotId }
  /** Granted, but another lock is powered just now. */
  | { readonly text: 'soon'; readonly slot: SlotId }
  | { readonly text: 'pin'; readonly again: boolean }
  | { readonly text: 'checking' }
  | { readonly text: 'choose'; readonly options: readonly ChoiceLine[]; readonly again: boolean }
  /** A refusal that may be explained; `unknown` and `pin-wrong` never reach the driver apart. */
  | {
      readonly text: 'denied';
      readonly reason: Exclude<DenialReason, 'unknown' | 'pin-wrong' | 'locked-out'>;
    }
  /** The one refusal that covers `unknown` and `pin-wrong`. */
  | { readonly text: 'refused' }
  /** The one for everything after 3 wrong entries: it helps whoever typed a right one, and whoever did not. */
  | { readonly text: 'wait-or-call' }
  /** This phone or badge has had too many wrong PINs, known or not: a code still works. */
  | { readonly text: 'pin-locked' }
  | { readonly text: 'too-early'; readonly from: WallMs }
  /** The booking has begun but the key is still with the driver before. */
  | { readonly text: 'not-back'; readonly key: KeyName }
  | { readonly text: 'box-full' }
  | { readonly text: 'wrong-slot'; readonly right: SlotId }
  | { readonly text: 'close-door'; readonly slot: SlotId }
  | { readonly text: 'taken'; readonly key: KeyName }
  | { readonly text: 'returned'; readonly key: KeyName }
  /** `isSpent`: it was the last opening that this code had. */
  | { readonly text: 'not-taken'; readonly slot: SlotId; readonly isSpent: boolean }
  | { readonly text: 'not-opened'; readonly slot: SlotId; readonly triesLeft: number }
  | { readonly text: 'jammed'; readonly slot: SlotId }
  | { readonly text: 'found-empty'; readonly slot: SlotId }
  | { readonly text: 'transferred'; readonly key: KeyName }
  | { readonly text: 'learn-tag'; readonly key: KeyName; readonly slot: SlotId }
  | { readonly text: 'learnt'; readonly key: KeyName; readonly slot: SlotId };

/**
 * A text that stands for some seconds. Prompts, lists and what is being typed are none: they are read off the state
 * (screen-now.ts), so that none of them can stand there when the next entry does not answer it.
 */
export type Said = Exclude<Screen, { readonly text: 'entering' | 'pin' | 'checking' | 'choose' }>;

interface ChoiceLine {
  /** The number to type before `#`. */
  readonly number: number;
  readonly for: 'take' | 'return';
  readonly key: KeyName;
}

/** Lights and sounds, by meaning. `key` is the tick of a key press, `cleared` says that what was typed is gone. */
export type Signal = 'key' | 'cleared' | 'granted' | 'denied' | 'done' | 'attention' | 'alarm';
