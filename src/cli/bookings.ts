import { exits, UsageError } from '../base/command-line/usage.ts';
import type { BookingReport, ImportReport } from '../wire/report.ts';
import type { Action, Task, Verb } from './action.ts';
import { durationFlag, instantFlag, zoneClock } from './clock.ts';
import { problemText } from './output.ts';
import { slotPlace } from './place.ts';
import { readRows } from './rows-file.ts';
import { plain, table } from './table.ts';

const list: Action = {
  usage: 'bookings list',
  summary: 'All bookings that the box holds, without their credentials.',
  positionals: [0, 0],
  flags: [],
  async run(task) {
    const found: BookingReport[] = [];
    const { hello } = await task.ask('bookings.list', {
      item: each => void found.push(each as BookingReport),
    });
    const clock = zoneClock(hello.timezone);
    task.out.document(found);
    if (!task.json) task.out.say(found.length === 0 ? 'no bookings' : bookingTable(found, clock));
    return exits.done;
  },
};

const bookingTable = (found: readonly BookingReport[], clock: (iso: string) => string): string =>
  table(
    ['BOOKING', 'KEY', 'FROM', 'UNTIL', 'BY', 'STATE', 'ORIGIN'],
    found.map(each => [
      plain(each.id),
      plain(each.key),
      clock(each.start),
      each.end === null ? 'changed' : clock(each.end),
      each.by.join('+') + (each.reuse ? ', reuse' : ''),
      each.state,
      each.origin,
    ]),
  );

const importFile: Action = {
  usage: 'bookings import FILE|-',
  summary: `Takes in a JSON array of bookings, all or none:
{ id?, code?, slot | key, start, end | null, driver?, phone?, pin?, badge?, reuse? }
Times are ISO 8601 with an offset. At most 100,000 rows and 64 MiB a file. The same file again changes nothing.`,
  positionals: [1, 1],
  flags: ['why'],
  async run(task) {
    const rows = await readRows(task.positionals[0] ?? '-');
    const { done } = await task.ask('bookings.import', { rows, item: progress(task) });
    const report = done as ImportReport;
    task.out.document(report);
    task.out.say(`${report.added} added, ${report.changed} changed, ${report.same} the same`);
    for (const warning of report.warnings) task.out.note(`warning: ${problemText(warning)}`);
    if (report.moreWarnings > 0) task.out.note(`warning: and ${report.moreWarnings} more`);
    return exits.done;
  },
};

/** Hashing PINs takes its time: somebody who watches sees that it goes on. */
const progress =
  (task: Task) =>
  (item: unknown): void => {
    if (task.json || !process.stderr.isTTY) return;
    const { done, of } = item as { done: number; of: number };
    process.stderr.write(`\rhashing PINs: ${done + 1} of ${of}${done + 1 === of ? '\n' : ''}`);
  };

const add: Action = {
  usage:
    'bookings add --slot N|--key NAME [--start TIME] --end TIME|--for DURATION [--phone NUMBER] --why TEXT',
  summary: `Makes a booking of this box alone, for an emergency: 24 hours at most, its code made by the box and printed once.
--start TIME     when it begins; now unless told
--for DURATION   instead of --end, from its start on
--phone NUMBER   opens by this phone number too (without a PIN)
--driver NAME    whose it is; kept as a random id only`,
  positionals: [0, 0],
  flags: ['slot', 'key', 'start', 'end', 'for', 'phone', 'driver', 'why'],
  needsWhy: true,
  async run(task) {
    const { hello, done } = await task.ask('bookings.add', { args: asked(task) });
    const made = done as Made;
    const clock = zoneClock(hello.timezone);
    task.out.document(made);
    task.out.say(`booking ${made.id} of ${plain(made.key)}, ${clock(made.start)} until ${clock(made.end)}`);
    task.out.say(`code ${inFours(made.code)}   (printed once; the box keeps only its hash)`);
    for (const warning of made.warnings) task.out.note(`warning: it ${warning}`);
    return exits.done;
  },
};

interface Made {
  readonly id: string;
  readonly key: string;
  readonly start: string;
  readonly end: string;
  readonly code: string;
  readonly warnings: readonly string[];
}

/** rules.md 19: shown as `1234 5678`. */
const inFours = (code: string): string => code.replace(/(\d{4})(?=\d)/g, '$1 ');

function asked(task: Task): { readonly [name: string]: string | number } {
  const [slot, key] = [task.text('slot'), task.text('key')];
  if ((slot === null) === (key === null)) {
    throw new UsageError('which key?', 'Give --slot N or --key NAME, one of the two.');
  }
  const start = task.text('start');
  const [phone, driver] = [task.text('phone'), task.text('driver')];
  const from = start === null ? new Date().toISOString() : instantFlag(start, '--start');
  return {
    ...(slot === null ? { key: key ?? '' } : { slot: slotPlace(slot) }),
    start: from,
    end: endOf(task, from),
    ...(phone === null ? {} : { phone }),
    ...(driver === null ? {} : { driver }),
  };
}

function endOf(task: Task, start: string): string {
  const [end, length] = [task.text('end'), task.text('for')];
  if ((end === null) === (length === null)) {
    throw new UsageError('until when?', 'Give --end TIME or --for DURATION, one of the two.');
  }
  if (end !== null) return instantFlag(end, '--end');
  return new Date(Date.parse(start) + durationFlag(length ?? '', '--for')).toISOString();
}

const cancel: Action = {
  usage: 'bookings cancel ID',
  summary: 'Ends a booking; a key that is out with it still comes back by it.',
  positionals: [1, 1],
  flags: ['why'],
  async run(task) {
    const { done } = await task.ask('bookings.cancel', { args: { id: task.positionals[0] } });
    const { id, cancelled } = done as { id: string; cancelled: boolean };
    task.out.document(done);
    task.out.say(cancelled ? `booking ${id} is cancelled` : `booking ${id} was cancelled already`);
    return exits.done;
  },
};

export const verb: Verb = { actions: { list, import: importFile, add, cancel } };
