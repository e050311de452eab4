import { after, type BookingId, type KeyName, millis, type SlotId, type WallMs } from '../../base/brand.ts';
import type { By, Proof } from '../../wire/journal.ts';
import { estimate } from './clock.ts';
import { type BoxState, type Holder, type Key, limits, type Opening, type Use } from './model.ts';
import {
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
  type Turn,
  useOf,
} from './turn.ts';

/** The opening's key has left the slot: custody goes to its holder. */
export function keyTaken(turn: Turn, slot: SlotId, opening: Opening, proof: Proof): void {
  const key = keyOf(turn.state, opening.key) ?? keyIn(turn.state, slot);
  const { booking, who, by } = opening;
  journal(turn, { type: 'key-taken', slot, key: key?.name, booking, who, by, proof });
  markMoved(turn, slot, true);
  if (key === null) return;
  putOut(turn, key, { booking, who }, proof);
  const use = useOf(turn.state, booking);
  if (use !== null) setUse(turn, { ...use, life: 'out', pulses: 0 });
  show(turn, { text: 'taken', key: key.name });
  signal(turn, 'done');
}

function putOut(turn: Turn, key: Key, holder: Holder, proof: Proof): void {
  const since = estimate(turn.state, turn.at);
  setKey(turn, key.name, { place: { at: 'out', holder, since, proof } });
}

function markMoved(turn: Turn, slot: SlotId, emptied: boolean): void {
  const { opening } = slotOf(turn.state, slot);
  setSlot(turn, slot, {
    emptied,
    disturbed: !emptied,
    lastTake: null,
    ...(opening === null ? {} : { opening: { ...opening, moved: true } }),
  });
}

/** What is known of whoever brings a key. */
export interface Bringer {
  readonly booking: BookingId | null;
  readonly who: string | null;
  readonly by: By | null;
}

const nobody: Bringer = { booking: null, who: null, by: null };

/** The key is in the slot: custody ends, the booking's code has had its one take (rules.md 6). */
export function keyReturned(turn: Turn, slot: SlotId, name: KeyName, bringer: Bringer, proof: Proof): void {
  const key = keyOf(turn.state, name);
  if (key === null) return;
  const holder: Holder = key.place.at === 'out' ? key.place.holder : { booking: null, who: null };
  const taken = holder.booking !== null || holder.who !== null;
  const byOther = taken && bringer.who !== null && bringer.who !== holder.who;
  journal(turn, {
    type: 'key-returned',
    slot,
    key: name,
    booking: holder.booking,
    who: bringer.who ?? (bringer.by === 'tag' ? null : holder.who),
    by: bringer.by,
    proof,
    reason: byOther ? 'returned-by-other' : null,
  });
  evict(turn, slot, name);
  const use = useOf(turn.state, holder.booking);
  const lastHolder = key.place.at === 'out' ? { holder, use } : key.lastHolder;
  setKey(turn, name, { place: { at: 'slot', slot, proof }, lastHolder });
  if (use !== null && use.life === 'out') finishUse(turn, use);
  markMoved(turn, slot, false);
  show(turn, { text: 'returned', key: name });
  signal(turn, 'done');
}

/** Two keys cannot be believed in one slot: the one believed there so far is where nobody knows. */
function evict(turn: Turn, slot: SlotId, incoming: KeyName): void {
  const before = keyIn(turn.state, slot);
  if (before === null || before.name === incoming) return;
  journal(turn, { type: 'custody-mismatch', slot, key: before.name });
  setKey(turn, before.name, { place: { at: 'missing', from: slot } });
}

/** A returned key ends the use; a booking that may be used again begins anew. */
const finishUse = (turn: Turn, use: Use): void =>
  setUse(turn, {
    ...use,
    life: use.reuse ? 'fresh' : 'used',
    codeUsed: use.codeUsed || !use.reuse,
    pulses: 0,
    openings: 0,
    dueSoonSaid: false,
    overdueSaid: false,
  });

/** A booking that was prolonged or shortened while its key is out is reminded of anew. */
export function endChanged(turn: Turn, booking: BookingId, end: WallMs | null): void {
  const use = useOf(turn.state, booking);
  if (use === null || use.end === end) return;
  setUse(turn, { ...use, end, dueSoonSaid: false, overdueSaid: false });
}

/** Where no sensor tells: the key of this take can have left this slot. Its tag may have brought it to another meanwhile. */
export function mayLeave(state: BoxState, slot: SlotId, { key }: Opening): boolean {
  const place = keyOf(state, key)?.place;
  if (place === undefined || place.at === 'never-stocked') return true;
  return place.at === 'slot' && place.slot === slot;
}

/** The door was opened and shut, and the key is still there: the code is fresh again, five times at most (rules.md 6). */
export function notTaken(turn: Turn, slot: SlotId, opening: Opening): void {
  const { key, booking, who, by } = opening;
  journal(turn, { type: 'not-taken', slot, key, booking, who, by });
  const use = useOf(turn.state, booking);
  const elsewhere = turn.state.slots.some(each => each.id !== slot && each.opening?.booking === booking);
  if (use?.life === 'granted' && !elsewhere) untaken(turn, use);
  show(turn, { text: 'not-taken', slot });
  signal(turn, 'attention');
}

