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
  {
    who,
    why,
    retagged = false,
  }: { readonly who: string; readonly why?: string; readonly retagged?: boolean },
): void {
  assert(definitions.length <= limits.keys, 'more keys than a box can have');
  const before = turn.state.keys;
  if (!retagged && sameSet(definitions, before)) return;
  journal(turn, { type: 'technician', what: 'keys-changed', by: 'technician', who, reason: why });
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
  for (const [home, name] of heirs) {
    const former = gone.find(key => key.home === home);
    if (former !== undefined) renamed(turn, former.name, name);
  }
}

const sameSet = (definitions: readonly KeyDefinition[], keys: readonly Key[]): boolean =>
  definitions.length === keys.length &&
  definitions.every(({ name, home, tagged }) =>
    keys.some(key => key.name === name && key.home === home && key.tagged === tagged),
  );

/** For each slot that new keys are at home in, the first of them: a slot holds one key. */
const heirsOf = (
  definitions: readonly KeyDefinition[],
  before: readonly Key[],
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
