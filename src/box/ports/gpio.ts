import type { Millis, SlotId } from '../../base/brand.ts';
import type { Signal } from '../core/screen.ts';

export type Level = 0 | 1;

/** A line by the label of its chip and its offset there; never a raw number (contracts.md §2). */
export interface LineSpec {
  readonly chip: string;
  readonly line: number;
}

/** The level that the chip itself puts on an input that nothing drives; absent: as the firmware or an earlier program has set it. */
export type Pull = 'up' | 'down' | 'none';

export interface InputSpec extends LineSpec {
  /** The character device sets it; sysfs cannot. */
  readonly pull?: Pull | null;
}

/** One electrical output, held at its idle level whenever nobody asks otherwise. */
export interface OutputLine {
  /** @throws Fault `line-write` */
  write(level: Level): void;
  read(): Level;
}

export interface InputLine {
  /** @throws Fault `line-read`. Null: the line has no readable level now (sim: empty file), keep what was known. */
  read(): Level | null;
}

/** A GPIO driver: what `cdev`, `onoff` and `sim` have in common. */
export interface Lines {
  /** Forces `idle` at once. @throws Fault `line-setup` naming chip and line. */
  output(spec: LineSpec, idle: Level): OutputLine;
  /** `initial` is what a simulated line starts with when nobody made it yet. `changed` is a hint: read the level. */
  input(spec: InputSpec, initial: Level, changed: () => void): InputLine;
  /**
   * Names what the guard process must write, and where, to force every output to its idle level without us: in the
   * order in which they were set up; what follows them are lines that were refused but may be driven.
   */
  safePaths(): readonly { readonly path: string; readonly text: string }[];
  /** False: what the lines tell is still on its way to this process; ask again. Left out where a level is read at once. */
  caughtUp?(): boolean;
  /** Outputs to idle, handles released. Safe to call twice. */
  close(): void;
}

/** One configured line, for a technician. */
export interface LineReport {
  /** Its use: `slot 1 door`, `buzzer`. */
  readonly name: string;
  /** Where it is: `pinctrl-bcm2711 line 17`. */
  readonly line: string;
  readonly direction: 'in' | 'out';
  readonly level: Level | null;
  /** Why it does not work; null while it does. */
  readonly trouble: string | null;
}

/** Locks, doors and lamps of one box, in domain words, above any driver. */
export interface Cabinet {
  /** Debounced levels now, for the first input of a run. Nothing is reported before this was called once. */
  levels(): readonly {
    readonly slot: SlotId;
    readonly door: 'shut' | 'open';
    readonly presence: 'present' | 'absent' | 'none';
  }[];
  /**
   * Starts a bounded pulse and reports `pulse-begun`, then `pulse-ended`; or `pulse-failed`; or `pulse-missed` when the process
   * that would watch over it cannot be had within three seconds. One at a time: a second is a bug.
   */
  pulse(slot: SlotId, ms: Millis): void;
  /** Looks at every input now. False: some level is still to be believed, or a pulse that is over is still to be told. */
  heard(): boolean;
  signal(signal: Signal): void;
  /** False: the process that switches locks off in our place is not there. A pulse starts it at once. */
  guardHealthy(): boolean;
  /** Every configured line as it is just now, for `doctor`. */
  inspect(): readonly LineReport[];
  /** Locks idle first, then everything released. Safe to call twice. */
  close(): Promise<void>;
}
