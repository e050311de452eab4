import { after, type Millis, millis, type SlotId } from '../../base/brand.ts';
import { keyReturned, keyTaken, mayLeave, notTaken, rememberTake, undoTransfer } from './custody.ts';
import {
  type Draft,
  journal,
  keyIn,
  keyOf,
  nowOf,
  setSlot,
  setUse,
  show,
  signal,
  slotOf,
  useOf,
} from './draft.ts';
import { limits, type Opening, type Slot } from './model.ts';

/** The door of an opening is open: the lock works, the try was not in vain. */
export function doorOpened(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  const { opening } = slot;
  if (opening === null || opening.phase === 'open') return;
  const { key, booking, who, by } = opening;
  journal(draft, { type: 'door-opened', slot: id, key, booking, who, by });
  if (slot.jammed && !slot.lineFaulted) journal(draft, { type: 'slot-restored', slot: id, reason: 'opened' });
  setSlot(draft, id, {
    misses: 0,
    // Without a sensor nobody knows what a technician leaves in there (rules.md 8).
    knownEmpty: slot.knownEmpty && (opening.for === 'take' || opening.for === 'return'),
    contentsUnknown: slot.contentsUnknown || opening.for === 'technician' || opening.for === 'remote',
    jammed: slot.jammed && slot.lineFaulted,
    opening: { ...opening, phase: 'open', unconfirmed: false },
    openSince: slot.openSince ?? nowOf(draft),
    heldReported: false,
    bounced: false,
  });
}

/** The door of an opening is shut: what became of the key is settled now, if no sensor has told (rules.md 6). */
export function doorClosed(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  const { opening } = slot;
  if (opening === null) return;
  const { key, booking, who, by } = opening;
  const use = useOf(draft.state, booking);
  const closed = (): void => journal(draft, { type: 'door-closed', slot: id, key, booking, who, by });
  if (slot.presence === 'none') {
    closed();
    settleUnsensed(draft, slot, opening);
  } else {
    settleSensed(draft, slot, opening);
    closed();
  }
  const last = slotOf(draft.state, id).opening ?? opening;
  const closedFor = { opening: last, use };
  const lastClosed = { ...closedFor, at: nowOf(draft) };
  setSlot(draft, id, { opening: null, lastClosed, closedAt: draft.at.wall, closedFor });
}

function settleUnsensed(draft: Draft, slot: Slot, opening: Opening): void {
  if (opening.transferredTo !== null) return;
  if (opening.for === 'take' && !mayLeave(draft.state, slot.id, opening)) {
    notTaken(draft, slot.id, opening);
  } else if (opening.for === 'take') {
    keyTaken(draft, slot.id, opening, 'presumed');
    rememberTake(draft, slot.id, opening);
  } else if (opening.key !== null && (opening.for === 'return' || opening.learning)) {
    keyReturned(draft, slot.id, opening.key, opening, opening.tagSeen ? 'tag' : 'presumed');
  }
}

/** A sensor tells what became of the key of this opening. */
export function settleSensed(draft: Draft, slot: Slot, opening: Opening): void {
  const inside = slot.presence === 'present';
  if (opening.for === 'take') settleTake(draft, slot, opening, inside);
  else if (opening.for === 'return') settleReturn(draft, slot, opening, inside);
  else if (opening.learning && inside && opening.key !== null && mayBeLearnt(draft, slot, opening))
    keyReturned(draft, slot.id, opening.key, opening, opening.tagSeen ? 'tag' : 'sensor');
}

/** Also a key that the box believes in here: whoever reads the journal may never have heard of it (rules.md 12). */
function mayBeLearnt(draft: Draft, slot: Slot, { key, moved }: Opening): boolean {
  const inside = keyIn(draft.state, slot.id);
  return inside === null || (inside.name === key && !moved);
}

function settleTake(draft: Draft, slot: Slot, opening: Opening, inside: boolean): void {
  if (!opening.moved) {
    if (inside) notTaken(draft, slot.id, opening);
    else keyTaken(draft, slot.id, opening, 'sensor');
  } else if (inside && opening.key !== null && keyIn(draft.state, slot.id) === null) {
    // Taken out and put back before the door was shut.
    keyReturned(draft, slot.id, opening.key, opening, 'sensor');
  }
}

