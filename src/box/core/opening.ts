import { after, type Millis, millis, type SlotId } from '../../base/brand.ts';
import {
  enqueue,
  inMs,
  keyReturned,
  keyTaken,
  mayLeave,
  notTaken,
  rememberTake,
  undoTransfer,
} from './custody.ts';
import { slotForReturn } from './decide.ts';
import { limits, type Opening, type Slot } from './model.ts';
import type { Screen } from './screen.ts';
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
  useOf,
} from './turn.ts';

/** What a grant says; the rest of an opening follows from it. */
export type Grant = Pick<Opening, 'for' | 'booking' | 'key' | 'who' | 'by'> &
  Partial<Pick<Opening, 'tagSeen' | 'learning'>>;

/** Writes the grant and lets the lock follow, after the one that is powered now (rules.md 3, 4, 14). */
export function grant(turn: Turn, slot: SlotId, what: Grant): void {
  const { key, booking, who, by } = what;
  journal(turn, { type: 'granted', for: what.for, slot, key, booking, who, by });
  const opening: Opening = {
    ...what,
    phase: 'queued',
    tagSeen: what.tagSeen ?? false,
    learning: what.learning ?? false,
    moved: false,
    unconfirmed: false,
    transferredTo: null,
    grantedAt: nowOf(turn),
    until: inMs(turn, turn.state.rules.openWithinMs),
  };
  const { opening: before, door, misses } = slotOf(turn.state, slot);
  // The pulse before this one did not open the door, or nobody would ask again (rules.md 15).
  const missed = before?.phase === 'pulsed' && !before.unconfirmed && door === 'shut';
  setSlot(turn, slot, { opening, settled: null, lastTake: null, misses: missed ? misses + 1 : misses });
  enqueue(turn, slot);
  powerNext(turn);
  signal(turn, 'granted');
}

/** Powers the first lock in the queue, if none is powered (rules.md 14). */
export function powerNext(turn: Turn): void {
  const [slot, ...rest] = turn.state.queue;
  if (slot === undefined || turn.state.powered !== null) return;
  const { pulseMs, opening } = slotOf(turn.state, slot);
  patch(turn, { queue: rest });
  if (opening === null) {
    powerNext(turn);
    return;
  }
  patch(turn, { powered: { slot, until: inMs(turn, pulseMs + limits.pulseSilenceMs) } });
  setSlot(turn, slot, { opening: { ...opening, phase: 'pulsing' } });
  turn.effects.push({ type: 'pulse-lock', slot, ms: pulseMs });
  const shown = turn.state.shown?.screen;
  if (shown?.text === 'soon' && shown.slot === slot) announce(turn, slot, opening);
}

/** Tells the driver which door to go to, or that its turn comes. */
export function announce(turn: Turn, slot: SlotId, what: Pick<Opening, 'for' | 'key'>): void {
  const visit = what.for === 'take' || what.for === 'return';
  const go: Screen =
    visit && what.key !== null ? { text: what.for, slot, key: what.key } : { text: 'open', slot };
  const powered = turn.state.powered?.slot === slot;
  show(turn, powered ? go : { text: 'soon', slot }, turn.state.rules.openWithinMs);
}

export function pulseBegun(turn: Turn, slot: SlotId, ms: Millis): void {
  const { opening } = slotOf(turn.state, slot);
  if (turn.state.powered?.slot !== slot || opening === null) return;
  // A grant that took the place of the one being pulsed has its own pulse to come.
  const { key, booking } = opening.phase === 'queued' ? { key: null, booking: null } : opening;
  journal(turn, { type: 'pulsed', slot, key, booking, ms });
  setSlot(turn, slot, { opening: { ...opening, until: inMs(turn, turn.state.rules.openWithinMs) } });
}

export function pulseEnded(turn: Turn, slot: SlotId): void {
  if (turn.state.powered?.slot !== slot) return;
  patch(turn, { powered: null });
  const { opening, door } = slotOf(turn.state, slot);
  if (opening?.phase === 'pulsing') {
    setSlot(turn, slot, { opening: { ...opening, phase: 'pulsed' } });
    // The door stood open already: no change will ever tell that it opened.
    if (door === 'open') doorOpened(turn, slot);
  }
  powerNext(turn);
}

