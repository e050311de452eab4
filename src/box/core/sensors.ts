import type { SlotId } from '../../base/brand.ts';
import { arrived, inMs, keyReturned, keyTaken, mismatch, undoTransfer } from './custody.ts';
import { type Door, limits, type Opening, type Slot } from './model.ts';
import { doorClosed, doorOpened, takenBack } from './opening.ts';
import {
  journal,
  keyIn,
  keyOf,
  nowOf,
  patch,
  setSlot,
  setUse,
  show,
  signal,
  slotOf,
  type Turn,
} from './turn.ts';

/** Counts a change of this slot's sensors; false when it changes so often that it says nothing any more. */
function plausibleChange(turn: Turn, id: SlotId): boolean {
  const { changes } = slotOf(turn.state, id);
  const now = nowOf(turn);
  const current = now - changes.since < 60_000 ? changes : { since: now, count: 0 };
  setSlot(turn, id, { changes: { ...current, count: current.count + 1 } });
  return current.count < limits.changesEachMinute;
}

export function doorChanged(turn: Turn, id: SlotId, door: Door): void {
  const slot = slotOf(turn.state, id);
  if (slot.door === door) return;
  setSlot(turn, id, { door });
  if (!plausibleChange(turn, id)) {
    suspect(turn, id, 'flapping');
    return;
  }
  if (door === 'open') opens(turn, id);
  else shuts(turn, id);
}

function opens(turn: Turn, id: SlotId): void {
  const slot = slotOf(turn.state, id);
  setSlot(turn, id, { openSince: nowOf(turn), heldSaid: false });
  const powered = turn.state.powered?.slot === id;
  if (slot.opening !== null && (slot.opening.phase !== 'queued' || powered)) {
    patch(turn, { queue: turn.state.queue.filter(each => each !== id) });
    doorOpened(turn, id);
    return;
  }
  setSlot(turn, id, { disturbed: true });
  if (slot.maintenance) {
    journal(turn, { type: 'door-opened', slot: id, reason: 'maintenance' });
    setSlot(turn, id, { emptied: false });
    return;
  }
  // Whoever opened it may have put something in.
  setSlot(turn, id, { forced: true, emptied: false });
  journal(turn, { type: 'door-forced', slot: id, key: keyIn(turn.state, id)?.name });
  signal(turn, 'alarm');
}

function shuts(turn: Turn, id: SlotId): void {
  const slot = slotOf(turn.state, id);
  const insisted = insist(turn, id);
  if (slot.opening?.phase === 'open') {
    // The door has been seen to open and to shut: its sensor works.
    if (slot.doorSuspect) restore(turn, id);
    doorClosed(turn, id);
  } else if (!insisted && slot.presence === 'present') {
    arrived(turn, id);
  }
  if (slot.forced || slot.heldSaid) journal(turn, { type: 'door-shut', slot: id });
  else if (slot.opening?.phase !== 'open') journal(turn, { type: 'door-closed', slot: id });
  setSlot(turn, id, { openSince: null, heldSaid: false, forced: false });
}

function restore(turn: Turn, id: SlotId): void {
  setSlot(turn, id, { doorSuspect: false });
  journal(turn, { type: 'slot-restored', slot: id });
}

/** The sensors of this slot contradict each other, or change without end (rules.md 15). */
function suspect(turn: Turn, id: SlotId, reason: string): void {
  if (slotOf(turn.state, id).doorSuspect) return;
  setSlot(turn, id, { doorSuspect: true });
  journal(turn, { type: 'sensor-suspect', slot: id, reason });
  signal(turn, 'attention');
}

export function presenceChanged(turn: Turn, id: SlotId, presence: 'present' | 'absent'): void {
  const slot = slotOf(turn.state, id);
  if (slot.presence === presence || slot.presence === 'none') return;
  setSlot(turn, id, { presence });
  if (!plausibleChange(turn, id)) {
    suspect(turn, id, 'flapping');
    return;
  }
  const { settled } = slot;
  const justSettled = settled !== null && nowOf(turn) - settled.at <= limits.settleMs;
  if (slot.door === 'open') behindOpenDoor(turn, id, presence);
  else if (slot.opening === null && settled !== null && justSettled)
    afterClosing(turn, id, presence, settled);
  else behindShutDoor(turn, id, presence);
}

const expected = (opening: Opening, presence: 'present' | 'absent'): boolean =>
  !opening.moved &&
  opening.transferredTo === null &&
  ((opening.for === 'take' && presence === 'absent') || (opening.for === 'return' && presence === 'present'));

function behindOpenDoor(turn: Turn, id: SlotId, presence: 'present' | 'absent'): void {
  const slot = slotOf(turn.state, id);
  const { opening } = slot;
  if (opening !== null && expected(opening, presence)) {
    move(turn, id, opening);
  } else if (presence === 'present' && pointAway(turn, id)) {
    // The display names the right slot; the door's closing decides.
  } else if (opening !== null && (opening.for === 'technician' || opening.for === 'remote')) {
    technicianMoves(turn, slot, opening, presence);
  } else if (opening === null && presence === 'absent') {
    mismatch(turn, id, keyIn(turn.state, id), 'gone');
  }
}

function move(turn: Turn, id: SlotId, opening: Opening): void {
  if (opening.for === 'take') keyTaken(turn, id, opening, 'sensor');
  else if (opening.key !== null) keyReturned(turn, id, opening.key, opening, 'sensor');
}

function technicianMoves(turn: Turn, slot: Slot, opening: Opening, presence: 'present' | 'absent'): void {
  const inside = keyIn(turn.state, slot.id);
  if (presence === 'absent') {
    if (inside !== null) keyTaken(turn, slot.id, { ...opening, key: inside.name, booking: null }, 'sensor');
  } else if (opening.key !== null) {
    keyReturned(turn, slot.id, opening.key, opening, opening.tagSeen ? 'tag' : 'sensor');
  } else {
    arrived(turn, slot.id, opening);
  }
}

