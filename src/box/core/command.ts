import { never } from '../../base/assert.ts';
import { type KeyName, millis, type SlotId, type WallMs } from '../../base/brand.ts';
import { vouch } from './clock.ts';
import { keyReturned } from './custody.ts';
import { slotForReturn } from './decide.ts';
import type { Outcome } from './effect.ts';
import type { Command } from './input.ts';
import { type BoxState, limits, type Overlay } from './model.ts';
import { grant } from './opening.ts';
import { overlaid } from './overlay.ts';
import { journal, keyIn, keyOf, patch, setKey, setSlot, show, slotOf, type Turn } from './turn.ts';

/** Who asks and why: both go into the event (contracts.md §3). */
export interface Asked {
  readonly who: string;
  readonly why: string;
  readonly by: 'technician' | 'remote';
}

const done: Outcome = { done: true };

const refused = (code: string, message: string, hint: string): Outcome => ({
  done: false,
  code,
  message,
  hint,
});

/** What a technician asks of the running box; each leaves an event. Locks are opened in lock-down and out of service too. */
export function obey(turn: Turn, command: Command, asked: Asked): Outcome {
  switch (command.verb) {
    case 'open':
      return open(turn, command.slot, asked);
    case 'open-all':
      return openAll(turn, asked);
    case 'lockdown':
      return lockdown(turn, command, asked);
    case 'clock-set':
      return setClock(turn, command.wall, asked);
    case 'learn':
      return learn(turn, command.key, command.slot, asked);
    case 'maintenance':
      return maintenance(turn, command.slot, command.on, asked);
    case 'correct':
      return correct(turn, command.slot, command.key, asked);
    case 'restore-slot':
      return restoreSlot(turn, command.slot, asked);
    case 'rules':
      return overlay(turn, { rules: command.rules }, asked);
    case 'texts':
      return overlay(turn, { texts: command.texts }, asked);
    case 'resync':
      say(turn, 'resync', asked);
      return done;
    default:
      return never(command);
  }
}

const say = (turn: Turn, what: string, asked: Asked, more: object = {}): void =>
  journal(turn, { type: 'technician', what, by: asked.by, who: asked.who, reason: asked.why, ...more });

const slotBusy = (slot: SlotId): Outcome =>
  refused('slot-busy', `slot ${slot} is being used just now`, 'Close its door, then ask again.');

const unknownSlot = (state: BoxState, slot: SlotId): Outcome | null =>
  state.slots.some(each => each.id === slot)
    ? null
    : refused(
        'no-such-slot',
        `this box has no slot ${slot}`,
        `Its slots are ${state.slots.map(each => each.id).join(', ')}.`,
      );

function open(turn: Turn, slot: SlotId, asked: Asked): Outcome {
  const missing = unknownSlot(turn.state, slot);
  if (missing !== null) return missing;
  const busy = turn.state.slots.find(each => each.id === slot)?.opening;
  if (busy?.phase === 'queued' || busy?.phase === 'pulsing') {
    return refused(
      'slot-busy',
      `slot ${slot} is being opened just now`,
      'Wait for its door, then ask again.',
    );
  }
  say(turn, 'open', asked, { slot });
  openFor(turn, slot, asked);
  show(turn, { text: 'open', slot });
  return { done: true, slot };
}

function openAll(turn: Turn, asked: Asked): Outcome {
  say(turn, 'open-all', asked);
  for (const { id, opening } of turn.state.slots) {
    if (opening?.phase === 'queued' || opening?.phase === 'pulsing') continue;
    openFor(turn, id, asked);
  }
  return done;
}

/** A lock that could not be driven is tried anew; a sensor line that cannot be read stays what it is. */
function openFor(turn: Turn, id: SlotId, asked: Asked): void {
  const { lineFaulted, jammed } = slotOf(turn.state, id);
  setSlot(turn, id, { lineFaulted: lineFaulted && !jammed });
  grant(turn, id, { for: asked.by, booking: null, key: null, who: asked.who, by: asked.by });
}

function lockdown(turn: Turn, command: { on: boolean; until: WallMs | null }, asked: Asked): Outcome {
  const until = command.on ? command.until : null;
  if (until !== null && until <= turn.state.clock.judged) {
    return refused(
      'already-over',
      'the lock-down would be over before it begins',
      'Give an end that is still to come.',
    );
  }
  patch(turn, { lockdown: { on: command.on, until } });
  say(turn, command.on ? 'lockdown-on' : 'lockdown-off', asked);
  return done;
}

