/** A door that swings back from its frame: the opening that its shutting has ended goes on (rules.md 5). */
import type { SlotId } from '../../base/brand.ts';
import { arrived } from './custody.ts';
import { type Draft, keyIn, setSlot, setUse, slotOf } from './draft.ts';
import { expected, insist, move, pointAway, technicianMoves } from './key-moves.ts';
import type { Opening, Slot } from './model.ts';
import { settleSensed } from './opening.ts';

/**
 * A key comes or goes before the last closing, as at any open door: the first move is told at once, what is done and undone
 * after that when the door is shut.
 */
export function whileBouncing(
  draft: Draft,
  id: SlotId,
  presence: 'present' | 'absent',
  lastClosed: NonNullable<Slot['lastClosed']>,
): void {
  const { opening, use } = lastClosed;
  if (expected(opening, presence)) {
    // Its closing may have said that the key was not taken.
    if (opening.for === 'take' && use !== null) setUse(draft, { ...use, life: 'granted' });
    move(draft, id, opening);
    setSlot(draft, id, { lastClosed: { ...lastClosed, opening: { ...opening, moved: true } } });
  } else if (presence === 'present' && pointAway(draft, id)) {
    // The display names the right slot; the door's closing decides.
  } else if (opening.for === 'technician' || opening.for === 'remote') {
    technicianMoves(draft, slotOf(draft.state, id), opening, presence);
  }
}

/** The last closing: what the sensor says by now is laid beside what was told. */
export function settleBounced(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  const { presence, lastClosed } = slot;
  const isBelieved = keyIn(draft.state, id) !== null;
  if (presence === 'none' || (presence === 'present') === isBelieved) return;
  const opening: Opening | null = lastClosed?.opening ?? null;
  if (insist(draft, id, opening)) return;
  if (opening !== null) settleSensed(draft, slot, opening);
  else if (presence === 'present') arrived(draft, id);
}
