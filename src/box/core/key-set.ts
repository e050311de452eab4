import { assert } from '../../base/assert.ts';
import type { KeyName, SlotId } from '../../base/brand.ts';
import { seenIn } from './custody.ts';
import { type Draft, journal, keyIn, keyOf, patch, setSlot, setUse } from './draft.ts';
import { byName, freshKey, type KeyDefinition } from './initial.ts';
import { type Key, limits } from './model.ts';

/**
 * The set of keys is another one now. Known names keep their custody; a key that takes over a slot's default key takes over
 * its custody; one that is out stays known until it is back.
 */
export function keysChanged(
  draft: Draft,
  definitions: readonly KeyDefinition[],
  { who, by, why, retagged = false, renamed: asked = [] }: KeyChange,
): void {
  assert(definitions.length <= limits.keys, 'more keys than a box can have');
  if (!retagged && sameSet(definitions, draft.state.keys)) return;
  journal(draft, { type: 'technician', what: 'keys-changed', by, who, reason: why });
  for (const { from, to } of asked) rename(draft, from, to);
  const before = draft.state.keys;
  const gone = before.filter(key => !definitions.some(each => each.name === key.name));
  const heirs = heirsOf(definitions, before);
  const next = definitions.map(definition => {
    const known = before.find(key => key.name === definition.name);
    if (known !== undefined) return { ...known, home: definition.home, tagged: definition.tagged };
    const first = heirs.get(definition.home) === definition.name;
    return first ? heir(draft, definition, gone) : freshKey(definition);
  });
  const stillOut = gone.filter(key => key.place.at === 'out' && !heirs.has(key.home));
  patch(draft, { keys: [...next, ...stillOut].sort(byName) });
  for (const { from, to } of successions(definitions, before)) renamed(draft, from, to);
  for (const name of heirs.values()) sayPlace(draft, name);
}

/** Of a key that is in a slot, to whoever knows it only from now on. */
export function sayPlace(draft: Draft, name: KeyName): void {
  const place = keyOf(draft.state, name)?.place;
  if (place?.at === 'slot') seenIn(draft, place.slot, name, place.proof);
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
interface KeyChange {
  readonly who: string;
  readonly by: 'technician' | 'remote';
  readonly why?: string | undefined;
  /** A key has another tag now, though its name and home are what they were. */
  readonly retagged?: boolean | undefined;
  readonly renamed?: readonly { readonly from: KeyName; readonly to: KeyName }[];
}

/** Nothing is done where the new name is somebody's already. */
function rename(draft: Draft, from: KeyName, to: KeyName): void {
  const { keys } = draft.state;
  if (keys.some(key => key.name === to)) return;
  patch(draft, { keys: keys.map(key => (key.name === from ? { ...key, name: to } : key)).sort(byName) });
  renamed(draft, from, to);
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
function heir(draft: Draft, definition: KeyDefinition, gone: readonly Key[]): Key {
  const key = freshKey(definition);
  const former = gone.find(each => each.home === definition.home);
  if (former !== undefined) return { ...key, place: former.place, lastHolder: former.lastHolder };
  const home = draft.state.slots.find(slot => slot.id === definition.home);
  const sensed = home?.presence === 'present' && keyIn(draft.state, home.id) === null;
  return sensed ? { ...key, place: { at: 'slot', slot: home.id, proof: 'sensor' } } : key;
}

/** Grants, openings and takes that are under way go on under the key's new name. */
function renamed(draft: Draft, from: KeyName, to: KeyName): void {
  for (const use of draft.state.uses) if (use.key === from) setUse(draft, { ...use, key: to });
  for (const { id, opening, lastTake } of draft.state.slots) {
    if (opening?.key === from) setSlot(draft, id, { opening: { ...opening, key: to } });
    if (lastTake?.key === from) setSlot(draft, id, { lastTake: { ...lastTake, key: to } });
  }
}
