import { exits } from '../base/command-line/usage.ts';
import type { Action, Verb } from './action.ts';
import { slotPlace } from './place.ts';

const open: Action = {
  usage: 'open SLOT --why TEXT',
  summary: 'Opens a slot, in lock-down and out of service too. Leaves an event with who and why.',
  positionals: [1, 1],
  flags: ['why'],
  needsWhy: true,
  async run(task) {
    const slot = slotPlace(task.positionals[0]);
    const { done } = await task.ask('open', { args: { slot } });
    task.out.document(done);
    task.out.say(`slot ${slot} opens`);
    return exits.done;
  },
};

export const verb: Verb = { actions: { '': open } };
