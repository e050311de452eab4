import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { syncFolder } from '../../../base/secret-file.ts';

/** Why the daemon starts, as far as the last run and the kernel tell. */
const reasons = ['first-start', 'restart', 'crash', 'power'] as const;
type StartReason = (typeof reasons)[number];

interface RunStart {
  readonly reason: StartReason;
  /** The last run had another configuration. */
  readonly configChanged: boolean;
}

interface Run {
  readonly boot: string;
  readonly clean: boolean;
  readonly config: string;
  /** Why the run before this one began, as long as no event of this one has said so: a start that comes to nothing hides no power cut. */
  readonly untold: StartReason | null;
}

const bootIdFile = '/proc/sys/kernel/random/boot_id';

/** As systemd writes it, where its sandbox hides the file (`Environment=SMARTBOX_BOOT_ID=%b`); both mean the same. */
function bootId(): string {
  try {
    return (process.env.SMARTBOX_BOOT_ID || readFileSync(bootIdFile, 'utf8')).trim().replaceAll('-', '');
  } catch {
    return 'unknown';
  }
}

const pathIn = (folder: string): string => join(folder, 'run.json');

/**
 * Reads what the last run left, and marks this one as running, durably: what a power cut takes back would tell of a run before
 * the last. A run that ended without `closeRun` under the same kernel boot has crashed; under another one the power went, or
 * somebody rebooted without stopping it.
 * @param config the configuration as one text, to tell whether it is another one
 */
export function openRun(folder: string, config: string): RunStart {
  const last = lastRun(folder);
  const boot = bootId();
  const reason = reasonOf(last, boot);
  write(folder, { boot, clean: false, config, untold: reason });
  return { reason, configChanged: last !== null && last.config !== config };
}

function reasonOf(last: Run | null, boot: string): StartReason {
  if (last === null) return 'first-start';
  if (last.clean) return 'restart';
  if (last.boot !== boot) return 'power';
  return last.untold ?? 'crash';
}

/** An event has said why this run began. */
export function confirmRun(folder: string): void {
  const run = lastRun(folder);
  if (run !== null) write(folder, { ...run, untold: null });
}

/** The run has ended as it should. */
export function closeRun(folder: string): void {
  const run = lastRun(folder);
  if (run !== null) write(folder, { ...run, clean: true, untold: null });
}

function lastRun(folder: string): Run | null {
  try {
    const run: unknown = JSON.parse(readFileSync(pathIn(folder), 'utf8'));
    if (typeof run !== 'object' || run === null) return null;
    if (!('boot' in run) || !('clean' in run) || !('config' in run)) return null;
    const untold = 'untold' in run ? reasons.find(each => each === run.untold) : undefined;
    const { boot, clean, config } = run;
    return {
      boot: String(boot).replaceAll('-', ''),
      clean: clean === true,
      config: String(config),
      untold: untold ?? null,
    };
  } catch {
    return null;
  }
}

/** A full disk must not keep the box from starting: then the next start may tell a wrong reason. */
function write(folder: string, run: Run): void {
  const file = pathIn(folder);
  try {
    const aside = `${file}.new`;
    const fd = openSync(aside, 'w', 0o600);
    try {
      writeSync(fd, `${JSON.stringify(run)}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(aside, file);
    syncFolder(folder);
  } catch {}
}