function settleReturn(draft: Draft, slot: Slot, opening: Opening, inside: boolean): void {
  if (opening.transferredTo !== null) {
    if (inside && !opening.moved) undoTransfer(draft, slot.id, opening);
    return;
  }
  const place = keyOf(draft.state, opening.key)?.place;
  const believedHere = place?.at === 'slot' && place.slot === slot.id;
  if (inside && !opening.moved && opening.key !== null)
    keyReturned(draft, slot.id, opening.key, opening, 'sensor');
  // Put in, then taken out again before the door was shut: still with whoever brought it.
  else if (!inside && opening.moved && believedHere) takenBack(draft, slot, opening);
}

/** Put in and taken out again: custody is with the bringer as if it had never ended. */
export function takenBack(draft: Draft, slot: Slot, opening: Opening): void {
  const key = keyOf(draft.state, opening.key);
  const before = key?.lastHolder;
  keyTaken(draft, slot.id, { ...opening, ...(before?.holder ?? {}) }, 'sensor');
  if (before?.use != null) setUse(draft, { ...before.use, life: 'out' });
}

/** The door did not open in time: the code may be presented again, until the slot counts as jammed (rules.md 6, 15). */
export function notOpened(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  const { opening } = slot;
  if (opening === null) return;
  if (opening.unconfirmed) {
    setSlot(draft, id, { opening: null });
    if (triedOut(draft, opening)) jam(draft, id, opening);
    return;
  }
  if (opening.for === 'return' && slot.doorSuspect && slot.presence === 'none') {
    // No sensor can tell, and the driver has had the open door in front of them.
    doorClosed(draft, id);
    return;
  }
  const { key, booking, who, by } = opening;
  journal(draft, { type: 'not-opened', slot: id, key, booking, who, by });
  const misses = slot.misses + (isTry(draft, opening) ? 1 : 0);
  setSlot(draft, id, { opening: null, misses });
  const triesLeft = limits.pulsesUnopened - misses;
  show(draft, { text: 'not-opened', slot: id, triesLeft: Math.max(triesLeft, 0) });
  signal(draft, 'attention');
  if (!slot.jammed && (triesLeft <= 0 || triedOut(draft, opening))) jam(draft, id, opening);
}

/** A tag of a key that is believed in proves nobody who pulls at the door: that it stays shut is not the lock's fault. */
export const isTry = ({ state }: Draft, { by, key }: Opening): boolean =>
  by !== 'tag' || keyOf(state, key)?.place.at !== 'slot';

/** The pulse that this opening waits on was the last that its slot has: whoever asks again goes elsewhere. */
export const triesSpent = (slot: Slot): boolean =>
  slot.misses + 1 >= limits.pulsesUnopened && !(slot.doorSuspect && slot.presence === 'none');

/** This take has had all its pulses (rules.md 6), some perhaps before a boot. */
const triedOut = (draft: Draft, opening: Opening): boolean =>
  (useOf(draft.state, opening.booking)?.pulses ?? 0) >= limits.pulsesUnopened;

/** From here on the slot refuses, not the code: once it is restored the code has its tries again. */
function jam(draft: Draft, slot: SlotId, opening: Opening): void {
  forgetPulses(draft, opening);
  setSlot(draft, slot, { jammed: true });
  journal(draft, { type: 'jammed', slot });
  show(draft, { text: 'jammed', slot });
  signal(draft, 'alarm');
}

export function forgetPulses(draft: Draft, opening: Opening): void {
  const use = useOf(draft.state, opening.booking);
  if (use !== null) setUse(draft, { ...use, pulses: 0 });
}

/** When this opening needs looking at again although nothing happens; null while a door or a lock will tell. */
export const dueAt = (opening: Opening) => (opening.phase === 'pulsed' ? opening.until : null);

/** When a door that stays open is said to be held. */
export const heldAt = (slot: Slot, heldMs: Millis) =>
  slot.openSince === null || slot.heldReported || slot.maintenance
    ? null
    : after(slot.openSince, millis(heldMs));
