import { never } from '../../base/assert.ts';
import { type KeyName, millis, type SlotId, type WallMs } from '../../base/brand.ts';
import { instantText } from '../../base/instant.ts';
import { slipOf, vouch } from './clock.ts';
import { keyReturned } from './custody.ts';
import { isVisited, slotForReturn } from './decide.ts';
import { type Draft, journal, keyIn, keyOf, patch, setKey, setSlot, show, slotOf } from './draft.ts';
import type { Outcome } from './effect.ts';
import { forgetFlapping } from './flapping.ts';
import { grant, pulseAgain } from './grant.ts';
import type { Command } from './input.ts';
import { type BoxState, limits, type Overlay } from './model.ts';
import { overlaid } from './overlay.ts';

/** Who asks and why: both go into the event (contracts.md §3). */
interface Requester {
  readonly who: string;
  readonly why: string;
  readonly by: 'technician' | 'remote';
}

const dayMs = 86_400_000;

const done: Outcome = { done: true };

const refused = (code: string, message: string, hint: string): Outcome => ({
  done: false,
  code,
  message,
  hint,
});

/** Carries out a technician's command; each leaves an event. Locks are opened in lock-down and out of service too. */
export function execute(draft: Draft, command: Command, asked: Requester): Outcome {
  switch (command.verb) {
    case 'open':
      return open(draft, command.slot, asked);
    case 'open-all':
      return openAll(draft, asked);
    case 'lockdown':
      return lockdown(draft, command, asked);
    case 'clock-set':
      return setClock(draft, command, asked);
    case 'learn':
      return learn(draft, command.key, command.slot, asked);
    case 'maintenance':
      return maintenance(draft, command.slot, command.on, asked);
    case 'correct':
      return correct(draft, command.slot, command.key, asked);
    case 'restore-slot':
      return restoreSlot(draft, command.slot, asked);
    case 'rules':
      return overlay(draft, { rules: command.rules }, asked);
    case 'texts':
      return overlay(draft, { texts: command.texts }, asked);
    case 'resync':
      say(draft, 'resync', asked);
      return done;
    case 'access':
      say(draft, command.what, asked, { device: command.device });
      return done;
    default:
      return never(command);
  }
}

const say = (draft: Draft, what: string, asked: Requester, more: object = {}): void =>
  journal(draft, { type: 'technician', what, by: asked.by, who: asked.who, reason: asked.why, ...more });

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

function open(draft: Draft, slot: SlotId, asked: Requester): Outcome {
  const missing = unknownSlot(draft.state, slot);
  if (missing !== null) return missing;
  const busy = draft.state.slots.find(each => each.id === slot)?.opening;
  if (busy?.phase === 'queued' || busy?.phase === 'pulsing') {
    return refused(
      'slot-busy',
      `slot ${slot} is being opened just now`,
      'Wait for its door, then ask again.',
    );
  }
  say(draft, 'open', asked, { slot });
  if (!openFor(draft, slot, asked)) show(draft, { text: 'open', slot });
  return { done: true, slot };
}

function openAll(draft: Draft, asked: Requester): Outcome {
  say(draft, 'open-all', asked);
  for (const { id, opening } of draft.state.slots) {
    if (opening?.phase === 'queued' || opening?.phase === 'pulsing') continue;
    openFor(draft, id, asked);
  }
  return done;
}

/**
 * A lock that could not be driven is tried anew; a sensor line that cannot be read stays what it is. True: it was opened for
 * the driver who stands there.
 */
function openFor(draft: Draft, id: SlotId, asked: Requester): boolean {
  const { lineFaulted, jammed } = slotOf(draft.state, id);
  setSlot(draft, id, { lineFaulted: lineFaulted && !jammed });
  const whose = { for: asked.by, who: asked.who, by: asked.by };
  const visited = isVisited(slotOf(draft.state, id));
  if (visited) pulseAgain(draft, id, whose);
  else grant(draft, id, { ...whose, booking: null, key: null });
  return visited;
}

function lockdown(draft: Draft, command: { on: boolean; until: WallMs | null }, asked: Requester): Outcome {
  const until = command.on ? command.until : null;
  if (until !== null && until <= draft.state.clock.judged) {
    return refused(
      'already-over',
      'the lock-down would be over before it begins',
      'Give an end that is still to come.',
    );
  }
  patch(draft, { lockdown: { on: command.on, until } });
  say(draft, command.on ? 'lockdown-on' : 'lockdown-off', asked);
  return done;
}

/** Set over what is configured, for good; a restart changes nothing of it. */
function overlay(draft: Draft, change: Partial<Overlay>, asked: Requester): Outcome {
  const { rules, texts } = draft.state.overlay;
  const next = { rules: { ...rules, ...change.rules }, texts: { ...texts, ...change.texts } };
  say(draft, change.rules === undefined ? 'texts' : 'rules', asked);
  patch(draft, overlaid(draft.state.configured, next));
  return done;
}

