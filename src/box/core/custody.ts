import { after, type BookingId, type KeyName, millis, type SlotId, type WallMs } from '../../base/brand.ts';
import type { By, Proof } from '../../wire/journal.ts';
import { estimate } from './clock.ts';
import {
  type Draft,
  journal,
  keyIn,
  keyOf,
  nowOf,
  patch,
  setKey,
  setSlot,
  setUse,
  show,
  signal,
  slotOf,
  useOf,
} from './draft.ts';
import { type BoxState, type Holder, type Key, limits, type Opening, type Use } from './model.ts';

/** The opening's key has left the slot: custody goes to its holder. */
export function keyTaken(draft: Draft, slot: SlotId, opening: Opening, proof: Proof): void {
  const key = keyOf(draft.state, opening.key) ?? keyIn(draft.state, slot);
  const { booking, who, by } = opening;
  journal(draft, { type: 'key-taken', slot, key: key?.name, booking, who, by, proof });
  markMoved(draft, slot, true);
  if (key === null) return;
  putOut(draft, key, { booking, who }, proof);
  const use = useOf(draft.state, booking);
  if (use !== null) setUse(draft, { ...use, life: 'out', pulses: 0 });
  show(draft, { text: 'taken', key: key.name });
  signal(draft, 'done');
}

function putOut(draft: Draft, key: Key, holder: Holder, proof: Proof): void {
  const since = estimate(draft.state, draft.at);
  setKey(draft, key.name, { place: { at: 'out', holder, since, proof } });
}

function markMoved(draft: Draft, slot: SlotId, knownEmpty: boolean): void {
  const { opening } = slotOf(draft.state, slot);
  setSlot(draft, slot, {
    knownEmpty,
    contentsUnknown: !knownEmpty,
    lastTake: null,
    ...(opening === null ? {} : { opening: { ...opening, moved: true } }),
  });
}

/** The person who brings a key, as far as the box knows them. */
interface Bringer {
  readonly booking: BookingId | null;
  readonly who: string | null;
  readonly by: By | null;
}

/** The box saw no person bring it. */
export const nobody: Bringer = { booking: null, who: null, by: null };

/** The key is in the slot: custody ends, the booking's code has had its one take (rules.md 6). */
export function keyReturned(draft: Draft, slot: SlotId, name: KeyName, bringer: Bringer, proof: Proof): void {
  const key = keyOf(draft.state, name);
  if (key === null) return;
  const holder: Holder = key.place.at === 'out' ? key.place.holder : { booking: null, who: null };
  const taken = holder.booking !== null || holder.who !== null;
  const byOther = taken && bringer.who !== null && bringer.who !== holder.who;
  journal(draft, {
    type: 'key-returned',
    slot,
    key: name,
    booking: holder.booking,
    who: bringer.who ?? (bringer.by === 'tag' ? null : holder.who),
    by: bringer.by,
    proof,
    reason: byOther ? 'returned-by-other' : null,
  });
  evict(draft, slot, name);
  const use = useOf(draft.state, holder.booking);
  const lastHolder = key.place.at === 'out' ? { holder, use } : key.lastHolder;
  setKey(draft, name, { place: { at: 'slot', slot, proof }, lastHolder });
  const ended = use ?? broughtBy(draft.state, name, holder);
  if (ended !== null && ended.life === 'out') finishUse(draft, ended);
  markMoved(draft, slot, false);
  show(draft, { text: 'returned', key: name });
  signal(draft, 'done');
}

/** Nobody knew who had it; whoever brought it had the right to it, and it is used up now. */
function broughtBy(state: BoxState, name: KeyName, holder: Holder): Use | null {
  if (holder.booking !== null) return null;
  const under = state.slots.find(({ opening }) => opening?.for === 'return' && opening.key === name);
  return under?.opening?.brings ?? null;
}

/**
 * Nobody brings it: it hangs there, and was never said to. A relay reads the journal, and would take it for never stocked
 * (rules.md 12); a box alone knows it, and says it when it is enrolled.
 */
