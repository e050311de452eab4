/**
 * A daemon tells systemd about itself (sd_notify(3), "Description") by datagrams `NAME=value` to a socket that `systemd/lib/launch`
 * hands over as a descriptor, since Node knows no such sockets. Without systemd all of it says nothing to nobody.
 */
import { fstatSync, writeSync } from 'node:fs';
import { type Millis, millis } from './brand.ts';
import { codeOf, Fault, reasonOf } from './fault.ts';

export interface Service {
  /** How often `alive` is expected, at the latest; null: nobody waits for it. */
  readonly watchdogMs: Millis | null;
  /** Somebody starts the daemon again when it ends (`Restart=always`). */
  readonly restarts: boolean;
  /** The daemon does its work from now on. @throws Fault `service-away`: systemd would wait for this in vain, and kill */
  ready(status: string): void;
  /** It does it still. False: it could not be said just now. */
  alive(): boolean;
  /** It ends, by itself or because it was asked. */
  stopping(): void;
}

const nobody: Service = {
  ...{ watchdogMs: null, restarts: false },
  ...{ ready: () => {}, alive: () => true, stopping: () => {} },
};

/** The environment of this process, as far as it speaks of systemd. */
export interface ServiceEnvironment {
  /** Set by `launch`: the descriptor of the connected socket. */
  readonly SMARTBOX_NOTIFY_FD?: string | undefined;
  /** sd_watchdog_enabled(3), "Environment". */
  readonly WATCHDOG_USEC?: string | undefined;
  readonly WATCHDOG_PID?: string | undefined;
}

/**
 * @throws Fault `service-away` where systemd expects to hear from this process and cannot: better said at once than killed for it
 * twenty seconds later, again and again
 */
export function openService(environment: ServiceEnvironment, pid: number = process.pid): Service {
  const watchdogMs = watchdogOf(environment, pid);
  const named = environment.SMARTBOX_NOTIFY_FD;
  if (named === undefined) {
    if (watchdogMs === null) return nobody;
    throw away('a watchdog waits for this process, which has nothing to feed it by');
  }
  const fd = Number(named);
  if (!isSocket(fd)) throw away(`descriptor ${named} is no socket`);
  return new Notifier(fd, watchdogMs);
}

const away = (what: string, cause?: unknown): Fault =>
  new Fault(
    'service-away',
    `systemd cannot be told that this runs: ${what}`,
    'Start it by systemd/lib/launch, as smartboxd.service does, or without Type=notify and WatchdogSec.',
    cause,
  );

function watchdogOf({ WATCHDOG_USEC, WATCHDOG_PID }: ServiceEnvironment, pid: number): Millis | null {
  if (WATCHDOG_USEC === undefined || !/^\d{1,15}$/.test(WATCHDOG_USEC)) return null;
  if (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(pid)) return null;
  const ms = Math.floor(Number(WATCHDOG_USEC) / 1_000);
  return ms > 0 ? millis(ms) : null;
}

function isSocket(fd: number): boolean {
  try {
    return Number.isInteger(fd) && fd > 2 && fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}

class Notifier implements Service {
  readonly watchdogMs: Millis | null;
  readonly restarts = true;
  readonly #fd: number;

  constructor(fd: number, watchdogMs: Millis | null) {
    this.#fd = fd;
    this.watchdogMs = watchdogMs;
  }

  ready(status: string): void {
    try {
      writeSync(this.#fd, `READY=1\nSTATUS=${status}`);
    } catch (error) {
      throw away(reasonOf(error), error);
    }
  }

  alive(): boolean {
    return this.#say('WATCHDOG=1');
  }

  stopping(): void {
    this.#say('STOPPING=1');
  }

  /** The socket blocks nobody: where systemd reads nothing just now, it is said again the next time. */
  #say(words: string): boolean {
    try {
      writeSync(this.#fd, words);
      return true;
    } catch (error) {
      // Whatever else it is, `alive` answers for it by its value.
      if (codeOf(error) === '') throw error;
      return false;
    }
  }
}
