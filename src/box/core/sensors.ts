import type { SlotId } from '../../base/brand.ts';
import { settleBounced, whileBouncing } from './bounce.ts';
import { arrived, keyReturned, mismatch, strayOf, undoTransfer } from './custody.ts';
import { type Draft, journal, keyIn, nowOf, patch, setSlot, setUse, signal, slotOf } from './draft.ts';
import { isCounted, mayTell, tooQuick } from './flapping.ts';
import type { SlotSource } from './flapping-state.ts';
import { expected, insist, move, pointAway, technicianMoves } from './key-moves.ts';
import { type Door, limits, type Opening, type Slot } from './model.ts';
import { doorClosed, doorOpened, takenBack } from './opening.ts';

/** A change that no credential explains may be told; false while there are so many that they are only counted. */
function unasked(draft: Draft, source: SlotSource, quick: boolean): boolean {
  if (mayTell(draft, source, quick)) return true;
  suspect(draft, source.slot, 'flapping');
  return false;
}

export function doorChanged(draft: Draft, id: SlotId, door: Door): void {
  const slot = slotOf(draft.state, id);
  if (slot.door === door) return;
  setSlot(draft, id, { door });
  const quick = tooQuick(draft, { of: 'door', slot: id });
  if (door === 'open') opens(draft, id, quick);
  else shuts(draft, id, quick);
}

/** A single bounce tells nothing, but a door that does nothing else is not believed. */
function bounced(draft: Draft, slot: SlotId, quick: boolean): void {
  const source = { of: 'door', slot } as const;
  if (quick || isCounted(draft.state, source)) unasked(draft, source, quick);
}

function opens(draft: Draft, id: SlotId, quick: boolean): void {
  const slot = slotOf(draft.state, id);
  setSlot(draft, id, { openSince: nowOf(draft), heldReported: false });
  const powered = draft.state.powered?.slot === id;
  if (slot.opening !== null && (slot.opening.phase !== 'queued' || powered)) {
    patch(draft, { queue: draft.state.queue.filter(each => each !== id) });
    doorOpened(draft, id);
    return;
  }
  if (bounces(draft, slot)) {
    setSlot(draft, id, { bounced: true });
    bounced(draft, id, quick);
    return;
  }
  setSlot(draft, id, { contentsUnknown: true, lastClosed: null, closedAt: null, closedFor: null });
  const tells = unasked(draft, { of: 'door', slot: id }, quick);
  if (slot.maintenance) {
    if (tells) journal(draft, { type: 'door-opened', slot: id, reason: 'maintenance' });
    setSlot(draft, id, { knownEmpty: false });
    return;
  }
  // Whoever opened it may have put something in.
  setSlot(draft, id, { forced: true, knownEmpty: false });
  if (!tells) return;
  journal(draft, { type: 'door-forced', slot: id, key: keyIn(draft.state, id)?.name });
  signal(draft, 'alarm');
}

/** A door swings back from its frame: what it was opened for goes on, nothing new has begun (rules.md 5). */
const bounces = (draft: Draft, { shutAt }: Slot): boolean =>
  shutAt !== null && nowOf(draft) - shutAt < draft.state.rules.doorSettleMs;

function shuts(draft: Draft, id: SlotId, quick: boolean): void {
  const slot = slotOf(draft.state, id);
  if (slot.bounced) {
    shutsAgain(draft, slot, quick);
    return;
  }
  const asked = slot.opening?.phase === 'open';
  const tells = asked || unasked(draft, { of: 'door', slot: id }, quick);
  const insisted = insist(draft, id);
  if (asked) {
    // The door has been seen to open and to shut: its sensor works.
    if (slot.doorSuspect) restore(draft, id);
    settleCounted(draft, id);
    doorClosed(draft, id);
  } else if (!insisted && slot.presence === 'present' && (tells || strayOf(draft, id) !== null)) {
    // That a key has come is told however often the door moves; that something nameless is in there is not.
    arrived(draft, id);
  }
  if (tells && (slot.forced || slot.heldReported)) journal(draft, { type: 'door-shut', slot: id });
  else if (tells && !asked) journal(draft, { type: 'door-closed', slot: id });
  setSlot(draft, id, { openSince: null, heldReported: false, forced: false, shutAt: nowOf(draft) });
}

/** Its closing was told the first time; only that it was held open since is news. */
function shutsAgain(draft: Draft, { id, heldReported, lastClosed, lastTake }: Slot, quick: boolean): void {
  const now = nowOf(draft);
  if (!heldReported) bounced(draft, id, quick);
  else if (unasked(draft, { of: 'door', slot: id }, quick)) journal(draft, { type: 'door-shut', slot: id });
  setSlot(draft, id, {
    openSince: null,
    heldReported: false,
    bounced: false,
    shutAt: now,
    // What the closing began is counted from the last of them.
    lastClosed: lastClosed === null ? null : { ...lastClosed, at: now },
    lastTake: lastTake === null ? null : { ...lastTake, closedAt: now },
  });
  settleBounced(draft, id);
}

function restore(draft: Draft, id: SlotId): void {
  setSlot(draft, id, { doorSuspect: false });
  journal(draft, { type: 'slot-restored', slot: id, reason: 'sensed' });
}

/** The sensors of this slot contradict each other, or change without end (rules.md 15). */
export function suspect(draft: Draft, id: SlotId, reason: string): void {
  if (slotOf(draft.state, id).doorSuspect) return;
  setSlot(draft, id, { doorSuspect: true });
  journal(draft, { type: 'sensor-suspect', slot: id, reason });
  signal(draft, 'attention');
}

