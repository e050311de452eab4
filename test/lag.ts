/** How late this machine is just now, so that a bound in real time can be tight on a quiet machine and true on a busy one. */
import { spawn } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 5;

/** Begins to watch this process; the returned function ends it and tells by how many milliseconds it was late at worst. */
export function watchLag(): () => number {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return () => {
    delay.disable();
    return Math.max(0, delay.max / 1e6 - resolutionMs);
  };
}

/** How late a shell is that only has to wait for `ms` and end. */
export function shellLag(ms: number): Promise<number> {
  const from = performance.now();
  const shell = spawn('/bin/sh', ['-c', `sleep ${ms / 1_000}`], { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    shell.once('error', reject);
    shell.once('exit', () => resolve(Math.max(0, performance.now() - from - ms)));
  });
}
