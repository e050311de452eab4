import type { Millis, MonoMs, SlotId } from '../../../base/brand.ts';
import type { Log } from '../../../base/log.ts';
import type { InputBody } from '../../core/input.ts';
import type { Signal } from '../../core/screen.ts';
import type { Cabinet, Level, LineReport, LineSpec, Lines, Report, Time } from '../../ports.ts';
import { lineName } from './claims.ts';
import type { Guard, SafePath } from './guard.ts';
import { Indicators, type Lamp } from './indicators.ts';
import { Locks } from './locks.ts';
import { type ActiveLine, openOutputs, opposite } from './outputs.ts';
import { Sensor, type SensorSetup, sampleAll, sensorTiming } from './sensor.ts';

export interface SlotLines {
  readonly id: SlotId;
  readonly lock: ActiveLine;
  readonly door: LineSpec & { readonly closedLevel: Level };
  /** Null: the slot has no presence sensor. */
  readonly presence: (LineSpec & { readonly presentLevel: Level }) | null;
}

export type AlarmInput = 'tamper' | 'powerLow';

/** The lines of one box, as configured. */
export interface CabinetSpec {
  readonly slots: readonly SlotLines[];
  readonly indicators: { readonly [lamp in Lamp]?: ActiveLine | null | undefined };
  readonly inputs: { readonly [input in AlarmInput]?: ActiveLine | null | undefined };
}

export interface CabinetSetup {
  readonly spec: CabinetSpec;
  /** The cabinet owns them from here on, and closes them. */
  readonly lines: Lines;
  /** Called once, when all outputs are known. */
  readonly guard: (paths: readonly SafePath[]) => Guard;
  readonly time: Time;
  readonly report: Report;
  readonly log: Log;
}

/**
 * Sets every line up, locks first, each idle at once. A line that fails takes only its slot, lamp or alarm out of service
 * (rules.md 15), and `line-faulted` tells. Nothing is reported before `levels()` was called.
 * @throws Fault `line-setup` when no lock at all can be driven; Fault `guard-missing`. The lines are then closed.
 */
export function openCabinet(setup: CabinetSetup): Cabinet {
  try {
    return new LineCabinet(setup);
  } catch (error) {
    setup.lines.close();
    throw error;
  }
}

interface SlotSensors {
  readonly slot: SlotId;
  readonly door: Sensor;
  readonly closedLevel: Level;
  readonly presence: { readonly sensor: Sensor; readonly presentLevel: Level } | null;
}

const alarmLines = { tamper: 'tamper', powerLow: 'power-low' } as const;
const alarmInputs = ['tamper', 'powerLow'] as const;

class LineCabinet implements Cabinet {
  readonly #setup: CabinetSetup;
  readonly #guard: Guard;
  readonly #locks: Locks;
  readonly #indicators: Indicators;
  readonly #slots: readonly SlotSensors[];
  readonly #sensors: Sensor[] = [];
  readonly #inspect: (() => LineReport)[];
  readonly #faultedAt = new Map<SlotId, MonoMs>();
  /** What the first levels do not tell, reported right after them; null from then on. */
  #early: InputBody[] | null = [];
  readonly #alarms: { input: AlarmInput; sensor: Sensor; activeLevel: Level }[] = [];
  #started = false;
  #stops: (() => void)[] = [];
  #closing: Promise<void> | null = null;

  constructor(setup: CabinetSetup) {
    this.#setup = setup;
    const { spec, lines, time, log } = setup;
    const outputs = openOutputs(spec, lines, log);
    this.#inspect = [...outputs.inspect];
    this.#guard = setup.guard(lines.safePaths());
    this.#locks = new Locks({ ...setup, locks: outputs.locks, guard: this.#guard });
    this.#indicators = new Indicators(outputs.lamps, time, log);
    for (const { slot, reason } of outputs.faults) this.#faulted(slot, reason);
    this.#slots = spec.slots.map(slot => this.#openSlot(slot));
    for (const input of alarmInputs) this.#openAlarm(input, spec.inputs[input]);
  }

