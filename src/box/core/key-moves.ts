/** Keys that sensors see come and go at an open door, and what they were meant to do there. */
import type { SlotId } from '../../base/brand.ts';
import { arrived, keyReturned, keyTaken } from './custody.ts';
import { type Draft, keyIn, setSlot, show, signal, slotOf } from './draft.ts';
import { limits, type Opening, type Slot } from './model.ts';

/** The move of a key for which this slot was opened. */
export const expected = (opening: Opening, presence: 'present' | 'absent'): boolean =>
  !opening.moved &&
  opening.transferredTo === null &&
  ((opening.for === 'take' && presence === 'absent') || (opening.for === 'return' && presence === 'present'));

/** The key goes, or comes, as its opening meant it to. */
export function move(draft: Draft, id: SlotId, opening: Opening): void {
  if (opening.for === 'take') keyTaken(draft, id, opening, 'sensor');
  else if (opening.key !== null) keyReturned(draft, id, opening.key, opening, 'sensor');
}

export function technicianMoves(
  draft: Draft,
  slot: Slot,
  opening: Opening,
  presence: 'present' | 'absent',
): void {
  const inside = keyIn(draft.state, slot.id);
  if (presence === 'absent') {
    if (inside !== null) keyTaken(draft, slot.id, { ...opening, key: inside.name, booking: null }, 'sensor');
  } else if (opening.key !== null) {
    keyReturned(draft, slot.id, opening.key, opening, opening.tagSeen ? 'tag' : 'sensor');
  } else {
    arrived(draft, slot.id, opening);
  }
}

/** A return under way whose key has not been seen yet, in some other slot. */
function pendingReturn(draft: Draft, elsewhere: SlotId): Slot | null {
  return (
    draft.state.slots.find(
      slot =>
        slot.id !== elsewhere &&
        slot.opening?.for === 'return' &&
        !slot.opening.moved &&
        slot.opening.key !== null &&
        slot.opening.transferredTo === null,
    ) ?? null
  );
}

/** Something was put into this open slot while a return points to another: name the right one for 20 s (rules.md 10). */
export function pointAway(draft: Draft, id: SlotId): boolean {
  const right = pendingReturn(draft, id);
  if (right === null || keyIn(draft.state, id) !== null) return false;
  show(draft, { text: 'wrong-slot', right: right.id }, limits.wrongSlotMs);
  signal(draft, 'attention');
  return true;
}

/**
 * Closing the wrong door is insisting: the key is recorded where it really is (rules.md 10). `opening`: the one that the door was
 * opened for, which goes on where it only bounces.
 */
export function insist(
  draft: Draft,
  id: SlotId,
  opening: Opening | null = slotOf(draft.state, id).opening,
): boolean {
  const { presence } = slotOf(draft.state, id);
  if (presence !== 'present' || keyIn(draft.state, id) !== null) return false;
  // Its own return, or a take whose key has not left: what is in there belongs here.
  if (opening !== null && !opening.moved && opening.for !== 'technician') return false;
  const right = pendingReturn(draft, id);
  const returning = right?.opening;
  if (right === null || returning?.key == null) return false;
  keyReturned(draft, id, returning.key, returning, returning.tagSeen ? 'tag' : 'sensor');
  setSlot(draft, right.id, { opening: { ...returning, key: null, booking: null, moved: true } });
  return true;
}
