import { exits } from '../base/command-line/usage.ts';
import type { KeyReport, SlotReport } from '../wire/report.ts';
import type { Action, Verb } from './action.ts';
import { zoneClock } from './clock.ts';
import { whereIs } from './keys.ts';
import { plain, table } from './table.ts';

const map: Action = {
  usage: 'map',
  summary: 'The slot map, to print and hang inside the cabinet for the day the power is out.',
  positionals: [0, 0],
  flags: [],
  async run(task) {
    const { hello, done: slotsDone } = await task.ask('slots');
    const { done: keysDone } = await task.ask('keys.list');
    const [slots, keys] = [slotsDone as readonly SlotReport[], keysDone as readonly KeyReport[]];
    const clock = zoneClock(hello.timezone);
    const lines = slots.map(slot => ({
      slot: slot.slot,
      holds: slot.key,
      homeOf: keys.filter(key => key.slot === slot.slot),
    }));
    task.out.document(lines.map(({ homeOf, ...line }) => ({ ...line, homeOf: homeOf.map(key => key.key) })));
    const rows = lines.map(({ slot, holds, homeOf }) => [
      String(slot),
      plain(holds ?? '-'),
      homeOf.map(key => `${plain(key.key)} (${whereIs(key, clock)})`).join(', ') || '-',
    ]);
    task.out.say(`box ${hello.box}, ${clock(new Date().toISOString())}\n`);
    task.out.say(table(['SLOT', 'HOLDS', 'HOME OF'], rows));
    return exits.done;
  },
};

export const verb: Verb = { actions: { '': map } };