/** Set over what is configured, for good; a restart changes nothing of it. */
function overlay(turn: Turn, change: Partial<Overlay>, asked: Asked): Outcome {
  const { rules, texts } = turn.state.overlay;
  const next = { rules: { ...rules, ...change.rules }, texts: { ...texts, ...change.texts } };
  say(turn, change.rules === undefined ? 'texts' : 'rules', asked);
  patch(turn, overlaid(turn.state.configured, next));
  return done;
}

function setClock(turn: Turn, wall: WallMs | null, asked: Asked): Outcome {
  vouch(turn, millis(wall === null ? 0 : wall - turn.at.wall));
  say(turn, 'clock-set', asked);
  return done;
}

/** Opens an empty slot to stock a key: its tag is read, the door's closing records it (rules.md 12). */
function learn(turn: Turn, name: KeyName, wanted: SlotId | null, asked: Asked): Outcome {
  const key = keyOf(turn.state, name);
  if (key === null) {
    return refused('no-such-key', `there is no key ${name}`, 'Make it first: smartbox keys add.');
  }
  if (key.place.at === 'out') {
    return refused(
      'key-out',
      `${name} is out with a driver`,
      'Have it returned, or correct the books with smartbox audit.',
    );
  }
  const missing = wanted === null ? null : unknownSlot(turn.state, wanted);
  if (missing !== null) return missing;
  const slot = wanted ?? slotForReturn(turn.state, key);
  if (slot === null) {
    return refused(
      'box-full',
      'no slot is known to be empty',
      'Name one that you know to be empty: --slot N.',
    );
  }
  const inside = keyIn(turn.state, slot);
  if (inside !== null && inside.name !== name) {
    return refused(
      'slot-taken',
      `slot ${slot} holds ${inside.name}`,
      'Choose another slot, or take that key out first.',
    );
  }
  const busy = turn.state.slots.find(
    each => each.opening !== null && (each.id === slot || each.opening.learning),
  );
  if (busy !== undefined) {
    return slotBusy(busy.id);
  }
  say(turn, 'learn', asked, { slot, key: name });
  grant(turn, slot, {
    for: 'technician',
    booking: null,
    key: name,
    who: asked.who,
    by: 'technician',
    learning: true,
  });
  show(turn, { text: 'learn-tag', key: name, slot }, limits.learnMs);
  return { done: true, slot };
}

function maintenance(turn: Turn, slot: SlotId, on: boolean, asked: Asked): Outcome {
  const missing = unknownSlot(turn.state, slot);
  if (missing !== null) return missing;
  setSlot(turn, slot, { maintenance: on });
  say(turn, on ? 'maintenance-on' : 'maintenance-off', asked, { slot });
  return { done: true, slot };
}

/** The books are put right after somebody has looked: custody changes, no door moves. */
function correct(turn: Turn, slot: SlotId, name: KeyName | null, asked: Asked): Outcome {
  const missing = unknownSlot(turn.state, slot);
  if (missing !== null) return missing;
  if (name !== null && keyOf(turn.state, name) === null) {
    return refused(
      'no-such-key',
      `there is no key ${name}`,
      'smartbox keys list shows those that there are.',
    );
  }
  const busy = turn.state.slots.find(
    ({ id, opening }) => opening !== null && (id === slot || (name !== null && opening.key === name)),
  );
  if (busy !== undefined) return slotBusy(busy.id);
  say(turn, name === null ? 'correct-empty' : 'correct-holds', asked, { slot, key: name });
  const before = keyIn(turn.state, slot);
  if (before !== null && before.name !== name)
    setKey(turn, before.name, { place: { at: 'missing', from: slot } });
  // Between two removals of a key there is always a return, also one that only a technician has seen.
  if (name !== null && keyOf(turn.state, name)?.place.at === 'out')
    keyReturned(turn, slot, name, { booking: null, who: asked.who, by: 'technician' }, 'presumed');
  else if (name !== null) setKey(turn, name, { place: { at: 'slot', slot, proof: 'presumed' } });
  setSlot(turn, slot, { emptied: name === null, disturbed: name !== null, lastTake: null });
  return { done: true, slot };
}

function restoreSlot(turn: Turn, slot: SlotId, asked: Asked): Outcome {
  const missing = unknownSlot(turn.state, slot);
  if (missing !== null) return missing;
  say(turn, 'restore-slot', asked, { slot });
  setSlot(turn, slot, { jammed: false, doorSuspect: false, lineFaulted: false, misses: 0 });
  journal(turn, { type: 'slot-restored', slot });
  return { done: true, slot };
}
