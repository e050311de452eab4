import { exits } from '../base/command-line/usage.ts';
import type { Action, Verb } from './action.ts';

const unenroll: Action = {
  usage: 'unenroll --why TEXT',
  summary: `Ends what binds this box to its relay: bookings from there end, keys that are out stay returnable.
Events that the relay does not have yet stay here only.`,
  positionals: [0, 0],
  flags: ['why'],
  needsWhy: true,
  async run(task) {
    const { done } = await task.ask('unenroll');
    task.out.document(done);
    task.out.say('this box runs alone now');
    return exits.done;
  },
};

export const verb: Verb = { actions: { '': unenroll } };
