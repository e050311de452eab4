/**
 * A daemon of a few lines for guard.test.ts: simulated lines, a real guard, one long pulse, and then whatever the test
 * does to it. Arguments: the folder of the lines, what to do. Prints the guard's pid and `begun`.
 */
import { millis, slotId } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { openCabinet } from '../../../../src/box/adapters/gpio/cabinet.ts';
import { startGuard } from '../../../../src/box/adapters/gpio/guard.ts';
import { openSimLines } from '../../../../src/box/adapters/gpio/sim.ts';
import { realTime as time } from './fake-time.ts';

const [dir = '', what = ''] = process.argv.slice(2);
const slot = slotId(2);
const slots = [1, 2, 3].map(id => ({
  id: slotId(id),
  lock: { chip: 'chip', line: id, activeLevel: 1 } as const,
  door: { chip: 'chip', line: id + 10, closedLevel: 0 } as const,
  presence: null,
}));
const cabinet = openCabinet({
  spec: { slots, indicators: { buzzer: { chip: 'chip', line: 30, activeLevel: 1 } }, inputs: {} },
  lines: openSimLines({ dir, time, log: silent }),
  guard: paths => startGuard({ paths, time, log: silent }),
  time,
  report: body => {
    if (body.type === 'pulse-begun') process.stdout.write('begun\n');
    if (body.type === 'pulse-begun' && what === 'close') void close();
    if (body.type === 'pulse-ended' && what === 'end') void cabinet.close();
  },
  log: silent,
});
cabinet.levels();
cabinet.signal('alarm');
cabinet.pulse(slot, millis(what === 'end' ? 200 : 1_000));
async function close(): Promise<void> {
  await cabinet.close();
  process.stdout.write('closed\n');
}
