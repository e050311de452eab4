import { exits, UsageError } from '../base/command-line/usage.ts';
import { lockdownMaxMs } from '../wire/control.ts';
import type { Action, Task, Verb } from './action.ts';
import { durationFlag, instantFlag } from './clock.ts';

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
  return length === null ? {} : { forMs: durationFlag(length, '--for', lockdownMaxMs) };
}

const on: Action = {
  usage: 'lockdown on [--for DURATION|--until TIME] [--why TEXT]',
  summary: 'Stops takes; returns and technicians go on. Survives a restart.',
  positionals: [0, 0],
  flags: ['for', 'until', 'why'],
  run: set(true),
};

const off: Action = {
  usage: 'lockdown off [--why TEXT]',
  summary: 'Ends the lock-down.',
  positionals: [0, 0],
  flags: ['why'],
  run: set(false),
};

export const verb: Verb = { actions: { on, off } };
