import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { until } from './until.ts';

/** Text that a device has sent is kept up to this many bytes; older text is dropped. */
const heardMax = 65_536;

/** Our end of a serial line whose other end is a tty that the daemon opens. */
export interface Pty {
  readonly path: string;
  write(bytes: string | Uint8Array): void;
  /** Gives what the daemon has written to the tty so far, its newest 64 KiB. */
  heard(): string;
  /** Pulls the plug: the tty is gone. */
  close(): Promise<void>;
}

/** A real pty by socat, linked at `path`; it stays when the daemon that opened it dies, as a keypad does. `told` hears what is written to it. */
export async function openPty(path: string, told: (text: string) => void = () => {}): Promise<Pty> {
  const socat = spawn('socat', ['-', `pty,raw,echo=0,link=${path}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  let heard = '';
  let failure: string | null = null;
  socat.on('error', error => {
    failure = `socat (Debian package socat) does not start: ${error.message}`;
  });
  socat.stdin.on('error', () => {});
  socat.stdout.setEncoding('latin1').on('data', (text: string) => {
    heard = (heard + text).slice(-heardMax);
    told(text);
  });
  await until(`pty ${path}`, () => {
    if (failure !== null) throw new Error(failure);
    return existsSync(path);
  });
  return {
    path,
    write: bytes => socat.stdin.write(bytes),
    heard: () => heard,
    close: () => ended(socat),
  };
}

/** Two ttys with a cable between them: what is written to one comes out of the other. */
export async function openPtyPair(
  a: string,
  b: string,
): Promise<{ readonly a: string; readonly b: string; close(): Promise<void> }> {
  const end = (link: string): string => `pty,raw,echo=0,link=${link}`;
  const socat = spawn('socat', [end(a), end(b)], { stdio: 'ignore' });
  await until('a pair of ptys', () => existsSync(a) && existsSync(b));
  return { a, b, close: () => ended(socat) };
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    child.once('exit', () => resolve());
    child.kill();
  });
}
