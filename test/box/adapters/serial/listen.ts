import type { TestContext } from 'node:test';
import { until } from '../../../../scripts/rig/until.ts';
import { millis } from '../../../../src/base/brand.ts';
import { silent } from '../../../../src/base/log.ts';
import { systemTime } from '../../../../src/base/system-time.ts';
import { decoderFor } from '../../../../src/box/adapters/serial/protocols.ts';
import { openSerial, type SerialPort } from '../../../../src/box/adapters/serial/supervisor.ts';
import { usualFormat } from '../../../../src/box/config/serial.ts';
import type { Time } from '../../../../src/box/ports.ts';
import { said } from './decoded.ts';

export interface Heard {
  readonly port: SerialPort;
  readonly decoded: string[];
  /** `up` and `down`, in the order in which they were told. */
  readonly told: string[];
  /** How long what is read next has waited. */
  waitedMs: number;
}

/** A port on a real tty, and what comes of it. */
export function listen(t: TestContext, path: string, protocol = 'ascii', time: Time = systemTime): Heard {
  const decoded: string[] = [];
  const told: string[] = [];
  const port = openSerial({
    device: 'keypad',
    path,
    baud: 9_600,
    format: usualFormat,
    decoder: decoderFor(protocol),
    time,
    waitedMs: () => millis(heard.waitedMs),
    log: silent,
    decoded: one => decoded.push(...said([one])),
    report: input => {
      if (input.type === 'port-changed') told.push(input.up ? 'up' : 'down');
    },
  });
  t.after(() => port.close());
  const heard: Heard = { port, decoded, told, waitedMs: 0 };
  return heard;
}

export const heardAll = (heard: Heard, text: string): Promise<void> =>
  until(`keys ${text}`, () => heard.decoded.join('').endsWith(text), 20_000);
