/** The world's side of a chip that the kernel's gpio-sim module simulates (docs.kernel.org/admin-guide/gpio/gpio-sim.html). */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listChips, sysfsGpio } from '../../../../src/box/adapters/gpio/sysfs.ts';
import type { Level } from '../../../../src/box/ports.ts';

export interface SimulatedChip {
  readonly label: string;
  /** How many lines it has. */
  readonly count: number;
  /** The kernel's number of line 0. */
  readonly base: number;
  /** Of a line's level, `0` or `1`. */
  file(line: number): string;
  /** What a voltmeter would show. */
  measure(line: number): Level;
  /** What the world does to a line that nobody drives. */
  pull(line: number, level: Level): void;
}

/** The first such chip whose label fits, or why there is none. Never a chip with wires on it. */
export function simulatedChip(label: RegExp): SimulatedChip | string {
  if (!existsSync(sysfsGpio)) return `${sysfsGpio} does not exist in this kernel`;
  const chip = listChips(sysfsGpio).find(one => /^gpio-sim\.\d+$/.test(one.device) && label.test(one.label));
  if (chip === undefined) return `this kernel has no chip ${label} of the gpio-sim module`;
  const device = join('/sys/devices/platform', chip.device);
  const bank = readdirSync(device).find(name => existsSync(join(device, name, 'sim_gpio0')));
  if (bank === undefined) return `${device} shows no sim_gpio0`;
  const file = (line: number, name: string): string => join(device, bank, `sim_gpio${line}`, name);
  return {
    label: chip.label,
    count: chip.count,
    base: chip.base,
    file: line => file(line, 'value'),
    measure: line => (readFileSync(file(line, 'value'), 'utf8').trim() === '1' ? 1 : 0),
    pull: (line, level) => writeFileSync(file(line, 'pull'), level === 1 ? 'pull-up' : 'pull-down'),
  };
}
