import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { InputLine, Level, LineSpec, Lines, OutputLine } from '../../ports.ts';
import { Claims, lineName } from './claims.ts';
import type { SafePath } from './guard.ts';
import { type Chip, globalNumber, lineFolder, listChips, sysfsGpio, verifyLine } from './sysfs.ts';

/** An exported line: the little of onoff that is used here. */
export interface Pin {
  writeSync(level: Level): void;
  level(): Level;
  watch(changed: () => void): void;
  unexport(): void;
}

/** `low` and `high` are outputs that begin at that level, without a moment at the other. */
export type PinDirection = 'in' | 'low' | 'high';
export type OpenPin = (number: number, direction: PinDirection, edge: 'both' | 'none') => Pin;

interface OnoffOptions {
  readonly log: Log;
  /** For tests. */
  readonly root?: string;
  /** For tests. */
  readonly open?: OpenPin;
}

/**
 * Lines of the kernel's sysfs GPIO through onoff, found by label and offset.
 * @throws Fault `line-setup` when there is no sysfs GPIO; Fault `line-driver` when onoff's native part does not load.
 */
export async function openOnoffLines(options: OnoffOptions): Promise<Lines> {
  const root = options.root ?? sysfsGpio;
  const chips = listChips(root);
  return new SysfsLines(root, chips, options.open ?? (await loadOnoff()), options.log);
}

/** Loaded only here: it brings a native module that a simulated box need not have. */
export async function loadOnoff(): Promise<OpenPin> {
  try {
    const { Gpio } = await import('onoff');
    /** onoff reads the level inside a native callback, where a throw (an expander was unplugged) would end the daemon. */
    class QuietGpio extends Gpio {
      override readSync(): Level {
        try {
          return super.readSync();
        } catch {
          // Either level makes onoff pass the edge on as a hint, and whoever then reads hears of the trouble.
          return 0;
        }
      }

      level(): Level {
        return super.readSync();
      }
    }
    return (number, direction, edge) => new QuietGpio(number, direction, edge, { activeLow: false });
  } catch (error) {
    throw new Fault(
      'line-driver',
      `the package onoff does not load: ${reasonOf(error)}`,
      'run npm ci again with a compiler installed (g++, make, python3), or use another gpio.driver',
      error,
    );
  }
}

interface SysfsOutput {
  readonly pin: Pin;
  readonly idle: Level;
  readonly path: string;
}

class SysfsLines implements Lines {
  readonly #root: string;
  readonly #chips: readonly Chip[];
  readonly #open: OpenPin;
  readonly #log: Log;
  readonly #claims = new Claims();
  readonly #outputs: SysfsOutput[] = [];
  /** Failed their check, and may be driven all the same: made safe like the others, after them. */
  readonly #refused: SysfsOutput[] = [];
  readonly #inputs: Pin[] = [];

  constructor(root: string, chips: readonly Chip[], open: OpenPin, log: Log) {
    this.#root = root;
    this.#chips = chips;
    this.#open = open;
    this.#log = log;
  }

  output(spec: LineSpec, idle: Level): OutputLine {
    const number = this.#number(spec);
    const pin = this.#openPin(spec, number, idle === 1 ? 'high' : 'low', 'none');
    const output = { pin, idle, path: join(lineFolder(this.#root, number), 'value') };
    try {
      verifyLine(this.#root, number, spec, { direction: 'out', value: idle });
    } catch (error) {
      this.#refused.push(output);
      throw error;
    }
    this.#outputs.push(output);
    return {
      write: level => attempt('line-write', spec, () => pin.writeSync(level)),
      read: () => attempt('line-read', spec, () => pin.level()),
    };
  }

  input(spec: LineSpec, _initial: Level, changed: () => void): InputLine {
    const number = this.#number(spec);
    const { pin, edge } = this.#openInput(spec, number);
    this.#inputs.push(pin);
    verifyLine(this.#root, number, spec, { direction: 'in', edge });
    if (edge !== null) attempt('line-setup', spec, () => pin.watch(changed));
    return { read: () => attempt('line-read', spec, () => pin.level()) };
  }

  safePaths(): readonly SafePath[] {
    return [...this.#outputs, ...this.#refused].map(({ path, idle }) => ({ path, text: String(idle) }));
  }

  /** Outputs stay exported: a line that is given back may float, one that is kept is driven idle. */
  close(): void {
    for (const { pin, idle } of [...this.#outputs, ...this.#refused]) quietly(() => pin.writeSync(idle));
    for (const pin of this.#inputs.splice(0)) quietly(() => pin.unexport());
  }

  #number(spec: LineSpec): number {
    this.#claims.take(spec);
    return globalNumber(this.#chips, spec);
  }

  /** An expander whose interrupt is not wired has no edges; its lines are sampled. */
  #openInput(spec: LineSpec, number: number): { pin: Pin; edge: 'both' | null } {
    try {
      return { pin: this.#openPin(spec, number, 'in', 'both'), edge: 'both' };
    } catch (error) {
      const folder = lineFolder(this.#root, number);
      if (!existsSync(folder) || existsSync(join(folder, 'edge'))) throw error;
      this.#log.warn({ line: lineName(spec) }, 'this line has no edges: it is sampled once a second');
      return { pin: this.#openPin(spec, number, 'in', 'none'), edge: null };
    }
  }

  #openPin(spec: LineSpec, number: number, direction: PinDirection, edge: 'both' | 'none'): Pin {
    try {
      return this.#open(number, direction, edge);
    } catch (error) {
      const code = codeOf(error);
      const message = `${lineName(spec)} (kernel number ${number}) cannot be set up: ${reasonOf(error)}`;
      throw new Fault('line-setup', message, setupHints[code] ?? 'see /sys/kernel/debug/gpio', error);
    }
  }
}

const setupHints: Readonly<Record<string, string>> = {
  EACCES: 'the user of the service must be in the group that owns /sys/class/gpio (gpio on Raspberry Pi OS)',
  EBUSY: 'another driver or program holds this line; see /sys/kernel/debug/gpio',
  EINVAL: 'the kernel does not know this line',
  EROFS: 'the unit must open /sys/class/gpio for writing (ReadWritePaths)',
};

function attempt<T>(code: 'line-read' | 'line-write' | 'line-setup', spec: LineSpec, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Fault(code, `${lineName(spec)}: ${reasonOf(error)}`, 'check the wiring of this chip', error);
  }
}

function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // On the way out: the guard tries in its turn.
  }
}
