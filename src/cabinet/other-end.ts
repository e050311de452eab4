/** The other end of a serial port that is a pty: where the pad, the reader and the display of a played cabinet are. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ReadStream } from 'node:tty';
import { millis } from '../base/brand.ts';
import { every } from '../base/every.ts';
import { reasonOf } from '../base/fault.ts';
import type { Log } from '../base/log.ts';
import { systemTime } from '../base/system-time.ts';

const { O_NOCTTY, O_NONBLOCK, O_RDWR } = constants;
const flags = O_RDWR | O_NOCTTY | O_NONBLOCK;

const lookMs = millis(500);
const pairWithinMs = 3_000;

/** Beside the port's own path. */
const otherOf = (path: string): string => `${path}.front`;

/** Of the socat that holds the pair, whichever run of the daemon has started it. */
const pidFileOf = (path: string): string => `${otherOf(path)}.pid`;

/**
 * Where nobody has made the port yet, it and its other end are made: a pair of ptys, by socat. They stay when the daemon is
 * killed, as a real keypad does, and are found again. Returns what ends them.
 */
export async function makePair(path: string, log: Log): Promise<() => void> {
  // A link to a pty that is gone counts as nothing.
  if (existsSync(path)) return () => endPair(path);
  const end = (link: string): string => `pty,raw,echo=0,link=${link}`;
  const socat = spawn('socat', [end(path), end(otherOf(path))], { stdio: 'ignore', detached: true });
  socat.unref();
  let failure: string | null = null;
  socat.once('error', error => {
    failure = reasonOf(error);
  });
  const giveUp = performance.now() + pairWithinMs;
  while (!(existsSync(path) && existsSync(otherOf(path)))) {
    if (failure !== null || socat.exitCode !== null || performance.now() > giveUp) {
      const reason = failure ?? 'it made no pair of ptys';
      log.warn(
        { path, reason },
        'cabinet: socat (Debian package socat) does not serve: nobody can type here',
      );
      return () => socat.kill();
    }
    await pause(10);
  }
  writeFileSync(pidFileOf(path), String(socat.pid));
  return () => endPair(path);
}

/** Only what a daemon has started: a pair that somebody else has made is theirs. */
function endPair(path: string): void {
  try {
    const pid = Number(readFileSync(pidFileOf(path), 'latin1'));
    if (readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(otherOf(path))) process.kill(pid);
    rmSync(pidFileOf(path));
  } catch {
    // There is none, or it has ended by itself.
  }
}

/** Writes into the box through that port. False: it has no other end here. */
export function writeInto(path: string, bytes: Uint8Array): boolean {
  try {
    const fd = openSync(otherOf(path), flags);
    try {
      return writeSync(fd, bytes) === bytes.length;
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

export const hasOtherEnd = (path: string): boolean => existsSync(otherOf(path));

/** Hears what the box writes to that port, also when the other end comes and goes. Returns what ends it. */
export function listenTo(path: string, heard: (bytes: Uint8Array) => void): () => void {
  let stream: ReadStream | null = null;
  const open = (): void => {
    if (stream !== null || !existsSync(otherOf(path))) return;
    try {
      const opened = new ReadStream(openSync(otherOf(path), flags));
      stream = opened;
      opened.on('data', (bytes: Buffer) => heard(bytes));
      opened.on('error', () => opened.destroy());
      opened.on('close', () => {
        if (stream === opened) stream = null;
      });
    } catch {
      // It has just gone: the next look finds it when it is back.
    }
  };
  open();
  const stop = every(systemTime, lookMs, open);
  return () => {
    stop();
    stream?.destroy();
  };
}
