import { exits, UsageError } from '../base/command-line/usage.ts';
import type { AuditReport } from '../wire/report.ts';
import type { Action, Verb } from './action.ts';
import { slotPlace } from './place.ts';
import { plain, table } from './table.ts';

const audit: Action = {
  usage: 'audit',
  summary: 'Walks the slots: what the books expect against what is sensed.',
  positionals: [0, 0],
  flags: [],
  async run(task) {
    const { done } = await task.ask('audit');
    const slots = done as readonly AuditReport[];
    task.out.document(slots);
    const rows = slots.map(each => [
      String(each.slot),
      plain(each.expected ?? 'empty'),
      each.sensed === 'none' ? '-' : each.sensed,
      each.verdict,
      each.missing.map(plain).join(', ') || '-',
    ]);
    task.out.say(table(['SLOT', 'BOOKS SAY', 'SENSED', 'VERDICT', 'MISSING FROM HERE'], rows));
    if (slots.some(each => each.verdict === 'differs')) {
      task.out.note('Look, then put the books right: smartbox audit fix SLOT --key NAME|--empty --why TEXT');
    }
    return exits.done;
  },
};

const fix: Action = {
  usage: 'audit fix SLOT --key NAME|--empty --why TEXT',
  summary: 'Puts the books right after you have looked: the slot holds this key, or nothing. No door moves.',
  positionals: [1, 1],
  flags: ['key', 'empty', 'why'],
  needsWhy: true,
  async run(task) {
    const slot = slotPlace(task.positionals[0]);
    const key = task.text('key');
    if ((key === null) !== task.given('empty')) {
      throw new UsageError('what is in it?', 'Give --key NAME or --empty, one of the two.');
    }
    const { done } = await task.ask('audit.fix', {
      args: { slot, ...(key === null ? { empty: true } : { key }) },
    });
    task.out.document(done);
    task.out.say(`the books now say: slot ${slot} ${key === null ? 'is empty' : `holds ${plain(key)}`}`);
    return exits.done;
  },
};

export const verb: Verb = { actions: { '': audit, fix } };