/** A return under way whose key has not been seen yet, in some other slot. */
function pendingReturn(turn: Turn, elsewhere: SlotId): Slot | null {
  return (
    turn.state.slots.find(
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
function pointAway(turn: Turn, id: SlotId): boolean {
  const right = pendingReturn(turn, id);
  if (right === null || keyIn(turn.state, id) !== null) return false;
  show(turn, { text: 'wrong-slot', right: right.id }, limits.wrongSlotMs);
  signal(turn, 'attention');
  return true;
}

/** Closing the wrong door is insisting: the key is recorded where it really is (rules.md 10). */
function insist(turn: Turn, id: SlotId): boolean {
  const slot = slotOf(turn.state, id);
  if (slot.presence !== 'present' || keyIn(turn.state, id) !== null) return false;
  const { opening } = slot;
  // Its own return, or a take whose key has not left: what is in there belongs here.
  if (opening !== null && !opening.moved && opening.for !== 'technician') return false;
  const right = pendingReturn(turn, id);
  const returning = right?.opening;
  if (right === null || returning?.key == null) return false;
  keyReturned(turn, id, returning.key, returning, returning.tagSeen ? 'tag' : 'sensor');
  setSlot(turn, right.id, { opening: { ...returning, key: null, booking: null, moved: true } });
  return true;
}

/** The presence sensor speaks up to a second after the door's: what was settled at the closing is settled again. */
function afterClosing(
  turn: Turn,
  id: SlotId,
  presence: 'present' | 'absent',
  settled: NonNullable<Slot['settled']>,
): void {
  setSlot(turn, id, { settled: null });
  const { opening, use } = settled;
  const slot = slotOf(turn.state, id);
  const inside = keyIn(turn.state, id);
  if (expected(opening, presence)) {
    if (opening.for === 'take' && use !== null) setUse(turn, { ...use, life: 'granted' });
    move(turn, id, opening);
  } else if (opening.for === 'technician' || opening.for === 'remote') {
    technicianMoves(turn, slot, opening, presence);
  } else if (presence === 'present' && inside === null) {
    putBack(turn, id, opening);
  } else if (presence === 'absent' && opening.for === 'return' && opening.moved) {
    takenBack(turn, slot, opening);
  } else {
    behindShutDoor(turn, id, presence);
  }
}

/** Taken and put back, or handed over and put in after all, in the moment in which the door fell shut. */
function putBack(turn: Turn, id: SlotId, opening: Opening): void {
  if (opening.transferredTo !== null) undoTransfer(turn, id, opening);
  else if (opening.key !== null) keyReturned(turn, id, opening.key, opening, 'sensor');
}

/** Presence changes behind a door that reads shut: the door's sensor is not believed, presence is (rules.md 15). */
function behindShutDoor(turn: Turn, id: SlotId, presence: 'present' | 'absent'): void {
  const { opening } = slotOf(turn.state, id);
  suspect(turn, id, 'presence-behind-shut-door');
  if (opening !== null && opening.phase !== 'queued' && expected(opening, presence)) {
    move(turn, id, opening);
    const { key, booking, who, by } = opening;
    journal(turn, { type: 'door-closed', slot: id, key, booking, who, by, proof: 'presumed' });
    setSlot(turn, id, { opening: null, misses: 0 });
  } else if (presence === 'absent') {
    mismatch(turn, id, keyIn(turn.state, id), 'gone');
  } else if (!insist(turn, id)) {
    arrived(turn, id);
  }
}

/** A door open for too long; and a door that was open before the grant and has not moved since, says nothing (rules.md 15). */
export function doorHeld(turn: Turn, id: SlotId): void {
  const slot = slotOf(turn.state, id);
  const { opening } = slot;
  setSlot(turn, id, { heldSaid: true });
  journal(turn, { type: 'door-held', slot: id, key: opening?.key, booking: opening?.booking });
  show(turn, { text: 'close-door', slot: id });
  signal(turn, 'attention');
}

/** An opening of a door that has stood open since before its grant: after as long as a door may be held, its sensor is stuck. */
export const stuckAt = (turn: Turn, slot: Slot) => {
  const { opening, openSince } = slot;
  if (opening?.phase !== 'open' || openSince === null || openSince >= opening.grantedAt) return null;
  return opening.grantedAt + turn.state.rules.doorHeldMs;
};

export function doorStuck(turn: Turn, id: SlotId): void {
  const slot = slotOf(turn.state, id);
  suspect(turn, id, 'door-never-changes');
  if (slot.presence === 'none' || slot.opening?.moved === true) doorClosed(turn, id);
  else if (slot.opening !== null) setSlot(turn, id, { opening: null });
}

/** The key whose tag was read is the one this opening waits for. */
export const awaitsTag = (slot: Slot, name: string | null): boolean =>
  slot.opening !== null && slot.opening.for === 'return' && slot.opening.key === name && !slot.opening.moved;

export const noteTag = (turn: Turn, slot: Slot): void => {
  if (slot.opening !== null) setSlot(turn, slot.id, { opening: { ...slot.opening, tagSeen: true } });
};

/** Shows a driver at an open door what to do with it. */
export function remind(turn: Turn, slot: Slot): void {
  const { opening } = slot;
  const key = keyOf(turn.state, opening?.key ?? null);
  if (opening === null || key === null) return;
  const text = opening.for === 'return' ? 'return' : 'take';
  show(turn, { text, slot: slot.id, key: key.name }, inMs(turn, 8_000) - nowOf(turn));
}
