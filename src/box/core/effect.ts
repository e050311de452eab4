import type { Fingerprint, KeyName, Millis, SlotId } from '../../base/brand.ts';
import type { Entry } from '../../wire/journal.ts';
import type { Subject, Use } from './model.ts';
import type { Signal } from './screen.ts';

/** Goes into the one transaction, before anything moves. What else is durable is found by comparing states (durable.ts). */
export type DurableEffect =
  | { readonly type: 'journal'; readonly entry: Entry }
  | { readonly type: 'write-use'; readonly use: Use }
  /** This tag is this key's; it is no other key's any more. */
  | { readonly type: 'bind-tag'; readonly key: KeyName; readonly fingerprint: Fingerprint };

/** Happens after the commit. */
export type OutwardEffect =
  | { readonly type: 'pulse-lock'; readonly slot: SlotId; readonly ms: Millis }
  /** Compare the PIN that was typed with those of the subject, off the event loop, and answer `pin-checked`. */
  | { readonly type: 'check-pin'; readonly subject: Subject }
  | { readonly type: 'signal'; readonly signal: Signal }
  | { readonly type: 'answer'; readonly id: number; readonly outcome: Outcome };

export type Effect = DurableEffect | OutwardEffect;

/** What a command came to: done, or refused with the reason for the person who asked. */
export type Outcome =
  | { readonly done: true; readonly slot?: SlotId }
  | { readonly done: false; readonly code: string; readonly message: string; readonly hint: string };

export interface Step<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
}
