import { existsSync } from 'node:fs';
import { exits } from '../base/command-line/usage.ts';
import { Fault } from '../base/fault.ts';
import type { Finding } from '../wire/report.ts';
import type { Action, Task, Verb } from './action.ts';
import { daemonProgram, runDaemon } from './daemon.ts';

const mark = { ok: 'ok  ', warn: 'warn', bad: 'BAD ' } as const;

const doctor: Action = {
  usage: 'doctor [--config FILE]',
  summary: `Looks at everything a technician would: configuration, lines, readers, database, disk, clock. Exit 1 if anything is bad.
--config FILE  checks this file too, with the daemon away as well`,
  positionals: [0, 0],
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
    const told = done as readonly Finding[];
    const found = (await Promise.all(told.map(lookedAt))).flat();
    // The same may be seen by the daemon and from here, and a login by its name and by its open file.
    return found.filter((each, at) => at === found.findIndex(other => isSame(each, other)));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return [
      { level: 'bad', what: error.message, hint: error.hint },
      socketFinding(task.socket),
      {
        level: 'warn',
        what: 'lines, readers, database, disk and clock were not looked at: only the daemon can',
        hint: 'Start it, then ask again; its log says why it is away: journalctl -u smartboxd.',
      },
    ];
  }
}

const isSame = (one: Finding, other: Finding): boolean =>
  one.what === other.what || (readerIn(one) !== null && readerIn(one) === readerIn(other));

/** Device and process, of a finding about another program on a port. */
function readerIn({ what }: Finding): string | null {
  const [, device, pid] = /^([^:]{1,64}): .{0,200}\bprocess (\d{1,10})\) reads /.exec(what) ?? [];
  return device === undefined ? null : `${device} ${pid}`;
}

/** Looks, as somebody who may, at ports and other users' programs that the daemon could not see. */
async function lookedAt(
  { unseen, port, ...finding }: Finding,
  _at: number,
  all: readonly Finding[],
): Promise<readonly Finding[]> {
  if (port !== undefined) {
    const { onPort } = await import('./serial-ports.ts');
    return onPort(
      finding,
      port,
      all.flatMap(each => each.port ?? []),
    );
  }
  if (unseen === undefined) return [finding];
  const { daemon, ports } = unseen;
  const { ttyReaders, secondReader } = await import('../base/tty-readers.ts');
  const { byPath, isAll } = await ttyReaders(
    ports.map(({ path }) => path),
    daemon,
  );
  const found = ports.flatMap(({ device, path }) =>
    (byPath.get(path) ?? []).map(
      (reader): Finding => ({ level: 'bad', ...secondReader(device, path, reader) }),
    ),
  );
  return isAll ? found : [...found, finding];
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