function setClock(
  draft: Draft,
  { wall, force = false }: Command & { readonly verb: 'clock-set' },
  asked: Requester,
): Outcome {
  const slip = force ? null : slipOf(draft, wall ?? draft.at.wall);
  if (slip !== null) return farOff(slip);
  vouch(draft, millis(wall === null ? 0 : wall - draft.at.wall));
  say(draft, 'clock-set', asked);
  return done;
}

function farOff({ known, ms }: NonNullable<ReturnType<typeof slipOf>>): Outcome {
  const days = Math.round(Math.abs(ms) / dayMs);
  const years = days > 730 ? ` (${Math.floor(days / 365.25)} years)` : '';
  const distance = `${days} ${days === 1 ? 'day' : 'days'}${years}`;
  return refused(
    'clock-far-off',
    `that is ${distance} ${ms < 0 ? 'before' : 'after'} the last that this box knew, ${instantText(known)}`,
    'Look at the date again; if it is right, say --force.',
  );
}

/** Opens an empty slot to stock a key: its tag is read, the door's closing records it (rules.md 12). */
function learn(draft: Draft, name: KeyName, wanted: SlotId | null, asked: Requester): Outcome {
  const key = keyOf(draft.state, name);
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
  const missing = wanted === null ? null : unknownSlot(draft.state, wanted);
  if (missing !== null) return missing;
  const slot = wanted ?? slotForReturn(draft.state, key);
  if (slot === null) {
    return refused(
      'box-full',
      'no slot is known to be empty',
      'Name one that you know to be empty: --slot N.',
    );
  }
  const inside = keyIn(draft.state, slot);
  if (inside !== null && inside.name !== name) {
    return refused(
      'slot-taken',
      `slot ${slot} holds ${inside.name}`,
      'Choose another slot, or take that key out first.',
    );
  }
  const busy = draft.state.slots.find(
    each => each.opening !== null && (each.id === slot || each.opening.learning),
  );
  if (busy !== undefined) {
    return slotBusy(busy.id);
  }
  say(draft, 'learn', asked, { slot, key: name });
  grant(draft, slot, {
    for: 'technician',
    booking: null,
    key: name,
    who: asked.who,
    by: 'technician',
    learning: true,
  });
  show(draft, { text: 'learn-tag', key: name, slot }, limits.learnMs);
  return { done: true, slot };
}

function maintenance(draft: Draft, slot: SlotId, on: boolean, asked: Requester): Outcome {
  const missing = unknownSlot(draft.state, slot);
  if (missing !== null) return missing;
  setSlot(draft, slot, { maintenance: on });
  say(draft, on ? 'maintenance-on' : 'maintenance-off', asked, { slot });
  return { done: true, slot };
}

/** A technician has looked into the slot and says what is there: custody changes, no door moves. */
function correct(draft: Draft, slot: SlotId, name: KeyName | null, asked: Requester): Outcome {
  const missing = unknownSlot(draft.state, slot);
  if (missing !== null) return missing;
  if (name !== null && keyOf(draft.state, name) === null) {
    return refused(
      'no-such-key',
      `there is no key ${name}`,
      'smartbox keys list shows those that there are.',
    );
  }
  const busy = draft.state.slots.find(
    ({ id, opening }) => opening !== null && (id === slot || (name !== null && opening.key === name)),
  );
  if (busy !== undefined) return slotBusy(busy.id);
  say(draft, name === null ? 'correct-empty' : 'correct-holds', asked, { slot, key: name });
  const before = keyIn(draft.state, slot);
  if (before !== null && before.name !== name)
    setKey(draft, before.name, { place: { at: 'missing', from: slot } });
  // Between two removals of a key there is always a return, also one that only a technician has seen.
  if (name !== null && keyOf(draft.state, name)?.place.at === 'out')
    keyReturned(draft, slot, name, { booking: null, who: asked.who, by: 'technician' }, 'presumed');
  else if (name !== null) setKey(draft, name, { place: { at: 'slot', slot, proof: 'presumed' } });
  setSlot(draft, slot, { knownEmpty: name === null, contentsUnknown: name !== null, lastTake: null });
  return { done: true, slot };
}

function restoreSlot(draft: Draft, slot: SlotId, asked: Requester): Outcome {
  const missing = unknownSlot(draft.state, slot);
  if (missing !== null) return missing;
  say(draft, 'restore-slot', asked, { slot });
  setSlot(draft, slot, { jammed: false, doorSuspect: false, lineFaulted: false, misses: 0 });
  forgetFlapping(draft, slot);
  journal(draft, { type: 'slot-restored', slot });
  return { done: true, slot };
}
