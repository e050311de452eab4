import { exits } from '../base/command-line/usage.ts';
import type { Action, Verb } from './action.ts';
import { slotPlace } from './place.ts';

const set = (on: boolean): Action['run'] =>
  async function run(task) {
    const slot = slotPlace(task.positionals[0]);
    const { done } = await task.ask('maintenance', { args: { slot, on } });
    task.out.document(done);
    task.out.say(
      on ? `slot ${slot} is out of service` : `slot ${slot} is in service, its faults are forgotten`,
    );
    return exits.done;
  };

const on: Action = {
  usage: 'maintenance on SLOT [--why TEXT]',
  summary: 'Takes a slot out of service; its door raises no alarm.',
  positionals: [1, 1],
  flags: ['why'],
  run: set(true),
};

const off: Action = {
  usage: 'maintenance off SLOT [--why TEXT]',
  summary: 'Takes a slot back into service, and forgets its faults.',
  positionals: [1, 1],
  flags: ['why'],
  run: set(false),
};

export const verb: Verb = { actions: { on, off } };
