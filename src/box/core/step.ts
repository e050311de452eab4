import { millis } from '../../base/brand.ts';
import { sumDenials } from './attempts.ts';
import { boot } from './boot.ts';
import { vouch, vouchByChip, watchClock } from './clock.ts';
import { execute } from './command.ts';
import { refuseAs } from './credential.ts';
import { endChanged } from './custody.ts';
import { elapse } from './deadline.ts';
import { type Draft, journal, nowOf, openUses, patch } from './draft.ts';
import type { Effect, Step } from './effect.ts';
import { entered, lookedUp } from './entry.ts';
import { pulseBegun, pulseEnded, pulseFailed, pulseMissed } from './grant.ts';
import { alarmChanged, databaseSuspect, lineFaulted, portChanged, storageChanged } from './health.ts';
import type { Input } from './input.ts';
import { keysChanged } from './key-set.ts';
import type { BoxState } from './model.ts';
import { pinChecked } from './pin.ts';
import { keypadCleared, keypadTouched } from './prompt.ts';
import { doorChanged, doorStirred, presenceChanged, settleCounted } from './sensors.ts';
import { enrolled, rejected, synced, vouched } from './sync.ts';
import { tagRead } from './tag.ts';

/**
 * The whole of the box's judgement: what is so, and what just happened, give what is so now and what must be done. Nothing
 * else decides; nothing here knows a clock, a file or a wire.
 */
export function step(state: BoxState, input: Input): Step<BoxState> {
  const effects: Effect[] = [];
  const draft: Draft = { state: { ...state, now: input.at.mono }, at: input.at, effects };
  if (input.type !== 'booted') {
    watchClock(draft);
    elapse(draft, { doors: judgesDoors(input) });
  }
  dispatch(draft, input);
  watchClock(draft);
  forgetUses(draft);
  noteEnds(draft, state);
  return { state: draft.state, effects };
}

/** However an opening came to its end, its text may still be being read. */
function noteEnds(draft: Draft, before: BoxState): void {
  const open = new Set(draft.state.slots.flatMap(({ id, opening }) => (opening === null ? [] : [id])));
  const ended = before.slots.some(({ id, opening }) => opening !== null && !open.has(id));
  if (ended) patch(draft, { openingEndedAt: nowOf(draft) });
}

/**
 * A change of a line may have happened before a deadline that has passed meanwhile: a stall costs time, never truth. The
 * deadline is judged by the next input that is no such news, which `nextWake` asks for at once.
 */
function judgesDoors({ type, at }: Input): boolean {
  return at.unheard !== true && !lineNews.has(type);
}

const lineNews: ReadonlySet<Input['type']> = new Set([
  'door-changed',
  'door-stirred',
  'presence-changed',
  'pulse-begun',
  'pulse-ended',
  'pulse-failed',
  'pulse-missed',
]);

function forgetUses(draft: Draft): void {
  const { slots, uses } = draft.state;
  const open = openUses(slots, uses);
  if (open.length !== uses.length) patch(draft, { uses: open });
}

type Of<Type extends Input['type']> = Extract<Input, { readonly type: Type }>;

/** The handler of each input: no input is without one, and none has two. */
const handlers: { readonly [Type in Input['type']]: (draft: Draft, input: Of<Type>) => void } = {
  woke: () => {},
  booted: boot,
  stopping(draft, { reason }) {
    sumDenials(draft);
    journal(draft, { type: 'stopped', reason });
  },
  'config-changed': draft => journal(draft, { type: 'config-changed' }),
  command: commanded,
  'clock-synced': clockSynced,
  'bookings-changed': bookingsChanged,
  'keys-changed': (draft, input) => keysChanged(draft, input.keys, { ...input, by: 'technician' }),

  // People do these at the keypad and the readers.
  'keypad-touched': (draft, { length }) => keypadTouched(draft, length),
  'keypad-cleared': (draft, { by, length }) => keypadCleared(draft, by, length),
  entered: (draft, { length, choice }) => entered(draft, length, choice),
  'entry-dropped': draft => refuseAs(draft, 'locked-out', 'code', null),
  'looked-up': (draft, { scope, lookup, pin }) => lookedUp(draft, scope, lookup, pin),
  'pin-checked': (draft, { subject, length, found, matched }) =>
    pinChecked(draft, subject, length, found, matched),
  'tag-read': tagRead,

  // Lines, ports and files report these.
  'door-changed': (draft, { slot, door }) => doorChanged(draft, slot, door),
  'door-stirred': (draft, { slot }) => doorStirred(draft, slot),
  'presence-changed': (draft, { slot, presence, doorStirred }) =>
    presenceChanged(draft, slot, presence, doorStirred === true),
  'pulse-begun': (draft, { slot, ms }) => pulseBegun(draft, slot, ms),
  'pulse-ended': (draft, { slot }) => pulseEnded(draft, slot),
  'pulse-failed': (draft, { slot, reason }) => pulseFailed(draft, slot, reason),
  'pulse-missed': (draft, { slot, reason }) => pulseMissed(draft, slot, reason),
  'line-faulted': (draft, { slot, reason }) => lineFaulted(draft, slot, reason),
  'port-changed': (draft, { device, up }) => portChanged(draft, device, up),
  'alarm-changed': (draft, { line, active }) => alarmChanged(draft, line, active),
  'storage-changed': storageChanged,
  'database-suspect': (draft, { reason }) => databaseSuspect(draft, reason),

  // These come by the network, or are about it.
  synced,
  vouched,
  enrolled,
  'relay-order': (draft, { what, why }) =>
    journal(draft, { type: 'technician', what, by: 'remote', who: 'relay', reason: why }),
  'message-rejected': (draft, { reason }) => rejected(draft, reason),
};

/** To these somebody is answered by what the books say. */
const answersByBooks: ReadonlySet<Input['type']> = new Set(['looked-up', 'pin-checked', 'tag-read']);

function dispatch(draft: Draft, input: Input): void {
  if (answersByBooks.has(input.type)) for (const { id } of draft.state.slots) settleCounted(draft, id);
  // Each line of the table takes inputs of its own name.
  (handlers[input.type] as (draft: Draft, input: Input) => void)(draft, input);
}

function commanded(draft: Draft, { id, who, why, by = 'technician', command }: Of<'command'>): void {
  draft.effects.push({ type: 'answer', id, outcome: execute(draft, command, { who, why, by }) });
}

function clockSynced(draft: Draft, { synced: isSynced, by }: Of<'clock-synced'>): void {
  if (!isSynced) patch(draft, { clock: { ...draft.state.clock, synced: false } });
  else if (by === 'chip') vouchByChip(draft);
  else vouch(draft, millis(0));
}

function bookingsChanged(draft: Draft, input: Of<'bookings-changed'>): void {
  const { count, who, what, booking, why, ends = [] } = input;
  for (const each of ends) endChanged(draft, each.booking, each.end);
  journal(draft, { type: 'bookings-changed', count, who, what, booking, reason: why });
}
