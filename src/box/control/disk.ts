import { lstat, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf } from '../../base/fault.ts';
import type { Finding } from '../../wire/report.ts';

const mib = 1024 * 1024;
const syncs = 200;
/** A grant waits for one fsync: what people still take for immediate, and what they do not. */
const slowMs = { warn: 100, bad: 1_000 } as const;
const freeMib = { warn: 500, bad: 50 } as const;
/** Whoever reads these two can forge events, and try codes against the hashes. */
const secrets = ['pepper', 'signing.key'];

/** How long this disk takes to keep 4 KiB for good, 200 times over. */
export async function syncTimes(data: string): Promise<Finding> {
  const file = join(data, `.doctor-${process.pid}`);
  try {
    const sorted = (await measure(file)).sort((a, b) => a - b);
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const [p50, p99, max] = [at(0.5), at(0.99), at(1)].map(ms => ms.toFixed(1));
    const what = `disk keeps 4 KiB in ${p50} ms (p50), ${p99} ms (p99), ${max} ms (max of ${syncs})`;
    if (at(0.99) < slowMs.warn) return { level: 'ok', what, hint: '' };
    const level = at(0.99) < slowMs.bad ? 'warn' : 'bad';
    return { level, what, hint: 'The card is slow or worn; replace it by an industrial one.' };
  } catch (error) {
    return {
      level: 'bad',
      what: `cannot write in ${data}: ${reasonOf(error)}`,
      hint: 'Check the disk and its rights.',
    };
  } finally {
    await rm(file, { force: true });
  }
}

async function measure(file: string): Promise<number[]> {
  const handle = await open(file, 'w', 0o600);
  try {
    const block = Buffer.alloc(4_096, 1);
    const times: number[] = [];
    for (let round = 0; round < syncs; round += 1) {
      // A figure for people, finer than the clock that decisions are made by.
      const from = performance.now();
      await handle.write(block, 0, block.length, 0);
      await handle.sync();
      times.push(performance.now() - from);
    }
    return times;
  } finally {
    await handle.close();
  }
}

export async function freeSpace(data: string): Promise<Finding> {
  try {
    const { bavail, bsize, ffree, files } = await statfs(data);
    const free = Math.floor((bavail * bsize) / mib);
    const what = `${free} MiB free on the disk of ${data}`;
    if (files > 0 && ffree < 100)
      return { level: 'bad', what: `${ffree} inodes left on ${data}`, hint: 'Delete files.' };
    if (free >= freeMib.warn) return { level: 'ok', what, hint: '' };
    return {
      level: free < freeMib.bad ? 'bad' : 'warn',
      what,
      hint: 'Free space, or move `data:` to a larger disk.',
    };
  } catch (error) {
    return { level: 'bad', what: `${data}: ${reasonOf(error)}`, hint: 'Check `data:`.' };
  }
}

/** Finds files in the data folder that others may read: all of it is for the daemon alone; its secrets say so themselves too. */
export async function rights(data: string): Promise<readonly Finding[]> {
  const open: string[] = [];
  for (const path of [data, ...secrets.map(name => join(data, name))])
    if (await othersMay(path)) open.push(path);
  if (open.length === 0) return [{ level: 'ok', what: `${data} is readable by the daemon alone`, hint: '' }];
  return open.map(path => ({
    level: 'bad',
    what: `${path} can be read by others`,
    hint: `chmod go-rwx ${path}`,
  }));
}

/** A file that is not there is nobody's trouble here. */
async function othersMay(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    return !found.isSocket() && !found.isSymbolicLink() && (found.mode & 0o077) !== 0;
  } catch {
    return false;
  }
}
