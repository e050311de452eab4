import { readFileSync } from 'node:fs';

const clockTicksPerS = 100;

const field = (path: string, name: string): number => {
  const line = readFileSync(path, 'utf8')
    .split('\n')
    .find(each => each.startsWith(`${name}:`));
  return Number.parseInt(line?.slice(name.length + 1) ?? 'NaN', 10);
};

/** Resident memory of a process in MB. */
export const residentMb = (pid: number): number => field(`/proc/${pid}/status`, 'VmRSS') / 1_024;

/** Its peak. */
export const peakMb = (pid: number): number => field(`/proc/${pid}/status`, 'VmHWM') / 1_024;

/** Bytes that the process has caused to be sent to storage. */
export const writtenBytes = (pid: number): number => field(`/proc/${pid}/io`, 'write_bytes');

/** Processor time of the process so far, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // Fields count from behind the program's name, which may hold spaces: utime and stime are the 14th and 15th of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / clockTicksPerS) * 1_000;
}
