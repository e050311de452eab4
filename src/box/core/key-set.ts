import { assert } from '../../base/assert.ts';
import { byName, freshKey, type KeyDefinition } from './initial.ts';
import { type Key, limits } from './model.ts';
import { patch, type Turn } from './turn.ts';

/**
 * The set of keys is another one now. Known names keep their custody; a key that takes over a slot's default key takes over
 * its custody; one that is out stays known until it is back.
 */
export function keysChanged(turn: Turn, definitions: readonly KeyDefinition[]): void {
  assert(definitions.length <= limits.keys, 'more keys than a box can have');
  const before = turn.state.keys;
  const gone = before.filter(key => !definitions.some(each => each.name === key.name));
  const next = definitions.map(definition => merge(turn, definition, before, gone));
  const replaced = new Set(
    next.filter(key => !before.some(each => each.name === key.name)).map(key => key.home),
  );
  const stillOut = gone.filter(key => key.place.at === 'out' && !replaced.has(key.home));
  patch(turn, { keys: [...next, ...stillOut].sort(byName) });
}

function merge(turn: Turn, definition: KeyDefinition, before: readonly Key[], gone: readonly Key[]): Key {
  const known = before.find(key => key.name === definition.name);
  if (known !== undefined) return { ...known, home: definition.home, tagged: definition.tagged };
  const predecessor = gone.find(key => key.home === definition.home);
  if (predecessor !== undefined) {
    return { ...freshKey(definition), place: predecessor.place, lastHolder: predecessor.lastHolder };
  }
  const key = freshKey(definition);
  // What is sensed in its home is it: nothing else is at home there.
  const free = before.every(each => each.place.at !== 'slot' || each.place.slot !== definition.home);
  const home = turn.state.slots.find(slot => slot.id === definition.home);
  const seen = home?.presence === 'present' && free;
  return seen ? { ...key, place: { at: 'slot', slot: definition.home, proof: 'sensor' } } : key;
}
