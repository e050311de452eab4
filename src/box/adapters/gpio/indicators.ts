import { after, millis } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { Signal } from '../../core/screen.ts';
import type { Level, OutputLine, Time } from '../../ports.ts';

export type Lamp = 'green' | 'red' | 'buzzer';

/** These lamps are on, for so long; all is off after the last step. */
interface Step {
  readonly on: readonly Lamp[];
  readonly ms: number;
}

const times = (count: number, ...steps: readonly Step[]): readonly Step[] =>
  Array.from({ length: count }, () => steps).flat();

/**
 * Each pattern is told apart by ear and by eye alone: by the number and length of the tones and by the rhythm of the lamp,
 * not by red against green, which one man in twelve does not see.
 */
export const patterns: Readonly<Record<Signal, readonly Step[]>> = {
  key: [{ on: ['buzzer'], ms: 20 }],
  cleared: [{ on: ['red', 'buzzer'], ms: 400 }],
  granted: [
    { on: ['green', 'buzzer'], ms: 150 },
    { on: ['green'], ms: 2_850 },
  ],
  denied: [...times(3, { on: ['red', 'buzzer'], ms: 100 }, { on: [], ms: 100 }), { on: ['red'], ms: 1_500 }],
  done: [...times(2, { on: ['green', 'buzzer'], ms: 60 }, { on: [], ms: 60 }), { on: ['green'], ms: 1_000 }],
  attention: times(4, { on: ['red', 'green', 'buzzer'], ms: 250 }, { on: [], ms: 250 }),
  alarm: times(20, { on: ['red', 'buzzer'], ms: 500 }, { on: ['red'], ms: 250 }, { on: [], ms: 250 }),
};

/** No pattern is longer: a buzzer that never ends is unplugged by somebody. */
export const patternMaxMs = 20_000;

export interface LampLine {
  readonly lamp: Lamp;
  readonly line: OutputLine;
  readonly active: Level;
}

/** Plays one pattern at a time; a newer one replaces an older one. A lamp that fails is left out from then on. */
export class Indicators {
  readonly #lamps: Map<Lamp, LampLine>;
  readonly #lit = new Set<Lamp>();
  readonly #time: Time;
  readonly #log: Log;
  #cancel = (): void => {};

  constructor(lamps: readonly LampLine[], time: Time, log: Log) {
    this.#lamps = new Map(lamps.map(lamp => [lamp.lamp, lamp]));
    this.#time = time;
    this.#log = log;
  }

  play(signal: Signal): void {
    this.#cancel();
    if (this.#lamps.size > 0) this.#step(patterns[signal], 0);
  }

  close(): void {
    this.#cancel();
    this.#show([]);
  }

  #step(steps: readonly Step[], index: number): void {
    const step = steps[index];
    this.#show(step?.on ?? []);
    if (step === undefined) return;
    const until = after(this.#time.mono(), millis(step.ms));
    this.#cancel = this.#time.at(until, () => this.#step(steps, index + 1));
  }

  #show(on: readonly Lamp[]): void {
    for (const lamp of this.#lamps.values()) {
      const wanted = on.includes(lamp.lamp);
      if (wanted !== this.#lit.has(lamp.lamp)) this.#write(lamp, wanted);
    }
  }

  #write({ lamp, line, active }: LampLine, on: boolean): void {
    try {
      line.write(on ? active : active === 1 ? 0 : 1);
    } catch (error) {
      this.#log.error({ lamp, reason: reasonOf(error) }, 'indicator failed: going on without it');
      this.#lamps.delete(lamp);
    }
    if (on) this.#lit.add(lamp);
    else this.#lit.delete(lamp);
  }
}
