import type { SlotId } from '../../base/brand.ts';
import { inMs } from './custody.ts';
import { type Draft, journal, keyOf, nowOf, setSlot, show, signal, slotOf } from './draft.ts';
import { isCounted, mayTell } from './flapping.ts';
import type { Slot } from './model.ts';
import { doorClosed } from './opening.ts';
import { suspect } from './sensors.ts';

/** A door open for too long; and a door that was open before the grant and has not moved since, says nothing (rules.md 15). */
export function doorHeld(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  const { opening } = slot;
  setSlot(draft, id, { heldReported: true });
  if (opening === null && isCounted(draft.state, { of: 'door', slot: id })) return;
  // Of a door that was open at the start an earlier run may have said it.
  const isNews = slot.openSince !== draft.state.bootedAt || mayTell(draft, { of: 'start', slot: id });
  if (isNews) journal(draft, { type: 'door-held', slot: id, key: opening?.key, booking: opening?.booking });
  show(draft, { text: 'close-door', slot: id });
  signal(draft, 'attention');
}

/** An opening of a door that has stood open since before its grant: after as long as a door may be held, its sensor is stuck. */
export const stuckAt = (draft: Draft, slot: Slot) => {
  const { opening, openSince } = slot;
  if (opening?.phase !== 'open' || openSince === null || openSince >= opening.grantedAt) return null;
  return opening.grantedAt + draft.state.rules.doorHeldMs;
};

export function doorStuck(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  suspect(draft, id, 'door-never-changes');
  if (slot.presence === 'none' || slot.opening?.moved === true) doorClosed(draft, id);
  else if (slot.opening !== null) setSlot(draft, id, { opening: null });
}

/** Shows a driver at an open door what to do with it. */
export function remind(draft: Draft, slot: Slot): void {
  const { opening } = slot;
  const key = keyOf(draft.state, opening?.key ?? null);
  if (opening === null || key === null) return;
  const text = opening.for === 'return' ? 'return' : 'take';
  show(draft, { text, slot: slot.id, key: key.name }, inMs(draft, 8_000) - nowOf(draft));
}
