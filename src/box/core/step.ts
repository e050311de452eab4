import { never } from '../../base/assert.ts';
import { millis } from '../../base/brand.ts';
import { boot } from './boot.ts';
import { vouch, watchClock } from './clock.ts';
import { type Asked, obey } from './command.ts';
import { endChanged } from './custody.ts';
import { elapse } from './deadline.ts';
import type { Effect, Step } from './effect.ts';
import { entered, pinChecked, pinEntered, showList } from './entry.ts';
import { alarmChanged, databaseSuspect, lineFaulted, portChanged, storageChanged } from './health.ts';
import type { Input } from './input.ts';
import { keysChanged } from './key-set.ts';
import type { BoxState } from './model.ts';
import { pulseBegun, pulseEnded, pulseFailed } from './opening.ts';
import { doorChanged, presenceChanged } from './sensors.ts';
import { enrolled, rejected, synced, vouched } from './sync.ts';
import { tagRead } from './tag.ts';
import { journal, openUses, patch, show, signal, type Turn } from './turn.ts';

/**
 * The whole of the box's judgement: what is so, and what just happened, give what is so now and what must be done. Nothing
 * else decides; nothing here knows a clock, a file or a wire.
 */
export function step(state: BoxState, input: Input): Step<BoxState> {
  const effects: Effect[] = [];
  const turn: Turn = { state: { ...state, now: input.at.mono }, at: input.at, effects };
  if (input.type !== 'booted') {
    watchClock(turn);
    elapse(turn);
  }
  take(turn, input);
  watchClock(turn);
  forgetUses(turn);
  return { state: turn.state, effects };
}

function forgetUses(turn: Turn): void {
  const { slots, uses } = turn.state;
  const open = openUses(slots, uses);
  if (open.length !== uses.length) patch(turn, { uses: open });
}

function take(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'woke':
      return;
    case 'booted':
      boot(turn, input);
      return;
    case 'stopping':
      journal(turn, { type: 'stopped', reason: input.reason });
      return;
    case 'config-changed':
      journal(turn, { type: 'config-changed' });
      return;
    case 'command':
      turn.effects.push({ type: 'answer', id: input.id, outcome: obey(turn, input.command, askedBy(input)) });
      return;
    case 'clock-synced':
      if (input.synced) vouch(turn, millis(0));
      else patch(turn, { clock: { ...turn.state.clock, synced: false } });
      return;
    case 'bookings-changed':
      for (const { booking, end } of input.ends ?? []) endChanged(turn, booking, end);
      journal(turn, {
        type: 'bookings-changed',
        count: input.count,
        who: input.who,
        what: input.what,
        booking: input.booking,
        reason: input.why,
      });
      return;
    case 'keys-changed':
      keysChanged(turn, input.keys, { ...input, by: 'technician' });
      return;
    case 'synced':
    case 'vouched':
    case 'enrolled':
    case 'relay-order':
    case 'message-rejected':
      heard(turn, input);
      return;
    default:
      atTheBox(turn, input);
  }
}

/** What happens in front of the box, or in it. */
function atTheBox(turn: Turn, input: Presented | Sensed): void {
  switch (input.type) {
    case 'pad-touched':
    case 'entered':
    case 'pin-entered':
    case 'pin-checked':
    case 'tag-read':
      presented(turn, input);
      return;
    default:
      sensed(turn, input);
  }
}

const askedBy = ({ who, why, by = 'technician' }: Input & { readonly type: 'command' }): Asked => ({
  who,
  why,
  by,
});

type Heard = Extract<Input, { type: 'synced' | 'vouched' | 'enrolled' | 'relay-order' | 'message-rejected' }>;

/** What comes by the network, or about it. */
function heard(turn: Turn, input: Heard): void {
  switch (input.type) {
    case 'synced':
      synced(turn, input);
      return;
    case 'vouched':
      vouched(turn, input);
      return;
    case 'enrolled':
      enrolled(turn, input);
      return;
    case 'relay-order':
      journal(turn, { type: 'technician', what: input.what, by: 'remote', who: 'relay', reason: input.why });
      return;
    case 'message-rejected':
      rejected(turn, input.reason);
      return;
    default:
      never(input);
  }
}

type Presented = Extract<
  Input,
  { type: 'pad-touched' | 'entered' | 'pin-entered' | 'pin-checked' | 'tag-read' }
>;

/** What people do at the pad and the readers. */
function presented(turn: Turn, input: Presented): void {
  switch (input.type) {
    case 'pad-touched':
      padTouched(turn, input.length);
      return;
    case 'entered':
      entered(turn, input.choice, input.lookup);
      return;
    case 'pin-entered':
      pinEntered(turn);
      return;
    case 'pin-checked':
      pinChecked(turn, input.subject, input.found, input.matched);
      return;
    case 'tag-read':
      tagRead(turn, input.fingerprint, input.key, input.badge);
      return;
    default:
      never(input);
  }
}

type Sensed = Exclude<
  Input,
  | Presented
  | Heard
  | Extract<
      Input,
      {
        type:
          | 'woke'
          | 'booted'
          | 'stopping'
          | 'config-changed'
          | 'command'
          | 'clock-synced'
          | 'bookings-changed'
          | 'keys-changed';
      }
    >
>;

/** What lines, ports and files report. */
function sensed(turn: Turn, input: Sensed): void {
  switch (input.type) {
    case 'door-changed':
      doorChanged(turn, input.slot, input.door);
      return;
    case 'presence-changed':
      presenceChanged(turn, input.slot, input.presence);
      return;
    case 'pulse-begun':
      pulseBegun(turn, input.slot, input.ms);
      return;
    case 'pulse-ended':
      pulseEnded(turn, input.slot);
      return;
    case 'pulse-failed':
      pulseFailed(turn, input.slot, input.reason);
      return;
    case 'line-faulted':
      lineFaulted(turn, input.slot, input.reason);
      return;
    case 'port-changed':
      portChanged(turn, input.device, input.up);
      return;
    case 'alarm-changed':
      alarmChanged(turn, input.line, input.active);
      return;
    case 'storage-changed':
      storageChanged(turn, input.storage, input.reason);
      return;
    case 'database-suspect':
      databaseSuspect(turn, input.reason);
      return;
    default:
      never(input);
  }
}

/** Echo of a press; a text that was on the display gives way to what is being typed, a prompt stays. */
function padTouched(turn: Turn, length: number): void {
  signal(turn, 'key');
  const { panel } = turn.state;
  if (length > 0) show(turn, { text: 'entering', length }, 10_000);
  else if (turn.state.shown?.screen.text === 'entering') {
    if (panel.mode === 'pin') show(turn, { text: 'pin' }, panel.until - turn.at.mono);
    else if (panel.mode === 'choose') showList(turn, panel);
    else patch(turn, { shown: null });
  }
}
