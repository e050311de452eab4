import { exits, UsageError } from '../base/command-line/usage.ts';
import type { ImportReport, KeyReport } from '../wire/report.ts';
import type { Action, Task, Verb } from './action.ts';
import { zoneClock } from './clock.ts';
import { problemText } from './output.ts';
import { slotPlace } from './place.ts';
import { readRows } from './rows-file.ts';
import { plain, table } from './table.ts';

const list: Action = {
  usage: 'keys list',
  summary: 'All keys: their home slots, and where they are.',
  positionals: [0, 0],
  flags: [],
  async run(task) {
    const { hello, done } = await task.ask('keys.list');
    const keys = done as readonly KeyReport[];
    const clock = zoneClock(hello.timezone);
    task.out.document(keys);
    const rows = keys.map(key => [
      plain(key.key),
      String(key.slot),
      key.tagged ? 'yes' : 'no',
      whereIs(key, clock),
    ]);
    task.out.say(table(['KEY', 'HOME', 'TAG', 'WHERE'], rows));
    return exits.done;
  },
};

export function whereIs(key: KeyReport, clock: (iso: string) => string): string {
  if (key.place === 'never-stocked') return 'never seen yet';
  if (key.place === 'missing') return `missing from slot ${key.at}`;
  if (key.place === 'slot') return `slot ${key.at}`;
  const since = key.since === null ? '' : ` since ${clock(key.since)}`;
  const holder = key.who ?? key.booking;
  return `out${since}${holder === null ? '' : `, ${plain(holder)}`}`;
}

interface Changed {
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** Absent from boxes of before. */
  readonly warnings?: ImportReport['warnings'];
  readonly moreWarnings?: number;
}

const changedText = ({ added, changed, same, renamed }: Changed): string =>
  [
    `${added} added, ${changed} changed, ${same} the same`,
    ...renamed.map(({ from, to }) => `${from} is ${plain(to)} now, with its bookings`),
  ].join('\n');

function tell(task: Task, changed: Changed): void {
  const { warnings = [], moreWarnings = 0 } = changed;
  task.out.document(changed);
  task.out.say(changedText(changed));
  for (const warning of warnings) task.out.note(`warning: ${problemText(warning)}`);
  if (moreWarnings > 0) task.out.note(`warning: and ${moreWarnings} more`);
}

const importFile: Action = {
  usage: 'keys import FILE|-',
  summary: `Names keys by a JSON array, all or none: { name, slot, tag? }
tag is the 10 hexadecimal digits that a reader sends, or “0012345678 188,24910” as printed; without it a known tag stays.`,
  positionals: [1, 1],
  flags: ['why'],
  async run(task) {
    const rows = await readRows(task.positionals[0] ?? '-');
    const { done } = await task.ask('keys.import', { rows });
    tell(task, done as Changed);
    return exits.done;
  },
};

const add: Action = {
  usage: 'keys add NAME --slot N [--tag HEX]',
  summary: 'Names the key of a slot. It takes over the bookings of slot-N.',
  positionals: [1, 1],
  flags: ['slot', 'tag', 'why'],
  async run(task) {
    const slot = task.text('slot');
    if (slot === null) throw new UsageError('which slot is its home?', 'Add --slot N.');
    const tag = task.text('tag');
    const args = { name: task.positionals[0], slot: slotPlace(slot), ...(tag === null ? {} : { tag }) };
    const { done } = await task.ask('keys.add', { args });
    tell(task, done as Changed);
    return exits.done;
  },
};

const learn: Action = {
  usage: 'keys learn NAME [--slot N] --why TEXT',
  summary: `Stocks a key: opens an empty slot, reads the key's tag, waits for the door, records.
--slot N  this slot, where the box cannot know which one is empty`,
  positionals: [1, 1],
  flags: ['slot', 'why'],
  needsWhy: true,
  async run(task) {
    const slot = task.text('slot');
    const args = { key: task.positionals[0], ...(slot === null ? {} : { slot: slotPlace(slot) }) };
    const item = (what: unknown): void => {
      const opened = what as { slot?: number; type?: string };
      if (opened.type === undefined) {
        task.out.say(`slot ${opened.slot}: hold the key's tag to the reader, put it in, shut the door`);
      }
    };
    const { done } = await task.ask('keys.learn', { args, item });
    const learnt = done as { key: string; slot: number; tagged: boolean };
    task.out.document(learnt);
    task.out.say(`${plain(learnt.key)} is in slot ${learnt.slot}${learnt.tagged ? '' : ', without a tag'}`);
    return exits.done;
  },
};

export const verb: Verb = { actions: { list, import: importFile, add, learn } };
