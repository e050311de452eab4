/** The serial part of a box: keypad and readers, and whom they report to. */

import type { Millis } from '../../base/brand.ts';
import type { Shutdown } from '../../base/shutdown.ts';
import { systemTime } from '../../base/system-time.ts';
import { decoderFor } from '../adapters/serial/protocols.ts';
import { openSerial, type SerialPort } from '../adapters/serial/supervisor.ts';
import { watchBacklog } from '../adapters/system/backlog.ts';
import type { DaemonLog } from '../adapters/system/log.ts';
import type { BoxConfig, SerialConfig } from '../config/box-config.ts';
import type { Loop } from '../engine/loop.ts';
import type { CredentialLookup } from '../panel/credential-lookup.ts';
import { KeypadEntry } from '../panel/keypad-entry.ts';
import type { Decoded, KeypadSettings } from '../ports.ts';

/** Name under which events and reports know the keypad. */
export const keypadName = 'keypad';

interface SerialDeps {
  readonly log: DaemonLog;
  readonly shutdown: Shutdown;
  readonly credentials: CredentialLookup;
  readonly loop: Loop;
}

export interface Ports {
  readonly all: readonly SerialPort[];
  readonly keypad: SerialPort;
  readonly readers: ReadonlyMap<string, SerialPort>;
  /** Every port was tried once; what is missing is retried for ever. */
  readonly ready: Promise<unknown>;
}

/** Opens the keypad and the readers, and leads what they decode to the keypad's entry and to the look-up. */
export function openPorts(config: BoxConfig, { log, shutdown, credentials, loop }: SerialDeps): Ports {
  const { report } = loop;
  const keypadEntry = new KeypadEntry(systemTime, {
    entry: credentials.entry,
    touched: length => report({ type: 'keypad-touched', length }),
    cleared: credentials.cleared,
  });
  const backlog = shutdown.add('backlog', watchBacklog(systemTime), each => each.close());
  const decoded = (one: Decoded, waitedMs: Millis): void => {
    if (one.kind === 'key') keypadEntry.press(one.key, waitedMs);
    else if (one.kind === 'noise') keypadEntry.noise();
    else if (one.kind === 'spoilt') keypadEntry.spoilt(one.by);
    else if (one.kind === 'outdated') keypadEntry.outdated();
    else if (one.kind === 'line') keypadEntry.line(one.digits);
    else if (one.kind === 'tag-arrived') credentials.tag(one.tag, 1);
    else if (one.kind === 'tag-again') credentials.tag(one.tag, 2);
  };
  const open = (
    device: string,
    { path, baud, format, protocol }: SerialConfig,
    settings?: KeypadSettings,
  ): SerialPort =>
    shutdown.add(
      device,
      openSerial({
        device,
        path,
        baud,
        format,
        decoder: decoderFor(protocol, settings),
        time: systemTime,
        waitedMs: backlog.waitedMs,
        log,
        decoded,
        report,
      }),
      each => each.close(),
    );
  const keypad = open(keypadName, config.keypad, config.keypad);
  const readers = new Map(config.readers.map(reader => [reader.name, open(reader.name, reader)]));
  shutdown.add('keypad entry', keypadEntry, each => each.close());
  const all = [keypad, ...readers.values()];
  return { all, keypad, readers, ready: keypad.settled };
}
