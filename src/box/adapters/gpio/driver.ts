/** Which driver serves the lines of this machine, and what it needs. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../../base/fault.ts';

interface Machine {
  /** Folder of the character devices. */
  readonly dev: string;
  readonly program: string | null;
}

const beside = join(import.meta.dirname, 'native', process.arch, 'gpio-lines');
const inDist = (arch: string): string =>
  fileURLToPath(new URL(`../../../../dist/app/native/${arch}/gpio-lines`, import.meta.url));

/** The helper that holds the lines: beside the bundle, or in the `dist/` of this checkout; null where it was never built. */
function gpioLinesProgram(): string | null {
  return [beside, inDist(process.arch)].find(path => allows(path, constants.X_OK)) ?? null;
}

interface DriverChoice {
  readonly driver: 'cdev' | 'onoff';
  /** Why it is this one, for the log and the technician. */
  readonly why: string;
}

const { R_OK, W_OK } = constants;

/** `cdev` where its helper is built and a chip can be opened, else `onoff`. */
export function chooseDriver(machine: Machine = { dev: '/dev', program: gpioLinesProgram() }): DriverChoice {
  const chips = readdirSync(machine.dev).filter(name => name.startsWith('gpiochip'));
  if (chips.length === 0) return { driver: 'onoff', why: `there is no ${machine.dev}/gpiochip*` };
  if (!chips.some(name => allows(join(machine.dev, name), R_OK | W_OK)))
    return { driver: 'onoff', why: `${machine.dev}/gpiochip* may not be opened: see their group` };
  if (machine.program === null) return { driver: 'onoff', why: 'its helper gpio-lines was not built' };
  return { driver: 'cdev', why: `${machine.dev}/gpiochip* can be used` };
}

/** The driver as a technician reads it; `pulled`: inputs whose pull the configuration sets. */
export function driverWords({ driver, why }: DriverChoice, pulled: readonly string[]): string {
  const [first, ...others] = pulled;
  const words = `${driver}, chosen by auto: ${why}`;
  if (driver === 'cdev' || first === undefined) return words;
  const all = others.length === 0 ? first : `${first} and ${others.length} more`;
  return `${words}; it cannot set a pull (${all}): set it in config.txt`;
}

/** @throws Fault `line-driver` where the helper of `cdev` was never built. */
export function requireGpioLines(program: string | null = gpioLinesProgram()): string {
  if (program !== null) return program;
  throw new Fault(
    'line-driver',
    'gpio driver cdev needs its helper gpio-lines, which was not built here',
    'install a C compiler (apt install gcc libc6-dev), run npm run build again, or use gpio.driver: onoff',
  );
}

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
