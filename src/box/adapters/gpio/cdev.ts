import { after, millis } from '../../../base/brand.ts';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { InputLine, InputSpec, Level, LineSpec, Lines, OutputLine, Time } from '../../ports.ts';
import type { CabinetSpec } from './cabinet.ts';
import { Claims, lineName } from './claims.ts';
import type { Guard } from './guard.ts';
import { HolderLocks } from './holder-locks.ts';
import { LineHolder } from './line-holder.ts';
import type { LockPulses, LocksDeps } from './locks.ts';
import { opposite } from './outputs.ts';
import { giveBackExported, sysfsGpio } from './sysfs.ts';

export const cdevLimits = {
  /** From the start of the helper until it holds every line: it waits half a second for lines of one that is on its way out. */
  startMs: 5_000,
} as const;

interface CdevOptions {
  readonly spec: CabinetSpec;
  /** The program gpio-lines. */
  readonly program: string;
  readonly time: Time;
  readonly log: Log;
  /** For tests. */
  readonly readMs?: number;
}

/** A cabinet on the character device is made of these. */
export interface CdevDriver {
  readonly lines: Lines;
  readonly guard: () => Guard;
  readonly locks: (deps: LocksDeps) => LockPulses;
}

interface HolderLine {
  readonly spec: LineSpec;
  readonly kind: 'lock' | 'lamp' | 'in';
  /** As the helper reads it: kind, flag of the kernel, line, chip. */
  readonly text: string;
}

/** Flags of `<linux/gpio.h>`: an output that a low level switches on, and pulls of inputs. */
const kernelFlags = { asIs: 0, activeLow: 2, up: 256, down: 512, none: 1_024 } as const;

const lampNames = ['green', 'red', 'buzzer'] as const;

/** Every line of a box in the order of the helper's numbers: locks first, since they are made idle in that order. */
export function holderLines({ slots, indicators, inputs }: CabinetSpec): readonly HolderLine[] {
  const output = (kind: 'lock' | 'lamp', spec: LineSpec & { readonly activeLevel: Level }): HolderLine => ({
    ...{ spec, kind },
    text: `${kind},${kernelFlags[spec.activeLevel === 1 ? 'asIs' : 'activeLow']},${spec.line},${spec.chip}`,
  });
  const input = (spec: InputSpec): HolderLine => ({
    ...{ spec, kind: 'in' },
    text: `in,${kernelFlags[spec.pull ?? 'asIs']},${spec.line},${spec.chip}`,
  });
  const present = <T>(all: readonly (T | null | undefined)[]): readonly T[] =>
    all.filter(one => one !== null && one !== undefined);
  return [
    ...slots.map(({ lock }) => output('lock', lock)),
    ...present(lampNames.map(lamp => indicators[lamp])).map(lamp => output('lamp', lamp)),
    ...present(slots.flatMap(({ door, presence }) => [door, presence])).map(input),
    ...present([inputs.tamper, inputs.powerLow]).map(input),
  ];
}

/**
 * The lines of a box on the kernel's character device, held by a helper process that times every pulse.
 * @throws Fault `line-driver` when the helper does not start.
 */
export async function openCdevLines(options: CdevOptions): Promise<CdevDriver> {
  const { spec, program, time, log, readMs } = options;
  const all = holderLines(spec);
  giveBackExported(
    sysfsGpio,
    all.map(line => line.spec),
  );
  const holder = new LineHolder({
    program,
    specs: all.map(({ text }) => text),
    time,
    log,
    ...(readMs === undefined ? {} : { readMs }),
  });
  try {
    await started(holder, time);
  } catch (error) {
    await holder.close();
    throw error;
  }
  const lines = new HeldLines(holder, all);
  return {
    lines,
    guard: () => guardOf(holder),
    locks: deps =>
      new HolderLocks({
        ...deps,
        locks: deps.locks.map(({ slot }) => ({ slot, n: lines.lockOf(spec, slot) })),
        holder,
        close: () => void holder.close(),
      }),
  };
}

function started(holder: LineHolder, time: Time): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (): void =>
      reject(
        new Fault(
          'line-driver',
          'the gpio helper (gpio-lines) does not start',
          'see the log; build or install SmartBox again, or use gpio.driver: onoff',
        ),
      );
    const cancel = time.at(after(time.mono(), millis(cdevLimits.startMs)), refuse);
    holder.onNews(news => {
      if (news.type !== 'ready' && news.type !== 'gone') return;
      cancel();
      if (news.type === 'ready') resolve();
      else refuse();
    });
  });
}

/** The helper has a guard of its own, which lives and dies with it. */
const guardOf = (holder: LineHolder): Guard => ({
  begin: () => (holder.ready ? 'now' : 'none'),
  ask: () => {},
  end: () => {},
  healthy: () => holder.ready,
  close: () => holder.close(),
});

class HeldLines implements Lines {
  readonly #holder: LineHolder;
  readonly #all: readonly HolderLine[];
  readonly #claims = new Claims();

  constructor(holder: LineHolder, all: readonly HolderLine[]) {
    this.#holder = holder;
    this.#all = all;
  }

  lockOf({ slots }: CabinetSpec, id: number): number {
    return slots.findIndex(slot => slot.id === id);
  }

  output(spec: LineSpec, idle: Level): OutputLine {
    const n = this.#take(spec);
    const isLamp = this.#all[n]?.kind === 'lamp';
    return {
      write: level => {
        // A lock is powered by a pulse of the helper alone, which makes it idle too.
        if (!isLamp) throw new Fault('line-write', `${lineName(spec)} is a lock`, 'locks are pulsed');
        this.#holder.set(n, level === idle ? 0 : 1);
      },
      // The helper knows an output as on or off, whichever level that is.
      read: () => (this.#read(n, spec) === 1 ? opposite(idle) : idle),
    };
  }

  input(spec: InputSpec, _initial: Level, changed: () => void): InputLine {
    const n = this.#take(spec);
    this.#holder.onLevel(n, changed);
    // A helper that is being replaced says nothing; what was known stands until the next one tells.
    return { read: () => (this.#holder.ready ? this.#read(n, spec) : null) };
  }

  safePaths(): readonly [] {
    return [];
  }

  caughtUp(): boolean {
    return this.#holder.caughtUp();
  }

  close(): void {
    void this.#holder.close();
  }

  #take(spec: LineSpec): number {
    this.#claims.take(spec);
    const n = this.#all.findIndex(one => one.spec.chip === spec.chip && one.spec.line === spec.line);
    const { dead } = this.#holder.line(n);
    if (dead === null) return n;
    throw new Fault('line-setup', `${lineName(spec)}: ${dead}`, setupHint(dead));
  }

  #read(n: number, spec: LineSpec): Level | null {
    const { level, dead } = this.#holder.line(n);
    if (level !== null) return level;
    const why = dead ?? 'its chip does not answer';
    throw new Fault('line-read', `${lineName(spec)}: ${why}`, 'check the wiring of this chip');
  }
}

const setupHint = (dead: string): string =>
  dead.startsWith('no chip')
    ? 'on a Raspberry Pi: pinctrl-rp1 (Pi 5), pinctrl-bcm2711 (Pi 4), pinctrl-bcm2835 (older); expanders: is the overlay loaded?'
    : 'see gpioinfo or /sys/kernel/debug/gpio for who uses this line';
