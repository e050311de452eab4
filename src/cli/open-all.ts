import type { Action, Verb } from './action.ts';
import { exits } from './exit.ts';

const openAll: Action = {
  usage: 'open-all --why TEXT',
  summary: 'Opens every slot, one after the other.',
  places: [0, 0],
  flags: ['why'],
  needsWhy: true,
  async run(task) {
    const { done } = await task.ask('open-all');
    task.out.document(done);
    task.out.say('all slots open, one after the other');
    return exits.done;
  },
};

export const verb: Verb = { actions: { '': openAll } };
