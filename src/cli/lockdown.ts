import type { Action, Task, Verb } from './action.ts';
import { durationFlag, instantFlag } from './clock.ts';
import { exits, UsageError } from './exit.ts';

const set = (on: boolean): Action['run'] =>
  async function run(task) {
    const { done } = await task.ask('lockdown', { args: { on, ...(on ? limit(task) : {}) } });
    task.out.document(done);
    task.out.say(on ? 'lock-down is on: no key goes out, returns go on' : 'lock-down is off');
    return exits.done;
  };

function limit(task: Task): { readonly until?: string; readonly forMs?: number } {
  const [until, length] = [task.text('until'), task.text('for')];
  if (until !== null && length !== null)
    throw new UsageError('until when?', 'Give --until or --for, not both.');
  if (until !== null) return { until: instantFlag(until, '--until') };
  return length === null ? {} : { forMs: durationFlag(length, 'for') };
}

const on: Action = {
  usage: 'lockdown on [--for DURATION|--until TIME] [--why TEXT]',
  summary: 'Stops takes; returns and technicians go on. Survives a restart.',
  places: [0, 0],
  flags: ['for', 'until', 'why'],
  run: set(true),
};

const off: Action = {
  usage: 'lockdown off [--why TEXT]',
  summary: 'Ends the lock-down.',
  places: [0, 0],
  flags: ['why'],
  run: set(false),
};

export const verb: Verb = { actions: { on, off } };
