import type { SlotId } from '../../base/brand.ts';
import { inMs, keyReturned, keyTaken, mayLeave, mismatch, notTaken, undoTransfer } from './custody.ts';
import { type Door, limits, type Opening, type Presence, type Slot } from './model.ts';
import { journal, keyIn, nowOf, patch, setKey, setSlot, slotOf, type Turn } from './turn.ts';

export interface Levels {
  readonly slot: SlotId;
  readonly door: Door;
  readonly presence: Presence;
}

/** The first input of a run: what the lines say is laid beside what the file remembers (rules.md 7). */
export function boot(
  turn: Turn,
  {
    reason,
    levels,
    lost = false,
  }: { readonly reason: string; readonly levels: readonly Levels[]; readonly lost?: boolean },
): void {
  patch(turn, { bootedAt: nowOf(turn) });
  journal(turn, { type: 'booted', reason });
  if (lost) {
    // Somebody must look at the disk, although all is well again by the time that this can be written.
    journal(turn, { type: 'storage-degraded', reason: 'database-lost' });
    journal(turn, { type: 'storage-good', reason: 'database-replaced' });
  }
  for (const { slot, door, presence } of levels) {
    setSlot(turn, slot, { door, presence });
    resume(turn, slot);
  }
  for (const { id } of turn.state.slots) reconcile(turn, id);
}

function resume(turn: Turn, id: SlotId): void {
  const slot = slotOf(turn.state, id);
  const { opening } = slot;
  if (slot.door === 'open') foundOpen(turn, slot);
  else if (opening?.phase === 'open') closedMeanwhile(turn, slot, opening);
  else if (opening !== null) unconfirmed(turn, slot, opening);
}

/** A door found open is no break-in: the box was not there to see it opened. */
function foundOpen(turn: Turn, slot: Slot): void {
  const { opening } = slot;
  setSlot(turn, slot.id, { openSince: nowOf(turn) });
  if (opening?.phase !== 'open') {
    const { key, booking, who, by } = opening ?? { key: null, booking: null, who: null, by: null };
    journal(turn, { type: 'door-opened', slot: slot.id, key, booking, who, by, proof: 'boot' });
  }
  if (opening === null) {
    setSlot(turn, slot.id, { emptied: false, disturbed: true });
    return;
  }
  const open: Opening = { ...opening, phase: 'open', unconfirmed: false, grantedAt: nowOf(turn) };
  const watched = opening.for === 'take' || opening.for === 'return';
  const { emptied, disturbed } = slot;
  setSlot(turn, slot.id, {
    opening: open,
    emptied: emptied && watched,
    disturbed: disturbed || !watched,
  });
  if (slot.presence === 'absent' && opening.for === 'take' && !opening.moved)
    keyTaken(turn, slot.id, open, 'boot');
  const handedOver = opening.transferredTo !== null;
  if (slot.presence === 'present' && opening.for === 'return' && !opening.moved && !handedOver) {
    if (opening.key !== null) keyReturned(turn, slot.id, opening.key, open, 'boot');
  }
}

/** The door was open when the power went and is shut now. */
function closedMeanwhile(turn: Turn, slot: Slot, opening: Opening): void {
  const { id, presence } = slot;
  const { key, booking, who, by } = opening;
  if (opening.for === 'take' && !opening.moved) {
    if (presence === 'present' || (presence === 'none' && !mayLeave(turn.state, id, opening)))
      notTaken(turn, id, opening);
    else keyTaken(turn, id, opening, 'boot');
  } else if (opening.for === 'return' && !opening.moved && presence !== 'absent' && opening.key !== null) {
    if (opening.transferredTo === null)
      keyReturned(turn, id, opening.key, opening, presence === 'none' ? 'presumed' : 'boot');
    else if (presence === 'present') undoTransfer(turn, id, opening);
  } else if (opening.for === 'take' && opening.moved && presence === 'present' && opening.key !== null) {
    keyReturned(turn, id, opening.key, opening, 'boot');
  }
  journal(turn, { type: 'door-closed', slot: id, key, booking, who, by, proof: 'boot' });
  setSlot(turn, id, { opening: null });
}

/** Granted, and nobody saw the door open: no pulse is resumed, and the same code may be presented again (rules.md 7). */
function unconfirmed(turn: Turn, slot: Slot, opening: Opening): void {
  const { id, presence } = slot;
  if (opening.for === 'take' && presence === 'absent') {
    keyTaken(turn, id, opening, 'boot');
    setSlot(turn, id, { opening: null });
  } else if (opening.for === 'return' && presence === 'present' && opening.key !== null) {
    keyReturned(turn, id, opening.key, opening, 'boot');
    setSlot(turn, id, { opening: null });
  } else {
    const { openWithinMs } = turn.state.rules;
    const until = inMs(turn, opening.for === 'take' ? limits.unsettledMs : openWithinMs);
    setSlot(turn, id, {
      opening: { ...opening, phase: 'pulsed', unconfirmed: true, grantedAt: nowOf(turn), until },
    });
  }
}

/** Sensed slots against the books: a key that was never stocked is now seen; one that is gone, or unexplained, is said. */
function reconcile(turn: Turn, id: SlotId): void {
  const { presence, opening } = slotOf(turn.state, id);
  const inside = keyIn(turn.state, id);
  if (presence === 'absent' && inside !== null && opening === null) mismatch(turn, id, inside, 'gone');
  if (presence !== 'present' || inside !== null || opening !== null) return;
  const atHome = turn.state.keys.filter(key => key.home === id);
  const [only] = atHome;
  if (
    atHome.length === 1 &&
    only !== undefined &&
    (only.place.at === 'never-stocked' || only.place.at === 'missing')
  ) {
    setKey(turn, only.name, { place: { at: 'slot', slot: id, proof: 'boot' } });
  } else {
    mismatch(turn, id, null, 'unexpected');
  }
}
