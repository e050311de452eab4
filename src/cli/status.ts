import { setTimeout as sleep } from 'node:timers/promises';
import { exits, UsageError } from '../base/command-line/usage.ts';
import { Fault } from '../base/fault.ts';
import type { StatusReport } from '../wire/report.ts';
import type { Action, Task, Verb } from './action.ts';
import { zoneClock } from './clock.ts';
import { slotTable } from './slot-table.ts';
import { form, plain } from './table.ts';

const retryMs = 200;
const waitMaxS = 3_600;

const status: Action = {
  usage: 'status [--wait S]',
  summary:
    'How the box is: exit 1 only if somebody cannot take or return now.\n--wait S  wait up to S seconds for the daemon to be up and healthy',
  positionals: [0, 0],
  flags: ['wait'],
  async run(task) {
    const report = await healthy(task, waitFlag(task));
    task.out.document(report);
    task.out.say(words(report));
    return hindered(report) ? exits.refused : exits.done;
  },
};

const hindered = (report: StatusReport): boolean => report.takes !== 'all' || report.returns !== 'all';

function waitFlag(task: Task): number {
  const text = task.text('wait');
  if (text === null) return 0;
  const match = /^(\d{1,4}(?:\.\d{1,3})?)s?$/.exec(text);
  if (match !== null && Number(match[1]) <= waitMaxS) return Number(match[1]);
  const what = match === null && !/^\d{5,20}s?$/.test(text) ? 'is no number of seconds' : 'is too long';
  throw new UsageError(`--wait ${text} ${what}`, `Such as --wait 30; ${waitMaxS} at most.`);
}

/** The last answer within that many seconds, or the first that is healthy. @throws Fault of the last try */
async function healthy(task: Task, waitS: number): Promise<StatusReport> {
  const until = performance.now() + waitS * 1_000;
  for (;;) {
    const last = performance.now() >= until;
    try {
      const { done } = await task.ask('status');
      const report = done as StatusReport;
      if (last || !hindered(report)) return report;
    } catch (error) {
      if (last || !(error instanceof Fault) || error.code === 'no-access') throw error;
    }
    await sleep(Math.max(0, Math.min(retryMs, until - performance.now())));
  }
}

function words(report: StatusReport): string {
  const clock = zoneClock(report.timezone);
  const { keys, sync, guessing, lockdown, overlay } = report;
  const pairs: (readonly [string, string])[] = [
    ['box', `${report.box} (${plain(report.name)}), smartboxd ${report.program}, up ${report.upS} s`],
    ['time', `${clock(report.at)}, clock ${report.clock}`],
    ['takes', report.takes],
    ['returns', report.returns],
    ['keys', `${keys.in} in, ${keys.out} out, ${keys.missing} missing, ${keys.neverStocked} never stocked`],
    ['bookings', report.bookings === null ? 'cannot be read' : String(report.bookings)],
    ['storage', report.storage],
    ['sync', sync.enrolled ? syncWords(report, clock) : 'alone, no relay'],
  ];
  if (Object.keys(overlay).length > 0) {
    const set = Object.entries(overlay).map(([name, value]) => `${name} ${plain(String(value ?? 'none'))}`);
    pairs.push(['relay sets', set.join(', ')]);
  }
  if (lockdown.on)
    pairs.push(['lock-down', lockdown.until === null ? 'on' : `until ${clock(lockdown.until)}`]);
  if (guessing.wrongs > 0 || guessing.phonesLocked > 0) {
    const wait = guessing.waitS > 0 ? `, next try in ${guessing.waitS} s` : '';
    pairs.push([
      'guessing',
      `${guessing.wrongs} wrong entries, ${guessing.phonesLocked} phones locked${wait}`,
    ]);
  }
  const troubles = [...report.reasons, ...report.remarks].map(({ message, hint }) => `! ${message}. ${hint}`);
  return [form(pairs), ...troubles, '', slotTable(report.slots)].join('\n');
}

function syncWords({ sync }: StatusReport, clock: (iso: string) => string): string {
  const { link, since, trouble, ageS, epoch, revision, waiting } = sync;
  const age = ageS === null ? 'not vouched for yet' : `vouched for ${ageS} s ago`;
  const when = since === null ? '' : ` since ${clock(since)}`;
  const state = link === 'up' ? `link up${when}` : `link down${when} (${plain(trouble ?? 'connecting')})`;
  return `${state}, revision ${epoch}.${revision} ${age}, ${waiting} events waiting`;
}

export const verb: Verb = { actions: { '': status } };