/** The line could not be driven: this slot is out, and a driver who brings a key is led to another (rules.md 15). */
export function pulseFailed(turn: Turn, slot: SlotId, reason: string): void {
  if (turn.state.powered?.slot !== slot) return;
  const { opening } = slotOf(turn.state, slot);
  patch(turn, { powered: null });
  if (opening !== null) forgetPulses(turn, opening);
  setSlot(turn, slot, { lineFaulted: true, jammed: true, opening: null });
  journal(turn, { type: 'jammed', slot, key: opening?.key, reason });
  show(turn, { text: 'jammed', slot });
  signal(turn, 'attention');
  if (opening?.for === 'return') rehouse(turn, opening);
  powerNext(turn);
}

/** A return that could not go where it should is granted again elsewhere. */
function rehouse(turn: Turn, opening: Opening): void {
  const key = keyOf(turn.state, opening.key);
  const other = key === null ? null : slotForReturn(turn.state, key);
  if (key === null || other === null) return;
  const { booking, who, by, tagSeen } = opening;
  grant(turn, other, { for: 'return', booking, key: key.name, who, by, tagSeen });
  announce(turn, other, { for: 'return', key: key.name });
}

/** The door of an opening is open: the lock works, the try was not in vain. */
export function doorOpened(turn: Turn, id: SlotId): void {
  const slot = slotOf(turn.state, id);
  const { opening } = slot;
  if (opening === null || opening.phase === 'open') return;
  const { key, booking, who, by } = opening;
  journal(turn, { type: 'door-opened', slot: id, key, booking, who, by });
  if (slot.jammed && !slot.lineFaulted) journal(turn, { type: 'slot-restored', slot: id });
  setSlot(turn, id, {
    misses: 0,
    // Without a sensor nobody knows what a technician leaves in there (rules.md 8).
    emptied: slot.emptied && (opening.for === 'take' || opening.for === 'return'),
    disturbed: slot.disturbed || opening.for === 'technician' || opening.for === 'remote',
    jammed: slot.jammed && slot.lineFaulted,
    opening: { ...opening, phase: 'open', unconfirmed: false },
    openSince: slot.openSince ?? nowOf(turn),
    heldSaid: false,
  });
}

/** The door of an opening is shut: what became of the key is settled now, if no sensor has told (rules.md 6). */
export function doorClosed(turn: Turn, id: SlotId): void {
  const slot = slotOf(turn.state, id);
  const { opening } = slot;
  if (opening === null) return;
  const { key, booking, who, by } = opening;
  const use = useOf(turn.state, booking);
  const closed = (): void => journal(turn, { type: 'door-closed', slot: id, key, booking, who, by });
  if (slot.presence === 'none') {
    closed();
    settleUnsensed(turn, slot, opening);
  } else {
    settleSensed(turn, slot, opening);
    closed();
  }
  const last = slotOf(turn.state, id).opening ?? opening;
  setSlot(turn, id, { opening: null, settled: { opening: last, use, at: nowOf(turn) } });
}

function settleUnsensed(turn: Turn, slot: Slot, opening: Opening): void {
  if (opening.transferredTo !== null) return;
  if (opening.for === 'take' && !mayLeave(turn.state, slot.id, opening)) {
    notTaken(turn, slot.id, opening);
  } else if (opening.for === 'take') {
    keyTaken(turn, slot.id, opening, 'presumed');
    rememberTake(turn, slot.id, opening);
  } else if (opening.key !== null && (opening.for === 'return' || opening.learning)) {
    keyReturned(turn, slot.id, opening.key, opening, opening.tagSeen ? 'tag' : 'presumed');
  }
}

function settleSensed(turn: Turn, slot: Slot, opening: Opening): void {
  const inside = slot.presence === 'present';
  if (opening.for === 'take') settleTake(turn, slot, opening, inside);
  else if (opening.for === 'return') settleReturn(turn, slot, opening, inside);
  else if (opening.learning && inside && opening.key !== null && keyIn(turn.state, slot.id) === null)
    keyReturned(turn, slot.id, opening.key, opening, opening.tagSeen ? 'tag' : 'sensor');
}

