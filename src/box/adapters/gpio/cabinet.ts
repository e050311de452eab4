import type { Millis, MonoMs, SlotId } from '../../../base/brand.ts';
import type { Log } from '../../../base/log.ts';
import type { InputBody } from '../../core/input.ts';
import type { Signal } from '../../core/screen.ts';
import type { Cabinet, InputSpec, Level, LineReport, Lines, Report, Time } from '../../ports.ts';
import { lineName } from './claims.ts';
import type { Guard, SafePath } from './guard.ts';
import { Indicators, type Lamp } from './indicators.ts';
import { type LockPulses, Locks, type LocksDeps } from './locks.ts';
import { type ActiveInput, type ActiveLine, openOutputs, opposite } from './outputs.ts';
import { Sensor, type SensorDeps, sampleAll, sensorTiming } from './sensor.ts';

interface SlotLines {
  readonly id: SlotId;
  readonly lock: ActiveLine;
  readonly door: InputSpec & { readonly closedLevel: Level };
  /** Null: the slot has no presence sensor. */
  readonly presence: (InputSpec & { readonly presentLevel: Level }) | null;
}

type AlarmInput = 'tamper' | 'powerLow';

/** The lines of one box, as configured. */
export interface CabinetSpec {
  readonly slots: readonly SlotLines[];
  readonly indicators: { readonly [lamp in Lamp]?: ActiveLine | null | undefined };
  readonly inputs: { readonly [input in AlarmInput]?: ActiveInput | null | undefined };
}

export interface CabinetDeps {
  readonly spec: CabinetSpec;
  /** The cabinet owns them from here on, and closes them. */
  readonly lines: Lines;
  /** Called once, when all outputs are known. */
  readonly guard: (paths: readonly SafePath[]) => Guard;
  /** Where somebody else than this process times the pulses; `Locks` where it is left out. */
  readonly locks?: (deps: LocksDeps) => LockPulses;
  readonly time: Time;
  readonly report: Report;
  readonly log: Log;
}

/**
 * Sets every line up, locks first, each idle at once. A line that fails takes only its slot, lamp or alarm out of service
 * (rules.md 15), and `line-faulted` tells. Nothing is reported before `levels()` was called.
 * @throws Fault `line-setup` when no lock at all can be driven; Fault `guard-missing`. The lines are then closed.
 */
export function openCabinet(deps: CabinetDeps): Cabinet {
  try {
    return new LineCabinet(deps);
  } catch (error) {
    deps.lines.close();
    throw error;
  }
}

interface Doorway {
  readonly slot: SlotId;
  readonly door: Sensor;
  readonly closedLevel: Level;
}

interface SlotSensors extends Doorway {
  readonly presence: { readonly sensor: Sensor; readonly presentLevel: Level } | null;
}

const alarmLines = { tamper: 'tamper', powerLow: 'power-low' } as const;
const alarmInputs = ['tamper', 'powerLow'] as const;

class LineCabinet implements Cabinet {
  readonly #deps: CabinetDeps;
  readonly #guard: Guard;
  readonly #locks: LockPulses;
  readonly #indicators: Indicators;
  readonly #slots: readonly SlotSensors[];
  readonly #sensors: Sensor[] = [];
  readonly #inspect: (() => LineReport)[];
  readonly #faultedAt = new Map<SlotId, MonoMs>();
  /** Inputs that the first levels do not tell are reported right after them; null from then on. */
  #early: InputBody[] | null = [];
  readonly #alarms: { input: AlarmInput; sensor: Sensor; activeLevel: Level }[] = [];
  #started = false;
  #stops: (() => void)[] = [];
  #closing: Promise<void> | null = null;

