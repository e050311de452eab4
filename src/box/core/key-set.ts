import { assert } from '../../base/assert.ts';
import type { KeyName, SlotId } from '../../base/brand.ts';
import { byName, freshKey, type KeyDefinition } from './initial.ts';
import { type Key, limits } from './model.ts';
import { journal, keyIn, patch, setSlot, setUse, type Turn } from './turn.ts';

/**
 * The set of keys is another one now. Known names keep their custody; a key that takes over a slot's default key takes over
 * its custody; one that is out stays known until it is back.
 */
export function keysChanged(
  turn: Turn,
  definitions: readonly KeyDefinition[],
  { who, by, why, retagged = false, renamed: asked = [] }: KeyChange,
): void {
  assert(definitions.length <= limits.keys, 'more keys than a box can have');
  if (!retagged && sameSet(definitions, turn.state.keys)) return;
  journal(turn, { type: 'technician', what: 'keys-changed', by, who, reason: why });
  for (const { from, to } of asked) rename(turn, from, to);
  const before = turn.state.keys;
  const gone = before.filter(key => !definitions.some(each => each.name === key.name));
  const heirs = heirsOf(definitions, before);
  const next = definitions.map(definition => {
    const known = before.find(key => key.name === definition.name);
    if (known !== undefined) return { ...known, home: definition.home, tagged: definition.tagged };
    const first = heirs.get(definition.home) === definition.name;
    return first ? heir(turn, definition, gone) : freshKey(definition);
  });
  const stillOut = gone.filter(key => key.place.at === 'out' && !heirs.has(key.home));
  patch(turn, { keys: [...next, ...stillOut].sort(byName) });
  for (const { from, to } of successions(definitions, before)) renamed(turn, from, to);
}

/** Keys that go, with the new key that takes over the slot, and so the custody, of each. */
export function successions(
  definitions: readonly KeyDefinition[],
  before: readonly Pick<Key, 'name' | 'home'>[],
): readonly { readonly from: KeyName; readonly to: KeyName }[] {
  const gone = before.filter(key => !definitions.some(each => each.name === key.name));
  return [...heirsOf(definitions, before)].flatMap(([home, to]) => {
    const former = gone.find(key => key.home === home);
    return former === undefined ? [] : [{ from: former.name, to }];
  });
}

/** Who changes the keys, and which of them only get another name, wherever they live now. */
export interface KeyChange {
  readonly who: string;
  readonly by: 'technician' | 'remote';
  readonly why?: string | undefined;
  /** A key has another tag now, though its name and home are what they were. */
  readonly retagged?: boolean | undefined;
  readonly renamed?: readonly { readonly from: KeyName; readonly to: KeyName }[];
}

/** Nothing is done where the new name is somebody's already. */
function rename(turn: Turn, from: KeyName, to: KeyName): void {
  const { keys } = turn.state;
  if (keys.some(key => key.name === to)) return;
  patch(turn, { keys: keys.map(key => (key.name === from ? { ...key, name: to } : key)).sort(byName) });
  renamed(turn, from, to);
}

const sameSet = (definitions: readonly KeyDefinition[], keys: readonly Key[]): boolean =>
  definitions.length === keys.length &&
  definitions.every(({ name, home, tagged }) =>
    keys.some(key => key.name === name && key.home === home && key.tagged === tagged),
  );

/** For each slot that new keys are at home in, the first of them: a slot holds one key. */
const heirsOf = (
  definitions: readonly KeyDefinition[],
  before: readonly Pick<Key, 'name'>[],
): ReadonlyMap<SlotId, KeyName> =>
  new Map(
    definitions
      .filter(({ name }) => !before.some(key => key.name === name))
      .toReversed()
      .map(({ home, name }) => [home, name]),
  );

/** A new key: the one that was at home there under another name, or what is sensed there and is no other. */
function heir(turn: Turn, definition: KeyDefinition, gone: readonly Key[]): Key {
  const key = freshKey(definition);
  const former = gone.find(each => each.home === definition.home);
  if (former !== undefined) return { ...key, place: former.place, lastHolder: former.lastHolder };
  const home = turn.state.slots.find(slot => slot.id === definition.home);
  const sensed = home?.presence === 'present' && keyIn(turn.state, home.id) === null;
  return sensed ? { ...key, place: { at: 'slot', slot: home.id, proof: 'sensor' } } : key;
}

/** What is under way with a key goes on under its new name. */
function renamed(turn: Turn, from: KeyName, to: KeyName): void {
  for (const use of turn.state.uses) if (use.key === from) setUse(turn, { ...use, key: to });
  for (const { id, opening, lastTake } of turn.state.slots) {
    if (opening?.key === from) setSlot(turn, id, { opening: { ...opening, key: to } });
    if (lastTake?.key === from) setSlot(turn, id, { lastTake: { ...lastTake, key: to } });
  }
}
