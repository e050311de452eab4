import { type SlotId, wall } from '../../base/brand.ts';
import type { By, DenialReason } from '../../wire/journal.ts';
import { trusted } from './clock.ts';
import { keyIn, keyOf, slotOf, useOf } from './draft.ts';
import {
  type BoxState,
  type Candidate,
  type Key,
  limits,
  type Opening,
  type Slot,
  type Use,
} from './model.ts';

/** May this be taken, and where from; or the one reason why not. */
type TakeDecision =
  | { readonly ok: true; readonly slot: SlotId }
  | { readonly ok: false; readonly reason: DenialReason };

/** The use of a booking as it is now: the core's own while open, else what the file says. */
export const useNow = (state: BoxState, candidate: Candidate): Use | null =>
  useOf(state, candidate.booking) ?? candidate.use;

/** This booking's driver has the key: whatever opens next is a return (rules.md 6, 8). */
export function mayReturn(state: BoxState, candidate: Candidate): boolean {
  const key = keyOf(state, candidate.key);
  if (key === null) return false;
  if (key.place.at === 'slot') return false;
  const holder = key.place.at === 'out' ? key.place.holder : null;
  if (holder?.booking != null || holder?.who != null) return holder.booking === candidate.booking;
  // Nobody knows who holds it: whoever had it last may, or after a damaged file whoever has a void code of it.
  return candidate.voided || (key.place.at !== 'never-stocked' && lastHad(key, candidate));
}

const lastHad = (key: Key, { booking }: Candidate): boolean => key.lastHolder?.holder.booking === booking;

function rightReason(candidate: Candidate, use: Use | null, by: By): DenialReason | null {
  if (by === 'code' && candidate.voided) return 'unknown';
  if (by === 'code' && use?.codeUsed === true) return 'used';
  return candidate.cancelled ? 'cancelled' : null;
}

function windowReason(state: BoxState, candidate: Candidate): DenialReason | null {
  const t = state.clock.judged;
  const early = t < candidate.start - state.rules.leadMs;
  const late = candidate.end !== null && t >= candidate.end;
  const conflicts = t < candidate.start && candidate.conflicting;
  if (!trusted(state.clock.level)) return early || late || conflicts ? 'clock-untrusted' : null;
  if (early || conflicts) return 'too-early';
  return late ? 'too-late' : null;
}

/** Takes stop, returns go on. */
export function outOfService(state: BoxState): boolean {
  const { health, lockdown } = state;
  return lockdown.on || health.powerLow || health.databaseSuspect || health.storage === 'degraded';
}

/** The relay has not vouched for the bookings for longer than it may (rules.md 25). */
export function isStale(state: BoxState): boolean {
  const { maxSyncAgeMs } = state.rules;
  if (maxSyncAgeMs === null || !state.sync.enrolled) return false;
  return state.clock.judged - (state.sync.vouchedAt ?? wall(0)) > maxSyncAgeMs;
}

/** Where a key can be taken from now, or why it cannot. */
function whereabouts(state: BoxState, candidate: Candidate): TakeDecision {
  const key = keyOf(state, candidate.key);
  if (key === null) return { ok: false, reason: 'key-elsewhere' };
  const id = slotHolding(state, key);
  if (id === null) return { ok: false, reason: 'key-absent' };
  const slot = slotOf(state, id);
  // After a damaged file only what a sensor sees is handed out (docs/failures.md).
  const seen = slot.presence === 'present' || (slot.presence === 'none' && !candidate.voided);
  if (!seen) return { ok: false, reason: 'key-absent' };
  const { opening } = slot;
  const own = opening?.booking === candidate.booking && opening.for === 'take';
  if (opening !== null && !own && !replaceable(slot, opening)) return { ok: false, reason: 'key-absent' };
  return canTakeFrom(slot) ? { ok: true, slot: id } : { ok: false, reason: 'slot-faulted' };
}

/** The slot from which this key could be handed out, sensors aside; null when it is not in the box. */
function slotHolding(state: BoxState, key: Key): SlotId | null {
  if (key.place.at === 'slot') return key.place.slot;
  if (key.place.at !== 'never-stocked') return null;
  // Without a sensor a slot where nothing was ever taken may hold its key (rules.md 8): the door is opened to look.
  // A key may be at home in a slot that this box has no more.
  const home = state.slots.find(slot => slot.id === key.home);
  if (home === undefined || home.presence !== 'none' || home.knownEmpty) return null;
  return keyIn(state, home.id) === null ? home.id : null;
}