export function presenceChanged(
  draft: Draft,
  id: SlotId,
  presence: 'present' | 'absent',
  doorStirred: boolean,
): void {
  const slot = slotOf(draft.state, id);
  if (slot.presence === presence || slot.presence === 'none') return;
  setSlot(draft, id, { presence });
  const source = { of: 'presence', slot: id } as const;
  const quick = tooQuick(draft, source);
  const { lastClosed, opening } = slot;
  const justSettled = lastClosed !== null && nowOf(draft) - lastClosed.at <= limits.settleMs;
  const goesOn =
    slot.opening === null && lastClosed !== null && (slot.bounced || (justSettled && slot.door === 'shut'));
  const asked = goesOn || (opening !== null && expected(opening, presence));
  if (!asked && !unasked(draft, source, quick)) return;
  if (goesOn && slot.door === 'open') whileBouncing(draft, id, presence, lastClosed);
  else if (goesOn) afterClosing(draft, id, presence, lastClosed);
  else if (slot.door === 'open') behindOpenDoor(draft, id, presence);
  else if (doorStirred && visited(draft, id, presence)) return;
  else behindShutDoor(draft, id, presence);
}

/**
 * While the changes of a presence sensor are only counted, the books stay as they were last told. Before anybody is answered by
 * them, and with each count, they are laid beside what the sensor says now: so that no move of a key is lost among the others.
 */
export function settleCounted(draft: Draft, id: SlotId): void {
  if (isCounted(draft.state, { of: 'presence', slot: id })) settle(draft, id);
}

export function settle(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  const { presence, opening } = slot;
  const inside = keyIn(draft.state, id);
  if (presence === 'none' || (presence === 'present') === (inside !== null)) return;
  if (opening?.for === 'technician' || opening?.for === 'remote')
    technicianMoves(draft, slot, opening, presence);
  else if (opening !== null) return;
  else if (presence === 'absent') mismatch(draft, id, inside, 'gone');
  else if (strayOf(draft, id) !== null) arrived(draft, id);
}

/** A whole visit while the box stood still: the door's edges told of it, its level and the presence say what came of it. */
function visited(draft: Draft, id: SlotId, presence: 'present' | 'absent'): boolean {
  const { opening } = slotOf(draft.state, id);
  if (opening === null || opening.phase === 'queued' || !expected(opening, presence)) return false;
  doorOpened(draft, id);
  doorClosed(draft, id);
  setSlot(draft, id, { openSince: null });
  return true;
}

/** The same where no sensor tells of keys: that a door was opened and shut is all that is ever known there. */
export function doorStirred(draft: Draft, id: SlotId): void {
  const { opening, presence, door } = slotOf(draft.state, id);
  const waits = opening?.phase === 'pulsing' || opening?.phase === 'pulsed';
  if (!waits || opening.unconfirmed || presence !== 'none' || door === 'open') return;
  doorOpened(draft, id);
  doorClosed(draft, id);
  setSlot(draft, id, { openSince: null, shutAt: nowOf(draft) });
}

function behindOpenDoor(draft: Draft, id: SlotId, presence: 'present' | 'absent'): void {
  const slot = slotOf(draft.state, id);
  const { opening } = slot;
  if (opening !== null && expected(opening, presence)) {
    move(draft, id, opening);
  } else if (presence === 'present' && pointAway(draft, id)) {
    // The display names the right slot; the door's closing decides.
  } else if (opening !== null && (opening.for === 'technician' || opening.for === 'remote')) {
    technicianMoves(draft, slot, opening, presence);
  } else if (opening === null && presence === 'absent') {
    mismatch(draft, id, keyIn(draft.state, id), 'gone');
  }
}

/** The presence sensor speaks up to a second after the door's: what was settled at the closing is settled again. */
function afterClosing(
  draft: Draft,
  id: SlotId,
  presence: 'present' | 'absent',
  lastClosed: NonNullable<Slot['lastClosed']>,
): void {
  setSlot(draft, id, { lastClosed: null });
  const { opening, use } = lastClosed;
  const slot = slotOf(draft.state, id);
  const inside = keyIn(draft.state, id);
  if (expected(opening, presence)) {
    if (opening.for === 'take' && use !== null) setUse(draft, { ...use, life: 'granted' });
    move(draft, id, opening);
  } else if (opening.for === 'technician' || opening.for === 'remote') {
    technicianMoves(draft, slot, opening, presence);
  } else if (presence === 'present' && inside === null) {
    putBack(draft, id, opening);
  } else if (presence === 'absent' && opening.for === 'return' && opening.moved) {
    takenBack(draft, slot, opening);
  } else {
    behindShutDoor(draft, id, presence);
  }
}

/** Taken and put back, or handed over and put in after all, in the moment in which the door fell shut. */
function putBack(draft: Draft, id: SlotId, opening: Opening): void {
  if (opening.transferredTo !== null) undoTransfer(draft, id, opening);
  else if (opening.key !== null) keyReturned(draft, id, opening.key, opening, 'sensor');
}

/** Presence changes behind a door that reads shut: the door's sensor is not believed, presence is (rules.md 15). */
function behindShutDoor(draft: Draft, id: SlotId, presence: 'present' | 'absent'): void {
  const { opening } = slotOf(draft.state, id);
  suspect(draft, id, 'presence-behind-shut-door');
  if (opening !== null && opening.phase !== 'queued' && expected(opening, presence)) {
    move(draft, id, opening);
    const { key, booking, who, by } = opening;
    journal(draft, { type: 'door-closed', slot: id, key, booking, who, by, proof: 'presumed' });
    setSlot(draft, id, { opening: null, misses: 0 });
  } else if (presence === 'absent') {
    mismatch(draft, id, keyIn(draft.state, id), 'gone');
  } else if (!insist(draft, id)) {
    arrived(draft, id);
  }
}
