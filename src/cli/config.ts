import { Fault } from '../base/fault.ts';
import type { Action, Verb } from './action.ts';
import { runDaemon } from './daemon.ts';
import { exits } from './exit.ts';

const check: Action = {
  usage: 'config check FILE',
  summary: 'Says everything that is wrong with a configuration, without a daemon. Exit 2 if anything is.',
  places: [1, 1],
  flags: [],
  async run(task) {
    const [file = ''] = task.places;
    const { code, output } = await runDaemon(['--config', file, '--check']);
    if (code === exits.done) {
      task.out.document({ file, problems: [] });
      task.out.say(output.trim());
      return exits.done;
    }
    const problems = output.trim().split('\n');
    if (task.json) task.out.failure(new Fault('config-invalid', problems.join('; '), `Put ${file} right.`));
    else process.stderr.write(`${output.trim()}\n`);
    return code;
  },
};

export const verb: Verb = { actions: { check } };