/** One more opening without the key: fresh again, or spent. */
function untaken(turn: Turn, use: Use): void {
  const openings = use.openings + 1;
  const spent = openings >= limits.openingsUntaken;
  setUse(turn, {
    ...use,
    life: spent ? 'used' : 'fresh',
    codeUsed: use.codeUsed || spent,
    pulses: 0,
    openings,
  });
}

/** `0#`: the driver found the slot empty; custody goes back to the last holder (rules.md 11). False if nothing to say so about. */
export function foundEmpty(turn: Turn): boolean {
  const now = nowOf(turn);
  const slot = turn.state.slots
    .filter(each => each.lastTake !== null && now - each.lastTake.closedAt <= limits.foundEmptyMs)
    .sort((a, b) => (b.lastTake?.closedAt ?? 0) - (a.lastTake?.closedAt ?? 0))[0];
  const take = slot?.lastTake;
  if (slot === undefined || take == null) return false;
  const key = keyOf(turn.state, take.key);
  if (key === null || key.place.at !== 'out' || key.place.holder.booking !== take.use.booking) return false;
  journal(turn, {
    type: 'custody-mismatch',
    slot: slot.id,
    key: take.key,
    booking: take.use.booking,
    who: take.use.who,
    reason: 'found-empty',
  });
  const holder = key.lastHolder?.holder ?? { booking: null, who: null };
  putOut(turn, key, holder, 'presumed');
  setSlot(turn, slot.id, { lastTake: null });
  untaken(turn, useOf(turn.state, take.use.booking) ?? take.use);
  const previous = key.lastHolder?.use;
  if (previous != null) setUse(turn, { ...previous, life: 'out' });
  show(turn, { text: 'found-empty', slot: slot.id });
  signal(turn, 'attention');
  return true;
}

/** A key has left or come with nobody who may: the books say so, and that nobody knows. */
export function mismatch(turn: Turn, slot: SlotId, key: Key | null, what: 'gone' | 'unexpected'): void {
  journal(turn, { type: 'custody-mismatch', slot, key: key?.name, reason: what });
  if (key !== null && what === 'gone') setKey(turn, key.name, { place: { at: 'missing', from: slot } });
}

/** The key that a sensed arrival in this slot must be, where only one can be meant: the one at home here. */
function strayOf(turn: Turn, slot: SlotId): Key | null {
  const home = turn.state.keys.filter(key => key.home === slot && key.place.at !== 'slot');
  return home.length === 1 ? (home[0] ?? null) : null;
}

/** Something was sensed to arrive without a return being under way here: the key at home here, or nobody knows which. */
export function arrived(turn: Turn, slot: SlotId, bringer: Bringer = nobody): void {
  if (keyIn(turn.state, slot) !== null) return;
  const key = strayOf(turn, slot);
  if (key === null) mismatch(turn, slot, null, 'unexpected');
  else keyReturned(turn, slot, key.name, bringer, 'sensor');
}

/** Custody goes from one driver to the next at the door, without the key going in (peers' "handover in the yard"). */
export function transfer(turn: Turn, slot: SlotId, to: { readonly use: Use; readonly by: By }): void {
  const opening = slotOf(turn.state, slot).opening;
  const key = keyOf(turn.state, opening?.key ?? null);
  if (opening === null || key === null) return;
  const from = key.place.at === 'out' ? key.place.holder : null;
  const { booking, who } = to.use;
  journal(turn, { type: 'key-transferred', slot, key: key.name, booking, who, by: to.by });
  const before = useOf(turn.state, from?.booking ?? null);
  if (before !== null) finishUse(turn, before);
  setUse(turn, { ...to.use, life: 'out', pulses: 0 });
  const since = estimate(turn.state, turn.at);
  const holder: Holder = { booking, who };
  setKey(turn, key.name, {
    place: { at: 'out', holder, since, proof: 'presumed' },
    lastHolder: from === null ? key.lastHolder : { holder: from, use: before },
  });
  setSlot(turn, slot, { opening: { ...opening, transferredTo: booking } });
  show(turn, { text: 'transferred', key: key.name });
  signal(turn, 'done');
}

/** After a handover the key was put in after all: it is back, and the new driver's booking is as good as new. */
export function undoTransfer(turn: Turn, slot: SlotId, opening: Opening): void {
  const use = useOf(turn.state, opening.transferredTo);
  if (opening.key === null) return;
  keyReturned(turn, slot, opening.key, nobody, 'sensor');
  if (use !== null) setUse(turn, { ...use, life: 'fresh' });
}

/** The rest of a minute in which `0#` may be typed begins now. */
export function rememberTake(turn: Turn, slot: SlotId, opening: Opening): void {
  const use = useOf(turn.state, opening.booking);
  if (opening.key === null || use === null) return;
  setSlot(turn, slot, { lastTake: { key: opening.key, use, closedAt: nowOf(turn) } });
}

/** Adds the lock of this slot to those that wait for power. */
export function enqueue(turn: Turn, slot: SlotId): void {
  if (!turn.state.queue.includes(slot)) patch(turn, { queue: [...turn.state.queue, slot] });
}

/** A moment in the future of this step. */
export const inMs = (turn: Turn, ms: number) => after(nowOf(turn), millis(ms));