  constructor(deps: CabinetDeps) {
    this.#deps = deps;
    const { spec, lines, time, log } = deps;
    const outputs = openOutputs(spec, lines, log);
    this.#inspect = [...outputs.inspect];
    this.#guard = deps.guard(lines.safePaths());
    const locks: LocksDeps = { ...deps, locks: outputs.locks, guard: this.#guard };
    this.#locks = deps.locks?.(locks) ?? new Locks(locks);
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

  heard(): boolean {
    for (const sensor of this.#sensors) sensor.look();
    const isCaughtUp = this.#deps.lines.caughtUp?.() ?? true;
    return isCaughtUp && !this.#locks.owing() && this.#sensors.every(sensor => !sensor.waiting);
  }

  signal(signal: Signal): void {
    // Whoever types waits for a lock soon: then the guard has proved already that it lives.
    if (signal === 'key') this.#guard.ask();
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
    this.#deps.lines.close();
  }

  #start(): void {
    const { time } = this.#deps;
    this.#started = true;
    // The core begins a run with all alarms off, so those that are on are news.
    for (const { input, sensor, activeLevel } of this.#alarms) {
      if (sensor.level === activeLevel) this.#tell(alarmBody(input, true));
    }
    // In a turn of its own, so that whoever asked for the levels can put them first.
    const flush = time.at(time.mono(), () => {
      const early = this.#early ?? [];
      this.#early = null;
      for (const body of early) this.#deps.report(body);
    });
    this.#stops = [flush, sampleAll(this.#sensors, time)];
  }

  /** Levels that change before the first `levels()` are told by it. */
  #moved(body: InputBody): void {
    if (this.#started) this.#tell(body);
  }

  #tell(body: InputBody): void {
    if (this.#early === null) this.#deps.report(body);
    else this.#early.push(body);
  }

  /** Once for a slot, however many of its lines fail together. */
  #faulted(slot: SlotId, reason: string): void {
    const now = this.#deps.time.mono();
    const before = this.#faultedAt.get(slot);
    if (before !== undefined && now - before < sensorTiming.forgivenMs) return;
    this.#faultedAt.set(slot, now);
    this.#deps.log.error({ slot, reason }, 'a line of this slot failed');
    this.#tell({ type: 'line-faulted', slot, reason });
  }

  #sensor(name: string, spec: InputSpec, deps: Omit<SensorDeps, 'time' | 'open'>): Sensor {
    const { lines, time } = this.#deps;
    const open: SensorDeps['open'] = changed => lines.input(spec, deps.initial, changed);
    const sensor = new Sensor({ ...deps, time, open });
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
      missed: () => this.#moved({ type: 'door-stirred', slot: id }),
      failed: reason => this.#faulted(id, reason),
    });
    const doorway = { slot: id, door: doorSensor, closedLevel };
    return { ...doorway, presence: this.#openPresence(doorway, presence) };
  }

  /** The door goes first where both changed together, and where its edges told of a visit that its level does not show. */
  #presenceMoved({ slot, door, closedLevel }: Doorway, presence: 'present' | 'absent'): void {
    if (door.level === closedLevel) door.hurry();
    const stirred = door.stirred();
    this.#moved({ type: 'presence-changed', slot, presence, ...(stirred ? { doorStirred: true } : {}) });
  }

  #openPresence(doorway: Doorway, line: SlotLines['presence']): SlotSensors['presence'] {
    const { slot } = doorway;
    if (line === null) return null;
    const { presentLevel } = line;
    const sensor = this.#sensor(`slot ${slot} presence`, line, {
      initial: presentLevel,
      settled: level => this.#presenceMoved(doorway, presenceOf(level, presentLevel)),
      failed: reason => this.#faulted(slot, reason),
    });
    return { sensor, presentLevel };
  }

  #openAlarm(input: AlarmInput, line: ActiveInput | null | undefined): void {
    if (line === undefined || line === null) return;
    const { activeLevel } = line;
    const sensor = this.#sensor(input, line, {
      initial: opposite(activeLevel),
      settled: level => this.#moved(alarmBody(input, level === activeLevel)),
      failed: reason => this.#deps.log.error({ input, reason }, 'alarm input cannot be read'),
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