export function seenIn(draft: Draft, slot: SlotId, name: KeyName, proof: Proof): void {
  // A key that was said to be missing is said to be there, also where nobody but an auditor reads it.
  const wasMissing = keyOf(draft.state, name)?.place.at === 'missing';
  if (draft.state.sync.enrolled || wasMissing)
    journal(draft, { type: 'key-returned', slot, key: name, proof, reason: 'seen' });
  setKey(draft, name, { place: { at: 'slot', slot, proof } });
  setSlot(draft, slot, { knownEmpty: false });
}

/** Two keys cannot be believed in one slot: the one believed there so far is where nobody knows. */
function evict(draft: Draft, slot: SlotId, incoming: KeyName): void {
  const before = keyIn(draft.state, slot);
  if (before === null || before.name === incoming) return;
  journal(draft, { type: 'custody-mismatch', slot, key: before.name });
  setKey(draft, before.name, { place: { at: 'missing', from: slot } });
}

/** A returned key ends the use; a booking that may be used again begins anew. */
const finishUse = (draft: Draft, use: Use): void =>
  setUse(draft, {
    ...use,
    life: use.reuse ? 'fresh' : 'used',
    codeUsed: use.codeUsed || !use.reuse,
    pulses: 0,
    openings: 0,
    dueSoonSaid: false,
    overdueSaid: false,
  });

/** A booking that was prolonged or shortened while its key is out is reminded of anew. */
export function endChanged(draft: Draft, booking: BookingId, end: WallMs | null): void {
  const use = useOf(draft.state, booking);
  if (use === null || use.end === end) return;
  setUse(draft, { ...use, end, dueSoonSaid: false, overdueSaid: false });
}

/** Where no sensor tells: the key of this take can have left this slot. Its tag may have brought it to another meanwhile. */
export function mayLeave(state: BoxState, slot: SlotId, { key }: Opening): boolean {
  const place = keyOf(state, key)?.place;
  if (place === undefined || place.at === 'never-stocked') return true;
  return place.at === 'slot' && place.slot === slot;
}

/** The door was opened and shut, and the key is still there: the code is fresh again, five times at most (rules.md 6). */
export function notTaken(draft: Draft, slot: SlotId, opening: Opening): void {
  const { key, booking, who, by } = opening;
  journal(draft, { type: 'not-taken', slot, key, booking, who, by });
  const use = useOf(draft.state, booking);
  const elsewhere = draft.state.slots.some(each => each.id !== slot && each.opening?.booking === booking);
  const isSpent = use?.life === 'granted' && !elsewhere && untaken(draft, use);
  show(draft, { text: 'not-taken', slot, isSpent });
  signal(draft, 'attention');
}

/** One more opening without the key: fresh again, or spent, which is true. */
function untaken(draft: Draft, use: Use): boolean {
  const openings = use.openings + 1;
  const spent = openings >= limits.openingsUntaken;
  setUse(draft, {
    ...use,
    life: spent ? 'used' : 'fresh',
    codeUsed: use.codeUsed || spent,
    pulses: 0,
    openings,
  });
  return spent;
}

/** `0#`: the driver found the slot empty; custody goes back to the last holder (rules.md 11). False if nothing to say so about. */
export function foundEmpty(draft: Draft): boolean {
  const now = nowOf(draft);
  const slot = draft.state.slots
    .filter(each => each.lastTake !== null && now - each.lastTake.closedAt <= limits.foundEmptyMs)
    .sort((a, b) => (b.lastTake?.closedAt ?? 0) - (a.lastTake?.closedAt ?? 0))[0];
  const take = slot?.lastTake;
  if (slot === undefined || take == null) return false;
  const key = keyOf(draft.state, take.key);
  if (key === null || key.place.at !== 'out' || key.place.holder.booking !== take.use.booking) return false;
  journal(draft, {
    type: 'custody-mismatch',
    slot: slot.id,
    key: take.key,
    booking: take.use.booking,
    who: take.use.who,
    reason: 'found-empty',
  });
  const holder = key.lastHolder?.holder ?? { booking: null, who: null };
  putOut(draft, key, holder, 'presumed');
  setSlot(draft, slot.id, { lastTake: null });
  untaken(draft, useOf(draft.state, take.use.booking) ?? take.use);
  const previous = key.lastHolder?.use;
  if (previous != null) setUse(draft, { ...previous, life: 'out' });
  show(draft, { text: 'found-empty', slot: slot.id });
  signal(draft, 'attention');
  return true;
}

