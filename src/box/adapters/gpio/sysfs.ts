import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Fault, reasonOf } from '../../../base/fault.ts';
import type { Level, LineSpec } from '../../ports.ts';
import { lineName } from './claims.ts';

/** Where the kernel keeps its old GPIO interface (Documentation/admin-guide/gpio/sysfs.rst). */
export const sysfsGpio = '/sys/class/gpio';

/** One chip as the kernel lists it. Lines are numbered from `base`, which moved with kernel 6.6 and may move again. */
export interface Chip {
  readonly label: string;
  /** The hardware behind it, `1-0020` for an expander on I2C: tells chips with one label apart. */
  readonly device: string;
  readonly base: number;
  readonly count: number;
}

const textOf = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8').trim();

/** @throws Fault `line-setup` when this kernel has no sysfs GPIO. */
export function listChips(root: string): readonly Chip[] {
  if (!existsSync(root)) {
    throw new Fault(
      'line-setup',
      `${root} does not exist: this kernel has no sysfs GPIO`,
      'use another driver (gpio.driver: sim to try the box without hardware), or a kernel with CONFIG_GPIO_SYSFS',
    );
  }
  return readdirSync(root)
    .filter(name => name.startsWith('gpiochip'))
    .flatMap(name => chipAt(join(root, name)));
}

/** None when the chip goes away just now, as an expander on USB does. */
function chipAt(path: string): Chip[] {
  try {
    const base = Number(textOf(path, 'base'));
    const count = Number(textOf(path, 'ngpio'));
    return [{ label: textOf(path, 'label'), device: deviceOf(path), base, count }];
  } catch {
    return [];
  }
}

function deviceOf(path: string): string {
  try {
    return basename(readlinkSync(join(path, 'device')));
  } catch {
    return '';
  }
}

const fullName = (chip: Chip): string => `${chip.label}@${chip.device}`;

/**
 * The kernel's number of a line. A chip is named by its label or, where several share one, by `label@device`.
 * @throws Fault `line-setup` when the chip is absent or ambiguous, or has no such line.
 */
export function globalNumber(chips: readonly Chip[], spec: LineSpec): number {
  const found = chips.filter(chip => chip.label === spec.chip || fullName(chip) === spec.chip);
  const [chip, second] = found;
  if (chip === undefined) {
    const labels = chips.map(one => one.label).join(', ');
    throw new Fault(
      'line-setup',
      `${lineName(spec)}: no chip with this label; found: ${labels || 'none'}`,
      'on a Raspberry Pi: pinctrl-rp1 (Pi 5), pinctrl-bcm2711 (Pi 4), pinctrl-bcm2835 (older); expanders: is the overlay loaded?',
    );
  }
  if (second !== undefined) {
    throw new Fault(
      'line-setup',
      `${lineName(spec)}: ${found.length} chips have this label`,
      `name the one you mean: ${found.map(fullName).join(', ')}`,
    );
  }
  if (spec.line >= chip.count) {
    throw new Fault(
      'line-setup',
      `${lineName(spec)}: this chip has lines 0 to ${chip.count - 1}`,
      'use the offset on the chip (GPIO17 of a Pi is line 17), not the number of the header pin or of the kernel',
    );
  }
  return chip.base + spec.line;
}

export const lineFolder = (root: string, number: number): string => join(root, `gpio${number}`);

/** A line must show this after it was set up. */
type LineState =
  | { readonly direction: 'out'; readonly value: Level }
  | { readonly direction: 'in'; readonly edge: 'both' | null };

/**
 * Reads a line back: onoff passes over errors of the set-up when the line was exported before, as after a crash.
 * @throws Fault `line-setup` naming what differs.
 */
export function verifyLine(root: string, number: number, spec: LineSpec, wanted: LineState): void {
  const folder = lineFolder(root, number);
  const expected: [string, string][] = [
    ['active_low', '0'],
    ['direction', wanted.direction],
  ];
  if (wanted.direction === 'out') expected.push(['value', String(wanted.value)]);
  else if (wanted.edge !== null) expected.push(['edge', wanted.edge]);
  for (const [file, text] of expected) {
    const found = readBack(folder, file, spec);
    if (found === text) continue;
    throw new Fault(
      'line-setup',
      `${lineName(spec)}: ${file} is "${found}" after set-up, not "${text}"`,
      'something else uses this line or holds it; see /sys/kernel/debug/gpio and config.txt',
    );
  }
}

function readBack(folder: string, file: string, spec: LineSpec): string {
  try {
    return textOf(folder, file);
  } catch (error) {
    throw new Fault(
      'line-setup',
      `${lineName(spec)}: cannot read ${file} back: ${reasonOf(error)}`,
      'the user of the service must be in the group that owns /sys/class/gpio',
      error,
    );
  }
}

/**
 * Gives lines back that a program without us has left exported, as `onoff` leaves its outputs: the kernel lends each line once.
 * Where there is no sysfs GPIO, nobody holds a line through it.
 */
export function giveBackExported(root: string, specs: readonly LineSpec[]): void {
  if (!existsSync(root)) return;
  const chips = listChips(root);
  for (const spec of specs) {
    try {
      const number = globalNumber(chips, spec);
      if (existsSync(lineFolder(root, number))) writeFileSync(join(root, 'unexport'), String(number));
    } catch {
      // Whoever takes the line next says by name what is wrong with it.
    }
  }
}
