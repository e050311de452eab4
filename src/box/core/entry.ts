import type { By, DenialReason } from '../../wire/journal.ts';
import { foundEmpty, inMs } from './custody.ts';
import { handoverSlot, judgeTake, mayReturn, nearest } from './decide.ts';
import {
  countWrong,
  countWrongPin,
  forgivePin,
  phoneGuard,
  phoneLocked,
  spendTry,
  uniform,
  waiting,
  writeDenial,
} from './guard.ts';
import type { Lookup } from './input.ts';
import { type BoxState, type Candidate, limits, type Option, type Panel, type Subject } from './model.ts';
import type { Screen } from './screen.ts';
import { nowOf, patch, show, signal, type Turn } from './turn.ts';
import { openReturn, openTake } from './visit.ts';

const setPanel = (turn: Turn, panel: Panel): void => patch(turn, { panel });

/** `#` after anything that is not a PIN (rules.md 3, 11, 18, 20, 21). */
export function entered(turn: Turn, choice: number | null, lookup: Lookup): void {
  const { panel } = turn.state;
  setPanel(turn, { mode: 'idle' });
  if (choice !== null && panel.mode === 'choose') {
    choose(turn, panel, choice);
    return;
  }
  if (choice === 0 && foundEmpty(turn)) return;
  if (lookup.code.length > 0 || lookup.phone === null) credential(turn, lookup.code, 'code');
  else phone(turn, { by: 'phone', fingerprint: lookup.phone.fingerprint }, lookup.phone.found);
}

function choose(turn: Turn, panel: Panel & { mode: 'choose' }, choice: number): void {
  const option = panel.options[choice - 1];
  if (option === undefined) {
    setPanel(turn, panel);
    showList(turn, panel);
    signal(turn, 'denied');
  } else {
    open(turn, option, panel.by);
  }
}

/** A code, or anything else that needs no PIN any more: open, offer a list, or refuse. */
export function credential(turn: Turn, found: readonly Candidate[], by: By): void {
  if (waiting(turn.state, nowOf(turn))) {
    duringWait(turn, found, by);
    return;
  }
  judge(turn, found, by);
}

function judge(turn: Turn, found: readonly Candidate[], by: By): void {
  const options = optionsOf(turn.state, found, by);
  const [first] = options;
  if (first === undefined) {
    refuse(turn, found, by);
    return;
  }
  if (first.for === 'take' || options.length > 1) spendTry(turn);
  if (options.length === 1 || !turn.state.rules.hasDisplay) open(turn, first, by);
  else offer(turn, options, by);
}

/** While locked out only keys that are out are looked at, and those at once: the rule allows 2 s, a driver needs none (rules.md 18). */
function duringWait(turn: Turn, found: readonly Candidate[], by: By): void {
  const returns = found.filter(candidate => mayReturn(turn.state, candidate));
  const options = optionsOf(turn.state, returns, by);
  const [first] = options;
  if (first === undefined) refuseAs(turn, 'locked-out', by, null);
  else if (options.length === 1 || !turn.state.rules.hasDisplay) open(turn, first, by);
  else offer(turn, options, by);
}

/** What this credential can do now, returns first, then takes by their start; a key once (rules.md 21). */
function optionsOf(state: BoxState, found: readonly Candidate[], by: By): readonly Option[] {
  const byStart = [...found].sort((a, b) => a.start - b.start);
  const returns = byStart.filter(candidate => mayReturn(state, candidate));
  const takes = byStart.filter(
    candidate =>
      !returns.includes(candidate) &&
      (judgeTake(state, candidate, by).ok || handoverSlot(state, candidate, by) !== null),
  );
  const options: Option[] = [
    ...returns.map(candidate => ({ for: 'return', candidate }) as const),
    ...takes.map(candidate => ({ for: 'take', candidate }) as const),
  ];
  return options.filter(
    (option, at) => options.findIndex(each => each.candidate.key === option.candidate.key) === at,
  );
}

/** Judged anew: a list may have stood for 30 s, and the key may have come or gone by other hands. */
function open(turn: Turn, { candidate }: Option, by: By): void {
  if (mayReturn(turn.state, candidate)) openReturn(turn, candidate, by);
  else openTake(turn, candidate, by, reason => refuseAs(turn, reason, by, candidate));
}

function offer(turn: Turn, options: readonly Option[], by: By): void {
  const offered = options.slice(0, 9);
  const panel = { mode: 'choose', by, options: offered, until: inMs(turn, limits.promptMs) } as const;
  setPanel(turn, panel);
  showList(turn, panel);
  signal(turn, 'attention');
}

/** Puts the list on the display for as long as it may be chosen from. */
export function showList(turn: Turn, { options, until }: Panel & { mode: 'choose' }): void {
  const lines = options.map((option, at) => ({
    number: at + 1,
    for: option.for,
    key: option.candidate.key,
  }));
  show(turn, { text: 'choose', options: lines }, until - nowOf(turn));
}

