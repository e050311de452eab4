import {
  admit,
  countWrongPin,
  forgivePin,
  giveBack,
  phoneAttempts,
  phoneLocked,
  waiting,
} from './attempts.ts';
import { credential, judge, refuseAs } from './credential.ts';
import { mayReturn } from './decide.ts';
import { type Draft, nowOf } from './draft.ts';
import {
  type BoxState,
  type Candidate,
  limits,
  type PinTried,
  type Prompt,
  type Scope,
  type Subject,
} from './model.ts';
import { promptEnd, setPanel } from './prompt.ts';
import type { Said } from './screen.ts';

/** A phone or a badge: its PIN is asked unless every booking of it opens without; so it is for unknown phones (rules.md 20). */
export function phone(
  draft: Draft,
  subject: Subject,
  found: readonly Candidate[],
  scope: Scope = 'all',
): void {
  const returns = found.filter(candidate => mayReturn(draft.state, candidate));
  if ((scope === 'out' || waiting(draft.state, nowOf(draft))) && returns.length === 0) {
    refuseAs(draft, 'locked-out', subject.by, null, lockedScreen(draft, subject));
    return;
  }
  if (opensBare(draft.state, subject, found)) {
    credential(draft, found, subject.by, scope);
    return;
  }
  if (scope === 'out') giveBack(draft);
  setPanel(draft, { mode: 'pin', subject, until: promptEnd(draft), again: false });
}

/** Every booking of this phone or badge opens without a PIN. */
export const opensBare = (state: BoxState, subject: Subject, found: readonly Candidate[]): boolean =>
  found.length > 0 && found.every(candidate => !pinAsked(state, candidate, subject));

const pinAsked = (state: BoxState, candidate: Candidate, subject: Subject): boolean =>
  candidate.needsPin || (subject.by === 'badge' && state.rules.badgeNeedsPin);

/** `#` after a PIN: compared off the event loop, for locked and unknown phones too, so that the time tells nothing. */
export function pinEntered(draft: Draft, { subject }: Prompt & { mode: 'pin' }): void {
  setPanel(draft, { mode: 'checking', subject, until: promptEnd(draft) });
  draft.effects.push({ type: 'check-pin', subject });
}

/** The hashes of a PIN of `length` digits are computed: `matched` are the bookings that it opens. */
export function pinChecked(
  draft: Draft,
  subject: Subject,
  length: number,
  found: readonly Candidate[],
  matched: readonly string[],
): void {
  const { panel } = draft.state;
  if (panel.mode === 'checking' && panel.subject.fingerprint === subject.fingerprint)
    setPanel(draft, { mode: 'idle' });
  const right = found.filter(candidate => matched.includes(candidate.booking));
  if (right.length === 0) noPin(draft, { subject, known: found.length > 0 }, length);
  else if (phoneLocked(draft.state, subject.fingerprint, nowOf(draft)))
    rightWhileLocked(draft, subject, right);
  else {
    forgivePin(draft, subject.fingerprint);
    const bare = found.filter(
      candidate => !pinAsked(draft.state, candidate, subject) && !right.includes(candidate),
    );
    credential(draft, [...right, ...bare], subject.by);
  }
}

/** Somebody has left a prompt behind, or was led to one by a slip: the next driver's code is judged as a code (rules.md 20). */
function noPin(draft: Draft, tried: PinTried, length: number): void {
  const scope = length >= limits.codeForPinMinDigits ? admit(draft) : null;
  if (scope === null) wrongPin(draft, tried, false);
  else draft.effects.push({ type: 'look-up', scope, pin: tried });
}

/** `asCode`: it was looked up as a code, too, and is none. */
export function wrongPin(draft: Draft, { subject, known }: PinTried, asCode: boolean): void {
  const wasLocked = phoneLocked(draft.state, subject.fingerprint, nowOf(draft));
  countWrongPin(draft, subject.fingerprint);
  const screen = lockedScreen(draft, subject);
  // Whatever PIN a locked phone is given, nothing comes of it: only what could have been a code was a try.
  const untried = waiting(draft.state, nowOf(draft)) || (wasLocked && !asCode);
  const reason = untried ? 'locked-out' : known && !wasLocked ? 'pin-wrong' : 'unknown';
  refuseAs(draft, reason, subject.by, null, screen);
}

/** Half a minute would not help whoever has a phone that is locked for a quarter of an hour or more (rules.md 20). */
function lockedScreen(draft: Draft, { fingerprint }: Subject): Said | undefined {
  return phoneLocked(draft.state, fingerprint, nowOf(draft)) ? { text: 'pin-locked' } : undefined;
}

/**
 * A locked phone still brings its key back (rules.md 8), but not more often than once in 30 s: otherwise the return would
 * be a way to try PINs.
 */
function rightWhileLocked(draft: Draft, subject: Subject, right: readonly Candidate[]): void {
  const lastAt = phoneAttempts(draft.state, subject.fingerprint)?.lastAt ?? 0;
  const rested = nowOf(draft) - lastAt >= limits.tryEveryMs;
  const returns = right.filter(candidate => mayReturn(draft.state, candidate));
  countWrongPin(draft, subject.fingerprint);
  if (!rested || returns.length === 0)
    refuseAs(draft, 'locked-out', subject.by, null, lockedScreen(draft, subject));
  else judge(draft, returns, subject.by);
}
