import { assert } from '../../base/assert.ts';
import type { BookingId, KeyName, MonoMs, SlotId } from '../../base/brand.ts';
import { after, millis } from '../../base/brand.ts';
import type { Entry } from '../../wire/journal.ts';
import type { Effect } from './effect.ts';
import type { Stamp } from './input.ts';
import type { BoxState, Key, Slot, Use } from './model.ts';
import type { Said, Signal } from './screen.ts';

/**
 * One step while it is being taken: the state so far and the effects so far. It lives only inside `step`, which hands out
 * neither before it is over, so that the core stays a function of its arguments.
 */
export interface Draft {
  state: BoxState;
  readonly at: Stamp;
  readonly effects: Effect[];
}

export const nowOf = (draft: Draft): MonoMs => draft.at.mono;

export function slotOf(state: BoxState, id: SlotId): Slot {
  const slot = state.slots.find(each => each.id === id);
  assert(slot !== undefined, `slot ${id} is not of this box`);
  return slot;
}

export const keyOf = (state: BoxState, name: KeyName | null): Key | null =>
  state.keys.find(each => each.name === name) ?? null;

export const useOf = (state: BoxState, booking: BookingId | null): Use | null =>
  state.uses.find(each => each.booking === booking) ?? null;

/** The key that the books place in this slot. */
export const keyIn = (state: BoxState, slot: SlotId): Key | null =>
  state.keys.find(key => key.place.at === 'slot' && key.place.slot === slot) ?? null;

export function patch(draft: Draft, change: Partial<BoxState>): void {
  draft.state = { ...draft.state, ...change };
}

export function setSlot(draft: Draft, id: SlotId, change: Partial<Slot>): void {
  patch(draft, { slots: draft.state.slots.map(slot => (slot.id === id ? { ...slot, ...change } : slot)) });
}

export function setKey(draft: Draft, name: KeyName, change: Partial<Key>): void {
  patch(draft, { keys: draft.state.keys.map(key => (key.name === name ? { ...key, ...change } : key)) });
}

/**
 * The uses that the state still has to know: those whose key is out, and those whose grant is under way. A grant that came
 * to nothing is remembered beside its booking only, else every code that nobody took a key with would stay for ever.
 */
export const openUses = (slots: readonly Slot[], uses: readonly Use[]): readonly Use[] =>
  uses.filter(use => use.life === 'out' || slots.some(({ opening }) => opening?.booking === use.booking));

/** Keeps a use: among the open ones while it is granted or out, and in the file in any case. */
export function setUse(draft: Draft, use: Use): void {
  const others = draft.state.uses.filter(each => each.booking !== use.booking);
  const open = use.life === 'granted' || use.life === 'out';
  patch(draft, { uses: open ? [...others, use] : others });
  draft.effects.push({ type: 'write-use', use });
}

/** Members that are null or undefined are left out: an event says only what is known. */
type Loose = { readonly [Name in keyof Entry]?: Entry[Name] | null | undefined } & {
  readonly type: Entry['type'];
};

export function journal(draft: Draft, loose: Loose): void {
  const entry = Object.fromEntries(
    Object.entries(loose).filter(([, value]) => value !== null && value !== undefined),
  );
  draft.effects.push({ type: 'journal', entry: entry as unknown as Entry });
}

export function signal(draft: Draft, which: Signal): void {
  draft.effects.push({ type: 'signal', signal: which });
}

const readMs = 8_000;

/** Puts a text on the display for `forMs`, 8 s unless told. */
export function show(draft: Draft, screen: Said, forMs: number = readMs): void {
  const { typing } = draft.state;
  patch(draft, {
    shown: { screen, until: after(nowOf(draft), millis(forMs)) },
    typing: typing === null ? null : { ...typing, covered: true },
  });
}
