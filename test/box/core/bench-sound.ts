import assert from 'node:assert/strict';
import type { Effect } from '../../../src/box/core/effect.ts';
import type { Site } from '../../../src/box/core/initial.ts';
import { type BoxState, limits } from '../../../src/box/core/model.ts';
import { denialReasons, eventTypes } from '../../../src/wire/journal.ts';

const members = new Set([
  'type',
  'slot',
  'key',
  'booking',
  'who',
  'by',
  'reason',
  'proof',
  'for',
  'ms',
  'device',
  'what',
  'count',
  'late',
]);

/** What must hold after any input whatever; throws where it does not. */
export function sound(state: BoxState, effects: readonly Effect[], site: Site): void {
  assert.deepStrictEqual(JSON.parse(JSON.stringify(state)), state, 'the state survives JSON as it is');
  bounded(state, site);
  for (const effect of effects) {
    assert.deepStrictEqual(JSON.parse(JSON.stringify(effect)), effect, 'an effect survives JSON as it is');
    if (effect.type === 'journal') knownMembers(effect.entry);
    if (effect.type === 'pulse-lock') assert.ok(effect.ms > 0 && effect.ms <= limits.pulseMaxMs);
  }
}

function bounded(state: BoxState, site: Site): void {
  const { attempts, uses, queue, slots, keys, health } = state;
  assert.equal(slots.length, site.slots.length);
  assert.ok(keys.length <= limits.keys);
  assert.ok(queue.length <= slots.length && new Set(queue).size === queue.length, 'a slot waits once');
  assert.ok(uses.length <= keys.length + slots.length, `${uses.length} uses are open`);
  assert.ok(attempts.phones.length <= limits.phonesRemembered);
  assert.ok(attempts.denials.written <= limits.denialsEachMinute);
  assert.ok(health.lost.length <= 8);
  if (state.panel.mode === 'choose') assert.ok(state.panel.options.length <= 9);
  const places = keys.flatMap(key => (key.place.at === 'slot' ? [key.place.slot] : []));
  assert.equal(new Set(places).size, places.length, 'two keys are never believed in one slot');
  const powered = slots.filter(slot => slot.opening?.phase === 'pulsing');
  assert.ok(powered.length <= 1, 'one lock at a time (14)');
}

function knownMembers(entry: object): void {
  for (const [name, value] of Object.entries(entry)) {
    assert.ok(members.has(name), `no event has a member ${name}`);
    assert.ok(value !== null && value !== undefined, `${name} says nothing`);
  }
  const { type, reason } = entry as { readonly type: string; readonly reason?: string };
  assert.ok((eventTypes as readonly string[]).includes(type));
  if (type === 'denied') assert.ok((denialReasons as readonly unknown[]).includes(reason));
}
