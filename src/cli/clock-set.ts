import type { Action, Verb } from './action.ts';
import { instantFlag } from './clock.ts';
import { exits } from './exit.ts';

const set: Action = {
  usage: 'clock set [TIME] [--why TEXT]',
  summary: 'Vouches for the clock: it is right as it stands, or TIME is now (ISO 8601 with an offset).',
  places: [0, 1],
  flags: ['why'],
  async run(task) {
    const [time] = task.places;
    const args = time === undefined ? {} : { time: instantFlag(time, 'the time') };
    const { done } = await task.ask('clock.set', { args });
    task.out.document(done);
    task.out.say('the clock counts as synced');
    return exits.done;
  },
};

export const verb: Verb = { actions: { set } };
