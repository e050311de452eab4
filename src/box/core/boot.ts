import type { SlotId } from '../../base/brand.ts';
import { settleBounced, whileBouncing } from './bounce.ts';
import {
  inMs,
  keyReturned,
  keyTaken,
  mayLeave,
  mismatch,
  nobody,
  notTaken,
  seenIn,
  undoTransfer,
} from './custody.ts';
import { canReturnTo } from './decide.ts';
import { type Draft, journal, keyIn, nowOf, patch, setSlot, slotOf } from './draft.ts';
import { mayTell } from './flapping.ts';
import {
  type BoxState,
  type Door,
  type Key,
  limits,
  type Opening,
  type Presence,
  type Slot,
} from './model.ts';

interface Levels {
  readonly slot: SlotId;
  readonly door: Door;
  readonly presence: Presence;
}

/** The first input of a run: what the lines say is laid beside what the file remembers (rules.md 7). */
export function boot(
  draft: Draft,
  {
    reason,
    levels,
    lost = false,
    secretsLost = [],
  }: {
    readonly reason: string;
    readonly levels: readonly Levels[];
    readonly lost?: boolean;
    readonly secretsLost?: readonly string[];
  },
): void {
  patch(draft, { bootedAt: nowOf(draft) });
  journal(draft, { type: 'booted', reason });
  if (lost) {
    // Somebody must look at the disk, although all is well again by the time that this can be written.
    journal(draft, { type: 'storage-degraded', reason: 'database-lost' });
    journal(draft, { type: 'storage-good', reason: 'database-replaced' });
  }
  for (const name of secretsLost) {
    journal(draft, { type: 'storage-degraded', reason: `${name}-lost` });
    journal(draft, { type: 'storage-good', reason: `${name}-replaced` });
  }
  for (const { slot, door, presence } of levels) {
    setSlot(draft, slot, { door, presence });
    if (justClosed(draft, slot, reason)) bouncing(draft, slot);
    else resume(draft, slot);
  }
  for (const { id } of draft.state.slots) reconcile(draft, id);
}

/** The daemon ended a moment after this door had been shut, and was started again at once (rules.md 5). */
function justClosed(draft: Draft, id: SlotId, reason: string): boolean {
  const { closedAt, opening } = slotOf(draft.state, id);
  if (reason !== 'crash' && reason !== 'restart') return false;
  return opening === null && closedAt !== null && Math.abs(draft.at.wall - closedAt) < limits.restartMs;
}

/** Its closing was told by the run before: what it does now is the rest of that. */
function bouncing(draft: Draft, id: SlotId): void {
  const now = nowOf(draft);
  const { door, presence, closedFor } = slotOf(draft.state, id);
  const lastClosed = closedFor === null ? null : { ...closedFor, at: now };
  setSlot(draft, id, door === 'open' ? { openSince: now, bounced: true } : { shutAt: now });
  setSlot(draft, id, { lastClosed });
  // The key may have gone while nobody watched. One that has come may have come by an opening that nobody could write down.
  if (lastClosed === null || presence !== 'absent') return;
  if (door === 'shut') settleBounced(draft, id);
  else if (keyIn(draft.state, id) !== null) whileBouncing(draft, id, presence, lastClosed);
}

function resume(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  const { opening } = slot;
  if (slot.door === 'open') foundOpen(draft, slot);
  else if (opening?.phase === 'open') closedMeanwhile(draft, slot, opening);
  else if (opening !== null) unconfirmed(draft, slot, opening);
}

/** A door found open is no break-in: the box was not there to see it opened. */
function foundOpen(draft: Draft, slot: Slot): void {
  const { opening } = slot;
  setSlot(draft, slot.id, { openSince: nowOf(draft) });
  // A box that starts again and again says of a door that was left open, and of a key that is nobody's, what it has said before.
  if (opening === null ? mayTell(draft, { of: 'start', slot: slot.id }) : opening.phase !== 'open') {
    const { key, booking, who, by } = opening ?? { key: null, booking: null, who: null, by: null };
    journal(draft, { type: 'door-opened', slot: slot.id, key, booking, who, by, proof: 'boot' });
  }
  if (opening === null) {
    setSlot(draft, slot.id, { knownEmpty: false, contentsUnknown: true });
    return;
  }
  const open: Opening = { ...opening, phase: 'open', unconfirmed: false, grantedAt: nowOf(draft) };
  const watched = opening.for === 'take' || opening.for === 'return';
  const { knownEmpty, contentsUnknown } = slot;
  setSlot(draft, slot.id, {
    opening: open,
    knownEmpty: knownEmpty && watched,
    contentsUnknown: contentsUnknown || !watched,
  });
  if (slot.presence === 'absent' && opening.for === 'take' && !opening.moved)
    keyTaken(draft, slot.id, open, 'boot');
  const handedOver = opening.transferredTo !== null;
  if (slot.presence === 'present' && opening.for === 'return' && !opening.moved && !handedOver) {
    if (opening.key !== null) keyReturned(draft, slot.id, opening.key, open, 'boot');
  }
}

