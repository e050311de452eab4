import { exits } from '../base/command-line/usage.ts';
import type { Action, Verb } from './action.ts';
import { instantFlag } from './clock.ts';

const set: Action = {
  usage: 'clock set [TIME] [--force] [--why TEXT]',
  summary: `Vouches for the clock: it is right as it stands, or TIME is now (ISO 8601 with an offset).
--force  although that is more than a day before, or a month after, what the box has known so far`,
  positionals: [0, 1],
  flags: ['force', 'why'],
  async run(task) {
    const [time] = task.positionals;
    const force = task.given('force');
    const args = time === undefined ? { force } : { time: instantFlag(time, 'the time'), force };
    const { done } = await task.ask('clock.set', { args });
    task.out.document(done);
    task.out.say('the clock counts as synced');
    return exits.done;
  },
};

export const verb: Verb = { actions: { set } };
