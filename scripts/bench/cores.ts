import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Affinity as the kernel lists it, such as `0-3`; what it was before is what it becomes again. */
const allowed = (pid: number): string =>
  /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';

const place = (pid: number, cores: string): boolean =>
  spawnSync('taskset', ['-a', '-c', '-p', cores, String(pid)], { stdio: 'ignore' }).status === 0;

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/**
 * The harness spins while it waits for a line, so it gets the last core for itself and the measured processes the others:
 * whoever is woken on a core that somebody spins on waits for a tick of the scheduler, which is no figure of a box.
 * Returns what undoes it; null where there is one core only, or no taskset.
 */
export function ownCore(measured: readonly number[]): (() => void) | null {
  const cores = availableParallelism();
  const before = allowed(process.pid);
  if (cores < 2 || !/^0-\d+$/.test(before) || !place(process.pid, String(cores - 1))) return null;
  const others = measured.flatMap(pid => [pid, ...childrenOf(pid)]);
  for (const pid of others) place(pid, cores === 2 ? '0' : `0-${cores - 2}`);
  return () => {
    for (const pid of [process.pid, ...others]) place(pid, before);
  };
}
