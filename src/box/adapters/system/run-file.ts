import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why the daemon starts, as far as the last run and the kernel tell. */
export type StartReason = 'first-start' | 'restart' | 'crash' | 'power';

export interface RunStart {
  readonly reason: StartReason;
  /** The last run had another configuration. */
  readonly configChanged: boolean;
}

interface Run {
  readonly boot: string;
  readonly clean: boolean;
  readonly config: string;
}

const bootIdFile = '/proc/sys/kernel/random/boot_id';

function bootId(): string {
  try {
    return readFileSync(bootIdFile, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

const pathIn = (folder: string): string => join(folder, 'run.json');

/**
 * Reads what the last run left, and marks this one as running. A run that ended without `closeRun` under the same kernel
 * boot has crashed; under another one the power went, or somebody rebooted without stopping it.
 * @param config the configuration as one text, to tell whether it is another one
 */
export function openRun(folder: string, config: string): RunStart {
  const last = lastRun(folder);
  const boot = bootId();
  write(folder, { boot, clean: false, config });
  if (last === null) return { reason: 'first-start', configChanged: false };
  const reason = last.clean ? 'restart' : last.boot === boot ? 'crash' : 'power';
  return { reason, configChanged: last.config !== config };
}

/** The run has ended as it should. */
export function closeRun(folder: string): void {
  const run = lastRun(folder);
  if (run !== null) write(folder, { ...run, clean: true });
}

function lastRun(folder: string): Run | null {
  try {
    const run: unknown = JSON.parse(readFileSync(pathIn(folder), 'utf8'));
    if (typeof run !== 'object' || run === null) return null;
    if (!('boot' in run) || !('clean' in run) || !('config' in run)) return null;
    return { boot: String(run.boot), clean: run.clean === true, config: String(run.config) };
  } catch {
    return null;
  }
}

/** A full disk must not keep the box from starting: then the next start may tell a wrong reason. */
function write(folder: string, run: Run): void {
  try {
    writeFileSync(pathIn(folder), `${JSON.stringify(run)}\n`, { mode: 0o600 });
  } catch {}
}
