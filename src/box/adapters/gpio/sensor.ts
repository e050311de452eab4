import { after, type MonoMs, millis } from '../../../base/brand.ts';
import { every } from '../../../base/every.ts';
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
  /** Looks are a second apart at most: after such a gap the process stood still, long enough for somebody to open a door and shut it. */
  stalledMs: 1_800,
  /** Edges that waited with it come within this time: much else has waited too. */
  backMs: 1_000,
  /** An edge that left the level as it was speaks of a door that was open and is shut again, for so long. */
  stirredMs: 1_000,
} as const;

export interface SensorDeps {
  readonly time: Time;
  /** Taken for the level until the first that can be read. */
  readonly initial: Level;
  readonly open: (changed: () => void) => InputLine;
  /** Another stable level. */
  readonly settled: (level: Level) => void;
  /** Edges tell that the level has changed, and changed back, while the process stood still; once for each time. */
  readonly missed?: () => void;
  /** Once for each trouble. */
  readonly failed: (reason: string) => void;
}

/** One input, debounced by level. Never throws: a line that cannot be read keeps what was known and says so once. */
export class Sensor {
  readonly #deps: SensorDeps;
  #line: InputLine | null = null;
  #level: Level;
  #trouble: string | null = null;
  /** Set while a new level is waiting to become stable. */
  #cancelWait: (() => void) | null = null;
  #failedAt: MonoMs | null = null;
  #stirredAt: MonoMs | null = null;
  #lookedAt: MonoMs;
  /** When it was first looked at after a stall: edges that waited with it come just after that. */
  #stalledAt: MonoMs | null = null;

  constructor(deps: SensorDeps) {
    this.#deps = deps;
    this.#lookedAt = deps.time.mono();
    this.#level = deps.initial;
    this.#line = this.#open();
    this.#level = this.#read() ?? deps.initial;
  }

  get level(): Level {
    return this.#level;
  }

  /** Why the line cannot be read now; null while it can. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Another level is there, and not yet believed; or edges may still tell of one. */
  get waiting(): boolean {
    return this.#cancelWait !== null || this.#isJustBack();
  }

  /** Edges told a moment ago of a change that was over when it was looked at, as after a stall. */
  stirred(): boolean {
    const { time } = this.#deps;
    return this.#stirredAt !== null && time.mono() - this.#stirredAt <= sensorTiming.stirredMs;
  }

  /** Believes a level that is waiting to be believed, because something else proves it. */
  hurry(): void {
    if (this.#cancelWait === null) return;
    this.#cancelWait();
    this.#settle();
  }

  /** Something may have changed. */
  look(): void {
    const now = this.#deps.time.mono();
    if (now - this.#lookedAt >= sensorTiming.stalledMs) this.#stalledAt = now;
    this.#lookedAt = now;
    const level = this.#read();
    if (level === null) return;
    if (level === this.#level) {
      this.#cancelWait?.();
      this.#cancelWait = null;
      return;
    }
    const { time } = this.#deps;
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
    this.#deps.settled(level);
  }

  #edge(): void {
    this.look();
    this.#stirredAt = this.#cancelWait === null ? this.#deps.time.mono() : null;
    if (this.#stirredAt === null || !this.#isJustBack()) return;
    this.#stalledAt = null;
    this.#deps.missed?.();
  }

  #isJustBack(): boolean {
    return this.#stalledAt !== null && this.#deps.time.mono() - this.#stalledAt < sensorTiming.backMs;
  }

  #open(): InputLine | null {
    try {
      return this.#deps.open(() => this.#edge());
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
    this.#failedAt = this.#deps.time.mono();
    this.#trouble = reasonOf(error);
    if (first) this.#deps.failed(this.#trouble);
  }

  #recover(): void {
    if (this.#failedAt === null) return;
    this.#trouble = null;
    if (this.#deps.time.mono() - this.#failedAt >= sensorTiming.forgivenMs) this.#failedAt = null;
  }
}

/** Looks at every sensor once a second, a few at a time. The returned function stops it. */
export function sampleAll(sensors: readonly Sensor[], time: Time): () => void {
  if (sensors.length === 0) return () => {};
  const turns = Math.ceil(sensors.length / sensorTiming.together);
  const everyMs = millis(sensorTiming.sampleMs / turns);
  let turn = 0;
  return every(time, everyMs, () => {
    const from = turn * sensorTiming.together;
    for (const sensor of sensors.slice(from, from + sensorTiming.together)) sensor.look();
    turn = (turn + 1) % turns;
  });
}
