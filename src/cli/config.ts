import { didYouMean, exits, UsageError } from '../base/command-line/usage.ts';
import { Fault } from '../base/fault.ts';
import type { Action, Verb } from './action.ts';
import { type BoardName, boardNames, boardOf, isBoardName } from './boards.ts';
import { boxFile } from './box-file.ts';
import { runDaemon } from './daemon.ts';
import { writeNew } from './new-file.ts';

const check: Action = {
  usage: 'config check FILE',
  summary: 'Says everything that is wrong with a configuration, without a daemon. Exit 2 if anything is.',
  positionals: [1, 1],
  flags: [],
  async run(task) {
    const [file = ''] = task.positionals;
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

const create: Action = {
  usage: `config new --board ${boardNames.join('|')} [--out FILE [--replace]]`,
  summary:
    'Writes a commented configuration for this computer, to standard output or FILE; over a file that is there only with --replace.',
  positionals: [0, 0],
  flags: ['board', 'out', 'replace'],
  choices: { board: boardNames },
  async run(task) {
    const name = boardAsked(task.text('board'));
    const file = task.text('out');
    const text = boxFile(boardOf(name));
    if (file === null) {
      if (task.given('replace')) throw new UsageError('--replace needs --out', 'Say which file: --out FILE.');
      if (task.json) task.out.document({ board: name, text });
      else task.out.raw(text);
      return exits.done;
    }
    writeNew(file, text, task.given('replace'));
    task.out.document({ board: name, file });
    task.out.say(`${file}: say in it which line is which lock, then smartbox config check ${file}`);
    return exits.done;
  },
};

/** @throws UsageError */
function boardAsked(text: string | null): BoardName {
  const all = `--board takes ${boardNames.join(', ')}.`;
  if (text === null) throw new UsageError('config new needs to know which computer', all);
  if (isBoardName(text)) return text;
  throw new UsageError(`there is no board ${text}`, didYouMean(text, boardNames) || all);
}

export const verb: Verb = { actions: { check, new: create } };