function refuse(turn: Turn, found: readonly Candidate[], by: By): void {
  const judged = found.map(candidate => ({ candidate, verdict: judgeTake(turn.state, candidate, by) }));
  const reasons = judged.flatMap(({ verdict }) => (verdict.ok ? [] : [verdict.reason]));
  const reason = nearest(reasons);
  const about = judged.find(({ verdict }) => !verdict.ok && verdict.reason === reason)?.candidate ?? null;
  if (reason !== 'unknown') spendTry(turn);
  refuseAs(turn, reason, by, about);
}

/** Says no: in an event with its reason, and on the display as far as the driver may know (rules.md 1). */
function refuseAs(turn: Turn, reason: DenialReason, by: By, about: Candidate | null): void {
  const named = reason === 'unknown' ? null : about;
  const more = named === null ? {} : { booking: named.booking, key: named.key, who: named.driver };
  writeDenial(turn, reason, by, more);
  if (reason === 'unknown' || reason === 'pin-wrong') countWrong(turn);
  show(turn, screenFor(turn.state, reason, about));
  signal(turn, 'denied');
}

function screenFor(state: BoxState, reason: DenialReason, about: Candidate | null): Screen {
  if (uniform(state) || reason === 'unknown' || reason === 'pin-wrong') return { text: 'refused' };
  if (reason === 'too-early' && about !== null) return { text: 'too-early', from: about.start };
  if (reason === 'key-absent' && about !== null) return { text: 'not-back', key: about.key };
  return { text: 'denied', reason };
}

/** A phone or a badge: its PIN is asked unless every booking of it opens without; so it is for unknown phones (rules.md 20). */
export function phone(turn: Turn, subject: Subject, found: readonly Candidate[]): void {
  const now = nowOf(turn);
  const returns = found.filter(candidate => mayReturn(turn.state, candidate));
  if (waiting(turn.state, now) && returns.length === 0) {
    refuseAs(turn, 'locked-out', subject.by, null);
    return;
  }
  const bare = found.length > 0 && found.every(candidate => !pinAsked(turn.state, candidate, subject));
  if (bare) {
    credential(turn, found, subject.by);
    return;
  }
  setPanel(turn, { mode: 'pin', subject, until: inMs(turn, limits.promptMs) });
  show(turn, { text: 'pin' }, limits.promptMs);
}

const pinAsked = (state: BoxState, candidate: Candidate, subject: Subject): boolean =>
  candidate.needsPin || (subject.by === 'badge' && state.rules.badgeNeedsPin);

/** `#` after a PIN: compared off the event loop, for locked and unknown phones too, so that the time tells nothing. */
export function pinEntered(turn: Turn): void {
  const { panel } = turn.state;
  if (panel.mode !== 'pin') return;
  const { subject } = panel;
  setPanel(turn, { mode: 'checking', subject, until: inMs(turn, limits.promptMs) });
  show(turn, { text: 'checking' });
  turn.effects.push({ type: 'check-pin', subject });
}

/** The hashes of a PIN are computed: `matched` are the bookings that it opens. */
export function pinChecked(
  turn: Turn,
  subject: Subject,
  found: readonly Candidate[],
  matched: readonly string[],
): void {
  const { panel } = turn.state;
  if (panel.mode === 'checking' && panel.subject.fingerprint === subject.fingerprint)
    setPanel(turn, { mode: 'idle' });
  const right = found.filter(candidate => matched.includes(candidate.booking));
  if (lockedFor(turn, subject)) {
    checkedWhileLocked(turn, subject, right);
    return;
  }
  if (right.length === 0) {
    wrongPin(turn, subject, found.length === 0 ? 'unknown' : 'pin-wrong');
    return;
  }
  forgivePin(turn, subject.fingerprint);
  const bare = found.filter(
    candidate => !pinAsked(turn.state, candidate, subject) && !right.includes(candidate),
  );
  credential(turn, [...right, ...bare], subject.by);
}

const lockedFor = (turn: Turn, subject: Subject): boolean =>
  phoneLocked(turn.state, subject.fingerprint, nowOf(turn));

function wrongPin(turn: Turn, subject: Subject, reason: 'unknown' | 'pin-wrong'): void {
  countWrongPin(turn, subject.fingerprint);
  if (waiting(turn.state, nowOf(turn))) refuseAs(turn, 'locked-out', subject.by, null);
  else refuseAs(turn, reason, subject.by, null);
}

/**
 * A locked phone still brings its key back (rules.md 8), but not more often than once in 30 s: otherwise the return would
 * be a way to try PINs.
 */
function checkedWhileLocked(turn: Turn, subject: Subject, right: readonly Candidate[]): void {
  const lastAt = phoneGuard(turn.state, subject.fingerprint)?.lastAt ?? 0;
  const rested = nowOf(turn) - lastAt >= limits.tryEveryMs;
  const returns = right.filter(candidate => mayReturn(turn.state, candidate));
  countWrongPin(turn, subject.fingerprint);
  if (!rested || returns.length === 0) refuseAs(turn, 'locked-out', subject.by, null);
  else judge(turn, returns, subject.by);
}
