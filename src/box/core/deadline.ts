import { forget, rollDenials } from './attempts.ts';
import { doorHeld, doorStuck, stuckAt } from './door-deadlines.ts';
import { type Draft, journal, nowOf, patch, setSlot, setUse } from './draft.ts';
import { rollFlapping } from './flapping.ts';
import { tellFlapping } from './flapping-reported.ts';
import { powerNext, pulseFailed } from './grant.ts';
import { takeBack } from './health.ts';
import type { BoxState, Slot, Use } from './model.ts';
import { heldAt, notOpened } from './opening.ts';
import { rollRejections } from './sync.ts';
import { remindAt } from './wake.ts';

/**
 * Everything whose time has come, done before the input itself is looked at; deadlines of doors and locks only where all is
 * heard that could answer them.
 */
export function elapse(draft: Draft, { doors }: { readonly doors: boolean }): void {
  const now = nowOf(draft);
  forget(draft);
  rollDenials(draft);
  rollRejections(draft);
  takeBack(draft);
  rollFlapping(draft, tellFlapping);
  if (doors) doorDeadlines(draft);
  if (draft.state.panel.mode !== 'idle' && now >= draft.state.panel.until)
    patch(draft, { panel: { mode: 'idle' } });
  if (draft.state.typing !== null && now >= draft.state.typing.until) patch(draft, { typing: null });
  if (draft.state.shown !== null && now >= draft.state.shown.until) patch(draft, { shown: null });
  endLockdown(draft);
  for (const use of draft.state.uses) remindOf(draft, use);
  powerNext(draft);
}

function doorDeadlines(draft: Draft): void {
  const { powered } = draft.state;
  if (powered !== null && nowOf(draft) >= powered.until) pulseFailed(draft, powered.slot, 'no-answer');
  for (const { id } of draft.state.slots) slotDeadlines(draft, id);
}

const find = (state: BoxState, id: Slot['id']): Slot | undefined => state.slots.find(slot => slot.id === id);

function slotDeadlines(draft: Draft, id: Slot['id']): void {
  const now = nowOf(draft);
  const due = find(draft.state, id)?.opening;
  if (due != null && due.phase === 'pulsed' && now >= due.until) notOpened(draft, id);
  const slot = find(draft.state, id);
  const stuck = slot === undefined ? null : stuckAt(draft, slot);
  if (stuck !== null && now >= stuck) doorStuck(draft, id);
  const held = slot === undefined ? null : heldAt(slot, draft.state.rules.doorHeldMs);
  if (held !== null && now >= held) doorHeld(draft, id);
  const { lastClosed, bounced } = find(draft.state, id) ?? {};
  if (lastClosed != null && !bounced && now - lastClosed.at > 60_000)
    setSlot(draft, id, { lastClosed: null });
}

function endLockdown(draft: Draft): void {
  const { on, until } = draft.state.lockdown;
  if (!on || until === null || draft.state.clock.judged < until) return;
  patch(draft, { lockdown: { on: false, until: null } });
  journal(draft, { type: 'technician', what: 'lockdown-off', reason: 'time-limit' });
}

/** Raised by the box itself, online or not (rules.md 16). */
function remindOf(draft: Draft, use: Use): void {
  const at = remindAt(draft.state, use);
  const t = draft.state.clock.judged;
  if (at === null) return;
  const { booking, key, who } = use;
  if (!use.overdueSaid && t >= at.overdue) {
    journal(draft, { type: 'overdue', key, booking, who });
    setUse(draft, { ...use, dueSoonSaid: true, overdueSaid: true });
  } else if (!use.dueSoonSaid && t >= at.dueSoon) {
    journal(draft, { type: 'due-soon', key, booking, who });
    setUse(draft, { ...use, dueSoonSaid: true });
  }
}