  levels(): ReturnType<Cabinet['levels']> {
    if (!this.#started) this.#start();
    return this.#slots.map(({ slot, door, closedLevel, presence }) => ({
      slot,
      door: door.level === closedLevel ? 'shut' : 'open',
      presence: presence === null ? 'none' : presenceOf(presence.sensor.level, presence.presentLevel),
    }));
  }

  pulse(slot: SlotId, ms: Millis): void {
    this.#locks.pulse(slot, ms);
  }

  signal(signal: Signal): void {
    this.#indicators.play(signal);
  }

  guardHealthy(): boolean {
    return this.#guard.healthy();
  }

  inspect(): readonly LineReport[] {
    return this.#inspect.map(look => look());
  }

  close(): Promise<void> {
    this.#closing ??= this.#shut();
    return this.#closing;
  }

  async #shut(): Promise<void> {
    this.#locks.close();
    this.#indicators.close();
    for (const stop of this.#stops) stop();
    for (const sensor of this.#sensors) sensor.close();
    await this.#guard.close();
    this.#setup.lines.close();
  }

  #start(): void {
    const { time } = this.#setup;
    this.#started = true;
    // The core begins a run with all alarms off, so those that are on are news.
    for (const { input, sensor, activeLevel } of this.#alarms) {
      if (sensor.level === activeLevel) this.#tell(alarmBody(input, true));
    }
    // In a turn of its own, so that whoever asked for the levels can put them first.
    const flush = time.at(time.mono(), () => {
      const early = this.#early ?? [];
      this.#early = null;
      for (const body of early) this.#setup.report(body);
    });
    this.#stops = [flush, sampleAll(this.#sensors, time)];
  }

  /** Levels that change before the first `levels()` are told by it. */
  #moved(body: InputBody): void {
    if (this.#started) this.#tell(body);
  }

  #tell(body: InputBody): void {
    if (this.#early === null) this.#setup.report(body);
    else this.#early.push(body);
  }

  /** Once for a slot, however many of its lines fail together. */
  #faulted(slot: SlotId, reason: string): void {
    const now = this.#setup.time.mono();
    const before = this.#faultedAt.get(slot);
    if (before !== undefined && now - before < sensorTiming.forgivenMs) return;
    this.#faultedAt.set(slot, now);
    this.#setup.log.error({ slot, reason }, 'a line of this slot failed');
    this.#tell({ type: 'line-faulted', slot, reason });
  }

  #sensor(name: string, spec: LineSpec, setup: Omit<SensorSetup, 'time' | 'open'>): Sensor {
    const { lines, time } = this.#setup;
    const open: SensorSetup['open'] = changed => lines.input(spec, setup.initial, changed);
    const sensor = new Sensor({ ...setup, time, open });
    this.#sensors.push(sensor);
    this.#inspect.push(() => ({
      name,
      line: lineName(spec),
      direction: 'in',
      level: sensor.trouble === null ? sensor.level : null,
      trouble: sensor.trouble,
    }));
    return sensor;
  }

  #openSlot({ id, door, presence }: SlotLines): SlotSensors {
    const { closedLevel } = door;
    const doorSensor = this.#sensor(`slot ${id} door`, door, {
      initial: closedLevel,
      settled: level =>
        this.#moved({ type: 'door-changed', slot: id, door: level === closedLevel ? 'shut' : 'open' }),
      failed: reason => this.#faulted(id, reason),
    });
    return { slot: id, door: doorSensor, closedLevel, presence: this.#openPresence(id, presence) };
  }

  #openPresence(slot: SlotId, line: SlotLines['presence']): SlotSensors['presence'] {
    if (line === null) return null;
    const { presentLevel } = line;
    const sensor = this.#sensor(`slot ${slot} presence`, line, {
      initial: presentLevel,
      settled: level =>
        this.#moved({ type: 'presence-changed', slot, presence: presenceOf(level, presentLevel) }),
      failed: reason => this.#faulted(slot, reason),
    });
    return { sensor, presentLevel };
  }

  #openAlarm(input: AlarmInput, line: ActiveLine | null | undefined): void {
    if (line === undefined || line === null) return;
    const { activeLevel } = line;
    const sensor = this.#sensor(input, line, {
      initial: opposite(activeLevel),
      settled: level => this.#moved(alarmBody(input, level === activeLevel)),
      failed: reason => this.#setup.log.error({ input, reason }, 'alarm input cannot be read'),
    });
    this.#alarms.push({ input, sensor, activeLevel });
  }
}

const presenceOf = (level: Level, presentLevel: Level): 'present' | 'absent' =>
  level === presentLevel ? 'present' : 'absent';

const alarmBody = (input: AlarmInput, active: boolean): InputBody => ({
  type: 'alarm-changed',
  line: alarmLines[input],
  active,
});
