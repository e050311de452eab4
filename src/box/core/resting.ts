import { trusted } from './clock.ts';
import { outOfService } from './decide.ts';
import type { BoxState } from './model.ts';
import type { Screen } from './screen.ts';

/** What the display shows: the last thing said, or, at rest, what the next driver should know first. */
export function screenNow(state: BoxState): Screen {
  if (state.shown !== null) return state.shown.screen;
  const held = state.slots.find(slot => slot.heldSaid);
  if (held !== undefined) return { text: 'close-door', slot: held.id };
  if (!trusted(state.clock.level)) return { text: 'denied', reason: 'clock-untrusted' };
  return outOfService(state) ? { text: 'denied', reason: 'out-of-service' } : { text: 'ready' };
}
