/** `cabinet:` of box.yaml: what a played cabinet is told of the box that it stands around. Loaded only where the section is. */
import { join } from 'node:path';
import type { Shutdown } from '../../base/shutdown.ts';
import { readTimeZone, utc } from '../../base/time-zone.ts';
import { makePorts, openFront } from '../../cabinet/front.ts';
import type { SimLine } from '../../cabinet/line-files.ts';
import { alarmNames, type CabinetSpec } from '../../cabinet/spec.ts';
import type { DaemonLog } from '../adapters/system/log.ts';
import type { BoxConfig, CabinetConfig } from '../config/model.ts';
import type { Level, LineSpec } from '../ports.ts';

const enterKey = 35;
const clearKey = 42;

/** Before the box opens its ports, which are made where they are not there. */
export async function openCabinetPage(
  config: BoxConfig,
  cabinet: CabinetConfig,
  { log, shutdown }: { readonly log: DaemonLog; readonly shutdown: Shutdown },
): Promise<void> {
  // Lines of real chips are nobody's to play with: the configuration has refused that already.
  if (config.gpio.driver !== 'sim') return;
  const spec = specOf(config, cabinet, config.gpio.dir);
  shutdown.add('ports of the cabinet', await makePorts(spec, log), end => end());
  const cutPower = (): void => void process.kill(process.pid, 'SIGKILL');
  shutdown.add('page of the cabinet', await openFront(spec, { log, cutPower }), end => end());
}

function specOf(config: BoxConfig, cabinet: CabinetConfig, dir: string): CabinetSpec {
  const { box, keypad, readers, display, slots, indicators, inputs } = config;
  const at = ({ chip, line }: LineSpec, so: Level): SimLine => ({ file: join(dir, chip, String(line)), so });
  return {
    ...cabinet,
    ...{ name: box.name, language: box.language, zone: readTimeZone(box.timezone) ?? utc },
    slots: slots.map(({ id, lock, door, presence }) => ({
      id,
      lock: at(lock, lock.activeLevel),
      door: at(door, door.closedLevel),
      presence: presence === null ? null : at(presence, presence.presentLevel),
    })),
    lamps: (['green', 'red', 'buzzer'] as const).flatMap(lamp => {
      const line = indicators[lamp];
      return line === null ? [] : [{ lamp, line: at(line, line.activeLevel) }];
    }),
    alarms: alarmNames.flatMap(alarm => {
      const line = inputs[alarm];
      return line === null ? [] : [{ alarm, line: at(line, line.activeLevel) }];
    }),
    keypad: {
      ...{ path: keypad.path, protocol: keypad.protocol },
      ...{ enter: keypad.keys.enter[0] ?? enterKey, clear: keypad.keys.clear[0] ?? clearKey },
    },
    readers: readers.map(({ name, path }) => ({ name, path })),
    display,
    restartedBy: cabinet.restartedBy ?? (process.env.INVOCATION_ID === undefined ? null : 'systemd'),
    stateFile: join(dir, 'cabinet.json'),
  };
}
