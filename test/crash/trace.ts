import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';

/** What a process did to its disk, in order. Files by name: all lie in one folder. */
export type Op =
  | { readonly do: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly do: 'truncate'; readonly file: string; readonly size: number }
  | { readonly do: 'sync'; readonly file: string }
  | { readonly do: 'create'; readonly file: string; readonly empty: boolean }
  | { readonly do: 'rename'; readonly file: string; readonly to: string }
  | { readonly do: 'unlink'; readonly file: string };

const calls = 'openat,close,pwrite64,write,fsync,fdatasync,ftruncate,rename,unlink';
/** Longer writes (the reserve) are of no file that matters here. */
const dataMaxBytes = 20_000;

/** Why processes cannot be traced here; null when they can. */
export function noTracing(): string | null {
  const tried = spawnSync('strace', ['-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (tried.error !== undefined) return 'strace is not installed';
  return tried.status === 0 ? null : `tracing is forbidden here: ${tried.stderr.trim().split('\n')[0]}`;
}

/** Only the main thread: SQLite does all its writing there, and so nothing is interleaved. */
export function record(output: string, command: readonly string[]): void {
  const done = spawnSync(
    'strace',
    ['-xx', '-s', String(dataMaxBytes), '-e', `trace=${calls}`, '-o', output, ...command],
    {
      encoding: 'utf8',
      timeout: 120_000,
    },
  );
  if (done.status !== 0) throw new Error(`the traced process failed: ${done.stderr}`);
}

/** Reads what strace wrote, as far as it concerns files of `folder`. */
export async function opsOf(trace: string, folder: string): Promise<readonly Op[]> {
  const reader = new Reader(folder);
  for await (const line of createInterface({
    input: createReadStream(trace),
    crlfDelay: Number.POSITIVE_INFINITY,
  }))
    reader.line(line);
  return reader.ops;
}

const textOf = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');

class Reader {
  readonly ops: Op[] = [];
  readonly #folder: string;
  readonly #open = new Map<number, { readonly file: string; at: number }>();

  constructor(folder: string) {
    this.#folder = `${folder}/`;
  }

  line(line: string): void {
    const match = /^(\w+)\((.*)\) += (\d+)/.exec(line);
    if (match === null) return;
    const [, call = '', args = '', result = ''] = match;
    if (call === 'openat') this.#opened(args, Number(result));
    else if (call === 'rename' || call === 'unlink') this.#named(call, args);
    else this.#onFile(call, args);
  }

  /** The file's name, where it lies in the folder. */
  #nameOf(hex: string): string | null {
    const path = textOf(hex).toString();
    return path.startsWith(this.#folder) ? basename(path) : null;
  }

  #opened(args: string, fd: number): void {
    const [, hex = '', flags = ''] = /^AT_FDCWD, "([^"]*)", ([A-Z_|]+)/.exec(args) ?? [];
    const file = this.#nameOf(hex);
    this.#open.delete(fd);
    if (file === null || flags.includes('O_DIRECTORY')) return;
    this.#open.set(fd, { file, at: 0 });
    if (flags.includes('O_CREAT')) this.ops.push({ do: 'create', file, empty: flags.includes('O_TRUNC') });
  }

  #named(call: 'rename' | 'unlink', args: string): void {
    const [from, to] = [...args.matchAll(/"([^"]*)"/g)].map(each => this.#nameOf(each[1] ?? ''));
    if (from == null) return;
    if (call === 'unlink') this.ops.push({ do: 'unlink', file: from });
    else if (to != null) this.ops.push({ do: 'rename', file: from, to });
  }

  #onFile(call: string, args: string): void {
    const fd = Number.parseInt(args, 10);
    const open = this.#open.get(fd);
    if (open === undefined) return;
    const { file } = open;
    if (call === 'close') this.#open.delete(fd);
    else if (call === 'fsync' || call === 'fdatasync') this.ops.push({ do: 'sync', file });
    else if (call === 'ftruncate') this.ops.push({ do: 'truncate', file, size: Number(args.split(', ')[1]) });
    else this.#written(call, args, open);
  }

  #written(call: string, args: string, open: { readonly file: string; at: number }): void {
    const [, hex = '', cut, rest = ''] = /^\d+, "([^"]*)"(\.\.\.)?, ([\d, ]+)$/.exec(args) ?? [];
    if (cut !== undefined) return;
    const bytes = textOf(hex);
    const at = call === 'pwrite64' ? Number(rest.split(', ')[1]) : open.at;
    if (call === 'write') open.at += bytes.length;
    this.ops.push({ do: 'write', file: open.file, at, bytes });
  }
}
