/** The serial part of `compose.ts`. */
import { decoderFor } from './adapters/serial/protocols.ts';
import { openSerial, type SerialPort } from './adapters/serial/supervisor.ts';
import type { DaemonLog } from './adapters/system/log.ts';
import { systemTime } from './adapters/system/time.ts';
import type { BoxConfig } from './config.ts';
import type { Desk } from './desk.ts';
import type { Loop } from './loop.ts';
import { Pad } from './pad.ts';
import type { Decoded } from './ports.ts';
import type { Teardown } from './teardown.ts';

/** Name under which events and reports know the keypad. */
export const keypadName = 'keypad';

export interface PortsGround {
  readonly log: DaemonLog;
  readonly teardown: Teardown;
  readonly desk: Desk;
  readonly loop: Loop;
}

export interface Ports {
  readonly all: readonly SerialPort[];
  readonly keypad: SerialPort;
  readonly readers: ReadonlyMap<string, SerialPort>;
  /** Every port was tried once; what is missing is retried for ever. */
  readonly ready: Promise<unknown>;
}

/** Opens the keypad and the readers, and leads what they decode to the pad and the desk. */
export function openPorts(config: BoxConfig, { log, teardown, desk, loop }: PortsGround): Ports {
  const { report } = loop;
  const pad = new Pad(systemTime, {
    entry: desk.entry,
    touched: held => {
      report({ type: 'pad-touched', length: held.length });
      desk.typed(held);
    },
  });
  const decoded = (one: Decoded): void => {
    if (one.kind === 'key') pad.press(one.key);
    else if (one.kind === 'line') pad.line(one.digits);
    else if (one.kind === 'tag-arrived') desk.tag(one.tag);
  };
  const open = (device: string, { path, baud, protocol }: BoxConfig['keypad']): SerialPort =>
    teardown.add(
      device,
      openSerial({
        device,
        path,
        baud,
        decoder: decoderFor(protocol),
        time: systemTime,
        log,
        decoded,
        report,
      }),
      each => each.close(),
    );
  const keypad = open(keypadName, config.keypad);
  const readers = new Map(config.readers.map(reader => [reader.name, open(reader.name, reader)]));
  teardown.add('pad', pad, each => each.close());
  const all = [keypad, ...readers.values()];
  return { all, keypad, readers, ready: keypad.settled };
}
