import assert from 'node:assert/strict';
import type { SlotId } from '../../../src/base/brand.ts';
import type { Effect } from '../../../src/box/core/effect.ts';
import type { Input } from '../../../src/box/core/input.ts';
import type { BoxState, Slot } from '../../../src/box/core/model.ts';
import { step } from '../../../src/box/core/step.ts';
import { denialReasons, type Entry, type EventType, eventTypes } from '../../../src/wire/journal.ts';

const members: ReadonlySet<string> = new Set<keyof Entry>([
  ...([
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
  ] as const),
  ...(['count', 'late'] as const),
]);
const types: ReadonlySet<string> = new Set(eventTypes);
const reasons: ReadonlySet<string> = new Set(denialReasons);
const fingerprintShape = /[0-9a-f]{32}/;

/** What is wrong with the form of the effects, whatever they mean (contracts.md §3, rules.md 1). */
export function malformed(before: BoxState, input: Input, effects: readonly Effect[]): readonly string[] {
  const bad: string[] = [];
  const entries = effects.flatMap(effect => (effect.type === 'journal' ? [effect.entry] : []));
  for (const entry of entries) {
    const { type, reason, who } = entry;
    if (!types.has(type)) bad.push(`form: no such event as ${type}`);
    if (type === 'denied' && !reasons.has(reason ?? '')) bad.push(`form: denied for ${reason}`);
    const strange = Object.entries(entry).filter(
      ([name, value]) => !members.has(name) || value === undefined,
    );
    if (strange.length > 0) bad.push(`form: ${type} carries ${strange.map(([name]) => name)}`);
    if (fingerprintShape.test(JSON.stringify(entry))) bad.push(`form: ${type} carries a fingerprint`);
    if (type === 'granted' && (entry.slot === undefined || entry.for === undefined || entry.by === undefined))
      bad.push(`form: granted without slot, purpose or credential (${who})`);
  }
  const answers = effects.flatMap(effect => (effect.type === 'answer' ? [effect.id] : []));
  const asked = input.type === 'command' ? 1 : 0;
  if (answers.length !== asked) bad.push(`form: ${answers.length} answers to ${input.type}`);
  const refused = effects.some(effect => effect.type === 'answer' && !effect.outcome.done);
  const told = refused ? null : expected(before, input);
  if (told !== null && !entries.some(entry => told.includes(entry.type)))
    bad.push(`form: ${input.type} left no ${told.join(' or ')}`);
  return bad;
}

/** Events of which one must follow from an input that is news (rules.md 5, contracts.md §3). */
function expected(before: BoxState, input: Input): readonly EventType[] | null {
  if (input.type === 'booted') return ['booted'];
  if (input.type === 'stopping') return ['stopped'];
  if (input.type === 'bookings-changed') return ['bookings-changed'];
  if (input.type === 'command') return ['technician', 'granted'];
  if (input.type === 'door-changed') return moved(before, input);
  if (input.type !== 'pulse-begun' || before.powered?.slot !== input.slot) return null;
  return slotIn(before, input.slot)?.opening == null ? null : ['pulsed'];
}

const slotIn = (state: BoxState, id: SlotId): Slot | undefined => state.slots.find(slot => slot.id === id);

/** Facts of a door, each its own event, unless it flaps without end. */
function moved(
  before: BoxState,
  { slot: id, door }: Input & { readonly type: 'door-changed' },
): readonly EventType[] | null {
  const slot = slotIn(before, id);
  if (slot === undefined || slot.door === door) return null;
  const known = before.flapping.find(({ source }) => source.of === 'door' && source.slot === id);
  if (known !== undefined && (known.counted !== null || known.left < 1 || known.minute.count >= 30))
    return null;
  // A door that bounces is no news (rules.md 5).
  if (slot.bounced || (slot.shutAt !== null && before.now - slot.shutAt < 5_000)) return null;
  return door === 'open' ? ['door-opened', 'door-forced'] : ['door-closed', 'door-shut'];
}

/** Deep-freezes a state while checking that it is plain data; what was seen before is skipped, so it costs only what changed. */
export function freezePlain(value: unknown, path: string, seen: WeakSet<object>): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    assert.ok(Number.isFinite(value), `${path} is ${value}`);
    return;
  }
  assert.ok(typeof value === 'object', `${path} is a ${typeof value}`);
  if (seen.has(value)) return;
  seen.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  assert.ok(prototype === Object.prototype || Array.isArray(value), `${path} is no plain object`);
  for (const [name, inner] of Object.entries(value)) freezePlain(inner, `${path}.${name}`, seen);
  Object.freeze(value);
}

/** The same state through JSON, the same input: the same outcome. */
export function sameAgain(state: BoxState, input: Input, found: ReturnType<typeof step>): void {
  const copy = JSON.parse(JSON.stringify(state)) as BoxState;
  assert.deepEqual(copy, state, 'the state does not survive JSON');
  assert.deepEqual(structuredClone(state), state, 'the state does not survive structuredClone');
  assert.deepEqual(step(copy, structuredClone(input)), found, 'the same input gave another outcome');
}

/** Every collection of the state within its stated maximum. */
export function overgrown(state: BoxState): readonly string[] {
  const bad: string[] = [];
  const most = (what: string, size: number, max: number): void => {
    if (size > max) bad.push(`bounds: ${size} ${what}, at most ${max}`);
  };
  most('queued slots', state.queue.length, state.slots.length);
  most('phones', state.attempts.phones.length, 256);
  most('uses', state.uses.length, state.keys.length + state.slots.length);
  most('lost ports', state.health.lost.length, 16);
  most('flapping sources', state.flapping.length, 3 * state.slots.length + state.keys.length + 3 + 16);
  most('options', state.panel.mode === 'choose' ? state.panel.options.length : 0, 16);
  return bad;
}
