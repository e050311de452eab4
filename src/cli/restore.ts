import { exits, UsageError } from '../base/command-line/usage.ts';
import { Fault } from '../base/fault.ts';
import type { Action, Task, Verb } from './action.ts';
import { runDaemon } from './daemon.ts';

const defaultConfig = '/etc/smartbox/box.yaml';

const restore: Action = {
  usage: 'restore FILE [--config FILE] --why TEXT',
  summary: `Puts a backup in the place of the database, with smartboxd stopped. A new epoch of the box begins:
one-time codes are void until they are sent or imported again; keys that are out still come back.
--config FILE  the box's configuration; ${defaultConfig} unless told`,
  positionals: [1, 1],
  flags: ['config', 'why'],
  needsWhy: true,
  async run(task) {
    const [file = ''] = task.positionals;
    await mustBeStopped(task);
    const config = task.text('config') ?? defaultConfig;
    const by = [`--who=${task.who}`, `--why=${task.why ?? ''}`];
    const { code, output } = await runDaemon(['--config', config, '--restore', file, ...by]);
    if (code !== exits.done) throw refused(output, code);
    task.out.document({ restored: file });
    task.out.say(output.trim() || `${file} is restored; start smartboxd`);
    return exits.done;
  },
};

/** The daemon's own lock on its folder is what really guards; this only says it better. */
async function mustBeStopped(task: Task): Promise<void> {
  try {
    await task.ask('status');
  } catch (error) {
    if (error instanceof Fault && error.code === 'daemon-away') return;
    throw error;
  }
  throw new Fault('daemon-running', 'smartboxd is running', 'Stop it first: systemctl stop smartboxd.');
}

/** `smartboxd` has said why, and what to do: said on in our own form. */
function refused(output: string, code: number): Fault {
  const lines = output.trim().split('\n');
  const hint = lines.find(line => line.startsWith('hint: '))?.slice('hint: '.length);
  const said = lines.filter(line => !line.startsWith('hint: ')).join('; ');
  const message = said.replace(/^smartboxd: /, '') || 'smartboxd could not restore it';
  return code === exits.usage
    ? new UsageError(message, hint ?? 'Check --config.')
    : new Fault('not-restored', message, hint ?? 'Nothing was changed.');
}

export const verb: Verb = { actions: { '': restore } };
