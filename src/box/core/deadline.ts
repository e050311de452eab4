import { forget, rollDenials } from './guard.ts';
import type { BoxState, Slot, Use } from './model.ts';
import { heldAt, notOpened, powerNext, pulseFailed } from './opening.ts';
import { doorHeld, doorStuck, stuckAt } from './sensors.ts';
import { rollRejections } from './sync.ts';
import { journal, nowOf, patch, setSlot, setUse, type Turn } from './turn.ts';
import { remindAt } from './wake.ts';

/** Everything whose time has come, done before the input itself is looked at. */
export function elapse(turn: Turn): void {
  const now = nowOf(turn);
  forget(turn);
  rollDenials(turn);
  rollRejections(turn);
  const { powered } = turn.state;
  if (powered !== null && now >= powered.until) pulseFailed(turn, powered.slot, 'no-answer');
  for (const { id } of turn.state.slots) slotDeadlines(turn, id);
  if (turn.state.panel.mode !== 'idle' && now >= turn.state.panel.until)
    patch(turn, { panel: { mode: 'idle' } });
  if (turn.state.shown !== null && now >= turn.state.shown.until) patch(turn, { shown: null });
  endLockdown(turn);
  for (const use of turn.state.uses) remindOf(turn, use);
  powerNext(turn);
}

const find = (state: BoxState, id: Slot['id']): Slot | undefined => state.slots.find(slot => slot.id === id);

function slotDeadlines(turn: Turn, id: Slot['id']): void {
  const now = nowOf(turn);
  const due = find(turn.state, id)?.opening;
  if (due != null && due.phase === 'pulsed' && now >= due.until) notOpened(turn, id);
  const slot = find(turn.state, id);
  const stuck = slot === undefined ? null : stuckAt(turn, slot);
  if (stuck !== null && now >= stuck) doorStuck(turn, id);
  const held = slot === undefined ? null : heldAt(slot, turn.state.rules.doorHeldMs);
  if (held !== null && now >= held) doorHeld(turn, id);
  const settled = find(turn.state, id)?.settled;
  if (settled != null && now - settled.at > 60_000) setSlot(turn, id, { settled: null });
}

function endLockdown(turn: Turn): void {
  const { on, until } = turn.state.lockdown;
  if (!on || until === null || turn.state.clock.judged < until) return;
  patch(turn, { lockdown: { on: false, until: null } });
  journal(turn, { type: 'technician', what: 'lockdown-off', reason: 'time-limit' });
}

/** Raised by the box itself, online or not (rules.md 16). */
function remindOf(turn: Turn, use: Use): void {
  const at = remindAt(turn.state, use);
  const t = turn.state.clock.judged;
  if (at === null) return;
  const { booking, key, who } = use;
  if (!use.overdueSaid && t >= at.overdue) {
    journal(turn, { type: 'overdue', key, booking, who });
    setUse(turn, { ...use, dueSoonSaid: true, overdueSaid: true });
  } else if (!use.dueSoonSaid && t >= at.dueSoon) {
    journal(turn, { type: 'due-soon', key, booking, who });
    setUse(turn, { ...use, dueSoonSaid: true });
  }
}
