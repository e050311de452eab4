import { type SlotId, wall } from '../../base/brand.ts';
import type { By, DenialReason } from '../../wire/journal.ts';
import { trusted } from './clock.ts';
import {
  type BoxState,
  type Candidate,
  type Key,
  limits,
  type Opening,
  type Slot,
  type Use,
} from './model.ts';
import { keyIn, keyOf, slotOf, useOf } from './turn.ts';

/** May this be taken, and where from; or the one reason why not. */
export type TakeVerdict =
  | { readonly ok: true; readonly slot: SlotId }
  | { readonly ok: false; readonly reason: DenialReason };

/** The use of a booking as it is now: the core's own while open, else what the file says. */
export const useNow = (state: BoxState, candidate: Candidate): Use | null => {
  const open = useOf(state, candidate.booking);
  if (open !== null) return open;
  // A file row that still says granted or out is older than the state, in which that use is over.
  return candidate.use;
};

/** This booking's driver has the key: whatever opens next is a return (rules.md 6, 8). */
export function mayReturn(state: BoxState, candidate: Candidate): boolean {
  const key = keyOf(state, candidate.key);
  if (key === null) return false;
  if (useOf(state, candidate.booking)?.life === 'out') {
    return key.place.at === 'out' && key.place.holder.booking === candidate.booking;
  }
  // After a damaged database nobody knows who holds a key that no slot has: a void code of it brings it back.
  return candidate.voided && key.place.at !== 'slot' && holderless(key);
}

const holderless = (key: Key): boolean => key.place.at !== 'out' || key.place.holder.booking === null;

function rightReason(candidate: Candidate, use: Use | null, by: By): DenialReason | null {
  if (by === 'code' && candidate.voided) return 'unknown';
  if (by === 'code' && use?.codeUsed === true) return 'used';
  return candidate.cancelled ? 'cancelled' : null;
}

function windowReason(state: BoxState, candidate: Candidate): DenialReason | null {
  const t = state.clock.judged;
  const early = t < candidate.start - state.rules.leadMs;
  const late = candidate.end !== null && t >= candidate.end;
  if (!trusted(state.clock.level)) return early || late ? 'clock-untrusted' : null;
  if (early || (t < candidate.start && candidate.rival)) return 'too-early';
  return late ? 'too-late' : null;
}

/** Takes stop, returns go on. */
export function outOfService(state: BoxState): boolean {
  const { health, lockdown } = state;
  return lockdown.on || health.powerLow || health.databaseSuspect || health.storage === 'degraded';
}

function staleReason(state: BoxState): DenialReason | null {
  const { maxSyncAgeMs } = state.rules;
  if (maxSyncAgeMs === null || !state.sync.enrolled) return null;
  const age = state.clock.judged - (state.sync.vouchedAt ?? wall(0));
  return age > maxSyncAgeMs ? 'stale' : null;
}

/** Where a key can be taken from now, or why it cannot. */
function whereabouts(state: BoxState, candidate: Candidate): TakeVerdict {
  const key = keyOf(state, candidate.key);
  if (key === null) return { ok: false, reason: 'key-elsewhere' };
  const id = slotHolding(state, key);
  if (id === null) return { ok: false, reason: 'key-absent' };
  const slot = slotOf(state, id);
  if (slot.presence === 'absent') return { ok: false, reason: 'key-absent' };
  const { opening } = slot;
  const own = opening?.booking === candidate.booking && opening.for === 'take';
  if (opening !== null && !own && !replaceable(slot, opening)) return { ok: false, reason: 'key-absent' };
  return canTakeFrom(slot) ? { ok: true, slot: id } : { ok: false, reason: 'slot-faulted' };
}

/** The slot from which this key could be handed out, sensors aside; null when it is not in the box. */
export function slotHolding(state: BoxState, key: Key): SlotId | null {
  if (key.place.at === 'slot') return key.place.slot;
  if (key.place.at !== 'never-stocked') return null;
  // Without a sensor a slot where nothing was ever taken may hold its key (rules.md 8): the door is opened to look.
  const home = slotOf(state, key.home);
  const free = home.presence === 'none' && !home.emptied && keyIn(state, home.id) === null;
  return free ? home.id : null;
}

/** Its owner is not standing in front of it: another grant may take its place. */
export const replaceable = (slot: Slot, opening: Opening): boolean =>
  !opening.learning &&
  (opening.for === 'technician' ||
    opening.for === 'remote' ||
    (opening.phase === 'open' && (opening.moved || slot.heldSaid)));

const canTakeFrom = (slot: Slot): boolean =>
  !slot.jammed && !slot.lineFaulted && !slot.maintenance && !(slot.doorSuspect && slot.presence === 'none');

/** The decision of a take (rules.md 1–6): first the right, then the box, then the key. */
export function judgeTake(state: BoxState, candidate: Candidate, by: By): TakeVerdict {
  const use = useNow(state, candidate);
  const reason =
    rightReason(candidate, use, by) ??
    windowReason(state, candidate) ??
    (outOfService(state) ? 'out-of-service' : null) ??
    staleReason(state);
  if (reason !== null) return { ok: false, reason };
  if (use?.life === 'granted' && use.pulses >= limits.pulsesUnopened)
    return { ok: false, reason: 'slot-faulted' };
  return whereabouts(state, candidate);
}

/** Nothing is in there, as far as can be known (rules.md 8). */
const isEmpty = (slot: Slot): boolean =>
  slot.presence === 'none' ? slot.emptied : slot.presence === 'absent';

/** Some other key may be in there, where no sensor could tell: it was believed there and nobody took it out. */
const mayHoldAnother = (state: BoxState, slot: Slot, key: Key): boolean =>
  slot.presence === 'none' &&
  state.keys.some(
    other =>
      other.name !== key.name &&
      ((other.place.at === 'slot' && other.place.slot === slot.id) ||
        (other.place.at === 'missing' && other.place.from === slot.id)),
  );

function canReturnTo(state: BoxState, slot: Slot, key: Key): boolean {
  if (slot.jammed || slot.lineFaulted || slot.maintenance) return false;
  const { opening } = slot;
  if (opening !== null && opening.key !== key.name && !replaceable(slot, opening)) return false;
  if (mayHoldAnother(state, slot, key)) return false;
  return isEmpty(slot) || maybeOwnHome(state, slot, key);
}

/** Without a sensor, the home of a key that was never in the box can hold no other key. */
const maybeOwnHome = (state: BoxState, slot: Slot, key: Key): boolean =>
  slot.presence === 'none' &&
  slot.id === key.home &&
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
