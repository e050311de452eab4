import type { By, DenialReason } from '../../wire/journal.ts';
import { countWrong, giveBack, sumDenials, uniform, waiting, writeDenial } from './attempts.ts';
import { handoverSlot, judgeTake, mayReturn, nearest } from './decide.ts';
import { type Draft, nowOf, show, signal } from './draft.ts';
import type { BoxState, Candidate, Option, Scope } from './model.ts';
import { promptEnd, setPanel } from './prompt.ts';
import type { Said } from './screen.ts';
import { openReturn, openTake } from './visit.ts';

/** A code, or anything else that needs no PIN any more: open, offer a list, or refuse. */
export function credential(draft: Draft, found: readonly Candidate[], by: By, scope: Scope = 'all'): void {
  if (scope === 'out' || waiting(draft.state, nowOf(draft))) duringWait(draft, found, by, scope);
  else judge(draft, found, by);
}

export function judge(draft: Draft, found: readonly Candidate[], by: By): void {
  const options = optionsOf(draft.state, found, by);
  const [first] = options;
  if (first === undefined) refuse(draft, found, by);
  else if (options.length === 1 || !draft.state.rules.hasDisplay) open(draft, first, by);
  else offer(draft, options, by);
}

/** While locked out only keys that are out are looked at (rules.md 18). */
function duringWait(draft: Draft, found: readonly Candidate[], by: By, scope: Scope): void {
  const returns = found.filter(candidate => mayReturn(draft.state, candidate));
  if (returns.length === 0) {
    refuseAs(draft, 'locked-out', by, null);
    return;
  }
  if (scope === 'out') giveBack(draft);
  judge(draft, returns, by);
}

/** The options that this credential has now: returns first, then takes by their start; a key once (rules.md 21). */
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
export function open(draft: Draft, { candidate }: Option, by: By): void {
  sumDenials(draft);
  if (mayReturn(draft.state, candidate)) openReturn(draft, candidate, by);
  else openTake(draft, candidate, by, reason => refuseAs(draft, reason, by, candidate));
}

function offer(draft: Draft, options: readonly Option[], by: By): void {
  const offered = options.slice(0, 9);
  setPanel(draft, { mode: 'choose', by, options: offered, until: promptEnd(draft), again: false });
  signal(draft, 'attention');
}

function refuse(draft: Draft, found: readonly Candidate[], by: By): void {
  const judged = found.map(candidate => ({ candidate, decision: judgeTake(draft.state, candidate, by) }));
  const reasons = judged.flatMap(({ decision }) => (decision.ok ? [] : [decision.reason]));
  const reason = nearest(reasons);
  const about = judged.find(({ decision }) => !decision.ok && decision.reason === reason)?.candidate ?? null;
  refuseAs(draft, reason, by, about);
}

/**
 * Says no: in an event with its reason, and on the display as far as the driver may know (rules.md 1). `screen`: a text of its
 * own instead.
 */
export function refuseAs(
  draft: Draft,
  reason: DenialReason,
  by: By,
  about: Candidate | null,
  screen?: Said,
): void {
  const named = reason === 'unknown' ? null : about;
  const more = named === null ? {} : { booking: named.booking, key: named.key, who: named.driver };
  writeDenial(draft, reason, by, more);
  if (reason === 'unknown' || reason === 'pin-wrong') countWrong(draft);
  show(draft, screen ?? refusal(draft.state, reason, about));
  signal(draft, 'denied');
}

/** After three wrong ones all refusals read the same, and the text fits the right and the wrong alike. */
export function refusal(state: BoxState, reason: DenialReason, about: Candidate | null): Said {
  if (uniform(state) || reason === 'locked-out') return { text: 'wait-or-call' };
  if (reason === 'unknown' || reason === 'pin-wrong') return { text: 'refused' };
  if (reason === 'too-early' && about !== null) return { text: 'too-early', from: about.start };
  if (reason === 'key-absent' && about !== null) return { text: 'not-back', key: about.key };
  return { text: 'denied', reason };
}
