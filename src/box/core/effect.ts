import type { Fingerprint, KeyName, Millis, MonoMs, SlotId } from '../../base/brand.ts';
import type { Entry } from '../../wire/journal.ts';
import type { PinTried, Scope, Subject, Use } from './model.ts';
import type { Signal } from './screen.ts';

/** Goes into the one transaction, before anything moves. What else is durable is found by comparing states (durable.ts). */
export type DurableEffect =
  | { readonly type: 'journal'; readonly entry: Entry }
  | { readonly type: 'write-use'; readonly use: Use }
  /** This tag is this key's; it is no other key's any more. */
  | { readonly type: 'bind-tag'; readonly key: KeyName; readonly fingerprint: Fingerprint };

/** Questions of the core about the entry that was just typed, whose digits it never sees. */
export type EntryEffect =
  /** Look up the entry that was just typed among these bookings, and answer `looked-up`; with `pin` as a code only. */
  | { readonly type: 'look-up'; readonly scope: Scope; readonly pin: PinTried | null }
  /** Compare the PIN that was typed with those of the subject, off the event loop, and answer `pin-checked`. */
  | { readonly type: 'check-pin'; readonly subject: Subject };

/** Happens after the commit. */
export type OutwardEffect =
  | EntryEffect
  /** Not after `until`: whoever was granted this has gone by then, and somebody else may stand there. */
  | { readonly type: 'pulse-lock'; readonly slot: SlotId; readonly ms: Millis; readonly until: MonoMs }
  | { readonly type: 'signal'; readonly signal: Signal }
  | { readonly type: 'answer'; readonly id: number; readonly outcome: Outcome };

export type Effect = DurableEffect | OutwardEffect;

/** The outcome of a command: done, or refused with the reason for the person who asked. */
export type Outcome =
  | { readonly done: true; readonly slot?: SlotId }
  | { readonly done: false; readonly code: string; readonly message: string; readonly hint: string };

export interface Step<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
}
