/** Locks, doors and lamps of a box: which driver serves them, and what a stop script may make idle without us. */

import type { Log } from '../../base/log.ts';
import { systemTime } from '../../base/system-time.ts';
import { type CabinetDeps, openCabinet } from '../adapters/gpio/cabinet.ts';
import { chooseDriver, driverWords, requireGpioLines } from '../adapters/gpio/driver.ts';
import { type SafePath, startGuard } from '../adapters/gpio/guard.ts';
import { opposite } from '../adapters/gpio/outputs.ts';
import { openSimLines } from '../adapters/gpio/sim.ts';
import { type IdleLine, tellIdleLines } from '../adapters/system/idle-file.ts';
import type { BoxConfig } from '../config/box-config.ts';
import { pulledInputs } from '../config/pulls.ts';
import type { Cabinet, Report } from '../ports.ts';

interface OpenedLines {
  readonly cabinet: Cabinet;
  /** The driver as a technician reads it, with the reason where it was chosen here. */
  readonly driver: string;
}

/** @throws Fault `line-setup`, `line-driver`, `guard-missing` */
export async function openLocks(config: BoxConfig, log: Log, report: Report): Promise<OpenedLines> {
  tellIdleLines(process.env.STATE_DIRECTORY, idleLinesOf(config), log);
  const { name, ...driver } = await openDriver(config, log);
  return {
    cabinet: openCabinet({ spec: config, ...driver, time: systemTime, report, log }),
    driver: name,
  };
}

/** Simulated lines are nobody's but the daemon's and its guard's. */
const idleLinesOf = ({ gpio, slots, indicators }: BoxConfig): readonly IdleLine[] =>
  gpio.driver === 'sim'
    ? []
    : [...slots.map(({ lock }) => lock), indicators.green, indicators.red, indicators.buzzer].flatMap(each =>
        each === null ? [] : [{ chip: each.chip, line: each.line, idle: opposite(each.activeLevel) }],
      );

type LineDriver = Pick<CabinetDeps, 'lines' | 'guard' | 'locks'> & { readonly name: string };

async function openDriver(config: BoxConfig, log: Log): Promise<LineDriver> {
  const { gpio } = config;
  const guard = (paths: readonly SafePath[]) => startGuard({ paths, time: systemTime, log });
  if (gpio.driver === 'sim')
    return { name: 'sim', lines: openSimLines({ dir: gpio.dir, time: systemTime, log }), guard };
  const choice = gpio.driver === 'auto' ? chooseDriver() : { driver: gpio.driver, why: 'it was configured' };
  const { driver } = choice;
  const name = gpio.driver === 'auto' ? driverWords(choice, pulledInputs(config)) : driver;
  log.info({ ...choice, name }, 'gpio driver');
  if (driver === 'cdev') {
    const program = requireGpioLines();
    const { openCdevLines } = await import('../adapters/gpio/cdev.ts');
    return { name, ...(await openCdevLines({ spec: config, program, time: systemTime, log })) };
  }
  const { openOnoffLines } = await import('../adapters/gpio/onoff.ts');
  return { name, lines: await openOnoffLines({ log }), guard };
}
