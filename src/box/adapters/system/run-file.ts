import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why the daemon starts, as far as the last run and the kernel tell. */
export type StartReason = 'first-start' | 'restart' | 'crash' | 'power';

const bootIdFile = '/proc/sys/kernel/random/boot_id';

function bootId(): string {
  try {
    return readFileSync(bootIdFile, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/**
 * Reads what the last run left, and marks this one as running. A run that ended without `closeRun` under the same kernel
 * boot has crashed; under another one the power went, or somebody rebooted without stopping it.
 */
export function openRun(folder: string): StartReason {
  const path = join(folder, 'run.json');
  const last = lastRun(path);
  write(path, false);
  if (last === null) return 'first-start';
  if (last.clean) return 'restart';
  return last.boot === bootId() ? 'crash' : 'power';
}

export const closeRun = (folder: string): void => write(join(folder, 'run.json'), true);

function lastRun(path: string): { readonly boot: string; readonly clean: boolean } | null {
  try {
    const run: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof run !== 'object' || run === null || !('boot' in run) || !('clean' in run)) return null;
    return { boot: String(run.boot), clean: run.clean === true };
  } catch {
    return null;
  }
}

/** A full disk must not keep the box from starting: then the next start calls this one a first. */
function write(path: string, clean: boolean): void {
  try {
    writeFileSync(path, `${JSON.stringify({ boot: bootId(), clean })}\n`, { mode: 0o600 });
  } catch {}
}
