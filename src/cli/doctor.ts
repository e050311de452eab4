import { existsSync } from 'node:fs';
import { Fault } from '../base/fault.ts';
import type { Finding } from '../wire/report.ts';
import type { Action, Task, Verb } from './action.ts';
import { daemonProgram, runDaemon } from './daemon.ts';
import { exits } from './exit.ts';

const mark = { ok: 'ok  ', warn: 'warn', bad: 'BAD ' } as const;

const doctor: Action = {
  usage: 'doctor [--config FILE]',
  summary: `Looks at everything a technician would: configuration, lines, readers, database, disk, clock. Exit 1 if anything is bad.
--config FILE  checks this file too, with the daemon away as well`,
  places: [0, 0],
  flags: ['config'],
  async run(task) {
    const findings = [...(await configFindings(task)), ...(await daemonFindings(task))];
    task.out.document(findings);
    for (const { level, what, hint } of findings) {
      task.out.say(`${mark[level]}  ${what}${hint === '' ? '' : `\n      ${hint}`}`);
    }
    return findings.some(each => each.level === 'bad') ? exits.refused : exits.done;
  },
};

async function daemonFindings(task: Task): Promise<readonly Finding[]> {
  try {
    const { done } = await task.ask('doctor');
    return done as readonly Finding[];
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [
      { level: 'bad', what: error.message, hint: error.hint },
      socketFinding(task.socket),
      {
        level: 'warn',
        what: 'lines, readers, database, disk and clock were not looked at: only the daemon can',
        hint: 'Start it, then ask again; its log says why it is away: journalctl -u smartbox.',
      },
    ];
  }
}

const socketFinding = (path: string): Finding =>
  existsSync(path)
    ? {
        level: 'warn',
        what: `${path} is there`,
        hint: 'Left behind by a daemon that was killed, or not yours.',
      }
    : { level: 'warn', what: `there is no ${path}`, hint: 'It appears when the daemon is ready.' };

async function configFindings(task: Task): Promise<readonly Finding[]> {
  const file = task.text('config');
  if (file === null) return [];
  if (daemonProgram() === null)
    return [{ level: 'bad', what: 'smartboxd is not installed', hint: 'Install it.' }];
  const { code, output } = await runDaemon(['--config', file, '--check']);
  if (code === exits.done) return [{ level: 'ok', what: `${file} is a valid configuration`, hint: '' }];
  const lines = output.trim().split('\n');
  return lines.map(what => ({ level: 'bad', what, hint: `Put ${file} right.` }));
}

export const verb: Verb = { actions: { '': doctor } };
