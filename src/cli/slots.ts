import { exits } from '../base/command-line/usage.ts';
import type { SlotReport } from '../wire/report.ts';
import type { Action, Verb } from './action.ts';
import { slotTable } from './slot-table.ts';

const slots: Action = {
  usage: 'slots',
  summary: 'Doors, sensors, keys and faults of all slots.',
  positionals: [0, 0],
  flags: [],
  async run(task) {
    const { done } = await task.ask('slots');
    task.out.document(done);
    task.out.say(slotTable(done as readonly SlotReport[]));
    return exits.done;
  },
};

export const verb: Verb = { actions: { '': slots } };