function settleTake(turn: Turn, slot: Slot, opening: Opening, inside: boolean): void {
  if (!opening.moved) {
    if (inside) notTaken(turn, slot.id, opening);
    else keyTaken(turn, slot.id, opening, 'sensor');
  } else if (inside && opening.key !== null && keyIn(turn.state, slot.id) === null) {
    // Taken out and put back before the door was shut.
    keyReturned(turn, slot.id, opening.key, opening, 'sensor');
  }
}

function settleReturn(turn: Turn, slot: Slot, opening: Opening, inside: boolean): void {
  if (opening.transferredTo !== null) {
    if (inside && !opening.moved) undoTransfer(turn, slot.id, opening);
    return;
  }
  const place = keyOf(turn.state, opening.key)?.place;
  const believedHere = place?.at === 'slot' && place.slot === slot.id;
  if (inside && !opening.moved && opening.key !== null)
    keyReturned(turn, slot.id, opening.key, opening, 'sensor');
  // Put in, then taken out again before the door was shut: still with whoever brought it.
  else if (!inside && opening.moved && believedHere) takenBack(turn, slot, opening);
}

/** Put in and taken out again: custody is with the bringer as if it had never ended. */
export function takenBack(turn: Turn, slot: Slot, opening: Opening): void {
  const key = keyOf(turn.state, opening.key);
  const before = key?.lastHolder;
  keyTaken(turn, slot.id, { ...opening, ...(before?.holder ?? {}) }, 'sensor');
  if (before?.use != null) setUse(turn, { ...before.use, life: 'out' });
}

/** The door did not open in time: the code may be presented again, until the slot counts as jammed (rules.md 6, 15). */
export function notOpened(turn: Turn, id: SlotId): void {
  const slot = slotOf(turn.state, id);
  const { opening } = slot;
  if (opening === null) return;
  if (opening.unconfirmed) {
    setSlot(turn, id, { opening: null });
    if (triedOut(turn, opening)) jam(turn, id, opening);
    return;
  }
  if (opening.for === 'return' && slot.doorSuspect && slot.presence === 'none') {
    // No sensor can tell, and the driver has had the open door in front of them.
    doorClosed(turn, id);
    return;
  }
  const { key, booking, who, by } = opening;
  journal(turn, { type: 'not-opened', slot: id, key, booking, who, by });
  const misses = slot.misses + 1;
  setSlot(turn, id, { opening: null, misses });
  const triesLeft = limits.pulsesUnopened - misses;
  show(turn, { text: 'not-opened', slot: id, triesLeft: Math.max(triesLeft, 0) });
  signal(turn, 'attention');
  if (!slot.jammed && (triesLeft <= 0 || triedOut(turn, opening))) jam(turn, id, opening);
}

/** The pulse that this opening waits on was the last that its slot has: whoever asks again goes elsewhere. */
export const triesSpent = (slot: Slot): boolean =>
  slot.misses + 1 >= limits.pulsesUnopened && !(slot.doorSuspect && slot.presence === 'none');

/** This take has had all its pulses (rules.md 6), some perhaps before a boot. */
const triedOut = (turn: Turn, opening: Opening): boolean =>
  (useOf(turn.state, opening.booking)?.pulses ?? 0) >= limits.pulsesUnopened;

/** From here on the slot refuses, not the code: once it is restored the code has its tries again. */
function jam(turn: Turn, slot: SlotId, opening: Opening): void {
  forgetPulses(turn, opening);
  setSlot(turn, slot, { jammed: true });
  journal(turn, { type: 'jammed', slot });
  show(turn, { text: 'jammed', slot });
  signal(turn, 'alarm');
}

function forgetPulses(turn: Turn, opening: Opening): void {
  const use = useOf(turn.state, opening.booking);
  if (use !== null) setUse(turn, { ...use, pulses: 0 });
}

/** When this opening needs looking at again although nothing happens; null while a door or a lock will tell. */
export const dueAt = (opening: Opening) => (opening.phase === 'pulsed' ? opening.until : null);

/** When a door that stays open is said to be held. */
export const heldAt = (slot: Slot, heldMs: Millis) =>
  slot.openSince === null || slot.heldSaid || slot.maintenance ? null : after(slot.openSince, millis(heldMs));
