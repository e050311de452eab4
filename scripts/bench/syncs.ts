import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Running } from '../rig/program.ts';
import { pause, until } from '../rig/until.ts';
import { type Contender, race } from './latency.ts';

/** The daemon asked this of the kernel around its grants, as strace saw it. */
export interface Syncs {
  readonly grants: number;
  /** Between the last key's byte and the write of the lock line. */
  readonly syncsBefore: number;
  readonly mostSyncsBefore: number;
  readonly commitsBefore: number;
  readonly databaseWritesBefore: number;
  /** Over the whole story of all grants: doors, keys and pulses too. */
  readonly syncsInAll: number;
  readonly databaseWritesInAll: number;
}

interface Call {
  /** `log` is a write to the write-ahead log, of which a commit makes at least one before its sync. */
  readonly what: 'key' | 'sync' | 'lock' | 'database' | 'log';
}

/** @returns null where this process may not trace (no ptrace, no strace) */
export async function traceGrants(
  pid: number,
  dir: string,
  grants: Contender,
  rounds: number,
): Promise<Syncs | null> {
  const file = join(dir, 'strace.txt');
  const calls = 'trace=read,write,pwrite64,fsync,fdatasync';
  const strace = new Running(
    ['strace', '-f', '-y', '-s', '8', '-e', calls, '-o', file, '-p', String(pid)],
    {},
  );
  const gone = strace.finished.catch(() => null);
  try {
    await until('strace', () => strace.stderr.includes('attached') || !strace.running);
    if (!strace.running || !strace.stderr.includes('attached')) return null;
    await race([grants], rounds);
    await pause(200);
  } catch {
    return null;
  } finally {
    strace.child.kill('SIGINT');
    await gone;
  }
  return countSyncs(readFileSync(file, 'latin1'));
}

/** Reads strace's lines; the file of a call that another thread interrupted is in its first half, what it read in its second. */
function reader(): (line: string) => readonly Call[] {
  const reading = new Map<string, boolean>();
  return line => {
    const [pid = ''] = line.split(' ', 1);
    if (/\bread\(\d+<\/dev\/pts\/\d+>.*<unfinished/.test(line)) reading.set(pid, true);
    else if (line.includes('<... read resumed>')) {
      const ours = reading.delete(pid);
      return ours && line.includes('#') ? [{ what: 'key' }] : [];
    } else if (/\bread\(\d+<\/dev\/pts\/\d+>, "[^"]*#/.test(line)) return [{ what: 'key' }];
    else if (/\bf(data)?sync\(/.test(line)) return [{ what: 'sync' }];
    else if (/\bp?write(64)?\(\d+<[^>]*\/lock\/\d+>, "1/.test(line)) return [{ what: 'lock' }];
    else if (/\bpwrite64\(\d+<[^>]*-wal>/.test(line)) return [{ what: 'log' }];
    else if (/\bpwrite64\(\d+<[^>]*\.(db|sqlite3?)>/.test(line)) return [{ what: 'database' }];
    return [];
  };
}

/** @param trace output of `strace -f -y` */
export function countSyncs(trace: string): Syncs {
  const calls = trace.split('\n').flatMap(reader());
  let grants = 0;
  let between: Call[] | null = null;
  const before: (readonly Call[])[] = [];
  for (const call of calls) {
    if (call.what === 'key') between = [];
    else if (call.what === 'lock' && between !== null) {
      grants += 1;
      before.push(between);
      between = null;
    } else between?.push(call);
  }
  const number = (what: Call['what'], among: readonly Call[]) =>
    among.filter(call => call.what === what).length;
  return {
    grants,
    syncsBefore: number('sync', before.flat()),
    mostSyncsBefore: Math.max(0, ...before.map(each => number('sync', each))),
    commitsBefore: before.filter(each => number('log', each) > 0).length,
    databaseWritesBefore: number('database', before.flat()),
    syncsInAll: number('sync', calls),
    databaseWritesInAll: number('database', calls),
  };
}
