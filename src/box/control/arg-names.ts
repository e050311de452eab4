/** The members that the `args` of each operation may have: one that is misspelt is an error, not a wish ignored. */
import { type Args, badRequest } from './args.ts';

const span = ['since', 'until', 'last'];
const look = ['device', 'forMs'];

const argNames: Readonly<Record<string, readonly string[]>> = {
  'bookings.cancel': ['id'],
  open: ['slot'],
  lockdown: ['on', 'until', 'forMs'],
  'clock.set': ['time', 'force'],
  maintenance: ['slot', 'on'],
  'audit.fix': ['slot', 'key', 'empty'],
  'events.list': span,
  'events.export': span,
  'keys.learn': ['slot', 'key', 'forMs'],
  'test.lock': ['slot'],
  'test.door': ['slot', 'forMs'],
  'test.keypad': look,
  'test.reader': look,
  'serial.record': look,
  enroll: ['relay', 'claim', 'plain'],
};

/** Their members are those of a row of a file, and are read as such a row is. */
const ofRows: ReadonlySet<string> = new Set(['bookings.add', 'keys.add']);

/** @throws Fault `bad-request` naming what the operation does not take */
export function mustKnow(op: string, args: Args): void {
  if (ofRows.has(op)) return;
  const names = argNames[op] ?? [];
  const strange = Object.keys(args).find(name => !names.includes(name));
  if (strange === undefined) return;
  const takes = names.length === 0 ? 'no args' : names.join(', ');
  throw badRequest(`${op} has an arg ${JSON.stringify(strange.slice(0, 40))}; it takes ${takes}`);
}
