import { exits, UsageError } from '../base/command-line/usage.ts';
import { lastEventsMax } from '../wire/control.ts';
import { csvHead, csvLine } from '../wire/event-csv.ts';
import type { JournalEvent } from '../wire/journal.ts';
import type { Action, Task, Verb } from './action.ts';
import { momentFlag, zoneClock } from './clock.ts';
import { eventLine } from './event-line.ts';
import { countFlag } from './place.ts';
import { verify } from './verify.ts';

/** How many events `events list` shows unless told otherwise. */
const usual = 50;

function range(task: Task): { readonly since?: string; readonly until?: string } {
  const moment = (flag: 'since' | 'until'): object => {
    const text = task.text(flag);
    return text === null ? {} : { [flag]: momentFlag(text, `--${flag}`, Date.now()) };
  };
  return { ...moment('since'), ...moment('until') };
}

const list: Action = {
  usage: 'events list [--since TIME|DURATION] [--until TIME] [--last N]',
  summary: `What happened, oldest first: the last ${usual} events, or all of a range.`,
  positionals: [0, 0],
  flags: ['since', 'until', 'last'],
  async run(task) {
    const span = range(task);
    const last = task.text('last');
    const bounded = Object.keys(span).length > 0;
    const count =
      last === null ? (bounded ? {} : { last: usual }) : { last: countFlag(last, '--last', lastEventsMax) };
    const found: JournalEvent[] = [];
    const item = (event: unknown): void => void found.push(event as JournalEvent);
    const { hello } = await task.ask('events.list', { args: { ...span, ...count }, item });
    const clock = zoneClock(hello.timezone);
    task.out.document(found);
    for (const event of found) task.out.say(eventLine(event, clock));
    if (found.length === 0) task.out.note('no events in that time');
    return exits.done;
  },
};

const exportEvents: Action = {
  usage: 'events export [--format jsonl|csv] [--since TIME|DURATION] [--until TIME]',
  summary: 'The journal on stdout, ended by a checkpoint that the box has signed.',
  positionals: [0, 0],
  flags: ['format', 'since', 'until'],
  async run(task) {
    const format = task.text('format') ?? 'jsonl';
    if (format !== 'jsonl' && format !== 'csv') {
      throw new UsageError(`--format ${format} is not known`, 'Say jsonl or csv.');
    }
    if (format === 'csv') task.out.raw(`${csvHead}\n`);
    const item = async (line: unknown): Promise<void> => {
      const text = String(line);
      task.out.raw(`${format === 'csv' ? csvLine(JSON.parse(text)) : text}\n`);
      await task.out.drained();
    };
    await task.ask('events.export', { args: range(task), item });
    return exits.done;
  },
};

export const verb: Verb = { actions: { list, export: exportEvents, verify } };
