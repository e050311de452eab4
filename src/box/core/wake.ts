import { after, type MonoMs, millis, mono } from '../../base/brand.ts';
import { anySummed } from './attempts.ts';
import { flappingAt } from './flapping.ts';
import { takeBackAt } from './health.ts';
import type { BoxState, Slot, Use } from './model.ts';
import { dueAt, heldAt } from './opening.ts';

/** Its driver still stands at the open door: the story of the take is told to its end first. */
const atTheDoor = (state: BoxState, use: Use): boolean =>
  state.slots.some(({ opening, heldReported }) => opening?.booking === use.booking && !heldReported);

/**
 * When a key that is out is due soon, and when it is overdue, as far as that is still to be said; null where nothing is, or the
 * booking has no end (rules.md 2).
 */
export const remindAt = (state: BoxState, use: Use): { dueSoon: number; overdue: number } | null =>
  use.life !== 'out' || use.end === null || (use.dueSoonSaid && use.overdueSaid) || atTheDoor(state, use)
    ? null
    : { dueSoon: use.end - state.rules.dueSoonMs, overdue: use.end + state.rules.overdueGraceMs };

/** The earlier of two instants; null is never. */
function earlier(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : Math.min(one, other);
}

/** The first deadline of a door or a lock: before it is judged, all must be heard that could answer it. */
export function doorWake(state: BoxState): MonoMs | null {
  let first: number | null = state.powered?.until ?? null;
  for (const slot of state.slots) first = earlier(first, slotWake(state, slot));
  return first === null ? null : mono(first);
}

/** When the box has to be woken although nothing happens; null = never. A monotonic instant, perhaps past. */
export function nextWake(state: BoxState): MonoMs | null {
  const at: readonly (number | null)[] = [
    doorWake(state),
    anySummed(state) ? state.attempts.denials.since + 60_000 : null,
    state.attempts.tags.said ? state.attempts.tags.since + 60_000 : null,
    state.typing?.until ?? null,
    state.panel.mode === 'idle' ? null : state.panel.until,
    state.shown?.until ?? null,
    useWake(state),
    takeBackAt(state),
    ...flappingAt(state),
    state.rejections.said ? state.rejections.since + 60_000 : null,
    state.lockdown.on && state.lockdown.until !== null ? onMono(state, state.lockdown.until) : null,
  ];
  const first = at.reduce(earlier, null);
  return first === null ? null : mono(first);
}

/** Wall instants become monotonic ones by what the last input saw; a clock step is noticed at the next input. */
const onMono = (state: BoxState, wall: number): number =>
  after(state.now, millis(Math.max(0, wall - state.clock.judged)));

function slotWake(state: BoxState, slot: Slot): number | null {
  const { opening, openSince } = slot;
  if (opening === null && openSince === null) return null;
  const stuck =
    opening?.phase === 'open' && openSince !== null && openSince < opening.grantedAt
      ? opening.grantedAt + state.rules.doorHeldMs
      : null;
  const due = opening === null ? null : dueAt(opening);
  return earlier(earlier(due, heldAt(slot, state.rules.doorHeldMs)), stuck);
}

/** When the first driver is to be reminded. */
function useWake(state: BoxState): number | null {
  let first: number | null = null;
  for (const use of state.uses) {
    const at = remindAt(state, use);
    if (at !== null && !use.dueSoonSaid) first = earlier(first, onMono(state, at.dueSoon));
    if (at !== null && !use.overdueSaid) first = earlier(first, onMono(state, at.overdue));
  }
  return first;
}
