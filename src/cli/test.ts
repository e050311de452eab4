import { exits } from '../base/command-line/usage.ts';
import { type ControlHello, lookMs } from '../wire/control.ts';
import type { JournalEvent } from '../wire/journal.ts';
import type { Action, Task, Verb } from './action.ts';
import { durationFlag, zoneClock } from './clock.ts';
import { eventLine } from './event-line.ts';
import { untilInterrupted } from './interrupt.ts';
import { slotPlace } from './place.ts';

const forArgs = (task: Task): { readonly forMs?: number } => {
  const length = task.text('for');
  return length === null ? {} : { forMs: durationFlag(length, '--for', lookMs.most) };
};

const lock: Action = {
  usage: 'test lock SLOT --why TEXT',
  summary: 'Opens a slot and follows it: pulse, door open, door shut. Exit 1 if the door does not open.',
  positionals: [1, 1],
  flags: ['why'],
  needsWhy: true,
  async run(task) {
    const slot = slotPlace(task.positionals[0]);
    const item = (event: unknown, { timezone }: ControlHello): void =>
      task.out.say(eventLine(event as JournalEvent, zoneClock(timezone)));
    const { done } = await task.ask('test.lock', { args: { slot }, item });
    task.out.document(done);
    task.out.say(`slot ${slot}: lock and door work`);
    return exits.done;
  },
};

const door: Action = {
  usage: 'test door [SLOT] [--for DURATION]',
  summary: 'Shows doors and presence sensors as they change, for 30 s unless told otherwise.',
  positionals: [0, 1],
  flags: ['for'],
  async run(task) {
    const [place] = task.positionals;
    const args = { ...forArgs(task), ...(place === undefined ? {} : { slot: slotPlace(place) }) };
    const seen: unknown[] = [];
    const item = (what: unknown): void => {
      const { slot, door, presence } = what as { slot: number; door: string; presence: string };
      seen.push(what);
      task.out.say(`slot ${slot}: door ${door}${presence === 'none' ? '' : `, key ${presence}`}`);
    };
    await task.ask('test.door', { args, item, stop: untilInterrupted() });
    task.out.document(seen);
    return exits.done;
  },
};

interface Heard {
  readonly device: string;
  readonly up: boolean;
  readonly bytes: number;
  readonly decoded: number;
  readonly rejected: number;
}

const port = (op: string, noun: string): Action['run'] =>
  async function run(task) {
    const [device] = task.positionals;
    task.out.note(op === 'test.keypad' ? 'press keys, then *' : 'hold a tag to the reader');
    const item = (what: unknown): void => {
      const { bytes, decoded, rejected, up } = what as Heard;
      const thrown = rejected > 0 ? `, ${rejected} thrown away` : '';
      task.out.say(up ? `${bytes} bytes, ${decoded} ${noun}${thrown}` : 'the port is away');
    };
    const args = { ...forArgs(task), ...(device === undefined ? {} : { device }) };
    const { done } = await task.ask(op, { args, item, stop: untilInterrupted() });
    task.out.document(done);
    return exits.done;
  };

const keypad: Action = {
  usage: 'test keypad [--for DURATION]',
  summary: 'Counts the keys that arrive, without telling which. Exit 1 if none does within 30 s.',
  positionals: [0, 0],
  flags: ['for'],
  run: port('test.keypad', 'keys'),
};

const reader: Action = {
  usage: 'test reader [NAME] [--for DURATION]',
  summary: 'Counts the tags that are read, without telling which. Exit 1 if none is within 30 s.',
  positionals: [0, 1],
  flags: ['for'],
  run: port('test.reader', 'tags'),
};

export const verb: Verb = { actions: { lock, door, keypad, reader } };