/** A driver is at this slot for a take or a return of which the key is still to come. */
export function isVisited(slot: Slot): boolean {
  const { opening } = slot;
  const visit = opening?.for === 'take' || opening?.for === 'return';
  return visit && !(opening.phase === 'open' && (opening.moved || slot.heldReported));
}

/** Its owner is not standing in front of it: another grant may take its place. */
const replaceable = (slot: Slot, opening: Opening): boolean => !opening.learning && !isVisited(slot);

const canTakeFrom = (slot: Slot): boolean =>
  !slot.jammed && !slot.lineFaulted && !slot.maintenance && !(slot.doorSuspect && slot.presence === 'none');

/** The decision of a take (rules.md 1–6): first the right, then the box, then the key. */
export function judgeTake(state: BoxState, candidate: Candidate, by: By): TakeDecision {
  const use = useNow(state, candidate);
  const reason =
    rightReason(candidate, use, by) ??
    windowReason(state, candidate) ??
    (outOfService(state) ? 'out-of-service' : null) ??
    (isStale(state) ? 'stale' : null);
  if (reason !== null) return { ok: false, reason };
  if (use?.life === 'granted' && use.pulses >= limits.pulsesUnopened)
    return { ok: false, reason: 'slot-faulted' };
  return whereabouts(state, candidate);
}

/** Nothing is in there, as far as can be known (rules.md 8). */
const isEmpty = (slot: Slot): boolean =>
  slot.presence === 'none' ? slot.knownEmpty : slot.presence === 'absent';

/** Some other key may be in there, where no sensor could tell: it was believed there and nobody took it out. */
const mayHoldAnother = (state: BoxState, slot: Slot, key: Key): boolean =>
  slot.presence === 'none' &&
  state.keys.some(
    other => other.name !== key.name && other.place.at === 'slot' && other.place.slot === slot.id,
  );

/** This slot may be opened for the return of this key. */
export function canReturnTo(state: BoxState, slot: Slot, key: Key): boolean {
  if (slot.jammed || slot.lineFaulted || slot.maintenance) return false;
  const { opening } = slot;
  // Its own return, or the take that has just been; never a take whose driver is still at the door.
  const own = opening?.key === key.name && (opening.for === 'return' || opening.moved);
  if (opening !== null && !own && !replaceable(slot, opening)) return false;
  if (mayHoldAnother(state, slot, key)) return false;
  return isEmpty(slot) || maybeOwnHome(state, slot, key);
}

/** Without a sensor, the home of a key that was never in the box can hold no other key, unless somebody put it there. */
const maybeOwnHome = (state: BoxState, slot: Slot, key: Key): boolean =>
  slot.presence === 'none' &&
  slot.id === key.home &&
  !slot.contentsUnknown &&
  key.place.at === 'never-stocked' &&
  !state.keys.some(other => other.name !== key.name && other.home === slot.id);

/** The slot for a return: home if that is empty, else the lowest empty one; null = box full (rules.md 8, 9). */
export function slotForReturn(state: BoxState, key: Key): SlotId | null {
  const free = state.slots.filter(slot => canReturnTo(state, slot, key) && !believedIn(key, slot));
  const home = free.find(slot => slot.id === key.home);
  // A slot whose door sensor is not believed is a last resort.
  return (home ?? free.find(slot => !slot.doorSuspect) ?? free[0])?.id ?? null;
}

/** Never the slot a key is believed in, when its tag turned up outside (rules.md 9). */
const believedIn = (key: Key, slot: Slot): boolean => key.place.at === 'slot' && key.place.slot === slot.id;

/** Where this key stands at an open door this moment, in the hands of the driver before: a handover in the yard. */
export function handoverSlot(state: BoxState, candidate: Candidate, by: By): SlotId | null {
  const decision = judgeTake(state, candidate, by);
  if (decision.ok || decision.reason !== 'key-absent' || state.clock.judged < candidate.start) return null;
  const here = state.slots.find(
    ({ opening }) =>
      opening?.for === 'return' &&
      opening.key === candidate.key &&
      opening.phase === 'open' &&
      opening.transferredTo === null &&
      !opening.moved,
  );
  return here?.id ?? null;
}

const nearness: readonly DenialReason[] = [
  'slot-faulted',
  'key-absent',
  'key-elsewhere',
  'out-of-service',
  'stale',
  'clock-untrusted',
  'too-early',
  'too-late',
  'cancelled',
  'used',
  'locked-out',
  'pin-wrong',
  'unknown',
];

/** Of several refusals the one nearest to a yes: it helps the driver most. */
export const nearest = (reasons: readonly DenialReason[]): DenialReason =>
  nearness.find(reason => reasons.includes(reason)) ?? 'unknown';
