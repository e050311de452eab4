import { after, type MonoMs, millis, mono } from '../../base/brand.ts';
import type { BoxState, Slot, Use } from './model.ts';
import { dueAt, heldAt } from './opening.ts';

/** Its driver still stands at the open door: the story of the take is told to its end first. */
const atTheDoor = (state: BoxState, use: Use): boolean =>
  state.slots.some(slot => slot.opening?.booking === use.booking && !slot.heldSaid);

/** When a key that is out is due soon, and when it is overdue; null where the booking has no end (rules.md 2). */
export const remindAt = (state: BoxState, use: Use): { dueSoon: number; overdue: number } | null =>
  use.life !== 'out' || use.end === null || atTheDoor(state, use)
    ? null
    : { dueSoon: use.end - state.rules.dueSoonMs, overdue: use.end + state.rules.overdueGraceMs };

/** When the box has to be woken although nothing happens; null = never. A monotonic instant, perhaps past. */
export function nextWake(state: BoxState): MonoMs | null {
  const at: (number | null)[] = [
    state.powered?.until ?? null,
    state.guard.denials.summed > 0 ? state.guard.denials.since + 60_000 : null,
    state.panel.mode === 'idle' ? null : state.panel.until,
    state.shown?.until ?? null,
    ...state.slots.flatMap(slot => slotWakes(state, slot)),
    ...state.uses.flatMap(use => useWakes(state, use)),
    state.rejections.said ? state.rejections.since + 60_000 : null,
    state.lockdown.on && state.lockdown.until !== null ? onMono(state, state.lockdown.until) : null,
  ];
  const due = at.filter(each => each !== null);
  return due.length === 0 ? null : mono(Math.min(...due));
}

/** Wall instants become monotonic ones by what the last input saw; a clock step is noticed at the next input. */
const onMono = (state: BoxState, wall: number): number =>
  after(state.now, millis(Math.max(0, wall - state.clock.judged)));

function slotWakes(state: BoxState, slot: Slot): (number | null)[] {
  const { opening, openSince } = slot;
  const stuck =
    opening?.phase === 'open' && openSince !== null && openSince < opening.grantedAt
      ? opening.grantedAt + state.rules.doorHeldMs
      : null;
  return [opening === null ? null : dueAt(opening), heldAt(slot, state.rules.doorHeldMs), stuck];
}

function useWakes(state: BoxState, use: Use): (number | null)[] {
  const at = remindAt(state, use);
  if (at === null) return [];
  return [
    use.dueSoonSaid ? null : onMono(state, at.dueSoon),
    use.overdueSaid ? null : onMono(state, at.overdue),
  ];
}
