import { exits } from '../base/command-line/usage.ts';
import type { Action, Verb } from './action.ts';

const openAll: Action = {
  usage: 'open-all --why TEXT',
  summary: 'Opens every slot, one after the other.',
  positionals: [0, 0],
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
