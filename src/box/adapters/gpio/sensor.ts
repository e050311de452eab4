import { after, type MonoMs, millis } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { InputLine, Level, Time } from '../../ports.ts';

export const sensorTiming = {
  /** contracts.md §2: a change counts when the level has been the same for so long. */
  stableMs: 50,
  /** Every input is read so often, whatever edges told: edges are lost during stalls, and some chips have none. */
  sampleMs: 1_000,
  /** Inputs read in one go: an I2C expander blocks for a third of a millisecond a line. */
  together: 16,
  /** A line that could be read for so long may complain again. */
  forgivenMs: 60_000,
} as const;

export interface SensorSetup {
  readonly time: Time;
  /** Taken for the level until the first that can be read. */
  readonly initial: Level;
  readonly open: (changed: () => void) => InputLine;
  /** Another stable level. */
  readonly settled: (level: Level) => void;
  /** Once for each trouble. */
  readonly failed: (reason: string) => void;
}

/** One input, debounced by level. Never throws: a line that cannot be read keeps what was known and says so once. */
export class Sensor {
  readonly #setup: SensorSetup;
  #line: InputLine | null = null;
  #level: Level;
  #trouble: string | null = null;
  /** Set while a new level is waiting to become stable. */
  #cancelWait: (() => void) | null = null;
  #failedAt: MonoMs | null = null;

  constructor(setup: SensorSetup) {
    this.#setup = setup;
    this.#level = setup.initial;
    this.#line = this.#open();
    this.#level = this.#read() ?? setup.initial;
  }

  get level(): Level {
    return this.#level;
  }

  /** Why the line cannot be read now; null while it can. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Something may have changed. */
  look(): void {
    const level = this.#read();
    if (level === null) return;
    if (level === this.#level) {
      this.#cancelWait?.();
      this.#cancelWait = null;
      return;
    }
    const { time } = this.#setup;
    this.#cancelWait ??= time.at(after(time.mono(), millis(sensorTiming.stableMs)), () => this.#settle());
  }

  close(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
  }

  #settle(): void {
    this.#cancelWait = null;
    const level = this.#read();
    if (level === null || level === this.#level) return;
    this.#level = level;
    this.#setup.settled(level);
  }

  #open(): InputLine | null {
    try {
      return this.#setup.open(() => this.look());
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  #read(): Level | null {
    if (this.#line === null) return null;
    try {
      const level = this.#line.read();
      this.#recover();
      return level;
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  #fail(error: unknown): void {
    const first = this.#failedAt === null;
    this.#failedAt = this.#setup.time.mono();
    this.#trouble = reasonOf(error);
    if (first) this.#setup.failed(this.#trouble);
  }

  #recover(): void {
    if (this.#failedAt === null) return;
    this.#trouble = null;
    if (this.#setup.time.mono() - this.#failedAt >= sensorTiming.forgivenMs) this.#failedAt = null;
  }
}

/** Looks at every sensor once a second, a few at a time. The returned function stops it. */
export function sampleAll(sensors: readonly Sensor[], time: Time): () => void {
  if (sensors.length === 0) return () => {};
  const turns = Math.ceil(sensors.length / sensorTiming.together);
  const everyMs = millis(sensorTiming.sampleMs / turns);
  let turn = 0;
  let cancel = time.at(after(time.mono(), everyMs), look);
  function look(): void {
    const from = turn * sensorTiming.together;
    for (const sensor of sensors.slice(from, from + sensorTiming.together)) sensor.look();
    turn = (turn + 1) % turns;
    cancel = time.at(after(time.mono(), everyMs), look);
  }
  return () => cancel();
}
