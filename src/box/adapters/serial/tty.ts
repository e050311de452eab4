import { fstatSync, readSync, type Stats, statSync, writeSync } from 'node:fs';
import type { LinuxBindingInterface, LinuxPortBinding } from '@serialport/bindings-cpp';
import { SerialPort } from 'serialport';
import { codeOf, Fault, reasonOf } from '../../../base/fault.ts';
import type { SerialFormat } from '../../ports.ts';
import { lineOptions } from './format.ts';

/** serialport picks the binding of the system it runs on; boxes run Linux. */
const linux = SerialPort.binding as LinuxBindingInterface;

/** Read at one go; more stays with the kernel until the next turn. */
const readMaxBytes = 4_096;
/** Interests of libuv's poll (uv.h), which the binding passes on. */
const readable = 1;
const writable = 2;
const disconnect = 4;

/**
 * A port is used in one way only: the binding's poller forgets one interest when it is asked for another, so a port is
 * read, or it is written and watched for its end.
 */
export type TtyUse =
  /** `bytes` is only lent: the next read overwrites it. Returns false to read no more until `resume`. */
  { readonly read: (bytes: Uint8Array) => boolean } | 'write';

/**
 * One opening of one serial port through node-serialport's Linux binding, which sets the line up, locks it and polls it.
 * Read straight from the descriptor when the poll says so: nothing is buffered between the kernel and the decoder, so that
 * holding a sender back is simply not to read, and a tty that hung up is noticed instead of being read for ever.
 */
export class Tty {
  readonly #port: LinuxPortBinding;
  readonly #fd: number;
  readonly #use: TtyUse;
  readonly #lost: (reason: string) => void;
  readonly #opened: Stats;
  readonly #room = Buffer.allocUnsafe(readMaxBytes);
  #toWrite: Uint8Array | null = null;
  #closed = false;

  private constructor(port: LinuxPortBinding, fd: number, use: TtyUse, lost: (reason: string) => void) {
    this.#port = port;
    this.#fd = fd;
    this.#use = use;
    this.#lost = lost;
    this.#opened = fstatSync(fd);
    for (const event of ['readable', 'writable', 'disconnect'] as const)
      port.poller.on(event, failure => this.#polled(event, failure));
  }

  /**
   * 8N1 unless told, without flow control. `lost` is told once that the port is gone, never after `close`; nothing is told before the
   * promise is kept.
   * @throws Fault `port-missing`, `port-wrong`, `port-busy`, `port-denied`, `port-failed`
   */
  static async open(
    at: { readonly path: string; readonly baud: number; readonly format?: SerialFormat },
    use: TtyUse,
    lost: (reason: string) => void,
  ): Promise<Tty> {
    const { path, baud } = at;
    mustBeDevice(path);
    let port: LinuxPortBinding;
    try {
      // hupcl: the binding can leave hang-up-on-close alone, not switch it off; a udev rule does that (hardware/README.md).
      const line = at.format === undefined ? {} : lineOptions(at.format);
      port = await linux.open({ path, baudRate: baud, ...line, hupcl: false, lock: true });
    } catch (error) {
      throw openingFault(path, error);
    }
    if (port.fd === null)
      throw new Fault('port-failed', `${path} closed at once`, 'Plug it out and in again.');
    return new Tty(port, port.fd, use, lost);
  }

  /** Whether `path` still leads to the device that was opened. */
  isStillAt(path: string): boolean {
    try {
      const now = statSync(path);
      return now.ino === this.#opened.ino && now.dev === this.#opened.dev && now.rdev === this.#opened.rdev;
    } catch {
      return false;
    }
  }

  /** Reads, or watches, from now on. */
  resume(): void {
    if (this.#closed) return;
    if (this.#use !== 'write') this.#port.poller.poll(readable);
    else this.#port.poller.poll(this.#toWrite === null ? disconnect : writable | disconnect);
  }

  /** Sends what fits and keeps the rest; what was kept before is dropped: only the newest waits. Never blocks. */
  write(bytes: Uint8Array): void {
    this.#toWrite = bytes;
    this.#send();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#toWrite = null;
    // What a slow device has not taken yet is dropped: the close would wait for it.
    await this.#port.flush().catch(() => {});
    await this.#port.close().catch(() => {});
  }

  /** Takes a poll's answer a turn later: whatever is thrown inside the poller would end the process without a word. */
  #polled(event: 'readable' | 'writable' | 'disconnect', failure: Error | null): void {
    if (this.#closed) return;
    try {
      if (failure !== null) this.#lose(failure);
      else if (event === 'disconnect') this.#lose(new Error('it hung up'));
      else if (event === 'readable') this.#read();
      else this.#send();
    } catch (bug) {
      setImmediate(() => {
        throw bug;
      });
    }
  }

  #read(): void {
    if (this.#use === 'write') return;
    let count = 0;
    // A tty that hung up reads as empty for ever.
    let failure: unknown = new Error('it hung up');
    try {
      count = readSync(this.#fd, this.#room, 0, readMaxBytes, null);
    } catch (error) {
      if (isAgain(error)) {
        this.resume();
        return;
      }
      failure = error;
    }
    if (count === 0) this.#lose(failure);
    else if (this.#use.read(this.#room.subarray(0, count))) this.resume();
  }

  #send(): void {
    const bytes = this.#toWrite;
    if (this.#closed || bytes === null) return;
    try {
      const sent = writeSync(this.#fd, bytes);
      this.#toWrite = sent < bytes.length ? bytes.subarray(sent) : null;
    } catch (error) {
      if (!isAgain(error)) {
        this.#lose(error);
        return;
      }
    }
    this.resume();
  }

  #lose(error: unknown): void {
    void this.close();
    this.#lost(reasonOf(error));
  }
}

const isAgain = (error: unknown): boolean => ['EAGAIN', 'EWOULDBLOCK', 'EINTR'].includes(codeOf(error));

/** Opening anything else can do worse than fail: a watchdog starts, a fifo waits. */
function mustBeDevice(path: string): void {
  let found: Stats;
  try {
    found = statSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) throw missing(path);
    throw openingFault(path, error);
  }
  if (!found.isCharacterDevice()) throw wrong(path, kindOf(found));
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  if (found.isFile()) return 'an ordinary file';
  return 'something else';
}

const missing = (path: string): Fault =>
  new Fault(
    'port-missing',
    `${path} is not there`,
    'Plug it in, or see what there is: ls -l /dev/serial/by-id',
  );

const wrong = (path: string, kind: string): Fault =>
  new Fault('port-wrong', `${path} is ${kind}, not a serial port`, 'Correct `path:` in the configuration.');

/** The binding says what went wrong in words only. */
function openingFault(path: string, error: unknown): Fault {
  const reason = reasonOf(error);
  if (/cannot lock/i.test(reason))
    return new Fault('port-busy', `another program has ${path} open`, `See which: fuser -v ${path}`, error);
  if (/permission|not permitted|EACCES/i.test(reason))
    return new Fault(
      'port-denied',
      `${path} may not be opened by this user`,
      'Add the user of the daemon to the group dialout.',
      error,
    );
  if (/inappropriate ioctl|not a typewriter/i.test(reason)) return wrong(path, 'some other device');
  if (/no such (file|device)/i.test(reason)) return missing(path);
  return new Fault('port-failed', `${path} cannot be opened: ${reason}`, 'Plug it out and in again.', error);
}
