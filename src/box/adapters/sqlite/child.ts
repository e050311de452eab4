import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../../base/fault.ts';
import type { Log } from '../../../base/log.ts';
import type { OpenOptions } from './connection.ts';

/** `quick` skips what needs sorting: indexes against their tables. */
export type CheckDepth = 'quick' | 'full';

interface ChildOptions extends OpenOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Longest output that is kept of a child. */
const outputMaxBytes = 16 * 1024;

interface Ended {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Gives what is damaged; null when nothing is, or when the check could not be made, which says nothing about the file. */
export async function checkInChild(
  file: string,
  depth: CheckDepth,
  options: ChildOptions,
): Promise<string | null> {
  const { code, out, err } = await run([depth, file, ''], options);
  if (options.signal.aborted) return null;
  if (code !== 0) {
    options.log.warn({ code, err }, 'the database could not be checked');
    return null;
  }
  return out.trim() === '' ? null : (out.trim().split('\n')[0] ?? null);
}

/** `sign`: what the box has to say of the digest of the rows. @throws Fault `backup-failed` */
export async function copyInChild(
  file: string,
  target: string,
  { sign, ...options }: ChildOptions & { readonly sign: (digest: string) => string },
): Promise<void> {
  const copied = await run(['copy', file, target], options);
  const { code, err } =
    copied.code === 0 ? await run(['sign', target, sign(copied.out.trim())], options) : copied;
  if (code === 0) return;
  throw new Fault(
    'backup-failed',
    `the database could not be copied to ${target}: ${err.trim() || 'stopped'}`,
    'Is the folder there, may smartboxd write it, and is there room?',
  );
}

/** Moves the write-ahead log into the database as far as nobody writes meanwhile. A log that cannot be moved now is moved later. */
export async function checkpointInChild(file: string, options: ChildOptions): Promise<void> {
  const { code, err } = await run(['checkpoint', file, ''], options);
  if (code !== 0 && !options.signal.aborted)
    options.log.warn({ code, err }, 'the write-ahead log could not be moved');
}

function run(args: readonly string[], options: ChildOptions): Promise<Ended> {
  const program = fileURLToPath(new URL('./check-database.ts', import.meta.url));
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = spawn(process.execPath, [program, ...args, options.nativeBinding ?? ''], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => void child.kill('SIGKILL');
  options.signal.addEventListener('abort', kill);
  const text = { out: '', err: '' };
  const keep = (name: 'out' | 'err') => (chunk: string) => {
    text[name] = (text[name] + chunk).slice(0, outputMaxBytes);
  };
  child.stdout.setEncoding('utf8').on('data', keep('out'));
  child.stderr.setEncoding('utf8').on('data', keep('err'));
  child.on('error', error => resolve({ code: null, out: '', err: error.message }));
  child.on('close', code => resolve({ code, ...text }));
  return promise.finally(() => options.signal.removeEventListener('abort', kill));
}
