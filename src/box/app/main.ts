/** `smartboxd --config box.yaml [--check]` (contracts.md §2). */
import { systemTime } from '../../base/system-time.ts';
import '../adapters/system/engine.ts';
import { parseArgs } from 'node:util';
import { ConfigProblems, problemLines } from '../../base/config/problem.ts';
import { Fault, fileFault, reasonOf } from '../../base/fault.ts';
import { openService, type Service } from '../../base/service.ts';
import { chainReady } from '../../wire/chain.ts';
import { protocolNames } from '../adapters/serial/protocols.ts';
import { DaemonLog } from '../adapters/system/log.ts';
import { readConfig } from '../config/box-config.ts';
import type { BoxConfig } from '../config/model.ts';
import { startWatchdog } from '../engine/watchdog.ts';
import { restoreBox, runBox } from './compose.ts';

/** contracts.md §2: SIGTERM ends the daemon within 5 s. */
const stopMaxMs = 4_500;

const exits = { done: 0, failed: 1, usage: 2 } as const;

const usage = `usage: smartboxd --config FILE [--check | --restore COPY [--who NAME] [--why TEXT]]
  --config FILE   the box's configuration, YAML
  --check         read it, say everything that is wrong with it, and end
  --restore COPY  put a backup in the place of the database, and end; one-time codes are void until sent again
`;

interface Asked {
  readonly config: string;
  readonly check: boolean;
  /** A backup to put in place; null to run. */
  readonly restore: string | null;
  /** Who restores and why, as claimed. */
  readonly by: { readonly who: string; readonly why: string };
}

function asked(args: readonly string[]): Asked | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
        check: { type: 'boolean' },
        restore: { type: 'string' },
        who: { type: 'string' },
        why: { type: 'string' },
      },
    });
    const { config = '', check = false, restore = null, who = 'somebody', why = 'not given' } = values;
    return config === '' ? 'no --config' : { config, check, restore, by: { who, why } };
  } catch (error) {
    return reasonOf(error);
  }
}

const say = (text: string): void => void process.stderr.write(text);

function read({ config: file }: Asked): BoxConfig | null {
  try {
    return readConfig(file, protocolNames);
  } catch (error) {
    if (!(error instanceof ConfigProblems)) throw error;
    say(`${problemLines(error).join('\n')}\n`);
    return null;
  }
}

async function main(args: readonly string[]): Promise<number | null> {
  if (args.includes('--help')) {
    process.stdout.write(usage);
    return exits.done;
  }
  const wanted = asked(args);
  if (typeof wanted === 'string') {
    say(`smartboxd: ${wanted}\n${usage}`);
    return exits.usage;
  }
  const config = read(wanted);
  if (config === null) return exits.usage;
  if (wanted.check) {
    process.stdout.write(`${wanted.config}: good\n`);
    return exits.done;
  }
  return wanted.restore === null
    ? await start(config, wanted.config)
    : await putBack(config, wanted.restore, wanted.by);
}

async function putBack(config: BoxConfig, copy: string, by: Asked['by']): Promise<number> {
  await chainReady;
  try {
    restoreBox(config, copy, by);
  } catch (error) {
    return tell(error);
  }
  process.stdout.write(`${copy} is restored; a new epoch begins with the next start\n`);
  return exits.done;
}

/** A fault is for whoever must act; anything else is a bug. */
function tell(error: unknown): number {
  const fault = error instanceof Fault ? error : fileFault(error);
  if (fault === null) throw error;
  say(`smartboxd: ${fault.message} (${fault.code})\nhint: ${fault.hint}\n`);
  return exits.failed;
}

/** A bug ends the process; the guard process and the kernel put the outputs to rest. */
async function start(config: BoxConfig, file: string): Promise<number | null> {
  const log = new DaemonLog();
  const end = (code: number): void => {
    log.flush();
    process.exit(code);
  };
  const die = (error: unknown): void => {
    log.error({ reason: reasonOf(error), stack: error instanceof Error ? error.stack : undefined }, 'bug');
    end(exits.failed);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  const service = serviceOf();
  if (service === null) return exits.failed;
  const starting = runBox(config, file, log);
  // Heard from the first instant on: a signal during the start ends the box as soon as it stands.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      service.stopping();
      // Locks are off at once; whatever else hangs does not hold up a restart.
      setTimeout(() => end(exits.done), stopMaxMs).unref();
      starting.then(
        box => void box.stop(signal).then(() => end(exits.done), die),
        () => {},
      );
    });
  }
  endBetweenDrivers(starting, log);
  try {
    const { selfTest, whenDamaged } = await starting;
    service.ready(readyLine(config));
    // By hand nobody would start it again, and a box that goes on brings at least some keys back.
    if (service.restarts)
      whenDamaged(() => endNow(log, 'the database is damaged; the next start makes a new one'));
    startWatchdog({ service, time: systemTime, selfTest, log });
    process.stdout.write(`smartboxd: ${readyLine(config)}\n`);
    return null;
  } catch (error) {
    // What had started already would keep a process that is no box, and that nobody starts anew.
    end(tell(error));
    return exits.failed;
  }
}

/** @returns null where systemd waits for words that cannot be said; it was told then */
function serviceOf(): Service | null {
  try {
    return openService(process.env);
  } catch (error) {
    tell(error);
    return null;
  }
}

function endNow(log: DaemonLog, why: string): void {
  log.error({}, `ending: ${why}`);
  process.kill(process.pid, 'SIGTERM');
}

/**
 * SIGUSR2, by which an upgrade asks: the box ends as if told to, but not while a driver is there. The service manager starts it again.
 */
function endBetweenDrivers(starting: ReturnType<typeof runBox>, log: DaemonLog): void {
  process.once('SIGUSR2', () => {
    // A second one changes nothing, and must not end the process as it would by default.
    process.on('SIGUSR2', () => {});
    log.info({}, 'ending as soon as nobody is at the box');
    starting.then(
      box => void box.whenNobodyIsHere(() => process.kill(process.pid, 'SIGTERM')),
      () => {},
    );
  });
}

/** Whoever has just started it wants to know that it stands, and where to talk to it. */
function readyLine({ box, slots, control }: BoxConfig): string {
  const many = slots.length === 1 ? '1 slot' : `${slots.length} slots`;
  return `${box.id} is ready, ${many}; ask it by: smartbox status --socket ${control}`;
}

const code = await main(process.argv.slice(2));
if (code !== null) process.exitCode = code;