/** A key has left or come with nobody who may: the books say so, and that nobody knows. */
export function mismatch(draft: Draft, slot: SlotId, key: Key | null, what: 'gone' | 'unexpected'): void {
  journal(draft, { type: 'custody-mismatch', slot, key: key?.name, reason: what });
  if (key !== null && what === 'gone') setKey(draft, key.name, { place: { at: 'missing', from: slot } });
}

/** The key that a sensed arrival in this slot must be, where only one can be meant: the one at home here. */
export function strayOf(draft: Draft, slot: SlotId): Key | null {
  const home = draft.state.keys.filter(key => key.home === slot && key.place.at !== 'slot');
  return home.length === 1 ? (home[0] ?? null) : null;
}

/** Something was sensed to arrive without a return being under way here: the key at home here, or nobody knows which. */
export function arrived(draft: Draft, slot: SlotId, bringer: Bringer = nobody): void {
  if (keyIn(draft.state, slot) !== null) return;
  const key = strayOf(draft, slot);
  if (key === null) mismatch(draft, slot, null, 'unexpected');
  else keyReturned(draft, slot, key.name, bringer, 'sensor');
}

/** Custody goes from one driver to the next at the door, without the key going in: a handover in the yard. */
export function transfer(draft: Draft, slot: SlotId, to: { readonly use: Use; readonly by: By }): void {
  const opening = slotOf(draft.state, slot).opening;
  const key = keyOf(draft.state, opening?.key ?? null);
  if (opening === null || key === null) return;
  const from = key.place.at === 'out' ? key.place.holder : null;
  const { booking, who } = to.use;
  journal(draft, { type: 'key-transferred', slot, key: key.name, booking, who, by: to.by });
  const before = useOf(draft.state, from?.booking ?? null);
  if (before !== null) finishUse(draft, before);
  setUse(draft, { ...to.use, life: 'out', pulses: 0 });
  const since = estimate(draft.state, draft.at);
  const holder: Holder = { booking, who };
  setKey(draft, key.name, {
    place: { at: 'out', holder, since, proof: 'presumed' },
    lastHolder: from === null ? key.lastHolder : { holder: from, use: before },
  });
  setSlot(draft, slot, { opening: { ...opening, transferredTo: booking } });
  show(draft, { text: 'transferred', key: key.name });
  signal(draft, 'done');
}

/** After a handover the key was put in after all: it is back, and the new driver's booking is as good as new. */
export function undoTransfer(draft: Draft, slot: SlotId, opening: Opening): void {
  const use = useOf(draft.state, opening.transferredTo);
  if (opening.key === null) return;
  keyReturned(draft, slot, opening.key, nobody, 'sensor');
  if (use !== null) setUse(draft, { ...use, life: 'fresh' });
}

/** The rest of a minute in which `0#` may be typed begins now. */
export function rememberTake(draft: Draft, slot: SlotId, opening: Opening): void {
  const use = useOf(draft.state, opening.booking);
  if (opening.key === null || use === null) return;
  setSlot(draft, slot, { lastTake: { key: opening.key, use, closedAt: nowOf(draft) } });
}

/** Adds the lock of this slot to those that wait for power. */
export function enqueue(draft: Draft, slot: SlotId): void {
  if (!draft.state.queue.includes(slot)) patch(draft, { queue: [...draft.state.queue, slot] });
}

/** A moment in the future of this step. */
export const inMs = (draft: Draft, ms: number) => after(nowOf(draft), millis(ms));
