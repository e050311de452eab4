import type { SlotId } from '../../../base/brand.ts';
import { reasonOf } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { InputSpec, Level, LineReport, LineSpec, Lines } from '../../ports.ts';
import { lineName } from './claims.ts';
import type { Lamp, LampLine } from './indicators.ts';
import type { Lock } from './locks.ts';

export interface ActiveLine extends LineSpec {
  readonly activeLevel: Level;
}

export interface ActiveInput extends InputSpec {
  readonly activeLevel: Level;
}

interface Outputs {
  readonly locks: readonly Lock[];
  readonly lamps: readonly LampLine[];
  readonly faults: readonly { readonly slot: SlotId; readonly reason: string }[];
  readonly inspect: readonly (() => LineReport)[];
}

interface OutputSpec {
  readonly slots: readonly { readonly id: SlotId; readonly lock: ActiveLine }[];
  readonly indicators: { readonly [lamp in Lamp]?: ActiveLine | null | undefined };
}

const lampNames = ['green', 'red', 'buzzer'] as const;

export const opposite = (level: Level): Level => (level === 1 ? 0 : 1);

/**
 * Every output, locks first, each idle at once.
 * @throws Fault `line-setup` when there are locks and none can be driven.
 */
export function openOutputs(spec: OutputSpec, lines: Lines, log: Log): Outputs {
  const locks: Lock[] = [];
  const lamps: LampLine[] = [];
  const faults: { slot: SlotId; reason: string }[] = [];
  const inspect: (() => LineReport)[] = [];
  let firstError: unknown;
  for (const { id, lock } of spec.slots) {
    const name = `slot ${id} lock`;
    try {
      const line = lines.output(lock, opposite(lock.activeLevel));
      // The guard's safe paths are the outputs in the order of their opening.
      locks.push({ slot: id, line, active: lock.activeLevel, guarded: locks.length });
      inspect.push(() => look(name, lock, () => line.read()));
    } catch (error) {
      firstError ??= error;
      faults.push({ slot: id, reason: reasonOf(error) });
      inspect.push(() => dead(name, lock, error));
    }
  }
  if (locks.length === 0 && firstError !== undefined) throw firstError;
  for (const lamp of lampNames) {
    const line = spec.indicators[lamp];
    if (line === undefined || line === null) continue;
    try {
      const output = lines.output(line, opposite(line.activeLevel));
      lamps.push({ lamp, line: output, active: line.activeLevel });
      inspect.push(() => look(lamp, line, () => output.read()));
    } catch (error) {
      log.error({ lamp, reason: reasonOf(error) }, 'indicator cannot be set up: going on without it');
      inspect.push(() => dead(lamp, line, error));
    }
  }
  return { locks, lamps, faults, inspect };
}

const dead = (name: string, spec: LineSpec, error: unknown): LineReport => ({
  name,
  line: lineName(spec),
  direction: 'out',
  level: null,
  trouble: reasonOf(error),
});

function look(name: string, spec: LineSpec, read: () => Level): LineReport {
  try {
    return { name, line: lineName(spec), direction: 'out', level: read(), trouble: null };
  } catch (error) {
    return dead(name, spec, error);
  }
}