/** The door was open when the power went and is shut now. */
function closedMeanwhile(draft: Draft, slot: Slot, opening: Opening): void {
  const { id, presence } = slot;
  const { key, booking, who, by } = opening;
  if (opening.for === 'take' && !opening.moved) {
    if (presence === 'present' || (presence === 'none' && !mayLeave(draft.state, id, opening)))
      notTaken(draft, id, opening);
    else keyTaken(draft, id, opening, 'boot');
  } else if (opening.for === 'return' && !opening.moved && presence !== 'absent' && opening.key !== null) {
    if (opening.transferredTo === null)
      keyReturned(draft, id, opening.key, opening, presence === 'none' ? 'presumed' : 'boot');
    else if (presence === 'present') undoTransfer(draft, id, opening);
  } else if (opening.for === 'take' && opening.moved && presence === 'present' && opening.key !== null) {
    keyReturned(draft, id, opening.key, opening, 'boot');
  }
  journal(draft, { type: 'door-closed', slot: id, key, booking, who, by, proof: 'boot' });
  setSlot(draft, id, { opening: null, shutAt: nowOf(draft), closedAt: draft.at.wall, closedFor: null });
}

/** Granted, and nobody saw the door open: no pulse is resumed, and the same code may be presented again (rules.md 7). */
function unconfirmed(draft: Draft, slot: Slot, opening: Opening): void {
  const { id, presence } = slot;
  if (opening.for === 'take' && presence === 'absent') {
    keyTaken(draft, id, opening, 'boot');
    setSlot(draft, id, { opening: null });
  } else if (opening.for === 'return' && presence === 'present' && opening.key !== null) {
    keyReturned(draft, id, opening.key, opening, 'boot');
    setSlot(draft, id, { opening: null });
  } else {
    const { openWithinMs } = draft.state.rules;
    const until = inMs(draft, opening.for === 'take' ? limits.unsettledMs : openWithinMs);
    setSlot(draft, id, {
      opening: { ...opening, phase: 'pulsed', unconfirmed: true, grantedAt: nowOf(draft), until },
    });
  }
}

/** Sensed slots against the books: a key that can only be this one is in there; one that is gone, or unexplained, is said. */
function reconcile(draft: Draft, id: SlotId): void {
  const slot = slotOf(draft.state, id);
  const inside = keyIn(draft.state, id);
  if (slot.presence === 'absent' && inside !== null && !isUnderWay(slot)) mismatch(draft, id, inside, 'gone');
  if (!unexplained(draft.state, id)) return;
  const [only, ...others] = candidates(draft.state, id);
  if (only === undefined || others.length > 0) {
    if (mayTell(draft, { of: 'start', slot: id })) mismatch(draft, id, null, 'unexpected');
  } else if (only.place.at === 'out') keyReturned(draft, id, only.name, nobody, 'boot');
  else seenIn(draft, id, only.name, 'boot');
}

/** Something is sensed in this slot of which the books know nothing, and nothing is under way here. */
function unexplained(state: BoxState, id: SlotId): boolean {
  const slot = slotOf(state, id);
  return slot.presence === 'present' && !isUnderWay(slot) && keyIn(state, id) === null;
}

/** A technician's grant of before the restart, behind a door that is shut, says nothing of who came and went meanwhile. */
function isUnderWay({ opening }: Slot): boolean {
  if (opening === null) return false;
  return !(opening.unconfirmed && (opening.for === 'technician' || opening.for === 'remote'));
}

/**
 * The keys that can be in this slot. A return whose record was lost went by rules.md 8 like any other: home, or where home could
 * not take it, to an empty slot. So other keys that are out leave no doubt about the one at home here, as long as their own homes
 * can take them. In a slot that is no such key's home the key is known only where no second slot could be the one.
 */
function candidates(state: BoxState, id: SlotId): readonly Key[] {
  const away = state.keys.filter(key => key.place.at !== 'slot' && !awaitedElsewhere(state, key, id));
  const atHome = away.filter(key => key.home === id);
  const led = away.filter(key => key.home !== id && key.place.at === 'out' && !homeTakes(state, key));
  if (atHome.length > 0) return [...atHome, ...led];
  const nobodysHome = ({ id: slot }: Slot) =>
    unexplained(state, slot) && !away.some(key => key.home === slot);
  return state.slots.filter(nobodysHome).length === 1 ? led : [];
}

const awaitedElsewhere = (state: BoxState, { name }: Key, id: SlotId): boolean =>
  state.slots.some(slot => slot.id !== id && slot.opening?.key === name);

/** Its home takes this key in, or has done so: what is sensed there unexplained is taken for the key itself. */
function homeTakes(state: BoxState, key: Key): boolean {
  const home = state.slots.find(slot => slot.id === key.home);
  if (home === undefined) return false;
  return canReturnTo(state, unexplained(state, home.id) ? { ...home, presence: 'absent' } : home, key);
}
